//! What a person sees: the rows of the console's picture, read as that person would.

use std::fmt;

/// A moment of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    rows: Vec<String>,
    /// Rows whose first cell is reversed.
    reversed: Vec<usize>,
    /// Rows of which every cell is.
    whole: Vec<usize>,
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
        let reversed = |row, column| picture.cell(row, column).is_some_and(vt100::Cell::inverse);
        let those = |wanted: &dyn Fn(u16) -> bool| {
            let rows = rows.iter().map(|(row, _)| *row);
            rows.filter(|row| wanted(*row)).map(usize::from).collect()
        };
        Self {
            reversed: those(&|row| reversed(row, 0)),
            whole: those(&|row| (0..columns.get()).all(|column| reversed(row, column))),
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

    /// The phone on whose row the keys act.
    pub fn selected_device(&self) -> Option<&str> {
        self.reversed
            .iter()
            .find_map(|row| device_of(&self.rows[*row]))
    }

    /// The phones of the list, from top to bottom.
    pub fn devices(&self) -> Vec<&str> {
        self.rows.iter().filter_map(|row| device_of(row)).collect()
    }

    /// The row of this phone in the list.
    pub fn device(&self, serial: &str) -> Option<&str> {
        let shows = |row: &&String| device_of(row) == Some(serial);
        self.rows.iter().find(shows).map(String::as_str)
    }

    /// The seconds of the day that the clock shows.
    pub fn clock(&self) -> Option<u32> {
        let (rest, seconds) = self.first().rsplit_once(':')?;
        let (rest, minutes) = rest.rsplit_once(':')?;
        let hours = rest.split_whitespace().next_back()?;
        let number = |text: &str| text.parse::<u32>().ok();
        Some(number(hours)? * 3600 + number(minutes)? * 60 + number(seconds)?)
    }

    /// Whether a whole row, from the first column to the last, is reversed.
    pub fn selects_a_whole_row(&self) -> bool {
        !self.whole.is_empty()
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
    matches!(words.next(), Some("shell" | "follow" | "post")).then_some(id)
}

/// `  virtual-0001   ...`, with a mark before it or not.
fn device_of(row: &str) -> Option<&str> {
    let (at, _) = row.char_indices().nth(2)?;
    let serial = row[at..].split_whitespace().next()?;
    (row[at..].starts_with(serial) && serial.starts_with("virtual-")).then_some(serial)
}

impl fmt::Display for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rows.join("\n"))
    }
}
