//! Apps started, stopped, cleared, allowed; links; crashes.

use super::{SAMPLE, Seen, Stand, refused, touch};
use crate::flow::driver::{Extra, LaunchOptions};
use crate::flow::lang::Permission;

#[tokio::test]
async fn an_app_is_launched_and_stopped() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    driver
        .launch(SAMPLE, &LaunchOptions::default())
        .await
        .unwrap();
    let front = driver.foreground().await.unwrap().unwrap();
    assert_eq!(front.package, SAMPLE);
    assert_eq!(front.activity, format!("{SAMPLE}.MainActivity"));
    assert_eq!(driver.crashed(SAMPLE).await.unwrap(), None);
    driver.stop(SAMPLE).await.unwrap();
    let front = driver.foreground().await.unwrap().unwrap();
    assert_ne!(front.package, SAMPLE);
    assert_eq!(stand.says(&format!("pidof {SAMPLE}")).await, "");
    // Who stopped it does not call that a crash.
    assert_eq!(driver.crashed(SAMPLE).await.unwrap(), None);
}

#[tokio::test]
async fn a_launch_with_everything_clears_allows_and_passes_arguments() {
    let stand = Stand::new();
    let mut driver = stand.at("sample://user/mara.k").await;
    touch(&mut driver, "follow_button").await;
    assert!(
        stand
            .inside()
            .sample()
            .accounts
            .iter()
            .any(|a| !a.follows.is_empty())
    );
    let options = LaunchOptions {
        clear_state: true,
        stop_app: true,
        permissions: vec![("all".into(), Permission::Allow)],
        arguments: vec![
            ("text".into(), Extra::Text("it's $(id)".into())),
            ("yes".into(), Extra::Bool(true)),
            ("int".into(), Extra::Int(-1)),
            ("long".into(), Extra::Long(1 << 40)),
        ],
    };
    driver.launch(SAMPLE, &options).await.unwrap();
    assert_eq!(driver.foreground().await.unwrap().unwrap().package, SAMPLE);
    assert_eq!(stand.inside().sample().current, None);
}

#[tokio::test]
async fn an_app_that_is_not_there_is_named() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    let error = driver
        .launch("org.example.none", &LaunchOptions::default())
        .await;
    let error = error.unwrap_err();
    assert!(refused(&error).contains("not installed"), "{error}");
    assert!(error.to_string().contains("org.example.none"), "{error}");
    let error = driver.clear("org.example.none").await.unwrap_err();
    refused(&error);
}

#[tokio::test]
async fn killing_leaves_an_app_by_the_home_screen() {
    let stand = Stand::new();
    let mut driver = stand.at("sample://feed").await;
    driver.kill(SAMPLE).await.unwrap();
    assert_eq!(stand.says(&format!("pidof {SAMPLE}")).await, "");
    assert_eq!(driver.crashed(SAMPLE).await.unwrap(), None);
}

#[tokio::test]
async fn clearing_deletes_what_an_app_saved() {
    let stand = Stand::new();
    let mut driver = stand.at("sample://user/mara.k").await;
    touch(&mut driver, "follow_button").await;
    driver.clear(SAMPLE).await.unwrap();
    assert_eq!(stand.inside().sample().current, None);
}

#[tokio::test]
async fn permissions_are_granted_and_revoked_by_either_name() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    let granted = async || {
        let said = stand.says(&format!("dumpsys package {SAMPLE}")).await;
        said.lines()
            .filter(|line| line.contains("granted=true"))
            .filter_map(|line| line.trim().split_once(':'))
            .map(|(name, _)| name.to_owned())
            .collect::<Vec<_>>()
    };
    let fixed = granted().await;
    let all = [("all".to_owned(), Permission::Allow)];
    driver.permissions(SAMPLE, &all).await.unwrap();
    let every = granted().await;
    assert!(every.len() > fixed.len(), "{every:?}");
    // What is granted already costs nothing more.
    let before = driver.round_trips();
    driver.permissions(SAMPLE, &all).await.unwrap();
    assert_eq!(driver.round_trips() - before, 1);
    let one = every.iter().find(|name| !fixed.contains(name)).unwrap();
    driver
        .permissions(SAMPLE, &[(one.clone(), Permission::Deny)])
        .await
        .unwrap();
    assert_eq!(granted().await.len(), every.len() - 1);
    // As Maestro, what the app does not request is passed over.
    driver
        .permissions(SAMPLE, &[("calendar".into(), Permission::Allow)])
        .await
        .unwrap();
}

#[tokio::test]
async fn a_link_opens_in_its_app() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    driver
        .open_link("sample://user/mara.k", None)
        .await
        .unwrap();
    let looked = driver.look().await.unwrap();
    assert!(looked.element("profile_name").unwrap().0.contains("mara.k"));
}

#[tokio::test]
async fn a_link_that_nothing_takes_is_an_error() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    for package in [None, Some(SAMPLE)] {
        let error = driver.open_link("nosuch://x?a=1&b='2'", package).await;
        let error = error.unwrap_err();
        assert!(refused(&error).contains("unable to resolve"), "{error}");
        assert!(error.to_string().contains("nosuch://x"), "{error}");
    }
}

#[tokio::test]
async fn an_app_that_dies_under_a_touch_has_crashed() {
    let stand = Stand::new();
    let mut driver = stand.at("sample://feed").await;
    stand.faults(|faults| faults.crash_app = true);
    driver.tap((270, 600)).await.unwrap();
    let crash = driver.crashed(SAMPLE).await.unwrap().unwrap();
    assert!(!crash.what.is_empty());
    assert_eq!(driver.crashed("org.example.other").await.unwrap(), None);
}
