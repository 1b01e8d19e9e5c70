//! What tells one virtual phone from another.

use std::time::Duration;

/// Describes a phone to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneSpec {
    /// Position in the farm, from 1; what is not given is derived from it.
    pub index: u32,
    /// The serial, such as `virtual-0001`.
    pub serial: String,
    /// How long a reboot takes.
    pub reboot_time: Duration,
    /// Bytes of files that it takes before it is full.
    pub storage: u64,
    /// Whether ADBKeyboard is installed; it must still be enabled and chosen.
    pub adb_keyboard: bool,
    /// What unlocks it; absent if a swipe does.
    pub pin: Option<String>,
    /// Accounts that are signed in to the sample app, the current one first.
    pub accounts: Vec<String>,
}

/// The names that `devices -l` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Details {
    /// `ro.product.name`.
    pub product: &'static str,
    /// `ro.product.model`, with underscores for spaces, as adb shows it.
    pub model: &'static str,
    /// `ro.product.device`.
    pub device: &'static str,
}

/// The kernel that every phone runs.
pub(super) const KERNEL: &str = "5.15.104-android13-8-virtual";

/// A kind of phone: marketing and code names, Android release and API level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub maker: &'static str,
    pub details: Details,
    pub release: &'static str,
    pub sdk: u32,
}

const fn kind(
    maker: &'static str,
    (product, model, device): (&'static str, &'static str, &'static str),
    release: &'static str,
    sdk: u32,
) -> Kind {
    Kind {
        maker,
        details: Details {
            product,
            model,
            device,
        },
        release,
        sdk,
    }
}

/// The kinds that a farm is mixed of, in turn.
const KINDS: [Kind; 8] = [
    kind("Google", ("oriole", "Pixel_6", "oriole"), "14", 34),
    kind("samsung", ("a52qnsxx", "SM_A525F", "a52q"), "13", 33),
    kind("Google", ("panther", "Pixel_7", "panther"), "15", 35),
    kind("Xiaomi", ("sweet_global", "M2101K6G", "sweet"), "13", 33),
    kind("samsung", ("o1sxeea", "SM_G991B", "o1s"), "14", 34),
    kind("OnePlus", ("OnePlus8", "IN2013", "OnePlus8"), "12", 31),
    kind(
        "motorola",
        ("cebu_retail", "moto_g_9_power", "cebu"),
        "11",
        30,
    ),
    kind("Google", ("sunfish", "Pixel_4a", "sunfish"), "13", 33),
];

impl PhoneSpec {
    /// The phone at a position, from 1, of an ordinary farm: serial `virtual-0001`, a reboot
    /// of two seconds, room for 256 MiB, no lock that asks for a secret, and one account, named
    /// as the phone.
    #[must_use]
    pub fn numbered(index: u32) -> Self {
        let serial = format!("virtual-{index:04}");
        Self {
            index,
            accounts: vec![serial.clone()],
            serial,
            reboot_time: Duration::from_secs(2),
            storage: 256 * 1024 * 1024,
            adb_keyboard: false,
            pin: None,
        }
    }

    pub(super) fn kind(&self) -> Kind {
        let count = KINDS.len() as u32;
        #[expect(clippy::indexing_slicing, reason = "a remainder is below the length")]
        KINDS[(self.index.wrapping_sub(1) % count) as usize]
    }

    pub(super) fn details(&self) -> Details {
        self.kind().details
    }
}
