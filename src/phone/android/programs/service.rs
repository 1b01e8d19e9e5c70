//! The commands of Android's services (`am`, `pm`, `input`, `cmd SERVICE`): how they read their
//! arguments and how they fail, see AOSP `BasicShellCommandHandler.java`.

use super::Report;

/// What a command comes to.
pub type Answer = Result<Report, Exception>;

/// A Java exception that nobody caught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    class: &'static str,
    message: String,
}

impl Exception {
    pub fn new(class: &'static str, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
        }
    }

    pub fn illegal(message: impl Into<String>) -> Self {
        Self::new("java.lang.IllegalArgumentException", message)
    }

    pub fn security(message: impl Into<String>) -> Self {
        Self::new("java.lang.SecurityException", message)
    }

    /// A text where a number is expected.
    pub fn number(text: &str) -> Self {
        let message = format!("For input string: \"{text}\"");
        Self::new("java.lang.NumberFormatException", message)
    }

    pub fn is_number(&self) -> bool {
        self.class == "java.lang.NumberFormatException"
    }

    /// `class: message` and the end of the stack, which is that of every such command.
    pub fn trace(&self) -> String {
        format!(
            "{}: {}\n\
             \tat com.android.modules.utils.BasicShellCommandHandler.exec(BasicShellCommandHandler.java:97)\n\
             \tat android.os.ShellCommand.exec(ShellCommand.java:38)\n\
             \tat android.os.Binder.shellCommand(Binder.java:1092)\n\
             \tat android.os.Binder.onTransact(Binder.java:912)\n\
             \tat android.os.Binder.execTransactInternal(Binder.java:1344)\n\
             \tat android.os.Binder.execTransact(Binder.java:1275)\n",
            self.class, self.message
        )
    }
}

/// Runs the command that the first word names; an exception goes to standard error and makes
/// the exit code 255.
pub fn run<'a>(
    words: &[&'a str],
    command: impl FnOnce(&'a str, &mut Arguments<'_, 'a>) -> Answer,
) -> Report {
    let verb = words.first().copied().unwrap_or_default();
    let mut arguments = Arguments::new(words);
    match command(verb, &mut arguments) {
        Ok(report) => report,
        Err(exception) => Report::err(
            format!(
                "\nException occurred while executing '{verb}':\n{}",
                exception.trace()
            ),
            255,
        ),
    }
}

/// What a service says of a command that it does not have.
pub fn unknown(verb: &str) -> Report {
    Report {
        out: format!("Unknown command: {verb}\n"),
        code: 255,
        ..Report::default()
    }
}

/// The words after a command, taken one after the other.
pub struct Arguments<'w, 'a> {
    words: &'w [&'a str],
    next: usize,
    /// What followed a letter's option without a space: `pkg` of `-npkg`.
    attached: Option<&'a str>,
}

impl<'w, 'a> Arguments<'w, 'a> {
    fn new(words: &'w [&'a str]) -> Self {
        Self {
            words,
            next: 1,
            attached: None,
        }
    }

    /// The next word if it is an option; `--` ends the options.
    pub fn option(&mut self) -> Option<&'a str> {
        let word = *self.words.get(self.next).filter(|w| w.starts_with('-'))?;
        self.next += 1;
        if word == "--" {
            return None;
        }
        if word.starts_with("--") {
            return Some(word);
        }
        match word.split_at_checked(2) {
            Some((option, attached)) if !attached.is_empty() => {
                self.attached = Some(attached);
                Some(option)
            }
            _ => Some(word),
        }
    }

    /// The next word, whatever it is.
    pub fn word(&mut self) -> Option<&'a str> {
        if let Some(attached) = self.attached.take() {
            return Some(attached);
        }
        let word = self.words.get(self.next).copied();
        self.next += usize::from(word.is_some());
        word
    }

    /// The next word.
    ///
    /// # Errors
    /// [`Exception`] if there is none.
    pub fn required(&mut self) -> Result<&'a str, Exception> {
        let before = self.words.get(self.next.saturating_sub(1));
        let before = before.copied().unwrap_or_default();
        self.word()
            .ok_or_else(|| Exception::illegal(format!("Argument expected after \"{before}\"")))
    }

    /// The next word as a number.
    ///
    /// # Errors
    /// [`Exception`] if there is none.
    pub fn number<T: std::str::FromStr>(&mut self) -> Result<T, Exception> {
        let word = self.required()?;
        word.parse().map_err(|_| Exception::number(word))
    }

    /// The words that are left.
    pub fn rest(&self) -> &'w [&'a str] {
        self.words.get(self.next..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_with_and_without_a_space() {
        let words = ["start", "-n", "a/b", "-pc", "--", "-x"];
        let mut arguments = Arguments::new(&words);
        assert_eq!(arguments.option(), Some("-n"));
        assert_eq!(arguments.required(), Ok("a/b"));
        assert_eq!(arguments.option(), Some("-p"));
        assert_eq!(arguments.required(), Ok("c"));
        assert_eq!(arguments.option(), None);
        assert_eq!(arguments.word(), Some("-x"));
    }

    #[test]
    fn a_missing_argument_is_an_exception() {
        let report = run(&["force-stop"], |_, arguments| {
            arguments.required()?;
            Ok(Report::default())
        });
        assert!(report.err.starts_with(
            "\nException occurred while executing 'force-stop':\n\
             java.lang.IllegalArgumentException: Argument expected after \"force-stop\"\n\tat "
        ));
        assert_eq!(report.code, 255);
    }
}
