//! Asks a phone how it is, in one round trip, and reads its answer.

use super::registry::Health;
use crate::model::Battery;

/// What the phone is asked. Each part is told by its first words, so that a phone without
/// one of the programs still answers the rest.
pub(super) const COMMAND: &str = "echo model=$(getprop ro.product.model); \
     echo android=$(getprop ro.build.version.release); \
     dumpsys battery; df -k /data";

/// Reads the answer. Parts that are missing or unreadable stay unknown.
pub(super) fn parse(text: &str) -> Health {
    let mut health = Health::default();
    let (mut percent, mut celsius) = (None, None);
    let mut in_df = false;
    for line in text.lines().map(str::trim) {
        if let Some(model) = line.strip_prefix("model=") {
            health.model = named(model);
        } else if let Some(android) = line.strip_prefix("android=") {
            health.android = named(android);
        } else if let Some(level) = line.strip_prefix("level:") {
            percent = level.trim().parse::<u8>().ok().filter(|p| *p <= 100);
        } else if let Some(tenths) = line.strip_prefix("temperature:") {
            celsius = tenths.trim().parse::<f32>().ok().map(|t| t / 10.0);
        } else if line.starts_with("Filesystem") {
            in_df = true;
        } else if in_df && health.free_mib.is_none() {
            // Filesystem 1K-blocks Used Available Use% Mounted-on (toybox).
            let free = line.split_whitespace().nth(3);
            health.free_mib = free.and_then(|n| n.parse::<u64>().ok()).map(|k| k / 1024);
        }
    }
    if let (Some(percent), Some(celsius)) = (percent, celsius) {
        health.battery = Some(Battery { percent, celsius });
    }
    health
}

fn named(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control()).take(64).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_phones_answer() {
        let text = "model=Pixel 7\nandroid=14\nCurrent Battery Service state:\n  AC powered: false\n  level: 81\n  scale: 100\n  temperature: 276\nFilesystem     1K-blocks    Used Available Use% Mounted on\n/dev/block/dm-5 115249236 1000 20480 31% /data\n";
        let health = parse(text);
        assert_eq!(health.model.as_deref(), Some("Pixel 7"));
        assert_eq!(health.android.as_deref(), Some("14"));
        assert_eq!(
            health.battery,
            Some(Battery {
                percent: 81,
                celsius: 27.6
            })
        );
        assert_eq!(health.free_mib, Some(20));
    }

    #[test]
    fn what_is_missing_or_odd_stays_unknown() {
        assert_eq!(parse(""), Health::default());
        let odd = parse("model=\nlevel: 400\ntemperature: warm\nFilesystem\n/data full");
        assert_eq!(odd, Health::default());
    }
}
