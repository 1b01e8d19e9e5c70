//! The keys that flows may press, by Maestro's names.

use super::command::Key;

const KEYS: [(&str, Key); 30] = [
    ("Enter", Key::Enter),
    ("Backspace", Key::Backspace),
    ("Back", Key::Back),
    ("Home", Key::Home),
    ("Lock", Key::Lock),
    ("Power", Key::Power),
    ("Tab", Key::Tab),
    ("Escape", Key::Escape),
    ("Volume Up", Key::VolumeUp),
    ("Volume Down", Key::VolumeDown),
    ("Remote Dpad Up", Key::Code(19)),
    ("Remote Dpad Down", Key::Code(20)),
    ("Remote Dpad Left", Key::Code(21)),
    ("Remote Dpad Right", Key::Code(22)),
    ("Remote Dpad Center", Key::Code(23)),
    ("Remote Media Play Pause", Key::Code(85)),
    ("Remote Media Stop", Key::Code(86)),
    ("Remote Media Next", Key::Code(87)),
    ("Remote Media Previous", Key::Code(88)),
    ("Remote Media Rewind", Key::Code(89)),
    ("Remote Media Fast Forward", Key::Code(90)),
    ("Remote System Navigation Up", Key::Code(280)),
    ("Remote System Navigation Down", Key::Code(281)),
    ("Remote Button A", Key::Code(96)),
    ("Remote Button B", Key::Code(97)),
    ("Remote Menu", Key::Code(82)),
    ("TV Input", Key::Code(178)),
    ("TV Input HDMI 1", Key::Code(243)),
    ("TV Input HDMI 2", Key::Code(244)),
    ("TV Input HDMI 3", Key::Code(245)),
];

/// The key of this name, in whatever case.
pub(super) fn by_name(name: &str) -> Option<Key> {
    let found = KEYS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, key)| *key)
}

/// The names of all keys.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|(name, _)| *name)
}
