//! Short commands, screenshots, and phones that misbehave under them.

use std::time::Duration;

use farmhand::adb::{AdbError, Limits, quote};
use farmhand::phone::Faults;
use tokio::time::Instant;

use super::stage::{Between, LONG, Stage, limits, until};

#[tokio::test]
async fn outputs_and_exit_codes_come_back_apart() {
    for stage in Stage::each(2).await {
        let cmd = "echo out; echo err >&2; exit 7";
        let out = stage.phone(1).shell(cmd, &limits()).await.unwrap();
        assert_eq!(
            (out.stdout, out.stderr, out.exit),
            (b"out\n".to_vec(), b"err\n".to_vec(), 7)
        );
    }
}

#[tokio::test]
async fn a_quoted_argument_reaches_the_phone_as_it_was() {
    for stage in Stage::each(1).await {
        for text in ["it's $HOME; `reboot`", "a  b\nc", "é*?\\"] {
            let cmd = format!("echo {}", quote(text));
            let out = stage.phone(0).shell(&cmd, &limits()).await.unwrap();
            assert_eq!(String::from_utf8(out.stdout).unwrap(), format!("{text}\n"));
        }
    }
}

#[tokio::test]
async fn a_screenshot_is_a_png() {
    for stage in Stage::each(1).await {
        let png = stage.phone(0).screenshot(&limits()).await.unwrap();
        let decoder = png::Decoder::new(std::io::Cursor::new(png));
        assert!(decoder.read_info().unwrap().info().width > 0);
    }
}

#[tokio::test]
async fn exec_gives_the_bytes_of_a_command() {
    for stage in Stage::each(1).await {
        let out = stage.phone(0).exec_out("echo hello", &limits()).await;
        assert_eq!(out.unwrap(), b"hello\n");
    }
}

#[tokio::test]
async fn the_server_tells_itself_and_its_phones() {
    for stage in Stage::each(1).await {
        assert!(stage.server.version().await.unwrap() >= 31);
        let features = stage.server.features().await.unwrap();
        assert!(features.iter().any(|f| f == "shell_v2"), "{features:?}");
        assert!(stage.phone(0).features().await.unwrap().shell_v2);
        let details = stage.server.describe(&stage.serials[0]).await.unwrap();
        let model = stage.inside(0).details().model;
        assert_eq!(details.model.as_deref(), Some(model));
        assert_eq!(details.usb.is_some(), stage.between == Between::Embedded);
    }
}

#[tokio::test]
async fn a_phone_that_is_not_there_is_not_found() {
    for stage in Stage::each(1).await {
        let phone = farmhand::adb::Phone::new(stage.server.clone(), "nobody");
        let error = phone.shell("true", &limits()).await.unwrap_err();
        assert!(matches!(error, AdbError::NotFound { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_hung_phone_costs_its_deadline_and_nobody_elses_time() {
    for stage in Stage::each(2).await {
        let (hung, healthy) = (stage.phone(0), stage.phone(1));
        hung.features().await.unwrap();
        stage.fault(
            0,
            Faults {
                hang: true,
                ..Faults::default()
            },
        );
        let limits = Limits::within(Duration::from_millis(500));
        let began = Instant::now();
        let (error, out) = tokio::join!(hung.shell("echo", &limits), async {
            healthy.shell("echo", &limits).await
        });
        let error = error.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert!(began.elapsed() < LONG / 2);
        assert_eq!(out.unwrap().exit, 0);
    }
}

#[tokio::test]
async fn a_phone_that_drops_under_a_command_is_lost() {
    for stage in Stage::each(1).await {
        let phone = stage.phone(0);
        let limits = limits();
        let command = phone.shell("sleep 600", &limits);
        let drop = async {
            until("the command runs", async || stage.running(0, "sleep") == 1).await;
            stage.fault(
                0,
                Faults {
                    drop: true,
                    ..Faults::default()
                },
            );
        };
        let (error, ()) = tokio::join!(command, drop);
        let error = error.unwrap_err();
        assert!(matches!(error, AdbError::Closed { .. }), "{error}");
    }
}

#[tokio::test]
async fn garbage_on_the_wire_is_never_success() {
    for stage in Stage::each(1).await {
        let phone = stage.phone(0);
        phone.features().await.unwrap();
        stage.fault(
            0,
            Faults {
                garbage: true,
                ..Faults::default()
            },
        );
        let limits = Limits::within(Duration::from_secs(2));
        let error = phone.shell("echo hello", &limits).await.unwrap_err();
        let known =
            error.is_lost() || error.is_timeout() || matches!(error, AdbError::Protocol { .. });
        assert!(known, "{error}");
    }
}
