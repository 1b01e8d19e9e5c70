use std::sync::Arc;

use tokio::io::AsyncReadExt;

use super::super::super::faults::Faults;
use super::super::Phone;
use super::super::testing::{out, phone, run, soon};
use super::SIZE;

/// Size of the screen and its pixels, from a real decoder.
async fn screenshot(phone: &Arc<Phone>) -> ((u32, u32), Vec<u8>) {
    let mut stream = phone.open(b"exec:screencap -p").unwrap();
    let mut png = Vec::new();
    soon(stream.read_to_end(&mut png)).await.unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(png))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    ((info.width, info.height), pixels)
}

#[tokio::test]
async fn a_screenshot_is_a_png_of_the_screens_size() {
    let phone = phone();
    assert_eq!(screenshot(&phone).await.0, SIZE);
    assert_eq!(out(&phone, "wm size").await, "Physical size: 540x960\n");
}

#[tokio::test]
async fn the_screen_changes_with_what_the_phone_does() {
    let phone = phone();
    let steps = [
        "wm dismiss-keyguard",
        "am start -n com.android.settings/.Settings",
        "input text hello%sworld",
        "input tap 270 600",
        "input tap 100 385",
        "input keyevent KEYCODE_HOME",
        "input keyevent 223",
    ];
    let mut before = screenshot(&phone).await.1;
    for step in steps {
        out(&phone, step).await;
        let after = screenshot(&phone).await.1;
        assert!(after != before, "nothing changed after {step}");
        before = after;
    }
}

#[tokio::test]
async fn the_hierarchy_shows_what_was_typed_and_pressed() {
    let phone = phone();
    let script = "wm dismiss-keyguard; am start -n com.android.settings/.Settings -d 'app://x?a=1&b=2' \
                  >/dev/null; input text 'a<b%s\"c\"'; input tap 270 380; uiautomator dump /sdcard/ui.xml";
    assert_eq!(
        out(&phone, script).await,
        "UI hierchary dumped to: /sdcard/ui.xml\n"
    );
    let xml = out(&phone, "cat /sdcard/ui.xml").await;
    for part in [
        "text=\"a&lt;b &quot;c&quot;\"",
        "text=\"Pressed 1\"",
        "text=\"app://x?a=1&amp;b=2\"",
    ] {
        assert!(xml.contains(part), "{part} is not in {xml}");
    }
}

#[tokio::test]
async fn touching_an_app_on_the_home_screen_opens_it() {
    let phone = phone();
    // The third row, below Settings and Chrome.
    out(&phone, "input swipe 270 800 270 200 300; input tap 270 320").await;
    assert!(
        out(&phone, "dumpsys window")
            .await
            .contains("org.farmhand.sample/.MainActivity")
    );
}

#[tokio::test]
async fn dumps_fail_as_often_as_they_are_set_to_and_still_exit_with_0() {
    let phone = phone();
    phone.set_faults(Faults {
        failing_dumps: 1,
        ..Faults::default()
    });
    let failed = run(&phone, "uiautomator dump /sdcard/ui.xml").await;
    assert_eq!(failed.stderr, "ERROR: could not get idle state.\n");
    assert_eq!((failed.exit, phone.file("/sdcard/ui.xml")), (Some(0), None));
    out(&phone, "uiautomator dump /sdcard/ui.xml").await;
    assert!(phone.file("/sdcard/ui.xml").is_some());
}

#[tokio::test]
async fn a_gesture_that_is_none_is_refused() {
    for command in ["input keyevent", "input tap here there", "input swipe 1 2"] {
        assert_eq!(run(&phone(), command).await.exit, Some(255), "{command}");
    }
}
