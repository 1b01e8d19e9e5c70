//! Lists of phones as a server writes them: the short form (`serial`, a tab, the state) and the
//! long one (`devices -l`). Sources: `transport.cpp`, `append_transport` and
//! `to_string(ConnectionState)`.

/// What a server says of a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// `device`: ready for commands.
    Online,
    /// `offline`: known, but not answering.
    Offline,
    /// `connecting`: the handshake goes on.
    Connecting,
    /// `authorizing`: the key is being looked at.
    Authorizing,
    /// `unauthorized`: this computer's key is not accepted.
    Unauthorized,
    /// `no permissions (...)`: the server may not open the USB device.
    NoPermissions,
    /// `recovery`.
    Recovery,
    /// `rescue`.
    Rescue,
    /// `sideload`.
    Sideload,
    /// `bootloader`.
    Bootloader,
    /// `host`: another adb server.
    Host,
    /// A word that this client does not know.
    Unknown,
}

impl State {
    /// The state that a server's words mean.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "device" => Self::Online,
            "offline" => Self::Offline,
            "connecting" => Self::Connecting,
            "authorizing" => Self::Authorizing,
            "unauthorized" => Self::Unauthorized,
            "recovery" => Self::Recovery,
            "rescue" => Self::Rescue,
            "sideload" => Self::Sideload,
            "bootloader" => Self::Bootloader,
            "host" => Self::Host,
            text if text.starts_with("no permissions") => Self::NoPermissions,
            _ => Self::Unknown,
        }
    }
}

/// A phone in a server's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its serial.
    pub serial: String,
    /// Its state.
    pub state: State,
}

/// What a server knows of a phone besides its state; `None` where it does not know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// `ro.product.name`.
    pub product: Option<String>,
    /// `ro.product.model`, with `_` for characters other than letters and digits.
    pub model: Option<String>,
    /// `ro.product.device`.
    pub device: Option<String>,
    /// Where it is plugged in (`1-4.2`): phones of one hub share the beginning. `None` over
    /// the network.
    pub usb: Option<String>,
}

/// Reads a short list, sorted by serial, each serial once. A list over 65,535 bytes does not
/// fit its own length prefix and arrives cut: better an error than phones that seem to leave.
pub(super) fn parse_list(text: &str) -> Result<Vec<Listed>, String> {
    if !text.is_empty() && !text.ends_with('\n') {
        return Err(
            "the list of phones is cut: spread them over several adb servers (each lists at \
             most 65,535 bytes, about 2,700 phones)"
                .into(),
        );
    }
    let mut phones = text
        .lines()
        .map(|line| {
            line.split_once('\t')
                .filter(|(serial, _)| !serial.is_empty())
                .map(|(serial, state)| Listed {
                    serial: serial.to_owned(),
                    state: State::parse(state.trim_end()),
                })
                .ok_or_else(|| format!("expected SERIAL<tab>STATE in the list, got {line:?}"))
        })
        .collect::<Result<Vec<_>, _>>()?;
    phones.sort_by(|a, b| a.serial.cmp(&b.serial));
    phones.dedup_by(|b, a| a.serial == b.serial);
    Ok(phones)
}

/// Reads a long list. Lines that are cut or make no sense are left out: details are a help,
/// not a truth.
pub(super) fn parse_long_list(text: &str) -> Vec<(String, Details)> {
    text.split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n'))
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let serial = words.next()?.to_owned();
            Some((serial, parse_details(words)))
        })
        .collect()
}

fn parse_details<'a>(words: impl Iterator<Item = &'a str>) -> Details {
    let mut details = Details::default();
    for (key, value) in words.filter_map(|word| word.split_once(':')) {
        let field = match key {
            "product" => &mut details.product,
            "model" => &mut details.model,
            "device" => &mut details.device,
            "usb" => &mut details.usb,
            _ => continue,
        };
        if !value.is_empty() {
            *field = Some(value.to_owned());
        }
    }
    details
}

#[cfg(test)]
mod tests {
    use super::{Details, Listed, State, parse_list, parse_long_list};

    #[test]
    fn a_short_list_is_read_and_sorted() {
        let list = parse_list("b\tdevice\na\tno permissions (udev?); see [http://x]\n").unwrap();
        let phone = |serial: &str, state| Listed {
            serial: serial.into(),
            state,
        };
        assert_eq!(
            list,
            [phone("a", State::NoPermissions), phone("b", State::Online)]
        );
    }

    #[test]
    fn a_cut_list_is_an_error() {
        assert!(parse_list("a\tdevice\nb\tdev").unwrap_err().contains("cut"));
    }

    #[test]
    fn a_line_without_a_state_is_an_error() {
        assert!(parse_list("nonsense\n").is_err());
        assert!(parse_list("\tdevice\n").is_err());
    }

    #[test]
    fn an_unknown_state_is_kept_as_such() {
        let list = parse_list("a\tdancing\n").unwrap();
        assert_eq!(list.first().map(|p| p.state), Some(State::Unknown));
    }

    #[test]
    fn a_long_list_gives_details_and_drops_a_cut_line() {
        let text = "S1                     device usb:1-4.2 product:p model:Pixel_6 device:d transport_id:3\n\
                    127.0.0.1:7001         offline transport_id:4\n\
                    S3                     device prod";
        let list = parse_long_list(text);
        assert_eq!(
            list,
            [
                (
                    "S1".to_owned(),
                    Details {
                        product: Some("p".into()),
                        model: Some("Pixel_6".into()),
                        device: Some("d".into()),
                        usb: Some("1-4.2".into()),
                    }
                ),
                ("127.0.0.1:7001".to_owned(), Details::default()),
            ]
        );
    }
}
