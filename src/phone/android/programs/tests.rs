mod apps;
mod device;
mod media;
mod typing;

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::super::super::faults::{BatteryFault, Faults};
use super::super::testing::{line, out, phone, run, shell, soon, until};
use super::super::{JournalEntry, Phone, PhoneSpec};

/// The screen, as `uiautomator` tells it.
async fn dump(phone: &Arc<Phone>) -> String {
    out(phone, "uiautomator dump /dev/tty").await
}

/// The attribute of the first node with a resource id of the sample app.
async fn attribute(phone: &Arc<Phone>, id: &str, name: &str) -> Option<String> {
    let dump = dump(phone).await;
    let id = format!("resource-id=\"org.farmhand.sample:id/{id}\"");
    let node = dump.split('<').find(|node| node.contains(&id))?;
    let (_, value) = node.split_once(&format!(" {name}=\""))?;
    Some(value.split('"').next()?.to_owned())
}

/// Touches the middle of that node.
async fn tap(phone: &Arc<Phone>, id: &str) {
    let bounds = attribute(phone, id, "bounds").await;
    let bounds = bounds.unwrap_or_else(|| panic!("no {id} on the screen"));
    let numbers = bounds.split(['[', ']', ',']);
    let numbers: Vec<i32> = numbers.filter_map(|number| number.parse().ok()).collect();
    let [left, top, right, bottom] = numbers.try_into().expect("four numbers");
    let (x, y) = (i32::midpoint(left, right), i32::midpoint(top, bottom));
    out(phone, &format!("input tap {x} {y}")).await;
}

#[tokio::test]
async fn getprop_names_a_property_or_lists_all() {
    let phone = phone();
    assert_eq!(out(&phone, "getprop ro.product.model").await, "Pixel 6\n");
    assert_eq!(out(&phone, "getprop none").await, "\n");
    let all = out(&phone, "getprop").await;
    assert!(all.contains("[ro.serialno]: [virtual-0001]\n"), "{all}");
    out(&phone, "setprop debug.x 'a b'").await;
    assert_eq!(out(&phone, "getprop debug.x").await, "a b\n");
    assert_eq!(run(&phone, "setprop ro.serialno y").await.exit, Some(1));
}

#[tokio::test]
async fn df_prints_the_table_of_toybox() {
    let table = out(&phone(), "df -k /data").await;
    let expected = "Filesystem       1K-blocks     Used Available Use% Mounted on\n\
                    /dev/block/dm-45 113244012 43215324  70028688  39% /data\n";
    assert_eq!(table, expected);
}

#[tokio::test]
async fn a_full_phone_has_nothing_available_and_refuses_to_write() {
    let phone = phone();
    phone.set_faults(Faults {
        storage_full: true,
        ..Faults::default()
    });
    let table = out(&phone, "df -k /data").await;
    assert!(
        table.ends_with(" 113244012         0 100% /data\n"),
        "{table}"
    );
    let output = run(&phone, "echo x > /data/local/tmp/y").await;
    assert!(
        output.stderr.ends_with("No space left on device\n"),
        "{output:?}"
    );
}

#[tokio::test]
async fn a_file_that_fills_up_ends_its_writer() {
    let phone = Phone::new(PhoneSpec {
        storage: 100_000,
        ..PhoneSpec::numbered(1)
    });
    let output = run(&phone, "yes > /data/local/tmp/y").await;
    assert_eq!(output.stderr, "yes: write error: No space left on device\n");
    assert_eq!(output.exit, Some(1));
}

#[tokio::test]
async fn the_battery_shows_its_faults() {
    let phone = phone();
    let battery = BatteryFault {
        percent: Some(4),
        celsius: Some(48.0),
    };
    phone.set_faults(Faults {
        battery,
        ..Faults::default()
    });
    let shown = out(&phone, "dumpsys battery | grep -E 'level|temperature'").await;
    assert_eq!(shown, "  level: 4\n  temperature: 480\n");
}

#[tokio::test]
async fn ps_shows_processes_in_the_columns_asked_for() {
    let phone = phone();
    let mut stream = shell(&phone, "echo $$; sleep 600");
    let pid = line(&mut stream).await.trim().to_owned();
    until(|| phone.processes().iter().any(|p| p.name() == "sleep")).await;
    let table = out(
        &phone,
        "ps -A -o PPID,PGID,NAME,ARGS | grep 'sleep 600$' | grep -v sh",
    )
    .await;
    assert_eq!(table, format!("{pid:>5} {pid:>5} sleep sleep 600\n"));
    let shown = out(&phone, &format!("ps -o PID,ARGS -p {pid}")).await;
    assert_eq!(
        shown,
        format!("  PID ARGS\n{pid:>5} /system/bin/sh -c echo $$; sleep 600\n")
    );
    let sleep = out(&phone, "pidof sleep").await;
    assert_eq!(out(&phone, "pgrep sleep").await, sleep);
    let default = out(&phone, "ps -A").await;
    assert!(default.starts_with("USER           PID  PPID"), "{default}");
}

#[tokio::test]
async fn files_are_made_moved_copied_listed_and_removed() {
    let phone = phone();
    let script = "cd /data/local/tmp && mkdir -p a/b && echo x > a/b/f && cp -r a c && mv c/b/f c/g \
                  && touch a/e && rm a/b/f && rmdir a/b && ls a c && rm -rf a c && ls -a";
    assert_eq!(out(&phone, script).await, "a:\ne\nc:\nb\ng\n.\n..\n");
}

#[tokio::test]
async fn a_missing_file_is_named_with_the_reason() {
    let output = run(
        &phone(),
        "cat /none /proc/uptime >/dev/null; rm /none; rm -f /none",
    )
    .await;
    let expected =
        "cat: /none: No such file or directory\nrm: '/none': No such file or directory\n";
    assert_eq!((output.stderr.as_str(), output.exit), (expected, Some(0)));
}

#[tokio::test]
async fn settings_are_kept_and_null_when_deleted() {
    let phone = phone();
    let script = "settings put system screen_brightness 7; settings get system screen_brightness; \
                  settings delete system screen_brightness; settings get system screen_brightness";
    assert_eq!(out(&phone, script).await, "7\nDeleted 1 rows\nnull\n");
    out(&phone, "svc power stayon true").await;
    assert_eq!(
        phone
            .setting("global", "stay_on_while_plugged_in")
            .as_deref(),
        Some("7")
    );
}

#[tokio::test]
async fn an_apk_comes_over_the_stream_and_is_uninstalled_again() {
    let phone = phone();
    let apk = [b"package: org.example.notes\n".to_vec(), vec![0; 100_000]].concat();
    let service = format!("exec:cmd package 'install' -r -S {}", apk.len());
    let mut stream = phone.open(service.as_bytes()).unwrap();
    stream.write_all(&apk).await.unwrap();
    let mut answer = String::new();
    soon(stream.read_to_string(&mut answer)).await.unwrap();
    assert_eq!(answer, "Success\n");
    assert!(
        out(&phone, "pm list packages -3")
            .await
            .contains("package:org.example.notes\n")
    );
    let size = apk.len() as u64;
    let installed = JournalEntry::Installed {
        package: "org.example.notes".into(),
        size,
    };
    assert!(phone.journal().contains(&installed));
    assert_eq!(
        out(&phone, "cmd package 'uninstall' org.example.notes").await,
        "Success\n"
    );
    let again = run(&phone, "pm uninstall org.example.notes").await;
    assert_eq!(again.stdout, "Failure [DELETE_FAILED_INTERNAL_ERROR]\n");
}

#[tokio::test]
async fn an_install_fails_with_the_reason_that_is_set() {
    let phone = phone();
    let fail_install = Some("INSTALL_FAILED_OLDER_SDK".to_owned());
    phone.set_faults(Faults {
        fail_install,
        ..Faults::default()
    });
    let output = run(
        &phone,
        "echo apk > /data/local/tmp/a.apk; pm install -r /data/local/tmp/a.apk",
    )
    .await;
    assert_eq!(output.stdout, "Failure [INSTALL_FAILED_OLDER_SDK]\n");
    assert_eq!(output.exit, Some(1));
}

#[tokio::test]
async fn an_app_runs_in_front_until_it_is_stopped() {
    let phone = phone();
    let started = out(&phone, "am start -n org.farmhand.sample/.MainActivity").await;
    assert_eq!(
        started,
        "Starting: Intent { cmp=org.farmhand.sample/.MainActivity }\n"
    );
    let focus = "dumpsys window | grep mFocusedApp";
    assert!(
        out(&phone, focus)
            .await
            .contains(" org.farmhand.sample/.MainActivity ")
    );
    assert_ne!(out(&phone, "pidof org.farmhand.sample").await, "");
    out(&phone, "am force-stop org.farmhand.sample").await;
    assert!(out(&phone, focus).await.contains("launcher"));
    assert_eq!(run(&phone, "pidof org.farmhand.sample").await.exit, Some(1));
    assert_eq!(
        run(&phone, "am start -n org.none/.Main").await.exit,
        Some(1)
    );
}

#[tokio::test]
async fn a_followed_log_shows_new_lines_as_they_come() {
    let phone = phone();
    let mut stream = shell(&phone, "logcat -c; logcat");
    assert_eq!(line(&mut stream).await, "--------- beginning of main\n");
    out(&phone, "log -t Test hello").await;
    let added = line(&mut stream).await;
    assert!(added.ends_with(" I Test    : hello\n"), "{added}");
    let dumped = out(&phone, "logcat -d | grep hello | wc -l").await;
    assert_eq!(dumped, "1\n");
}

#[tokio::test]
async fn date_formats_the_time() {
    let seconds: u64 = out(&phone(), "date +%s").await.trim().parse().unwrap();
    assert!(seconds > 1_700_000_000);
}
