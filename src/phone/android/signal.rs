//! Signals, by Linux's numbers and names.

/// A signal's number, 1 to 31.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal(u8);

/// Names without `SIG`, by number, for those that anybody sends.
const NAMES: [(u8, &str); 12] = [
    (1, "HUP"),
    (2, "INT"),
    (3, "QUIT"),
    (9, "KILL"),
    (10, "USR1"),
    (12, "USR2"),
    (13, "PIPE"),
    (14, "ALRM"),
    (15, "TERM"),
    (17, "CHLD"),
    (18, "CONT"),
    (19, "STOP"),
];

impl Signal {
    pub const HUP: Self = Self(1);
    pub const INT: Self = Self(2);
    pub const KILL: Self = Self(9);
    pub const PIPE: Self = Self(13);
    pub const TERM: Self = Self(15);

    /// Reads `9`, `KILL` or `SIGKILL`, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse::<u8>() {
            return (1..=31).contains(&number).then_some(Self(number));
        }
        let upper = text.to_ascii_uppercase();
        let name = upper.strip_prefix("SIG").unwrap_or(&upper);
        NAMES
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(number, _)| Self(*number))
    }

    /// Whether it ends a process that does nothing about it. Stopping is not simulated.
    pub fn is_fatal(self) -> bool {
        !matches!(self.0, 17..=23 | 28)
    }

    /// The exit code that a shell gives a process which this signal ended.
    pub fn exit_code(self) -> u8 {
        128 + self.0
    }
}

/// A set of signals.
#[derive(Debug, Clone, Copy, Default)]
pub struct SignalSet(u32);

impl SignalSet {
    pub fn insert(&mut self, signal: Signal) {
        self.0 |= 1 << signal.0;
    }

    pub fn remove(&mut self, signal: Signal) {
        self.0 &= !(1 << signal.0);
    }

    pub fn contains(self, signal: Signal) -> bool {
        self.0 & (1 << signal.0) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_is_named_by_number_or_name_with_or_without_sig() {
        for text in ["15", "TERM", "SIGTERM", "term"] {
            assert_eq!(Signal::parse(text), Some(Signal::TERM), "{text}");
        }
        assert_eq!(Signal::parse("0"), None);
        assert_eq!(Signal::parse("NONSENSE"), None);
    }
}
