//! `farmhand demo`: the main job on virtual phones, in a folder that goes away with it, and
//! somebody who gives the phones work.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::args::DemoArgs;
use super::output::print;
use super::serve::{self, Left};
use super::signals::Signals;
use crate::config::{Folders, Loaded, Settings};
use crate::farm::{Farm, Request, Targets};
use crate::model::{DeviceView, Serial, Source};
use crate::phone::farm::PhoneFarm;
use crate::telemetry::Echo;

/// Between two tasks given.
const PACE: Duration = Duration::from_millis(500);

/// Tasks that may wait for one phone before it gets no more.
const QUEUE: u64 = 2;

/// From so many phones on, some of them are ill.
const ENOUGH_FOR_TROUBLE: u16 = 8;

/// A slow phone, one whose battery is nearly flat, and one that was never unlocked.
const TROUBLE: [&str; 3] = [
    "4:slow_shell_ms=400",
    "6:battery.percent=4",
    "8:unauthorized",
];

/// Runs it until the console is left or a signal comes.
pub(super) async fn run(args: &DemoArgs) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    let folder = tempfile::Builder::new()
        .prefix("farmhand-demo-")
        .tempdir()
        .context("cannot make a temporary folder")?;
    let phones = phones(args.phones)?;
    let address = phones.open_server((Ipv4Addr::LOCALHOST, 0).into())?;
    let mut settings = settings(args, folder.path());
    settings.adb.servers = vec![address];
    let file = gift(&folder)?;

    let loaded = Loaded {
        settings,
        warnings: Vec::new(),
    };
    let begun = serve::begin(&loaded, Echo::Silent).await?;
    print(&format!(
        "farmhand demo: {} virtual phones\n  api   {}\n  data  {} (goes away at the end)\n",
        args.phones,
        begun.job.url(),
        folder.path().display()
    ))?;
    let driver = tokio::spawn(drive(begun.job.farm().clone(), file));
    let left = if serve::has_terminal() {
        serve::console(
            &begun,
            &loaded.settings,
            args.record.as_deref(),
            &mut signals,
        )
        .await
    } else {
        print("no terminal, so no console; Ctrl-C or SIGTERM ends it\n")?;
        signals.end().await;
        Ok(Left::Asked)
    };
    driver.abort();
    let ended = serve::end(begun.job, &mut signals).await;
    phones.shutdown().await;
    left.and(ended)
}

fn phones(count: u16) -> anyhow::Result<PhoneFarm> {
    let mut phones = PhoneFarm::new(count.into());
    if count >= ENOUGH_FOR_TROUBLE {
        let flags = TROUBLE.iter().map(|flag| flag.parse());
        phones.set_flags(&flags.collect::<Result<Vec<_>, _>>()?)?;
    }
    Ok(phones)
}

/// The operator's own settings play no part: a demo is the same everywhere.
fn settings(args: &DemoArgs, folder: &Path) -> Settings {
    let mut settings = Settings::defaults(Folders {
        data: folder.to_owned(),
        config: folder.join("config"),
        home: None,
    });
    settings.adb.start_server = false;
    settings.media.roots = vec![folder.to_owned()];
    settings.console.readonly = args.readonly;
    if !args.listen.is_empty() {
        settings.api.listen.clone_from(&args.listen);
    } else if settings
        .api
        .listen
        .iter()
        .any(|a| is_taken(TcpListener::bind(a)))
    {
        for address in &mut settings.api.listen {
            address.set_port(0);
        }
    }
    settings
}

fn is_taken(bound: io::Result<TcpListener>) -> bool {
    bound.is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
}

/// The picture that phones are given and post.
fn gift(folder: &TempDir) -> anyhow::Result<String> {
    const SIDE: u32 = 256;
    let path = folder.path().join("hello.png");
    let told = || format!("cannot write {}", path.display());
    let file = std::fs::File::create(&path).with_context(told)?;
    let mut encoder = png::Encoder::new(file, SIDE, SIDE);
    encoder.set_color(png::ColorType::Grayscale);
    let pixels: Vec<u8> = (0..SIDE * SIDE)
        .map(|at| u8::try_from((at % SIDE) ^ (at / SIDE)).unwrap_or(u8::MAX))
        .collect();
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&pixels));
    written.with_context(told)?;
    Ok(path.display().to_string())
}

/// Gives phones a task now and then, as long as they keep up.
async fn drive(farm: Farm, file: String) {
    let mut ticks = tokio::time::interval(PACE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    for turn in 0_usize.. {
        ticks.tick().await;
        let devices = farm.reader.devices();
        let Some(serial) = next_phone(&devices, turn) else {
            continue;
        };
        let (script, config) = work(turn, &file);
        let request = Request {
            targets: Targets::Serials {
                serials: vec![serial],
                each_account: false,
            },
            script: script.into(),
            config,
            start_time: None,
            source: Source::Ui,
            idempotency: None,
        };
        if let Err(error) = farm.commands.submit(request).await {
            tracing::warn!(%error, script, "the demo could not create a task");
        }
    }
}

/// The first phone from `turn` on whose queue is short.
fn next_phone(devices: &[DeviceView], turn: usize) -> Option<Serial> {
    let from = turn.checked_rem(devices.len())?;
    let (before, after) = devices.split_at_checked(from)?;
    let mut all = after.iter().chain(before);
    all.find(|device| device.queue < QUEUE)
        .map(|device| device.serial.clone())
}

/// What a farm does all day; now and then something fails.
fn work(turn: usize, file: &str) -> (&'static str, Map<String, Value>) {
    const USERS: [&str; 5] = ["mia", "jonas_b", "lea.paints", "tomasz", "yuki_m"];
    let user = USERS.get(turn / 3 % USERS.len()).copied().unwrap_or("mia");
    let by = ["direct", "search"].get(turn / 2 % 2);
    let shell = |command: &str| ("shell", json!({ "command": command }));
    let (script, config) = match turn % 11 {
        0 => (
            "follow",
            json!({ "target_users": [user], "access_method": by }),
        ),
        1 => shell("getprop ro.product.model; sleep 4; dumpsys battery"),
        2 => ("account_warmup", warmup(turn)),
        3 => ("screenshot", json!({})),
        4 => ("comment", comment(turn)),
        5 => shell("sleep 3; df /data; ls /sdcard/Download"),
        6 => ("post", post(file)),
        7 => (
            "push",
            json!({ "local": file, "remote": "/sdcard/Download/hello.png" }),
        ),
        8 => ("unfollow", json!({ "target_users": [user] })),
        9 => shell("sleep 2; settings get global airplane_mode_on"),
        // There is no such user: a failure with its evidence, to be looked at.
        _ => ("follow", json!({ "target_users": ["nobody"] })),
    };
    match config {
        Value::Object(config) => (script, config),
        _ => (script, Map::new()),
    }
}

fn warmup(turn: usize) -> Value {
    let topic = ["", "cats", "cycling", "travel"].get(turn % 4);
    json!({ "task_duration": 20, "min_duration": 2, "max_duration": 6, "topic": topic })
}

fn comment(turn: usize) -> Value {
    json!({
        "target_post_urls": [format!("sample://post/{}", 1 + turn % 120)],
        "comment_content": "Lovely!\nWhere is that?\nSo good.",
    })
}

fn post(file: &str) -> Value {
    json!({
        "content_type": 1,
        "material_list": [file],
        "captions": "Hello from the farm. It's \"quoted\".",
    })
}

#[cfg(test)]
mod tests {
    use super::{TROUBLE, phones, work};

    #[test]
    fn the_trouble_is_of_a_kind_that_phones_know() {
        assert!(phones(12).is_ok(), "{TROUBLE:?}");
    }

    #[test]
    fn work_varies_with_the_turn() {
        assert_ne!(work(0, "f"), work(1, "f"));
        assert_eq!(work(7, "f").1["local"], "f");
    }
}
