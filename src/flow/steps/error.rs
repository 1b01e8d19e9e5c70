//! Why a step failed.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::adb::Kind;
use crate::flow::driver::DriverError;
use crate::flow::lang::Place;
use crate::flow::screen::{Bounds, Difference};
use crate::model::ErrorKind;

/// Why a step failed; what it was is told by the [`super::Fault`] around it.
#[derive(Debug, thiserror::Error)]
pub(in crate::flow) enum StepError {
    /// No element on the screen was as wanted.
    #[error("not found within {}{}", Time(*.within), Nearest(.near))]
    NotFound {
        /// The selector, for the report.
        selector: Value,
        /// How long it was looked for.
        within: Duration,
        /// What came nearest, the nearest first.
        near: Vec<Near>,
    },
    /// An element did not go away.
    #[error("still on the screen after {}", Time(*.within))]
    StillThere {
        /// The selector, for the report.
        selector: Value,
        /// How long it was waited for.
        within: Duration,
    },
    /// An element came, but not wholly.
    #[error(
        "found, but only {:.0} % of it came onto the screen within {}",
        visible * 100.0,
        Time(*.within)
    )]
    Hidden {
        /// The selector, for the report.
        selector: Value,
        /// How long it was scrolled.
        within: Duration,
        /// How much of it is on the screen, 0 to 1.
        visible: f64,
    },
    /// An element has nothing to copy.
    #[error("the element has no text to copy")]
    NoText {
        /// The selector, for the report.
        selector: Value,
    },
    /// An expression is not true.
    #[error("is false")]
    False,
    /// What an expression came to cannot be used.
    #[error("{0}")]
    Value(String),
    /// JavaScript failed.
    #[error("JavaScript: {0}")]
    Script(String),
    /// Something that is not of the phone: a file that vanished, an app without such a link.
    #[error("{0}")]
    Config(String),
    /// The phone could not do it.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The app ended in this step, whatever else failed by that.
    #[error("the app {package} crashed: {crash} ({instead})")]
    Crashed {
        /// Which.
        package: String,
        /// The first line of what the phone tells of it.
        crash: String,
        /// How the step failed by it.
        instead: Box<StepError>,
    },
    /// `onFlowComplete` took longer than it may after a failure.
    #[error("onFlowComplete was ended after {}", Time(*.0))]
    Overrun(Duration),
}

impl StepError {
    /// The kind of the task's error.
    pub(in crate::flow) fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound { .. }
            | Self::StillThere { .. }
            | Self::Hidden { .. }
            | Self::NoText { .. }
            | Self::False => ErrorKind::Assertion,
            Self::Value(_) | Self::Script(_) => ErrorKind::Script,
            Self::Config(_) => ErrorKind::Config,
            Self::Crashed { .. } => ErrorKind::Device,
            Self::Overrun(_) => ErrorKind::TimedOut,
            Self::Driver(error) => match error {
                DriverError::Adb(error) => match error.kind() {
                    Kind::Lost => ErrorKind::Lost,
                    Kind::TimedOut => ErrorKind::TimedOut,
                    Kind::Device => ErrorKind::Device,
                    Kind::Local => ErrorKind::Config,
                },
                DriverError::Invalid(_) => ErrorKind::Script,
                DriverError::Refused { .. }
                | DriverError::TimedOut { .. }
                | DriverError::InUse { .. }
                | DriverError::Unsupported { .. } => ErrorKind::Device,
            },
        }
    }

    /// Whether the phone answers no more: nothing that follows can work.
    pub(super) fn is_end(&self) -> bool {
        matches!(self.kind(), ErrorKind::Lost | ErrorKind::TimedOut)
    }

    /// Whether the phone is not there: it cannot be asked for evidence either.
    pub(in crate::flow) fn is_lost(&self) -> bool {
        self.kind() == ErrorKind::Lost
    }

    /// Whether the phone answers, but its screen was not still long enough to be looked at.
    pub(super) const fn is_restless(&self) -> bool {
        matches!(self, Self::Driver(DriverError::TimedOut { .. }))
    }

    /// Whether it says no more than that a condition does not hold.
    pub(super) const fn is_unmet(&self) -> bool {
        matches!(
            self,
            Self::NotFound { .. } | Self::StillThere { .. } | Self::False
        )
    }

    /// Whether an optional step may fail by it. A mistake in the flow itself is none of those,
    /// as in Maestro.
    pub(super) fn is_forgivable(&self) -> bool {
        !self.is_end() && self.kind() != ErrorKind::Script
    }

    /// The resolved selector that it is about.
    pub(in crate::flow) fn selector(&self) -> Option<&Value> {
        match self {
            Self::NotFound { selector, .. }
            | Self::StillThere { selector, .. }
            | Self::Hidden { selector, .. }
            | Self::NoText { selector } => Some(selector),
            Self::Crashed { instead, .. } => instead.selector(),
            _ => None,
        }
    }

    /// What came nearest to the wanted element.
    pub(in crate::flow) fn near(&self) -> &[Near] {
        match self {
            Self::NotFound { near, .. } => near,
            Self::Crashed { instead, .. } => instead.near(),
            _ => &[],
        }
    }
}

/// An element that is almost as wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::flow) struct Near {
    /// The element, in a few words.
    pub(in crate::flow) what: String,
    /// Where it is.
    pub(in crate::flow) bounds: Option<Bounds>,
    /// In what it differs.
    pub(in crate::flow) differences: Vec<Difference>,
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        for (n, differs) in self.differences.iter().enumerate() {
            f.write_str(if n == 0 { " (" } else { ", " })?;
            differs.fmt(f)?;
        }
        if !self.differences.is_empty() {
            f.write_str(")")?;
        }
        Ok(())
    }
}

/// The end of a message that something was not found.
struct Nearest<'a>(&'a [Near]);

impl fmt::Display for Nearest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, near) in self.0.iter().enumerate() {
            f.write_str(if n == 0 { "; nearest: " } else { "; " })?;
            near.fmt(f)?;
        }
        Ok(())
    }
}

/// A time as people write it: `17 s`, `0.5 s`.
pub(in crate::flow) struct Time(pub(in crate::flow) Duration);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.0.as_millis().div_ceil(100);
        if tenths.is_multiple_of(10) {
            write!(f, "{} s", tenths / 10)
        } else {
            write!(f, "{}.{} s", tenths / 10, tenths % 10)
        }
    }
}

/// A step on the way to the one that failed, the outermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::flow) struct Crumb {
    /// Where it stands.
    pub(in crate::flow) at: Place,
    /// What it does.
    pub(in crate::flow) what: String,
}

impl Crumb {
    /// File and line.
    pub(in crate::flow) fn place(&self) -> String {
        format!("{}:{}", self.at.file, self.at.line)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::Value;

    use super::{Near, StepError, Time};
    use crate::flow::driver::DriverError;
    use crate::flow::screen::{Attribute, Difference};
    use crate::model::ErrorKind;

    fn not_found(near: Vec<Near>) -> StepError {
        StepError::NotFound {
            selector: Value::Null,
            within: Duration::from_secs(17),
            near,
        }
    }

    #[test]
    fn what_was_not_found_is_told_with_what_came_nearest() {
        assert_eq!(not_found(Vec::new()).to_string(), "not found within 17 s");
        let near = Near {
            what: "'Following' id 'follow_button'".into(),
            bounds: None,
            differences: vec![Difference {
                attribute: Attribute::Text,
                wanted: "'Follow'".into(),
                found: "'Following'".into(),
            }],
        };
        assert_eq!(
            not_found(vec![near]).to_string(),
            "not found within 17 s; nearest: 'Following' id 'follow_button' (text differs: \
             'Follow' wanted, 'Following' found)"
        );
    }

    #[test]
    fn each_error_becomes_the_kind_that_programs_know() {
        assert_eq!(not_found(Vec::new()).kind(), ErrorKind::Assertion);
        let no_such_key = StepError::Driver(DriverError::Unsupported {
            what: "type".into(),
            why: "no keyboard".into(),
        });
        assert_eq!(no_such_key.kind(), ErrorKind::Device);
        assert_eq!(StepError::Script("x".into()).kind(), ErrorKind::Script);
        assert_eq!(StepError::Config("x".into()).kind(), ErrorKind::Config);
    }

    #[test]
    fn an_optional_step_does_not_hide_a_mistake_in_the_flow() {
        assert!(not_found(Vec::new()).is_forgivable());
        assert!(!StepError::Script("x is not defined".into()).is_forgivable());
    }

    #[test]
    fn a_crash_keeps_what_was_looked_for() {
        let crashed = StepError::Crashed {
            package: "org.example".into(),
            crash: "NullPointerException".into(),
            instead: Box::new(not_found(Vec::new())),
        };
        assert_eq!(crashed.kind(), ErrorKind::Device);
        assert!(crashed.selector().is_some());
        assert_eq!(
            crashed.to_string(),
            "the app org.example crashed: NullPointerException (not found within 17 s)"
        );
    }

    #[test]
    fn times_are_told_in_seconds() {
        let told = |ms| Time(Duration::from_millis(ms)).to_string();
        assert_eq!(told(17_000), "17 s");
        assert_eq!(told(500), "0.5 s");
        assert_eq!(told(1), "0.1 s");
        assert_eq!(told(0), "0 s");
    }
}
