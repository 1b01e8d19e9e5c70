//! What a check found, as programs read it (`app.json`) and as the log tells it.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::flow::apps::{App, Need, SELECTORS};

/// Name of the report among the evidence.
pub const REPORT: &str = "app.json";

/// What a check of an app's file found on a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The app.
    pub app: String,
    /// Its package.
    pub package: String,
    /// Whether nothing that must be there was found nowhere.
    pub ok: bool,
    /// Each screen that was looked at, in order.
    pub screens: Vec<Visit>,
    /// Named, needed by the built-in scripts, and found on no screen.
    pub nowhere: Vec<String>,
    /// Named and found on no screen, which need not mean anything: they come and go.
    pub not_seen: Vec<String>,
    /// Named, and there only after a change, which a check does not make.
    pub unchecked: Vec<String>,
    /// Used by the built-in scripts, and not named in the app's file.
    pub unnamed: Vec<String>,
}

/// One screen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Which: `feed`, `search`, `user`, ...
    pub screen: String,
    /// How it was reached (`link user: sample://user/mia`).
    pub way: String,
    /// Why it was not reached or could not be looked at.
    pub problem: Option<String>,
    /// What was there, of all that the file names.
    pub found: Vec<Sighting>,
    /// What should have been there.
    pub missing: Vec<Missing>,
}

/// An element that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Its name in the app's file.
    pub selector: String,
    /// How many elements match.
    pub matches: usize,
    /// The one that would be tapped.
    pub element: String,
}

/// An element that was not found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Its name in the app's file.
    pub selector: String,
    /// Whether the built-in scripts cannot do without it.
    pub required: bool,
    /// What was looked for, or why it was not.
    pub wanted: Wanted,
    /// What was there instead, the nearest first.
    pub hints: Vec<String>,
}

/// What was looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// Such an element.
    Element(String),
    /// Nothing, for this reason.
    Nothing(String),
}

impl Report {
    /// Sums up the visits to an app's screens.
    pub(super) fn of(app: &App, screens: Vec<Visit>) -> Self {
        let found: BTreeSet<&str> = screens
            .iter()
            .flat_map(|visit| &visit.found)
            .map(|sighting| sighting.selector.as_str())
            .collect();
        let (mut nowhere, mut not_seen) = (Vec::new(), Vec::new());
        let (mut unchecked, mut unnamed) = (Vec::new(), Vec::new());
        for known in SELECTORS {
            let list = match known.need {
                _ if !app.selectors.contains_key(known.name) => &mut unnamed,
                _ if found.contains(known.name) => continue,
                Need::Or(other) if found.contains(other) => continue,
                Need::Always | Need::Or(_) => &mut nowhere,
                Need::Sometimes => &mut not_seen,
                Need::AfterChange => &mut unchecked,
            };
            list.push(known.name.to_owned());
        }
        let own = app.selectors.keys().map(String::as_str);
        let own = own.filter(|name| !SELECTORS.iter().any(|known| known.name == *name));
        not_seen.extend(own.filter(|name| !found.contains(name)).map(str::to_owned));
        Self {
            app: app.name.clone(),
            package: app.package.clone(),
            ok: nowhere.is_empty(),
            screens,
            nowhere,
            not_seen,
            unchecked,
            unnamed,
        }
    }

    /// What is wrong, in a sentence; `None` if nothing is.
    #[must_use]
    pub fn complaint(&self) -> Option<String> {
        if self.ok {
            return None;
        }
        Some(format!(
            "app '{}': found on no screen: {}",
            self.app,
            self.nowhere.join(", ")
        ))
    }
}

impl Visit {
    /// Adds a move to the way.
    pub(super) fn go_on(&mut self, words: &str) {
        if !self.way.is_empty() {
            self.way += ", ";
        }
        self.way += words;
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "app {} ({})", self.app, self.package)?;
        for visit in &self.screens {
            write!(f, "{visit}")?;
        }
        for (what, names) in [
            ("found nowhere", &self.nowhere),
            ("not seen, they come and go", &self.not_seen),
            ("there only after a change, not checked", &self.unchecked),
            ("used by built-in scripts, not in the file", &self.unnamed),
        ] {
            if !names.is_empty() {
                writeln!(f, "{what}: {}", names.join(", "))?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Visit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", format!("{}: {}", self.screen, self.way).trim_end())?;
        if let Some(problem) = &self.problem {
            writeln!(f, "  ! {problem}")?;
        }
        for sighting in &self.found {
            let Sighting {
                selector,
                matches,
                element,
            } = sighting;
            let more = match matches {
                0 | 1 => String::new(),
                more => format!(" (the first of {more})"),
            };
            writeln!(f, "  + {selector}: {element}{more}")?;
        }
        for missing in &self.missing {
            let mark = if missing.required { '-' } else { '~' };
            let what = match &missing.wanted {
                Wanted::Element(element) => format!("not found: {element}"),
                Wanted::Nothing(why) => format!("not looked for: {why}"),
            };
            writeln!(f, "  {mark} {}: {what}", missing.selector)?;
            for hint in &missing.hints {
                writeln!(f, "      {hint}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::apps::testing::app;

    fn visit(found: &[&str]) -> Visit {
        let found = found.iter().map(|name| Sighting {
            selector: (*name).to_owned(),
            matches: 1,
            element: "id 'x'".into(),
        });
        Visit {
            screen: "user".into(),
            found: found.collect(),
            ..Visit::default()
        }
    }

    const FILE: &str = "[selectors]\nfollow = 'a'\nfollowing = 'b'\nfollow_state = 'c'\n\
                        unfollow_confirm = 'd'\ndialog_dismiss = 'e'\n[own.selectors]\nring = 'f'";

    #[test]
    fn what_must_be_there_and_was_found_nowhere_is_the_complaint() {
        let report = Report::of(&app(FILE), vec![visit(&["follow"])]);
        assert!(!report.ok);
        assert_eq!(report.nowhere, ["follow_state"]);
        let complaint = report.complaint().unwrap();
        assert_eq!(complaint, "app 'mine': found on no screen: follow_state");
    }

    #[test]
    fn one_of_two_that_stand_for_each_other_is_enough() {
        let report = Report::of(&app(FILE), vec![visit(&["following", "follow_state"])]);
        assert!(report.ok, "{report}");
        assert_eq!(report.complaint(), None);
    }

    #[test]
    fn what_comes_and_goes_or_needs_a_change_is_told_apart() {
        let report = Report::of(&app(FILE), vec![visit(&[])]);
        assert_eq!(report.not_seen, ["dialog_dismiss", "ring"]);
        assert_eq!(report.unchecked, ["unfollow_confirm"]);
        assert!(report.unnamed.contains(&"comment_field".to_owned()));
    }
}
