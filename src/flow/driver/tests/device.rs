//! The phone itself: awake, turned, in the air, somewhere, and as before afterwards.

use super::{Stand, refused, unsupported};
use crate::flow::driver::DriverError;
use crate::flow::lang::{Airplane, Orientation};
use crate::phone::PhoneSpec;

#[tokio::test]
async fn a_phone_is_woken_unlocked_and_kept_awake_until_the_end() {
    let stand = Stand::new();
    stand.says("input keyevent 223").await;
    let mut driver = stand.open().await;
    driver.prepare().await.unwrap();
    assert_eq!(stand.setting("global", "stay_on_while_plugged_in"), "7");
    assert!(driver.foreground().await.unwrap().is_some());
    driver.close().await.unwrap();
    assert_eq!(stand.setting("global", "stay_on_while_plugged_in"), "0");
}

#[tokio::test]
async fn a_phone_that_stays_awake_anyway_is_left_so() {
    let stand = Stand::new();
    stand
        .says("settings put global stay_on_while_plugged_in 15")
        .await;
    stand.ready().await.close().await.unwrap();
    assert_eq!(stand.setting("global", "stay_on_while_plugged_in"), "15");
}

#[tokio::test]
async fn a_setting_that_was_not_there_is_not_there_afterwards() {
    let stand = Stand::new();
    stand
        .says("settings delete global stay_on_while_plugged_in")
        .await;
    stand.ready().await.close().await.unwrap();
    let setting = stand.inside().setting("global", "stay_on_while_plugged_in");
    assert_eq!(setting, None);
}

#[tokio::test]
async fn a_lock_screen_with_a_secret_is_told() {
    let mut spec = PhoneSpec::numbered(1);
    spec.pin = Some("1234".into());
    let stand = Stand::of(spec);
    stand.says("input keyevent 223").await;
    let mut driver = stand.open().await;
    let error = driver.prepare().await.unwrap_err();
    assert!(refused(&error).contains("PIN"), "{error}");
    driver.close().await.unwrap();
}

#[tokio::test]
async fn the_screen_is_turned_until_the_end() {
    let stand = Stand::new();
    stand
        .says("settings put system accelerometer_rotation 1")
        .await;
    let mut driver = stand.ready().await;
    for (orientation, turns) in [
        (Orientation::LandscapeLeft, "1"),
        (Orientation::UpsideDown, "2"),
        (Orientation::LandscapeRight, "3"),
    ] {
        driver.orientation(orientation).await.unwrap();
        assert_eq!(stand.setting("system", "user_rotation"), turns);
        assert_eq!(stand.setting("system", "accelerometer_rotation"), "0");
    }
    driver.close().await.unwrap();
    assert_eq!(stand.setting("system", "user_rotation"), "0");
    assert_eq!(stand.setting("system", "accelerometer_rotation"), "1");
}

#[tokio::test]
async fn airplane_mode_is_read_set_and_put_back() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    assert_eq!(driver.airplane_mode().await.unwrap(), Airplane::Off);
    driver.airplane(Airplane::On).await.unwrap();
    assert_eq!(driver.airplane_mode().await.unwrap(), Airplane::On);
    driver.airplane(Airplane::On).await.unwrap();
    driver.close().await.unwrap();
    assert_eq!(stand.setting("global", "airplane_mode_on"), "0");
}

#[tokio::test]
async fn a_phone_is_elsewhere_until_the_end() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    driver.location(-33.857, 151.215).await.unwrap();
    let place = stand.inside().test_place("gps").unwrap();
    assert_eq!((place.latitude, place.longitude), (-33.857, 151.215));
    driver.location(0.0, 0.0).await.unwrap();
    assert_eq!(stand.inside().test_place("gps").unwrap().latitude, 0.0);
    driver.close().await.unwrap();
    assert_eq!(stand.inside().test_providers(), [""; 0]);
}

#[tokio::test]
async fn an_android_that_cannot_be_elsewhere_says_which_can() {
    // An Android 11.
    let stand = Stand::of(PhoneSpec::numbered(7));
    let mut driver = stand.ready().await;
    let error = driver.location(1.0, 2.0).await.unwrap_err();
    assert!(unsupported(&error).contains("Android 12"), "{error}");
    driver.close().await.unwrap();
}

#[tokio::test]
async fn no_place_on_earth_is_refused_before_the_phone_is_asked() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    for (latitude, longitude) in [(91.0, 0.0), (0.0, 181.0), (f64::NAN, 0.0)] {
        let error = driver.location(latitude, longitude).await.unwrap_err();
        assert!(matches!(error, DriverError::Invalid(_)), "{error}");
    }
}
