//! Starting, finding and stopping apps, and what they may do.

use super::super::super::super::faults::Faults;
use super::super::super::testing::{out, phone, run};
use super::super::super::{Phone, PhoneSpec};
use super::dump;

const START: &str = "am start -W -n org.farmhand.sample/.MainActivity";

#[tokio::test]
async fn who_waits_for_a_start_learns_how_the_app_came_to_the_front() {
    let phone = phone();
    let cold = out(&phone, START).await;
    assert!(
        cold.contains(
            "Status: ok\nLaunchState: COLD\nActivity: org.farmhand.sample/.MainActivity\n"
        ),
        "{cold}"
    );
    assert!(cold.ends_with("\nComplete\n"), "{cold}");
    let again = out(&phone, START).await;
    let delivered = "Warning: Activity not started, intent has been delivered to currently running \
                     top-most instance.\nStatus: ok\n";
    assert!(again.contains(delivered), "{again}");
    out(&phone, "input keyevent HOME").await;
    let back = out(&phone, START).await;
    let brought = "Warning: Activity not started, its current task has been brought to the \
                   front\nStatus: ok\nLaunchState: HOT\n";
    assert!(back.contains(brought), "{back}");
}

#[tokio::test]
async fn a_warning_of_a_start_is_on_standard_error_and_no_failure() {
    let phone = phone();
    out(&phone, START).await;
    let again = run(&phone, "am start -n org.farmhand.sample/.MainActivity").await;
    assert!(again.stderr.starts_with("Warning: "), "{again:?}");
    assert_eq!(again.exit, Some(0));
}

#[tokio::test]
async fn a_start_that_leads_nowhere_says_why_and_exits_with_1() {
    let phone = phone();
    let output = run(
        &phone,
        "am start -a android.intent.action.VIEW -d nobody://x/y",
    )
    .await;
    let intent = "Intent { act=android.intent.action.VIEW dat=nobody://x/...";
    assert_eq!(output.stdout, format!("Starting: {intent} }}\n"));
    let why = "Error: Activity not started, unable to resolve";
    assert_eq!(output.stderr, format!("{why} {intent} flg=0x10000000 }}\n"));
    assert_eq!(output.exit, Some(1));
    let output = run(&phone, "am start -n org.farmhand.sample/.Other").await;
    assert_eq!(
        output.stderr,
        "Error type 3\nError: Activity class \
         {org.farmhand.sample/org.farmhand.sample.Other} does not exist.\n"
    );
    assert_eq!(output.exit, Some(1));
}

#[tokio::test]
async fn a_package_alone_is_not_started_as_its_icon_is_in_no_default_category() {
    let output = run(&phone(), "am start org.farmhand.sample").await;
    assert!(output.stderr.contains("unable to resolve"), "{output:?}");
}

#[tokio::test]
async fn links_open_in_the_app_that_declares_them() {
    let phone = phone();
    let view = "wm dismiss-keyguard; am start -a android.intent.action.VIEW -d";
    for (link, package) in [
        ("sample://user/ann", "org.farmhand.sample"),
        ("https://sample.test/p/1", "org.farmhand.sample"),
        ("https://example.com/", "com.android.chrome"),
        (
            "'https://sample.test/p/1' com.android.chrome",
            "com.android.chrome",
        ),
    ] {
        out(&phone, "input keyevent HOME").await;
        run(&phone, &format!("{view} {link}")).await;
        let focus = out(&phone, "dumpsys window | grep mCurrentFocus").await;
        assert!(
            focus.contains(&format!(" u0 {package}/")),
            "{link}: {focus}"
        );
    }
}

#[tokio::test]
async fn a_start_can_stop_the_app_before() {
    let phone = phone();
    out(&phone, START).await;
    let pid = out(&phone, "pidof org.farmhand.sample").await;
    let again = out(&phone, &START.replace("-W", "-W -S")).await;
    assert!(
        again.starts_with("Stopping: org.farmhand.sample\nStarting: "),
        "{again}"
    );
    assert!(again.contains("LaunchState: COLD"), "{again}");
    assert_ne!(out(&phone, "pidof org.farmhand.sample").await, pid);
}

#[tokio::test]
async fn only_an_app_in_the_background_is_killed() {
    let phone = phone();
    out(&phone, START).await;
    out(&phone, "am kill org.farmhand.sample").await;
    assert_ne!(out(&phone, "pidof org.farmhand.sample").await, "");
    out(&phone, "input keyevent HOME; am kill org.farmhand.sample").await;
    assert_eq!(run(&phone, "pidof org.farmhand.sample").await.exit, Some(1));
}

#[tokio::test]
async fn the_activity_of_an_icon_is_found_and_monkey_starts_it() {
    let phone = phone();
    let icon = "cmd package resolve-activity --brief -c android.intent.category.LAUNCHER";
    let found = out(&phone, &format!("{icon} org.farmhand.sample | tail -n 1")).await;
    assert_eq!(found, "org.farmhand.sample/.MainActivity\n");
    assert_eq!(
        out(&phone, &format!("{icon} org.none")).await,
        "No activity found\n"
    );
    let started = out(&phone, "monkey -p org.farmhand.sample 1").await;
    assert!(started.contains("\nEvents injected: 1\n"), "{started}");
    assert_ne!(out(&phone, "pidof org.farmhand.sample").await, "");
    let none = run(
        &phone,
        "monkey -p org.none -c android.intent.category.LAUNCHER 1",
    )
    .await;
    assert_eq!(
        none.stderr,
        "** No activities found to run, monkey aborted.\n"
    );
    assert_eq!(none.exit, Some(252));
}

#[tokio::test]
async fn permissions_are_granted_shown_and_revoked() {
    let phone = phone();
    let camera = "dumpsys package org.farmhand.sample | grep permission.CAMERA:";
    let shown = |granted: &str| format!("        android.permission.CAMERA: granted={granted},");
    assert!(out(&phone, camera).await.starts_with(&shown("false")));
    out(
        &phone,
        "pm grant org.farmhand.sample android.permission.CAMERA",
    )
    .await;
    assert!(out(&phone, camera).await.starts_with(&shown("true")));
    out(&phone, START).await;
    out(
        &phone,
        "pm revoke org.farmhand.sample android.permission.CAMERA",
    )
    .await;
    assert!(out(&phone, camera).await.starts_with(&shown("false")));
    // An app that loses a permission is ended.
    assert_eq!(run(&phone, "pidof org.farmhand.sample").await.exit, Some(1));
}

#[tokio::test]
async fn a_permission_that_cannot_be_granted_is_an_exception() {
    let phone = phone();
    for (arguments, message) in [
        (
            "org.none android.permission.CAMERA",
            "java.lang.IllegalArgumentException: Unknown package: org.none",
        ),
        (
            "org.farmhand.sample android.permission.NONE",
            "java.lang.IllegalArgumentException: Unknown permission: android.permission.NONE",
        ),
        (
            "org.farmhand.sample android.permission.SEND_SMS",
            "java.lang.SecurityException: Package org.farmhand.sample has not requested \
             permission android.permission.SEND_SMS",
        ),
    ] {
        let output = run(&phone, &format!("pm grant {arguments}")).await;
        let start = format!("\nException occurred while executing 'grant':\n{message}\n\tat ");
        assert!(output.stderr.starts_with(&start), "{output:?}");
        assert_eq!(output.exit, Some(255));
    }
}

#[tokio::test]
async fn clearing_an_app_takes_its_permissions() {
    let phone = phone();
    let grant = "pm grant --user 0 org.farmhand.sample android.permission.CAMERA";
    let clear = "pm clear org.farmhand.sample";
    assert_eq!(out(&phone, &format!("{grant}; {clear}")).await, "Success\n");
    let camera = "dumpsys package org.farmhand.sample | grep permission.CAMERA:";
    assert!(out(&phone, camera).await.contains("granted=false"));
    let failed = run(&phone, "pm clear org.none").await;
    assert_eq!((failed.stderr.as_str(), failed.exit), ("Failed\n", Some(1)));
}

#[tokio::test]
async fn the_crash_log_tells_of_an_app_that_died_and_of_nothing_else() {
    let phone = phone();
    out(
        &phone,
        &format!("wm dismiss-keyguard; {START}; log -t Test hello"),
    )
    .await;
    assert_eq!(out(&phone, "logcat -b crash -d").await, "");
    let pid = out(&phone, "pidof org.farmhand.sample").await;
    phone.set_faults(Faults {
        crash_app: true,
        ..Faults::default()
    });
    out(&phone, "input tap 270 500").await;
    let log = out(&phone, "logcat -b crash -d -t 100").await;
    assert!(log.starts_with("--------- beginning of crash\n"), "{log}");
    let process = format!("E AndroidRuntime: Process: org.farmhand.sample, PID: {pid}");
    assert!(log.contains(&process), "{log}");
    let since = out(&phone, "date +%s").await;
    let later = format!(
        "logcat -b crash -d -v epoch -T {}.000",
        since.trim().parse::<u64>().unwrap() + 5
    );
    assert_eq!(out(&phone, &later).await, "");
    let focus = out(&phone, "dumpsys window | grep mCurrentFocus").await;
    assert!(
        focus.contains("Application Error: org.farmhand.sample}"),
        "{focus}"
    );
}

#[tokio::test]
async fn what_is_resumed_is_named_as_the_phones_android_names_it() {
    for (index, name) in [(1, "topResumedActivity="), (7, "mResumedActivity: ")] {
        let phone = Phone::new(PhoneSpec::numbered(index));
        out(&phone, &format!("wm dismiss-keyguard; {START}")).await;
        let shown = out(&phone, "dumpsys activity activities").await;
        let expected =
            format!("{name}ActivityRecord{{7d2a1f u0 org.farmhand.sample/.MainActivity t12}}");
        assert!(shown.contains(&expected), "{shown}");
        let top = out(&phone, "dumpsys activity top | tail -n 1").await;
        assert!(
            top.starts_with("  ACTIVITY org.farmhand.sample/.MainActivity 7d2a1f pid="),
            "{top}"
        );
        out(&phone, "input keyevent SLEEP").await;
        let asleep = out(&phone, "dumpsys activity activities").await;
        assert!(asleep.contains(&format!("{name}null\n")), "{asleep}");
    }
}

#[tokio::test]
async fn dumps_fail_in_three_ways_and_exit_with_0() {
    let phone = phone();
    phone.set_faults(Faults {
        null_root_dumps: 1,
        stale_dumps: 1,
        ..Faults::default()
    });
    let failed = run(&phone, "uiautomator dump /sdcard/ui.xml").await;
    assert_eq!(
        failed.stderr,
        "ERROR: null root node returned by UiTestAutomationBridge.\n"
    );
    assert_eq!(failed.exit, Some(0));
    out(
        &phone,
        "echo old >/sdcard/ui.xml; uiautomator dump /sdcard/ui.xml",
    )
    .await;
    assert_eq!(out(&phone, "cat /sdcard/ui.xml").await, "old\n");
    assert!(dump(&phone).await.contains("</hierarchy>"));
}
