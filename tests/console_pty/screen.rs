//! What a person sees: the rows of the console's picture, read as that person would.

use std::fmt;

/// A moment of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    rows: Vec<String>,
    reversed: Vec<usize>,
}

/// The five counts of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub total: u64,
    pub pending: u64,
    pub running: u64,
    pub completed: u64,
    pub failed: u64,
}

impl Screen {
    pub fn of(picture: &vt100::Screen) -> Self {
        let (rows, columns) = picture.size();
        let rows: Vec<_> = (0..rows.get())
            .zip(picture.rows(0, columns.get()))
            .collect();
        let reversed = |row| picture.cell(row, 0).is_some_and(vt100::Cell::inverse);
        Self {
            reversed: rows
                .iter()
                .filter(|(row, _)| reversed(*row))
                .map(|(row, _)| usize::from(*row))
                .collect(),
            rows: rows
                .into_iter()
                .map(|(_, text)| text.trim_end().to_owned())
                .collect(),
        }
    }

    pub fn rows(&self) -> &[String] {
        &self.rows
    }

    pub fn first(&self) -> &str {
        &self.rows[0]
    }

    pub fn last(&self) -> &str {
        self.rows.last().unwrap()
    }

    pub fn has(&self, text: &str) -> bool {
        self.rows.iter().any(|row| row.contains(text))
    }

    /// The five counts, as the rows of statistics show them.
    pub fn counts(&self) -> Option<Counts> {
        let count = |curve: &str, name: &str| {
            let row = self.rows.iter().find(|row| row.starts_with(curve))?;
            let mut words = row.split_whitespace().skip_while(|word| *word != name);
            words.nth(1)?.parse().ok()
        };
        Some(Counts {
            total: count("adb answer", "of")?,
            pending: count("done/min", "pending")?,
            running: count("failed/min", "running")?,
            completed: count("task p95", "completed")?,
            failed: count("adb answer", "failed")?,
        })
    }

    /// The row of this task in the list.
    pub fn task(&self, id: u64) -> Option<&str> {
        let shows = |row: &&String| id_of(row) == Some(id);
        self.rows.iter().find(shows).map(String::as_str)
    }

    /// The tasks of the list, from top to bottom.
    pub fn tasks(&self) -> Vec<u64> {
        self.rows.iter().filter_map(|row| id_of(row)).collect()
    }

    /// The task on whose row the keys act.
    pub fn selected(&self) -> Option<u64> {
        self.reversed.iter().find_map(|row| id_of(&self.rows[*row]))
    }

    /// Whether one row stands out without colour.
    pub fn shows_a_selection(&self) -> bool {
        !self.reversed.is_empty()
    }
}

/// `  7       shell ...`, with a mark before it or not.
fn id_of(row: &str) -> Option<u64> {
    let cells: String = row.chars().skip(2).collect();
    let mut words = cells.split_whitespace();
    let id = words.next()?.parse().ok()?;
    (words.next() == Some("shell")).then_some(id)
}

impl fmt::Display for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rows.join("\n"))
    }
}
