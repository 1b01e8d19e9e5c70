//! Cutting a text into what a phone can type at once.
//!
//! `input text` takes `%s` for a space (`InputShellCommand.sendText` of AOSP), also where a text
//! holds these two characters, so such a text is cut between them. It fails on the whole text
//! for one character that the virtual keyboard lacks.

use crate::adb::quote;

use super::error::DriverError;

/// The package of ADBKeyBoard.
pub(super) const KEYBOARD: &str = "com.android.adbkeyboard";

/// Most characters of one `input text`: some hundred key presses, a second or two.
const CHUNK: usize = 100;

/// Most bytes of one broadcast's text.
const BROADCAST: usize = 3000;

/// One thing to type.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stroke {
    /// An argument of `input text`.
    Text(String),
    /// A key's code.
    Key(u16),
    /// What only another input method can type.
    Any(String),
}

const ENTER: u16 = 66;
const TAB: u16 = 61;
/// Cuts a text into what can be typed at once.
pub(super) fn strokes(text: &str) -> Result<Vec<Stroke>, DriverError> {
    let text = text.replace("\r\n", "\n");
    if let Some(c) = text
        .chars()
        .find(|c| c.is_control() && !matches!(c, '\n' | '\t'))
    {
        return Err(DriverError::Invalid(format!(
            "the control character {} cannot be typed",
            c.escape_unicode()
        )));
    }
    let mut strokes = Vec::new();
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            strokes.push(Stroke::Key(ENTER));
        }
        for (number, part) in line.split('\t').enumerate() {
            if number > 0 {
                strokes.push(Stroke::Key(TAB));
            }
            if part.is_ascii() {
                ascii(part, &mut strokes);
            } else {
                any(part, &mut strokes);
            }
        }
    }
    Ok(strokes)
}

/// Arguments of `input text` for printable ASCII.
fn ascii(part: &str, strokes: &mut Vec<Stroke>) {
    let mut arg = String::new();
    let mut length = 0;
    let mut last = None;
    for c in part.chars() {
        if length == CHUNK || (last, c) == (Some('%'), 's') {
            strokes.push(Stroke::Text(std::mem::take(&mut arg)));
            length = 0;
        }
        match c {
            ' ' => arg.push_str("%s"),
            c => arg.push(c),
        }
        length += 1;
        last = Some(c);
    }
    if !arg.is_empty() {
        strokes.push(Stroke::Text(arg));
    }
}

/// Texts of broadcasts.
fn any(part: &str, strokes: &mut Vec<Stroke>) {
    let mut text = String::new();
    for c in part.chars() {
        if text.len() + c.len_utf8() > BROADCAST {
            strokes.push(Stroke::Any(std::mem::take(&mut text)));
        }
        text.push(c);
    }
    strokes.push(Stroke::Any(text));
}

pub(super) fn command(stroke: &Stroke) -> String {
    match stroke {
        Stroke::Text(arg) => format!("input text {}", quote(arg)),
        Stroke::Key(code) => format!("input keyevent {code}"),
        Stroke::Any(text) => format!(
            "am broadcast -a ADB_INPUT_B64 -p {KEYBOARD} --es msg {}",
            base64(text.as_bytes())
        ),
    }
}

/// The first character that is not ASCII, for a message.
pub(super) fn first_foreign(text: &str) -> String {
    let foreign = text.chars().find(|c| !c.is_ascii());
    foreign.map_or_else(String::new, |c| format!("'{c}' (U+{:04X})", u32::from(c)))
}

/// Base64 as of RFC 4648, with padding: a dozen lines are no reason for a dependency.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .zip([16, 8, 0])
            .fold(0, |bits, (byte, shift)| bits | u32::from(*byte) << shift);
        for place in 0..4 {
            let digit = DIGITS.get((bits >> (18 - 6 * place) & 63) as usize);
            match digit.filter(|_| place <= chunk.len()) {
                Some(digit) => out.push(char::from(*digit)),
                None => out.push('='),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, Stroke, base64, first_foreign, strokes};

    fn texts(text: &str) -> Vec<String> {
        let strokes = strokes(text).unwrap();
        let text = |stroke| match stroke {
            Stroke::Text(text) => text,
            other => panic!("{other:?}"),
        };
        strokes.into_iter().map(text).collect()
    }

    /// What Android makes of an argument of `input text` (`InputShellCommand.sendText`).
    fn typed(arg: &str) -> String {
        let mut buffer: Vec<char> = arg.chars().collect();
        let (mut i, mut escaped) = (0, false);
        while i < buffer.len() {
            if escaped {
                escaped = false;
                if buffer[i] == 's' {
                    buffer[i] = ' ';
                    i -= 1;
                    buffer.remove(i);
                }
            }
            if buffer[i] == '%' {
                escaped = true;
            }
            i += 1;
        }
        buffer.into_iter().collect()
    }

    #[test]
    fn android_types_what_was_meant() {
        for text in [
            "plain",
            "two words",
            "100% sure",
            "a literal %s here",
            "%s",
            "%%s%s%",
            "% s",
            "it's \"quoted\" $HOME `id` \\n & | ; < > ( ) { } [ ] * ? ~ # ! ^",
            " leading and trailing ",
            "-x",
        ] {
            let all: String = texts(text).iter().map(|arg| typed(arg)).collect();
            assert_eq!(all, text);
        }
    }

    #[test]
    fn long_texts_go_in_pieces() {
        let pieces = texts(&"x".repeat(3 * CHUNK + 1));
        assert_eq!(pieces.len(), 4);
        assert!(pieces.iter().all(|piece| piece.len() <= CHUNK));
    }

    #[test]
    fn line_breaks_and_tabs_are_keys() {
        let said = strokes("a\r\nb\tc\n").unwrap();
        let text = |t: &str| Stroke::Text(t.into());
        assert_eq!(
            said,
            [
                text("a"),
                Stroke::Key(66),
                text("b"),
                Stroke::Key(61),
                text("c"),
                Stroke::Key(66)
            ]
        );
        assert_eq!(strokes("").unwrap(), []);
    }

    #[test]
    fn foreign_lines_go_by_broadcast_whole() {
        let said = strokes("ascii\ncafé 😀").unwrap();
        assert_eq!(said[2], Stroke::Any("café 😀".into()));
        let long = strokes(&"é".repeat(4000)).unwrap();
        assert!(long.len() > 1);
        assert_eq!(first_foreign("a😀"), "'😀' (U+1F600)");
    }

    #[test]
    fn control_characters_are_refused_by_name() {
        let error = strokes("a\u{1b}b").unwrap_err();
        assert!(error.to_string().contains("\\u{1b}"), "{error}");
    }

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("\u{3ff}\u{fff}", "z7/gv78="),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
