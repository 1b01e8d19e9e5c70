//! The keys that `input keyevent` presses.

/// Keys that do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Home,
    Back,
    Power,
    Wakeup,
    Sleep,
    Menu,
    Enter,
    Delete,
    Tab,
    /// One that types this.
    Letter(char),
    /// One that Android knows and this phone does nothing about.
    Other,
}

/// The highest key code.
const LAST_CODE: u32 = 320;

impl Key {
    /// Reads `KEYCODE_HOME`, `HOME` or `3`, as `input keyevent` does.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(code) = text.parse::<u32>() {
            return Self::from_code(code);
        }
        let name = text.strip_prefix("KEYCODE_").unwrap_or(text);
        let mut letters = name.chars();
        Some(match name {
            "HOME" => Self::Home,
            "BACK" => Self::Back,
            "POWER" => Self::Power,
            "WAKEUP" => Self::Wakeup,
            "SLEEP" => Self::Sleep,
            "MENU" => Self::Menu,
            "ENTER" | "NUMPAD_ENTER" => Self::Enter,
            "DEL" => Self::Delete,
            "TAB" => Self::Tab,
            "SPACE" => Self::Letter(' '),
            _ => match (letters.next(), letters.next()) {
                (Some(letter), None) if letter.is_ascii_uppercase() || letter.is_ascii_digit() => {
                    Self::Letter(letter.to_ascii_lowercase())
                }
                _ => {
                    let named = text.starts_with("KEYCODE_")
                        && name
                            .chars()
                            .all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit());
                    return named.then_some(Self::Other);
                }
            },
        })
    }

    /// By the numbers of Android's `KeyEvent`.
    fn from_code(code: u32) -> Option<Self> {
        let letter = |first: char, offset: u32| {
            let letter = char::from_u32(u32::from(first) + offset);
            letter.map_or(Self::Other, Self::Letter)
        };
        Some(match code {
            3 => Self::Home,
            4 => Self::Back,
            7..=16 => letter('0', code - 7),
            26 => Self::Power,
            29..=54 => letter('a', code - 29),
            61 => Self::Tab,
            62 => Self::Letter(' '),
            66 | 160 => Self::Enter,
            67 => Self::Delete,
            82 => Self::Menu,
            223 => Self::Sleep,
            224 => Self::Wakeup,
            0..=LAST_CODE => Self::Other,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_a_name_a_short_name_and_a_number() {
        for text in ["KEYCODE_ENTER", "ENTER", "66"] {
            assert_eq!(Key::parse(text), Some(Key::Enter), "{text}");
        }
    }

    #[test]
    fn letters_and_digits_type_themselves() {
        for (text, letter) in [
            ("KEYCODE_Q", 'q'),
            ("45", 'q'),
            ("KEYCODE_7", '7'),
            ("14", '7'),
        ] {
            assert_eq!(Key::parse(text), Some(Key::Letter(letter)), "{text}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["NONSENSE!", "KEYCODE_lower", "321", ""] {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }
}
