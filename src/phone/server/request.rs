//! What a client asks of the server: the text of a smart-socket request, understood.
//!
//! Sources: `SERVICES.TXT` and `adb.cpp` of the ADB sources, version 29.

/// Which phone is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Which {
    /// The only one there is.
    Any,
    /// The only one on a cable.
    Usb,
    /// The only emulator.
    Local,
    Serial(String),
    /// By transport id.
    Id(u64),
}

/// How much a list says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Serial and state.
    Short,
    /// Path, product, model, device and transport id too.
    Long,
}

/// Whether the answer to choosing a phone carries its transport id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Receipt {
    None,
    TransportId,
}

/// What is asked about a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    Features,
    State,
    Serial,
    Path,
    Reconnect,
}

/// What to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Awaited {
    /// Listed as `device`.
    Device,
    /// Listed in whatever state.
    Any,
    /// Not listed.
    Disconnect,
    /// A mode that virtual phones do not have, such as `recovery`.
    Never,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Request {
    Version,
    HostFeatures,
    Kill,
    Devices(Form),
    Track(Form),
    Connect(String),
    /// One phone, or all.
    Disconnect(Option<String>),
    ReconnectOffline,
    Transport(Which, Receipt),
    Ask(Which, Question),
    WaitFor(Which, Awaited),
    /// A service of the phone that was chosen before.
    Service(Vec<u8>),
    InvalidTransportId,
    UnknownHostService,
}

/// Understands a request.
pub(super) fn parse(request: &[u8]) -> Request {
    let text = String::from_utf8_lossy(request);
    if let Some(rest) = text.strip_prefix("host:") {
        return host(Which::Any, rest);
    }
    if let Some(rest) = text.strip_prefix("host-usb:") {
        return host(Which::Usb, rest);
    }
    if let Some(rest) = text.strip_prefix("host-local:") {
        return host(Which::Local, rest);
    }
    if let Some(rest) = text.strip_prefix("host-transport-id:") {
        return match rest.split_once(':').map(|(id, rest)| (id.parse(), rest)) {
            Some((Ok(id), rest)) => host(Which::Id(id), rest),
            _ => Request::InvalidTransportId,
        };
    }
    if let Some(rest) = text.strip_prefix("host-serial:") {
        return match split_serial(rest) {
            Some((serial, rest)) => host(Which::Serial(serial.to_owned()), rest),
            None => Request::UnknownHostService,
        };
    }
    Request::Service(request.to_vec())
}

/// Splits `SERIAL:REQUEST`. A serial may be an address with a port.
fn split_serial(text: &str) -> Option<(&str, &str)> {
    let (serial, rest) = text.split_once(':')?;
    match rest.split_once(':') {
        Some((port, _)) if port.parse::<u16>().is_ok() => text
            .split_at_checked(serial.len() + 1 + port.len())
            .and_then(|(address, rest)| Some((address, rest.strip_prefix(':')?))),
        _ => Some((serial, rest)),
    }
}

fn host(which: Which, request: &str) -> Request {
    match request {
        "version" => Request::Version,
        "host-features" => Request::HostFeatures,
        "kill" => Request::Kill,
        "devices" => Request::Devices(Form::Short),
        "devices-l" => Request::Devices(Form::Long),
        "track-devices" => Request::Track(Form::Short),
        "track-devices-l" => Request::Track(Form::Long),
        "reconnect-offline" => Request::ReconnectOffline,
        "features" => Request::Ask(which, Question::Features),
        "get-state" => Request::Ask(which, Question::State),
        "get-serialno" => Request::Ask(which, Question::Serial),
        "get-devpath" => Request::Ask(which, Question::Path),
        "reconnect" => Request::Ask(which, Question::Reconnect),
        "transport-any" => Request::Transport(Which::Any, Receipt::None),
        "transport-usb" => Request::Transport(Which::Usb, Receipt::None),
        "transport-local" => Request::Transport(Which::Local, Receipt::None),
        "tport:any" => Request::Transport(Which::Any, Receipt::TransportId),
        "tport:usb" => Request::Transport(Which::Usb, Receipt::TransportId),
        "tport:local" => Request::Transport(Which::Local, Receipt::TransportId),
        _ => host_with_argument(which, request),
    }
}

fn host_with_argument(which: Which, request: &str) -> Request {
    let after = |prefix: &str| request.strip_prefix(prefix);
    if let Some(serial) = after("transport:") {
        Request::Transport(Which::Serial(serial.to_owned()), Receipt::None)
    } else if let Some(serial) = after("tport:serial:") {
        Request::Transport(Which::Serial(serial.to_owned()), Receipt::TransportId)
    } else if let Some(id) = after("transport-id:") {
        id.parse().map_or(Request::InvalidTransportId, |id| {
            Request::Transport(Which::Id(id), Receipt::None)
        })
    } else if let Some(address) = after("connect:") {
        Request::Connect(address.to_owned())
    } else if let Some(address) = after("disconnect:") {
        Request::Disconnect((!address.is_empty()).then(|| address.to_owned()))
    } else if let Some(what) = after("wait-for-") {
        wait_for(which, what)
    } else {
        Request::UnknownHostService
    }
}

/// `TRANSPORT-STATE`, where the request's prefix may have named the phone more exactly.
fn wait_for(which: Which, what: &str) -> Request {
    let Some((transport, state)) = what.split_once('-') else {
        return Request::UnknownHostService;
    };
    let which = match (which, transport) {
        (Which::Any, "any") => Which::Any,
        (Which::Any, "usb") => Which::Usb,
        (Which::Any, "local") => Which::Local,
        (named, "any" | "usb" | "local") => named,
        _ => return Request::UnknownHostService,
    };
    let awaited = match state {
        "device" => Awaited::Device,
        "any" => Awaited::Any,
        "disconnect" => Awaited::Disconnect,
        "recovery" | "sideload" | "bootloader" | "rescue" => Awaited::Never,
        _ => return Request::UnknownHostService,
    };
    Request::WaitFor(which, awaited)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serial(serial: &str) -> Which {
        Which::Serial(serial.to_owned())
    }

    #[test]
    fn requests_are_told_apart() {
        let cases = [
            ("host:version", Request::Version),
            ("host:devices-l", Request::Devices(Form::Long)),
            ("host:track-devices", Request::Track(Form::Short)),
            (
                "host:transport:a-1",
                Request::Transport(serial("a-1"), Receipt::None),
            ),
            (
                "host:transport-id:7",
                Request::Transport(Which::Id(7), Receipt::None),
            ),
            (
                "host:tport:serial:a",
                Request::Transport(serial("a"), Receipt::TransportId),
            ),
            ("host:transport-id:x", Request::InvalidTransportId),
            (
                "host:features",
                Request::Ask(Which::Any, Question::Features),
            ),
            (
                "host-transport-id:7:get-state",
                Request::Ask(Which::Id(7), Question::State),
            ),
            ("host:disconnect:", Request::Disconnect(None)),
            ("host:connect:a:5555", Request::Connect("a:5555".to_owned())),
            (
                "host-serial:a:wait-for-any-device",
                Request::WaitFor(serial("a"), Awaited::Device),
            ),
            ("host:wait-for-any-lunch", Request::UnknownHostService),
            ("host:emu", Request::UnknownHostService),
            ("shell:id", Request::Service(b"shell:id".to_vec())),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn a_serial_may_be_an_address_with_a_port() {
        assert_eq!(
            parse(b"host-serial:127.0.0.1:5000:get-state"),
            Request::Ask(serial("127.0.0.1:5000"), Question::State)
        );
        assert_eq!(
            parse(b"host-serial:abc:get-state"),
            Request::Ask(serial("abc"), Question::State)
        );
    }
}
