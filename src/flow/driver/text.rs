//! Typing. `input text` turns ASCII into key presses; everything else needs an input method that
//! takes text from a broadcast, ADBKeyBoard, where it is installed.
//!
//! `input text` takes `%s` for a space (`InputShellCommand.sendText` of AOSP), also where a text
//! holds these two characters, so such a text is cut between them. It fails on the whole text
//! for one character that the virtual keyboard lacks.
//!
//! ADBKeyBoard (`com.android.adbkeyboard`) does not answer whether it could type: its broadcast
//! ends with `result=0` in any case. So it is made sure before that it is the input method in
//! use, and the broadcast goes to its package alone, as any app could listen otherwise.

use std::fmt::Write as _;
use std::time::Duration;

use tokio::time::Instant;

use crate::adb::quote;

use super::error::DriverError;
use super::open::Driver;
use super::shell::{complaint, one_line, text};

/// Most characters of one `input text`: some hundred key presses, a second or two.
const CHUNK: usize = 100;

/// Most bytes of one broadcast's text.
const BROADCAST: usize = 3000;

/// Most characters of a text: more than any field takes.
const LONGEST: usize = 100_000;

/// Most characters that are erased at once.
const MOST_ERASED: u32 = 10_000;

/// Keys of one `input keyevent`.
const KEYS: usize = 50;

/// The package and the input method of ADBKeyBoard.
const KEYBOARD: &str = "com.android.adbkeyboard";
const METHOD: &str = "com.android.adbkeyboard/.AdbIME";

/// How long it may take until a chosen input method is in use.
const BIND: Duration = Duration::from_secs(8);

/// Between two looks at that.
const LOOK: Duration = Duration::from_millis(200);

/// One thing to type.
#[derive(Debug, PartialEq, Eq)]
enum Stroke {
    /// An argument of `input text`.
    Text(String),
    /// A key's code.
    Key(u16),
    /// What only another input method can type.
    Any(String),
}

const ENTER: u16 = 66;
const TAB: u16 = 61;
const DELETE: u16 = 67;

impl Driver {
    /// Types a text into the element that has the focus. A line break is the Enter key.
    ///
    /// # Errors
    /// [`DriverError::Unsupported`] if it has characters that need another keyboard than this
    /// phone has, nothing is typed then; [`DriverError::Invalid`] for control characters; every
    /// other [`DriverError`], a part may have been typed then.
    pub async fn type_text(&mut self, text: &str) -> Result<(), DriverError> {
        if text.chars().count() > LONGEST {
            return Err(DriverError::Invalid(format!(
                "a text of more than {LONGEST} characters is not typed"
            )));
        }
        let strokes = strokes(text)?;
        if strokes.iter().any(|s| matches!(s, Stroke::Any(_))) {
            self.use_keyboard(text).await?;
        }
        for strokes in strokes.chunks(4) {
            self.strike(strokes).await?;
        }
        Ok(())
    }

    /// Deletes so many characters before the cursor.
    ///
    /// # Errors
    /// [`DriverError`].
    pub async fn erase(&mut self, characters: u32) -> Result<(), DriverError> {
        if characters > MOST_ERASED {
            return Err(DriverError::Invalid(format!(
                "at most {MOST_ERASED} characters are erased at once, not {characters}"
            )));
        }
        let keys = vec![DELETE.to_string(); characters as usize];
        for keys in keys.chunks(KEYS) {
            let cmd = format!("input keyevent {}", keys.join(" "));
            let total = self.patience_for(keys.len() / 10);
            self.shell.act_within("erasing text", &cmd, total).await?;
        }
        Ok(())
    }

    async fn strike(&mut self, strokes: &[Stroke]) -> Result<(), DriverError> {
        let cmds: Vec<_> = strokes.iter().map(command).collect();
        let total = self.patience_for(cmds.len());
        let said = self
            .shell
            .act_within("typing text", &cmds.join(" && "), total)
            .await?;
        // 0 is what the result is from the start, -1 is Android's RESULT_OK.
        let results = said
            .lines()
            .filter_map(|line| line.split_once("result=").map(|(_, code)| code));
        let good = results
            .filter(|code| matches!(code.split([',', ' ']).next(), Some("0" | "-1")))
            .count();
        let sent = strokes.iter().filter(|s| matches!(s, Stroke::Any(_)));
        if good < sent.count() {
            return Err(DriverError::refused("typing text by ADBKeyBoard", &said));
        }
        Ok(())
    }

    /// Makes ADBKeyBoard the input method until the driver ends.
    async fn use_keyboard(&mut self, text: &str) -> Result<(), DriverError> {
        const WHAT: &str = "choosing ADBKeyBoard as the input method";
        let [all, enabled, current] = self
            .shell
            .ask([
                "ime list -a -s",
                "ime list -s",
                "settings get secure default_input_method",
            ])
            .await?;
        let has = |list: &str| list.lines().any(|line| line.trim() == METHOD);
        if !has(&all) {
            return Err(DriverError::Unsupported {
                what: format!("typing {}", first_foreign(text)),
                why: format!(
                    "Android's own input program types ASCII only; install the keyboard \
                     ADBKeyBoard ({KEYBOARD}) on the phone for every other character"
                ),
            });
        }
        let current = current.trim();
        if current != METHOD {
            let mut undo = Vec::new();
            if !has(&enabled) {
                undo.push(format!("ime disable {METHOD}"));
            }
            if !matches!(current, "" | "null") {
                undo.push(format!("ime set {}", quote(current)));
            }
            let undo: Vec<&str> = undo.iter().map(String::as_str).collect();
            let cmd = format!("ime enable {METHOD} && ime set {METHOD}");
            self.change(WHAT, &undo, &cmd).await?;
        }
        self.keyboard_in_use(WHAT).await
    }

    /// Waits until the phone has bound the input method: before, its broadcasts go nowhere.
    async fn keyboard_in_use(&mut self, what: &str) -> Result<(), DriverError> {
        let ends = Instant::now() + BIND;
        // What is chosen is `mCurMethodId`, what is bound `mCurId`.
        let cmd = "dumpsys input_method | grep -E 'mCurMethodId=|mCurId='";
        loop {
            let out = self.shell.run(cmd, self.patience.answer).await?;
            let said = text(&out);
            if is_bound(&said) {
                return Ok(());
            }
            if Instant::now() + LOOK >= ends {
                let said = complaint(&out).unwrap_or_else(|| one_line(&said));
                return Err(DriverError::TimedOut {
                    what: format!("{what}: is a text field in focus?"),
                    after: BIND,
                    said,
                });
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// Whether ADBKeyBoard is the input method in use; on a phone that tells only the chosen one,
/// whether it is that.
fn is_bound(said: &str) -> bool {
    let value = |key: &str| {
        let mut words = said.split_whitespace();
        words.find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    };
    value("mCurId").or_else(|| value("mCurMethodId")) == Some(METHOD)
}

/// Cuts a text into what can be typed at once.
fn strokes(text: &str) -> Result<Vec<Stroke>, DriverError> {
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

fn command(stroke: &Stroke) -> String {
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
fn first_foreign(text: &str) -> String {
    let mut told = String::new();
    if let Some(c) = text.chars().find(|c| !c.is_ascii()) {
        // Writing to a string does not fail.
        let _ = write!(told, "'{c}' (U+{:04X})", u32::from(c));
    }
    told
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
    use super::{CHUNK, METHOD, Stroke, base64, first_foreign, is_bound, strokes};

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
    fn the_keyboard_in_use_counts_more_than_the_chosen_one() {
        let chosen = format!("  mCurMethodId={METHOD}\n");
        assert!(is_bound(&chosen));
        assert!(!is_bound(&format!(
            "{chosen}  mCurId=other/.Ime mHaveConnection=true"
        )));
        assert!(is_bound(&format!(
            "{chosen}  mCurId={METHOD} mHaveConnection=true"
        )));
        assert!(!is_bound(""));
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
