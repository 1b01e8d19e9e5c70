//! `farmhand phones`: virtual phones for real adb servers.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::Usage;
use super::args::PhonesArgs;
use super::output::print;
use super::signals::Signals;
use crate::config::Settings;
use crate::phone::adbd::Auth;
use crate::phone::farm::PhoneFarm;
use crate::telemetry;

/// Runs them until a signal.
pub(super) async fn run(args: PhonesArgs, settings: &Settings) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    let _telemetry = telemetry::to_stderr(settings.log)?;
    let mut phones = PhoneFarm::new(args.count.into());
    phones
        .set_flags(&args.fault)
        .map_err(|error| Usage(error.to_string()))?;
    if let Some(file) = args.faults {
        phones.follow_faults(file).await?;
    }
    let auth = if args.auth { Auth::Required } else { Auth::Off };
    let addresses = phones.open_adbd(IpAddr::V4(Ipv4Addr::LOCALHOST), args.port, auth)?;
    print(&greeting(&addresses))?;
    signals.end().await;
    phones.shutdown().await;
    Ok(())
}

fn greeting(addresses: &[SocketAddr]) -> String {
    let lines = addresses.iter().map(|at| format!("adb connect {at}\n"));
    lines.collect()
}
