//! The battery, as `dumpsys battery` reports it.

use super::super::faults::BatteryFault;
use super::spec::PhoneSpec;

/// State of a battery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Battery {
    /// Charge, 0 to 100.
    pub percent: u8,
    /// Temperature in tenths of a degree Celsius.
    pub decidegrees: i32,
}

/// Tenths of a degree from which Android calls a battery overheated.
const OVERHEAT: i32 = 450;

impl Battery {
    /// The battery of a phone: a healthy one that differs from phone to phone, with its faults.
    pub fn of(spec: &PhoneSpec, fault: BatteryFault) -> Self {
        let percent = u8::try_from(62 + spec.index * 7 % 38).unwrap_or(100);
        let decidegrees = 262 + i32::try_from(spec.index * 13 % 60).unwrap_or(0);
        // Rounding a temperature to tenths cannot leave the range of i32: `as` saturates.
        let hot = fault.celsius.map(|celsius| (celsius * 10.0).round() as i32);
        Self {
            percent: fault.percent.unwrap_or(percent).min(100),
            decidegrees: hot.unwrap_or(decidegrees),
        }
    }

    /// The text of `dumpsys battery`, as BatteryService of Android 13 writes it.
    pub fn dump(self) -> String {
        let full = self.percent == 100;
        // BatteryManager's constants: 2 charging, 5 full; 2 good, 3 overheat.
        let (status, health) = (
            if full { 5 } else { 2 },
            if self.decidegrees >= OVERHEAT { 3 } else { 2 },
        );
        format!(
            "Current Battery Service state:\n  \
             AC powered: false\n  \
             USB powered: true\n  \
             Wireless powered: false\n  \
             Dock powered: false\n  \
             Max charging current: 500000\n  \
             Max charging voltage: 5000000\n  \
             Charge counter: {}\n  \
             status: {status}\n  \
             health: {health}\n  \
             present: true\n  \
             level: {}\n  \
             scale: 100\n  \
             voltage: {}\n  \
             temperature: {}\n  \
             technology: Li-ion\n",
            u32::from(self.percent) * 45_000,
            self.percent,
            3_500 + u32::from(self.percent) * 8,
            self.decidegrees,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hot_flat_battery_says_so_in_the_units_of_android() {
        let fault = BatteryFault {
            percent: Some(3),
            celsius: Some(51.25),
        };
        let dump = Battery::of(&PhoneSpec::numbered(1), fault).dump();
        assert!(dump.starts_with("Current Battery Service state:\n  AC powered: false\n"));
        assert!(dump.contains("\n  level: 3\n  scale: 100\n"), "{dump}");
        assert!(dump.contains("\n  temperature: 513\n"), "{dump}");
        assert!(dump.contains("\n  health: 3\n"), "{dump}");
    }

    #[test]
    fn every_phone_of_a_farm_starts_healthy() {
        for index in 0..2_000 {
            let battery = Battery::of(&PhoneSpec::numbered(index), BatteryFault::default());
            assert!((62..=100).contains(&battery.percent) && battery.decidegrees < 330);
        }
    }
}
