//! What is typed into a field: one line, or several.

use tui_input::{Input, InputRequest};

/// What a line's end is in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum LineEnds {
    /// There is one line only: a line's end that is pasted becomes a space.
    None,
    /// Part of the text: it is pasted, or made by a key of its own.
    Text,
    /// Between the entries of a list: Enter makes one.
    Entries,
}

/// Some lines that are being typed; there is always one.
#[derive(Debug, Clone)]
pub(in crate::console) struct Lines {
    /// What a line's end is here.
    pub ends: LineEnds,
    rows: Vec<Input>,
    at: usize,
}

impl Lines {
    /// A text to begin with; the cursor is at its end.
    pub fn new(ends: LineEnds, text: &str) -> Self {
        let mut rows: Vec<Input> = match ends {
            LineEnds::None => vec![Input::new(text.replace('\n', " "))],
            LineEnds::Text | LineEnds::Entries => text
                .split('\n')
                .map(|row| Input::new(row.to_owned()))
                .collect(),
        };
        if rows.is_empty() {
            rows.push(Input::default());
        }
        let at = rows.len() - 1;
        Self { ends, rows, at }
    }

    /// The lines.
    pub fn rows(&self) -> &[Input] {
        &self.rows
    }

    /// The line that has the cursor.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// All of it.
    pub fn text(&self) -> String {
        let rows: Vec<&str> = self.rows.iter().map(Input::value).collect();
        rows.join("\n")
    }

    /// The lines that hold something, trimmed.
    pub fn entries(&self) -> Vec<String> {
        let rows = self.rows.iter().map(|row| row.value().trim());
        rows.filter(|row| !row.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Whether the lines are the entries of a list.
    pub fn lists(&self) -> bool {
        self.ends == LineEnds::Entries
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(|row| row.value().is_empty())
    }

    /// Whether the line with the cursor is empty.
    pub fn row_is_empty(&self) -> bool {
        self.row().is_none_or(|row| row.value().trim().is_empty())
    }

    fn row(&self) -> Option<&Input> {
        self.rows.get(self.at)
    }

    /// A key that edits. Says whether the text may have changed.
    pub fn edit(&mut self, request: InputRequest) -> bool {
        let at_start = self.row().is_some_and(|row| row.cursor() == 0);
        if request == InputRequest::DeletePrevChar && at_start && self.at > 0 {
            let tail = self.rows.remove(self.at);
            self.at -= 1;
            self.append(tail.value());
            return true;
        }
        let Some(row) = self.rows.get_mut(self.at) else {
            return false;
        };
        row.handle(request).is_some_and(|changed| changed.value)
    }

    /// Puts a text behind the line with the cursor, which stays where it is.
    fn append(&mut self, text: &str) {
        if let Some(row) = self.rows.get_mut(self.at) {
            let cursor = row.value().chars().count();
            let joined = format!("{}{text}", row.value());
            *row = Input::new(joined).with_cursor(cursor);
        }
    }

    /// Ends the line at the cursor. Says whether lines can be ended here.
    pub fn end_line(&mut self) -> bool {
        if self.ends == LineEnds::None {
            return false;
        }
        let Some(row) = self.rows.get_mut(self.at) else {
            return false;
        };
        let head: String = row.value().chars().take(row.cursor()).collect();
        let tail: String = row.value().chars().skip(row.cursor()).collect();
        *row = Input::new(head);
        self.at += 1;
        self.rows.insert(self.at, Input::new(tail).with_cursor(0));
        true
    }

    /// Takes a text that was pasted.
    pub fn paste(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        // Whoever copies a line most often copies its end too.
        let text = text.strip_suffix('\n').unwrap_or(&text);
        for c in text.chars() {
            if c == '\n' {
                if !self.end_line() {
                    self.edit(InputRequest::InsertChar(' '));
                }
            } else if c == '\t' {
                self.edit(InputRequest::InsertChar(' '));
            } else if !c.is_control() {
                self.edit(InputRequest::InsertChar(c));
            }
        }
    }

    /// Moves to the line above. Says whether there is one.
    pub fn up(&mut self) -> bool {
        let above = self.at.checked_sub(1);
        self.at = above.unwrap_or(self.at);
        above.is_some()
    }

    /// Moves to the line below. Says whether there is one.
    pub fn down(&mut self) -> bool {
        let below = self.at + 1 < self.rows.len();
        self.at += usize::from(below);
        below
    }
}

#[cfg(test)]
mod tests {
    use tui_input::InputRequest;

    use super::{LineEnds, Lines};

    #[test]
    fn several_lines_that_are_pasted_become_entries() {
        let mut lines = Lines::new(LineEnds::Entries, "");
        lines.paste("/a.png\r\n\n /b c.png\n");
        assert_eq!(lines.entries(), ["/a.png", "/b c.png"]);
    }

    #[test]
    fn where_there_is_one_line_a_pasted_line_end_becomes_a_space() {
        let mut lines = Lines::new(LineEnds::None, "");
        lines.paste("emu-1\nemu-2\n");
        assert_eq!(lines.text(), "emu-1 emu-2");
    }

    #[test]
    fn a_text_keeps_its_line_ends() {
        let mut lines = Lines::new(LineEnds::Text, "one\n\ntwo");
        assert_eq!(lines.text(), "one\n\ntwo");
        lines.paste("!\nthree");
        assert_eq!(lines.text(), "one\n\ntwo!\nthree");
    }

    #[test]
    fn a_line_is_ended_at_the_cursor_and_joined_again() {
        let mut lines = Lines::new(LineEnds::Text, "onetwo");
        for _ in 0..3 {
            lines.edit(InputRequest::GoToPrevChar);
        }
        assert!(lines.end_line());
        assert_eq!(lines.text(), "one\ntwo");
        lines.edit(InputRequest::DeletePrevChar);
        assert_eq!(lines.text(), "onetwo");
        lines.edit(InputRequest::InsertChar('-'));
        assert_eq!(lines.text(), "one-two");
    }
}
