//! `df`: how full the phone is.

use super::files::split_options;
use super::{Context, Report};

/// Size of the data partition in KiB, as on a phone of 128 GB.
const DATA_BLOCKS: u64 = 113_244_012;
/// What the system and the apps of every phone use of it, in KiB.
const DATA_USED: u64 = 43_215_324;

struct FileSystem {
    device: &'static str,
    mounted: &'static str,
    blocks: u64,
    used: u64,
}

pub fn df(ctx: &Context, args: &[&str]) -> Report {
    let (options, operands) = split_options(args);
    let systems = file_systems(ctx);
    let mut shown: Vec<&FileSystem> = Vec::new();
    let mut report = Report::default();
    for operand in &operands {
        let at = ctx.resolve(operand);
        if let Err(error) = ctx.phone.stat_path(&at) {
            report.complain(&format!("df: '{operand}': {error}"));
            continue;
        }
        // The longest mount point that holds the path; the root holds all.
        let holds = |fs: &&FileSystem| fs.mounted == "/" || at.starts_with(fs.mounted);
        shown.extend(
            systems
                .iter()
                .filter(holds)
                .max_by_key(|fs| fs.mounted.len()),
        );
    }
    if operands.is_empty() {
        shown = systems.iter().collect();
    }
    if !shown.is_empty() {
        report.out = table(&shown, options.contains('h'));
    }
    report
}

fn file_systems(ctx: &Context) -> [FileSystem; 3] {
    let own = ctx.phone.tree().used().div_ceil(1_024);
    let full = ctx.phone.faults.borrow().storage_full;
    let used = if full { DATA_BLOCKS } else { DATA_USED + own };
    [
        FileSystem {
            device: "/dev/block/dm-5",
            mounted: "/",
            blocks: 870_100,
            used: 870_100,
        },
        FileSystem {
            device: "/dev/block/dm-45",
            mounted: "/data",
            blocks: DATA_BLOCKS,
            used,
        },
        FileSystem {
            device: "/dev/fuse",
            mounted: "/storage/emulated",
            blocks: DATA_BLOCKS,
            used,
        },
    ]
}

/// Toybox's table: every column as wide as its widest cell.
fn table(systems: &[&FileSystem], human: bool) -> String {
    let size = |kib: u64| {
        if human {
            human_size(kib)
        } else {
            kib.to_string()
        }
    };
    let heads = if human {
        ("Size", "Used", "Avail")
    } else {
        ("1K-blocks", "Used", "Available")
    };
    let mut rows = vec![[
        "Filesystem".to_owned(),
        heads.0.into(),
        heads.1.into(),
        heads.2.into(),
        "Use%".into(),
    ]];
    let mut mounts = vec!["Mounted on"];
    for fs in systems {
        let percent = (fs.used * 100).div_ceil(fs.blocks.max(1));
        let available = fs.blocks - fs.used.min(fs.blocks);
        rows.push([
            fs.device.to_owned(),
            size(fs.blocks),
            size(fs.used),
            size(available),
            format!("{percent}%"),
        ]);
        mounts.push(fs.mounted);
    }
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.len().max(*width);
        }
    }
    let [device, blocks, used, available, percent] = widths;
    let lines = rows.iter().zip(mounts).map(|([fs, b, u, a, p], mounted)| {
        format!("{fs:device$} {b:>blocks$} {u:>used$} {a:>available$} {p:>percent$} {mounted}\n")
    });
    lines.collect()
}

fn human_size(kib: u64) -> String {
    match kib {
        0..1_024 => format!("{kib}K"),
        1_024..1_048_576 => format!("{}M", kib / 1_024),
        _ => format!("{}G", kib / 1_048_576),
    }
}
