//! The command line: what is typed, what it could be completed to, and what was typed before.

use std::collections::VecDeque;

use tui_input::Input;

use crate::console::event::RequestNo;

/// The most lines of a history.
const KEPT: usize = 200;

/// A line longer than this is not kept.
const LONGEST: usize = 1_000;

/// A command that is being typed.
#[derive(Debug, Clone, Default)]
pub(in crate::console) struct CommandLine {
    /// What is typed.
    pub input: Input,
    /// What is wrong with it.
    pub error: Option<String>,
    /// What Tab goes through.
    pub completion: Option<Completion>,
    /// What was typed before the history was looked through, and how far back that is.
    pub recalled: Option<(String, usize)>,
}

/// Words that could stand where one is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) struct Completion {
    /// What stands before the word.
    pub before: String,
    /// The words.
    pub words: Vec<String>,
    /// What they all begin with.
    pub common: String,
    /// The one that stands there now; none: what they have in common.
    pub at: Option<usize>,
}

/// The lines that were typed before, oldest first.
#[derive(Debug, Clone, Default)]
pub(in crate::console) struct History {
    lines: VecDeque<String>,
    /// Whether it is to be kept in its file.
    pub changed: bool,
    /// The writing under way.
    pub asked: Option<RequestNo>,
}

impl History {
    /// The history that earlier sessions left.
    pub fn of(lines: &[String]) -> Self {
        let mut history = Self::default();
        for line in lines {
            history.add(line);
        }
        history.changed = false;
        history
    }

    /// Takes a line. One that begins with a space is not kept, as in a shell: that is how a
    /// secret stays out.
    pub fn add(&mut self, line: &str) {
        let kept = !line.starts_with(' ') && line.len() <= LONGEST;
        let line = line.trim();
        if !kept || line.is_empty() || line.contains(char::is_control) {
            return;
        }
        self.lines.retain(|other| other != line);
        self.lines.push_back(line.to_owned());
        if self.lines.len() > KEPT {
            self.lines.pop_front();
        }
        self.changed = true;
    }

    /// All lines, oldest first.
    pub fn lines(&self) -> Vec<String> {
        self.lines.iter().cloned().collect()
    }

    /// The lines that begin so, newest first.
    pub fn with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        let lines = self.lines.iter().rev().map(String::as_str);
        lines.filter(move |line| line.starts_with(prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::{History, KEPT};

    fn history(lines: &[&str]) -> Vec<String> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        History::of(&lines).lines()
    }

    #[test]
    fn a_line_that_is_typed_again_moves_to_the_end() {
        assert_eq!(history(&["a", "b", "a"]), ["b", "a"]);
    }

    #[test]
    fn a_line_behind_a_space_is_not_kept() {
        assert_eq!(history(&[" secret", "task 7 "]), ["task 7"]);
    }

    #[test]
    fn only_so_many_lines_are_kept_and_none_is_very_long() {
        let mut history = History::default();
        for n in 0..KEPT + 5 {
            history.add(&format!("task {n}"));
        }
        history.add(&"x".repeat(2_000));
        let lines = history.lines();
        assert_eq!((lines.len(), lines[0].as_str()), (KEPT, "task 5"));
    }

    #[test]
    fn the_newest_line_with_a_prefix_comes_first() {
        let history = History::of(&["task 1".into(), "log 2".into(), "task 3".into()]);
        let found: Vec<&str> = history.with_prefix("ta").collect();
        assert_eq!(found, ["task 3", "task 1"]);
    }
}
