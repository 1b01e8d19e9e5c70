//! Whatever becomes of a driver, its phone gets back what it had.

use std::time::Duration;

use super::{HANGS, SAMPLE, Stand};
use crate::flow::lang::{Airplane, Orientation};
use crate::phone::Presence;

/// Prints what is noted to be undone.
const NOTED: &str = "cat /data/local/tmp/farmhand/t1-a1.undo";

/// A driver that has changed a thing of each kind.
async fn busy(stand: &Stand) -> super::Driver {
    let mut driver = stand.ready().await;
    driver
        .orientation(Orientation::LandscapeLeft)
        .await
        .unwrap();
    driver.airplane(Airplane::On).await.unwrap();
    driver.location(1.0, 2.0).await.unwrap();
    let file = stand.file("photo.jpg", b"one");
    driver.share_media(&[file], SAMPLE).await.unwrap();
    driver
}

async fn is_as_before(stand: &Stand) {
    assert_eq!(stand.setting("global", "stay_on_while_plugged_in"), "0");
    assert_eq!(stand.setting("system", "user_rotation"), "0");
    assert_eq!(stand.setting("global", "airplane_mode_on"), "0");
    assert_eq!(stand.inside().test_providers(), [""; 0]);
    assert_eq!(stand.left().await, "");
}

#[tokio::test]
async fn closing_a_driver_puts_everything_back() {
    let stand = Stand::new();
    let undone = busy(&stand).await.close().await.unwrap();
    assert_eq!(undone.failed, [""; 0]);
    is_as_before(&stand).await;
}

#[tokio::test]
async fn the_same_change_is_noted_once_and_its_first_former_value_is_put_back() {
    let stand = Stand::new();
    let mut driver = busy(&stand).await;
    let noted = stand.says(NOTED).await;
    for orientation in [Orientation::UpsideDown, Orientation::LandscapeRight] {
        driver.orientation(orientation).await.unwrap();
        driver.location(3.0, 4.0).await.unwrap();
    }
    assert_eq!(stand.says(NOTED).await, noted);
    driver.close().await.unwrap();
    is_as_before(&stand).await;
}

#[tokio::test]
async fn a_dropped_driver_is_undone_by_its_note() {
    let stand = Stand::new();
    let mut driver = busy(&stand).await;
    // In the middle of a command, as a stop comes.
    let long = driver.swipe((1, 1), (2, 2), Duration::from_secs(1));
    let _ = tokio::time::timeout(Duration::from_millis(5), long).await;
    drop(driver);
    stand.phone().release(&stand.note, HANGS).await.unwrap();
    is_as_before(&stand).await;
}

#[tokio::test]
async fn a_driver_whose_group_was_ended_is_undone() {
    let stand = Stand::new();
    let driver = busy(&stand).await;
    let group = driver.group().unwrap().clone();
    drop(driver);
    let phone = stand.phone();
    phone.end(&group, Duration::ZERO, HANGS).await.unwrap();
    let undone = phone.undo(&stand.note, HANGS).await.unwrap();
    assert_eq!(undone.failed, [""; 0]);
    is_as_before(&stand).await;
}

#[tokio::test]
async fn a_phone_that_was_lost_is_undone_when_it_is_cleaned() {
    let stand = Stand::new();
    let driver = busy(&stand).await;
    stand.faults(|faults| faults.drop = true);
    let error = driver.close().await.unwrap_err();
    assert!(error.is_lost(), "{error}");
    stand.faults(|faults| faults.drop = false);
    tokio::time::timeout(HANGS, async {
        while stand.phone().clean(HANGS).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
    is_as_before(&stand).await;
}

#[tokio::test]
async fn a_phone_that_restarted_is_undone_when_it_is_cleaned() {
    let mut spec = crate::phone::PhoneSpec::numbered(1);
    spec.reboot_time = Duration::from_millis(50);
    let stand = Stand::of(spec);
    let driver = busy(&stand).await;
    stand.inside().reboot("");
    drop(driver);
    let mut presence = stand.inside().presence();
    let back = presence.wait_for(|presence| *presence == Presence::Present);
    tokio::time::timeout(HANGS, back).await.unwrap().unwrap();
    let cleaned = tokio::time::timeout(HANGS, async {
        loop {
            match stand.phone().clean(HANGS).await {
                Ok(cleaned) => break cleaned,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    });
    assert_eq!(cleaned.await.unwrap().undone, ["t1-a1"]);
    is_as_before(&stand).await;
}

#[tokio::test]
async fn a_driver_that_changed_nothing_leaves_nothing() {
    let stand = Stand::new();
    stand.open().await.close().await.unwrap();
    assert_eq!(stand.left().await, "");
}
