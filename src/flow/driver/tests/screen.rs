//! Looking: dumps that fail, stay away or lie.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{HANGS, Seen, Stand, touch};
use crate::flow::driver::{DriverError, Dump, DumpError, Dumping, Patience, Shell, Source};
use crate::flow::lang::Orientation;

#[tokio::test]
async fn a_look_shows_the_elements_that_are_there_now() {
    let stand = Stand::new();
    let mut driver = stand.at("sample://user/mara.k").await;
    let looked = driver.look().await.unwrap();
    assert_eq!(looked.element("follow_button").unwrap().0, "Follow");
    assert!(looked.xml.starts_with("<?xml"), "{}", looked.xml);
    touch(&mut driver, "follow_button").await;
    let looked = driver.look().await.unwrap();
    assert_eq!(looked.element("follow_button").unwrap().0, "Following");
    driver.close().await.unwrap();
    assert_eq!(stand.left().await, "");
}

#[tokio::test]
async fn a_dump_that_fails_three_times_and_then_works_is_a_look() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    stand.faults(|faults| faults.failing_dumps = 3);
    driver.look().await.unwrap();
    assert_eq!(stand.inside().faults().failing_dumps, 0);
}

#[tokio::test]
async fn a_screen_that_never_rests_is_an_error_in_the_phones_words() {
    let mut stand = Stand::new();
    stand.patience.look = Duration::from_millis(600);
    let mut driver = stand.ready().await;
    stand.faults(|faults| faults.failing_dumps = u32::MAX);
    let error = driver.look().await.unwrap_err();
    assert!(matches!(error, DriverError::TimedOut { .. }), "{error}");
    assert!(
        error.to_string().contains("could not get idle state"),
        "{error}"
    );
    assert!(error.is_timeout() && !error.is_lost());
    stand.faults(|faults| faults.failing_dumps = 0);
    driver.look().await.unwrap();
}

#[tokio::test]
async fn a_dump_without_end_is_given_up_and_the_driver_goes_on() {
    let mut stand = Stand::new();
    stand.patience = Patience {
        look: Duration::from_secs(4),
        ..Patience::default()
    };
    let mut driver = stand.ready().await;
    // The first try stalls, and with it the shell; the second is on a healthy phone.
    stand.faults(|faults| faults.slow_shell_ms = 600_000);
    let inside = Arc::clone(stand.inside());
    let healthy = tokio::spawn(async move {
        while !inside.processes().iter().any(|p| p.name() == "wm") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let mut faults = inside.faults();
        faults.slow_shell_ms = 0;
        inside.set_faults(faults);
    });
    tokio::time::timeout(HANGS, driver.look())
        .await
        .unwrap()
        .unwrap();
    healthy.await.unwrap();
    assert!(driver.group().is_some());
    driver.close().await.unwrap();
}

#[tokio::test]
async fn a_phone_that_is_lost_is_not_asked_again() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    stand.faults(|faults| faults.drop = true);
    let error = driver.look().await.unwrap_err();
    assert!(error.is_lost(), "{error}");
}

#[tokio::test]
async fn a_turned_screen_has_a_turned_size() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    let (width, height) = driver.look().await.unwrap().hierarchy.size();
    assert!(width < height);
    driver
        .orientation(Orientation::LandscapeLeft)
        .await
        .unwrap();
    let turned = driver.look().await.unwrap().hierarchy;
    assert_eq!(turned.rotation(), 1);
    assert_eq!(turned.size(), (height, width));
}

#[tokio::test]
async fn a_screenshot_is_a_whole_png() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    let png = driver.screenshot().await.unwrap();
    assert!(png.starts_with(b"\x89PNG"));
}

/// A source that fails as it was told.
#[derive(Debug)]
struct Scripted(Arc<Mutex<Vec<Result<String, DumpError>>>>);

impl Source for Scripted {
    fn dump<'a>(&'a mut self, _: &'a mut Shell, _: Duration) -> Dumping<'a> {
        Box::pin(async move {
            let xml = self.0.lock().unwrap().remove(0)?;
            Ok(Dump {
                xml,
                display: Some((100, 200)),
            })
        })
    }
}

#[tokio::test]
async fn the_hierarchy_may_come_from_elsewhere_and_what_is_none_is_tried_again() {
    let stand = Stand::new();
    let script = Arc::new(Mutex::new(vec![
        Ok("<html></html>".into()),
        Err(DumpError::Again("not now".into())),
        Ok("<hierarchy rotation=\"0\"></hierarchy>".into()),
    ]));
    let driver = stand.open().await;
    let mut driver = driver.with_source(Box::new(Scripted(Arc::clone(&script))));
    let looked = driver.look().await.unwrap();
    assert_eq!(looked.hierarchy.size(), (100, 200));
    assert!(script.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_look_is_one_round_trip() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    let before = driver.round_trips();
    driver.look().await.unwrap();
    driver.tap((10, 10)).await.unwrap();
    assert_eq!(driver.round_trips() - before, 2);
}

#[tokio::test]
async fn a_screen_has_one_driver_at_a_time() {
    let mut stand = Stand::new();
    let driver = stand.open().await;
    stand.patience.turn = Duration::from_millis(50);
    let second = super::Driver::open(stand.phone(), &stand.note, &stand.locks, stand.patience);
    let error = second.await.unwrap_err();
    assert!(matches!(error, DriverError::InUse { .. }), "{error}");
    driver.close().await.unwrap();
    stand.open().await;
}
