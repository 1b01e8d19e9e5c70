//! Lock screen, rotation, airplane mode, places.

use super::super::super::testing::{out, phone, run};
use super::super::super::{Phone, PhoneSpec, Place};

const LOCKED: &str = "dumpsys window policy | grep -E '^ *(showing|secure)='";

#[tokio::test]
async fn a_lock_screen_without_a_secret_is_dismissed() {
    let phone = phone();
    assert_eq!(
        out(&phone, LOCKED).await,
        "      showing=true\n      secure=false\n"
    );
    let power = "dumpsys power | grep -E 'mWakefulness='";
    assert_eq!(out(&phone, power).await, "  mWakefulness=Awake\n");
    out(&phone, "input keyevent SLEEP").await;
    assert_eq!(out(&phone, power).await, "  mWakefulness=Asleep\n");
    out(&phone, "input keyevent WAKEUP; wm dismiss-keyguard").await;
    assert_eq!(
        out(&phone, LOCKED).await,
        "      showing=false\n      secure=false\n"
    );
}

#[tokio::test]
async fn a_lock_screen_with_a_pin_stays_until_it_is_entered() {
    let phone = Phone::new(PhoneSpec {
        pin: Some("2468".to_owned()),
        ..PhoneSpec::numbered(1)
    });
    let shown = "      showing=true\n      secure=true\n";
    for way in [
        "wm dismiss-keyguard",
        "input swipe 270 800 270 200",
        "input keyevent MENU",
        "input text 1111; input keyevent ENTER",
    ] {
        out(&phone, way).await;
        assert_eq!(out(&phone, LOCKED).await, shown, "{way}");
    }
    out(&phone, "input text 2468; input keyevent ENTER").await;
    assert_eq!(
        out(&phone, LOCKED).await,
        shown.replace("showing=true", "showing=false")
    );
    out(&phone, "input keyevent SLEEP; input keyevent WAKEUP").await;
    assert_eq!(out(&phone, LOCKED).await, shown);
}

#[tokio::test]
async fn the_screen_turns_as_it_is_set_while_it_may_not_turn_by_itself() {
    let phone = phone();
    let rotation = "dumpsys window | grep mCurrentRotation";
    let put = "settings put system accelerometer_rotation";
    out(
        &phone,
        &format!("{put} 0; settings put system user_rotation 1"),
    )
    .await;
    assert_eq!(
        out(&phone, rotation).await,
        "  mCurrentRotation=ROTATION_90\n"
    );
    assert!(
        out(&phone, "dumpsys window displays")
            .await
            .contains(" cur=960x540 ")
    );
    assert_eq!(out(&phone, "wm user-rotation").await, "lock 1\n");
    out(&phone, &format!("{put} 1")).await;
    assert_eq!(
        out(&phone, rotation).await,
        "  mCurrentRotation=ROTATION_0\n"
    );
    assert_eq!(out(&phone, "wm user-rotation").await, "free\n");
    out(&phone, "wm user-rotation lock 3").await;
    assert_eq!(
        out(&phone, rotation).await,
        "  mCurrentRotation=ROTATION_270\n"
    );
    assert_eq!(run(&phone, "wm user-rotation lock 4").await.exit, Some(255));
}

#[tokio::test]
async fn airplane_mode_is_set_and_told() {
    let phone = phone();
    let mode = "cmd connectivity airplane-mode";
    assert_eq!(out(&phone, mode).await, "disabled\n");
    out(&phone, &format!("{mode} enable")).await;
    let told = out(
        &phone,
        &format!("{mode}; settings get global airplane_mode_on"),
    )
    .await;
    assert_eq!(told, "enabled\n1\n");
    assert_eq!(
        run(&phone, &format!("{mode} perhaps")).await.exit,
        Some(255)
    );
}

#[tokio::test]
async fn a_test_provider_tells_where_the_phone_is_while_it_is_enabled() {
    let phone = phone();
    let providers = "cmd location providers";
    let add = format!("{providers} add-test-provider gps");
    let denied = run(&phone, &add).await;
    let why = "java.lang.SecurityException: com.android.shell from uid 2000 not allowed to perform \
               MOCK_LOCATION\n";
    assert!(denied.stderr.contains(why), "{denied:?}");
    out(
        &phone,
        &format!("appops set com.android.shell android:mock_location allow; {add}"),
    )
    .await;
    let set =
        format!("{providers} set-test-provider-location gps --location 52.52,-13.4 --accuracy 5");
    out(&phone, &set).await;
    assert_eq!(phone.test_place("gps"), None, "it is not enabled yet");
    out(
        &phone,
        &format!("{providers} set-test-provider-enabled gps true"),
    )
    .await;
    let place = Place {
        latitude: 52.52,
        longitude: -13.4,
        accuracy: 5.0,
    };
    assert_eq!(phone.test_place("gps"), Some(place));
    out(&phone, &format!("{providers} remove-test-provider gps")).await;
    assert!(phone.test_providers().is_empty());
    let gone = run(&phone, &set).await;
    assert!(
        gone.stderr.contains("gps is not a test provider"),
        "{gone:?}"
    );
    assert_eq!(
        out(&phone, "cmd location is-location-enabled").await,
        "true\n"
    );
}

#[tokio::test]
async fn android_11_has_no_test_providers_in_the_shell() {
    let old = Phone::new(PhoneSpec::numbered(7));
    let output = run(&old, "cmd location providers add-test-provider gps").await;
    assert_eq!(output.stdout, "Unknown command: providers\n");
    assert_eq!(output.exit, Some(255));
}

#[tokio::test]
async fn a_date_has_parts_of_a_second() {
    let now = out(&phone(), "date +%s.%N").await;
    let (_, parts) = now.trim().split_once('.').expect("a point");
    assert_eq!(parts.len(), 9, "{now}");
}
