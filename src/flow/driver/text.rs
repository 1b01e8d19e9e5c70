//! Typing. `input text` turns ASCII into key presses; everything else needs an input method that
//! takes text from a broadcast, ADBKeyBoard, where it is installed.
//!
//! ADBKeyBoard (`com.android.adbkeyboard`) does not answer whether it could type: its broadcast
//! ends with `result=0` in any case. So it is made sure before that it is the input method in
//! use, and the broadcast goes to its package alone, as any app could listen otherwise.

use std::time::Duration;

use tokio::time::Instant;

use crate::adb::quote;

use super::error::DriverError;
use super::open::Driver;
use super::shell::{complaint, one_line, text};
use super::strokes::{KEYBOARD, Stroke, command, first_foreign, strokes};

/// Most characters of a text: more than any field takes.
const LONGEST: usize = 100_000;

/// Most characters that are erased at once.
const MOST_ERASED: u32 = 10_000;

/// The key that deletes the character before the cursor.
const DELETE: u16 = 67;

/// Keys of one `input keyevent`.
const KEYS: usize = 50;

/// The input method of [`KEYBOARD`].
const METHOD: &str = "com.android.adbkeyboard/.AdbIME";

/// How long it may take until a chosen input method is in use.
const BIND: Duration = Duration::from_secs(8);

/// Between two looks at that.
const LOOK: Duration = Duration::from_millis(200);

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

#[cfg(test)]
mod tests {
    use super::{METHOD, is_bound};

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
}
