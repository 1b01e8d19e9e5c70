//! What can be wrong with a virtual phone. Plain data: the phone and its doors act on it.

use serde::{Deserialize, Serialize};

/// The faults of one phone; the default is a healthy one.
///
/// Reads from TOML or JSON; every field may be left out, an unknown one is an error.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Milliseconds that the phone takes to open a service and to answer a sync request.
    pub latency_ms: u64,
    /// Services accept but answer nothing; those already open stall until it is lifted.
    pub hang: bool,
    /// Doors cut every connection to the phone.
    pub drop: bool,
    /// Doors write garbage in place of the protocol.
    pub garbage: bool,
    /// The phone does not accept the host's key.
    pub unauthorized: bool,
    /// The phone is listed as `offline`.
    pub offline: bool,
    /// What the battery says in place of the truth.
    pub battery: BatteryFault,
    /// Writing a file fails with "No space left on device".
    pub storage_full: bool,
    /// Milliseconds that each external command takes longer.
    pub slow_shell_ms: u64,
    /// Installing fails with this reason, such as `INSTALL_FAILED_INSUFFICIENT_STORAGE`.
    pub fail_install: Option<String>,
    /// How many of the next `uiautomator dump` fail as they do on real phones:
    /// `ERROR: could not get idle state.` and exit code 0.
    pub failing_dumps: u32,
    /// How many of the next `uiautomator dump` find no window:
    /// `ERROR: null root node returned by UiTestAutomationBridge.` and exit code 0.
    pub null_root_dumps: u32,
    /// How many of the next `uiautomator dump` say that they wrote the file and leave what was
    /// there.
    pub stale_dumps: u32,
    /// At the next touch the app in front dies and the dialog "... has stopped" appears. The
    /// crash takes the fault away.
    pub crash_app: bool,
    /// Milliseconds until a screen of the sample app has its content.
    pub slow_screen_ms: u64,
    /// The sample app asks to be rated at every so many changes of its screen; 0: never.
    pub rate_dialog_every: u32,
    /// Milliseconds that an upload of the sample app takes.
    pub upload_ms: u64,
    /// Uploads of the sample app fail at their end.
    pub upload_fails: bool,
}

/// A flat or hot battery; what is absent is as on a healthy phone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BatteryFault {
    /// Charge, 0 to 100.
    pub percent: Option<u8>,
    /// Temperature in degrees Celsius.
    pub celsius: Option<f32>,
}
