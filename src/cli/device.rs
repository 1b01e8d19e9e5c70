//! `farmhand device ...`

use serde::Deserialize;
use serde_json::json;

use super::args::DeviceCommand;
use super::backend::Backend;
use super::device_set;
use super::output::{Output, ago, count};
use super::screen;
use super::table::{Align, Table};
use super::task::facts_text;
use crate::api::client::segment;
use crate::model::{DeviceView, Serial};

/// Does it.
pub(super) async fn run(
    backend: &Backend,
    command: DeviceCommand,
    output: Output,
) -> anyhow::Result<()> {
    let at = |serial: &Serial| format!("/device/{}", segment(serial.as_str()));
    match command {
        DeviceCommand::List => {
            let data = backend.get("/device").await?;
            output.answer(data, |list: Devices| table(&list.devices))
        }
        DeviceCommand::Show { serial } => {
            let data = backend.get(&at(&serial)).await?;
            output.answer(data, |device| detail(&device))
        }
        DeviceCommand::Set(args) => device_set::set(backend, args, output).await,
        DeviceCommand::Properties { serial } => {
            device_set::properties(backend, &serial, output).await
        }
        DeviceCommand::Dump(args) => screen::dump(backend, args, output).await,
        DeviceCommand::Screen(args) => screen::screen(backend, args).await,
        DeviceCommand::Hold { serial, reason } => {
            let body = json!({ "reason": reason });
            let data = backend
                .post(&format!("{}/hold", at(&serial)), Some(&body))
                .await?;
            output.answer(data, |device: DeviceView| {
                format!("{} gets no work until it is released\n", device.serial)
            })
        }
        DeviceCommand::Release { serial } => {
            let data = backend
                .post(&format!("{}/release", at(&serial)), None)
                .await?;
            output.answer(data, |device: DeviceView| {
                format!("{} may work again\n", device.serial)
            })
        }
    }
}

#[derive(Deserialize)]
struct Devices {
    devices: Vec<DeviceView>,
}

fn table(devices: &[DeviceView]) -> String {
    let mut table = Table::new([
        ("SERIAL", Align::Left),
        ("NAME", Align::Left),
        ("GROUP", Align::Left),
        ("MODEL", Align::Left),
        ("ANDROID", Align::Left),
        ("STATE", Align::Left),
        ("BATT", Align::Right),
        ("TEMP", Align::Right),
        ("TASK", Align::Right),
        ("QUEUE", Align::Right),
        ("SEEN", Align::Right),
        ("TAGS", Align::Left),
        ("NOTE", Align::Left),
    ]);
    for device in devices {
        table.row([
            device.serial.to_string(),
            shown(device.labels.name.as_ref()),
            shown(device.labels.group.as_ref()),
            device.model.clone(),
            device.android.clone(),
            device.state.text().into(),
            device
                .battery
                .map(|b| format!("{}%", b.percent))
                .unwrap_or_default(),
            device
                .battery
                .map(|b| format!("{:.1}", b.celsius))
                .unwrap_or_default(),
            device.task.map(|id| id.to_string()).unwrap_or_default(),
            device.queue.to_string(),
            device.last_seen.map(ago).unwrap_or_default(),
            device.labels.tags_text(),
            note(device),
        ]);
    }
    format!("{table}{}\n", count(devices.len() as u64, "device"))
}

/// A label; nothing if there is none.
fn shown(label: Option<&impl ToString>) -> String {
    label.map(ToString::to_string).unwrap_or_default()
}

fn note(device: &DeviceView) -> String {
    let held = device
        .hold
        .as_ref()
        .map(|hold| format!("held: {}", hold.reason));
    held.or_else(|| device.blocked.clone()).unwrap_or_default()
}

fn detail(device: &DeviceView) -> String {
    let facts = [
        ("serial", device.serial.to_string()),
        ("name", shown(device.labels.name.as_ref())),
        ("group", shown(device.labels.group.as_ref())),
        ("tags", device.labels.tags_text()),
        ("model", device.model.clone()),
        ("android", device.android.clone()),
        ("state", device.state.text().into()),
        ("note", note(device)),
        ("adb server", device.server.clone().unwrap_or_default()),
        (
            "battery",
            device
                .battery
                .map(|b| format!("{} %, {:.1} degrees", b.percent, b.celsius))
                .unwrap_or_default(),
        ),
        (
            "free",
            device
                .free_mib
                .map(|mib| format!("{mib} MiB"))
                .unwrap_or_default(),
        ),
        (
            "task",
            device.task.map(|id| id.to_string()).unwrap_or_default(),
        ),
        ("queue", device.queue.to_string()),
        (
            "last seen",
            device
                .last_seen
                .map(|at| at.to_string())
                .unwrap_or_default(),
        ),
    ];
    facts_text(&facts)
}
