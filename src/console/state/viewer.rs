//! A text on the whole screen: a file of evidence, which may still grow, or a report.
//!
//! It scrolls by lines of the text, so that a text of a megabyte need not be wrapped to show
//! forty lines of it.

use unicode_width::UnicodeWidthStr;

use crate::console::event::RequestNo;
use crate::console::source::{PartQuery, TextPart};
use crate::model::{TaskId, Timestamp};

/// Bytes of a file that are held. An attempt's log is bounded a good deal below.
const HELD: u64 = 4 << 20;

/// Longer lines are cut in pieces: a hierarchy can be one line.
const LONGEST: usize = 400;

/// An open text.
#[derive(Debug, Default)]
pub(in crate::console) struct Viewer {
    /// The file it shows; none: all of it is in `lines`.
    pub file: Option<ShownFile>,
    /// What it is, unless it is a file.
    pub title: String,
    /// Its lines, none of them very long.
    pub lines: Vec<String>,
    /// The first line shown, unless the end is followed.
    pub top: usize,
    /// Whether the end stays in sight.
    pub follow: bool,
    /// Whether lines too long for the screen are cut instead of wrapped.
    pub cut: bool,
    /// Columns left of the screen, if they are cut.
    pub left: usize,
    /// What is looked for; empty: nothing.
    pub search: String,
    /// The line where it was last found.
    pub found: Option<usize>,
}

/// A direction in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum Towards {
    /// Downwards, the line itself included.
    End,
    /// Upwards.
    Start,
}

/// A file that is being read.
#[derive(Debug)]
pub(in crate::console) struct ShownFile {
    /// Whose.
    pub task: TaskId,
    /// Of which attempt.
    pub attempt: u32,
    /// Its name.
    pub name: String,
    /// The files that can be shown in its place, this one among them.
    pub names: Vec<String>,
    /// Bytes read.
    read: u64,
    /// Lines of the file that have come whole.
    whole_lines: usize,
    /// The line of the file, from 1, that is to be shown once it has come.
    seek: Option<usize>,
    /// Bytes of the last line, whose end has not come.
    partial: Vec<u8>,
    /// Whether `lines` ends with what `partial` has so far.
    tail: bool,
    /// Whether no more will come.
    pub whole: bool,
    /// Whether everything that was there at one time has been read.
    pub caught_up: bool,
    /// The question under way.
    pub asked: Option<RequestNo>,
    /// Not asked again before this moment.
    pub not_before: Timestamp,
    /// Why nothing newer is known.
    pub error: Option<String>,
}

impl Viewer {
    /// Some lines that are all there is.
    pub fn report(title: String, lines: Vec<String>) -> Self {
        let lines = lines.iter().flat_map(|line| pieces(line)).collect();
        Self {
            title,
            lines,
            ..Self::default()
        }
    }

    /// A file of which nothing is known yet. The end of a log is followed.
    pub fn file(task: TaskId, attempt: u32, name: String, names: Vec<String>) -> Self {
        Self {
            follow: name == crate::farm::LOG,
            file: Some(ShownFile {
                task,
                attempt,
                name,
                names,
                read: 0,
                whole_lines: 0,
                seek: None,
                partial: Vec::new(),
                tail: false,
                whole: false,
                caught_up: false,
                asked: None,
                not_before: Timestamp(0),
                error: None,
            }),
            ..Self::default()
        }
    }

    /// Takes the next part of the file.
    pub fn take(&mut self, part: &TextPart) {
        let Some(file) = &mut self.file else { return };
        file.error = None;
        file.read += part.bytes.len() as u64;
        file.whole = part.last || file.read >= HELD;
        file.caught_up |= file.whole || part.bytes.is_empty();
        if std::mem::take(&mut file.tail) {
            self.lines.truncate(self.lines.len() - file.shown_tail());
        }
        file.partial.extend_from_slice(&part.bytes);
        let whole = file.partial.iter().rposition(|byte| *byte == b'\n');
        let rest = file.partial.split_off(whole.map_or(0, |at| at + 1));
        let lines = std::mem::replace(&mut file.partial, rest);
        let lines = String::from_utf8_lossy(&lines);
        let spread = spread(&file.name, &lines);
        for line in spread.lines() {
            file.whole_lines += 1;
            if file.seek == Some(file.whole_lines) {
                file.seek = None;
                self.top = self.lines.len();
                self.found = Some(self.top);
            }
            self.lines.extend(pieces(line));
        }
        if !file.partial.is_empty() {
            if file.seek == Some(file.whole_lines + 1) {
                file.seek = None;
                self.top = self.lines.len();
                self.found = Some(self.top);
            }
            self.lines.extend(file.tail_lines());
            file.tail = true;
        }
        if file.read >= HELD && !part.last {
            let (task, name) = (file.task, &file.name);
            self.lines.push(format!(
                "... there is more: farmhand task evidence {task} {name}"
            ));
        }
    }

    /// Shows this line of the file, from 1, once it has come.
    pub fn seek(&mut self, line: usize) {
        self.follow = false;
        if let Some(file) = &mut self.file {
            file.seek = Some(line);
        }
    }

    /// Columns of the longest line.
    pub fn longest(&self) -> usize {
        self.lines
            .iter()
            .map(|line| line.width())
            .max()
            .unwrap_or(0)
    }

    /// Looks for what is searched, from a line on and all around. Says the line.
    pub fn find(&self, from: usize, towards: Towards) -> Option<usize> {
        let wanted = self.search.to_lowercase();
        if wanted.is_empty() {
            return None;
        }
        let (before, after) = self.lines.split_at(from.min(self.lines.len()));
        let has = |(_, line): &(usize, &String)| line.to_lowercase().contains(&wanted);
        let after = (from..).zip(after);
        let before = before.iter().enumerate();
        let mut around: Vec<(usize, &String)> = after.chain(before).collect();
        if towards == Towards::Start {
            around.reverse();
        }
        around.into_iter().find(has).map(|(at, _)| at)
    }
}

impl ShownFile {
    /// The next part to be read.
    pub fn next(&self) -> PartQuery {
        PartQuery {
            task: self.task,
            attempt: self.attempt,
            name: self.name.clone(),
            from: self.read,
        }
    }

    fn tail_lines(&self) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.partial);
        let spread = spread(&self.name, &text);
        spread.lines().flat_map(pieces).collect()
    }

    fn shown_tail(&self) -> usize {
        self.tail_lines().len()
    }
}

/// An element a line, where a whole hierarchy is one.
fn spread<'a>(name: &str, text: &'a str) -> std::borrow::Cow<'a, str> {
    if name.ends_with(".xml") {
        return text.replace("><", ">\n<").into();
    }
    text.into()
}

fn pieces(line: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some((at, _)) = rest.char_indices().nth(LONGEST) {
        let (piece, more) = rest.split_at(at);
        pieces.push(piece.to_owned());
        rest = more;
    }
    pieces.push(rest.to_owned());
    pieces
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Towards, Viewer};
    use crate::console::source::TextPart;
    use crate::model::TaskId;

    fn viewer(name: &str) -> Viewer {
        Viewer::file(TaskId(7), 1, name.into(), vec![name.into()])
    }

    fn take(viewer: &mut Viewer, bytes: &[u8], last: bool) {
        viewer.take(&TextPart {
            bytes: bytes.to_vec(),
            last,
        });
    }

    #[test]
    fn a_line_that_comes_in_parts_becomes_one() {
        let mut log = viewer("log.txt");
        let text = "one\ntw\u{f6}\nthree".as_bytes();
        for byte in text {
            take(&mut log, &[*byte], false);
        }
        assert_eq!(log.lines, ["one", "tw\u{f6}", "three"]);
        take(&mut log, b"\n\nfive\n", true);
        assert_eq!(log.lines, ["one", "tw\u{f6}", "three", "", "five"]);
        assert!(log.file.unwrap().whole);
    }

    #[test]
    fn a_hierarchy_in_one_line_has_a_line_for_each_element() {
        let mut xml = viewer("hierarchy.xml");
        take(&mut xml, b"<a><b c='><'/>", false);
        take(&mut xml, b"</a>", true);
        assert_eq!(xml.lines, ["<a>", "<b c='>", "<'/>", "</a>"]);
    }

    #[test]
    fn a_very_long_line_is_cut_in_pieces() {
        let mut log = viewer("log.txt");
        take(&mut log, "\u{e9}".repeat(LONGEST * 2 + 1).as_bytes(), true);
        assert_eq!(log.lines.len(), 3);
    }

    #[test]
    fn a_search_goes_all_around_in_both_directions() {
        let mut report = Viewer::report(
            String::new(),
            ["Ann", "bob", "ann", "eve"].map(str::to_owned).to_vec(),
        );
        report.search = "aNN".into();
        assert_eq!(report.find(1, Towards::End), Some(2));
        assert_eq!(report.find(3, Towards::End), Some(0));
        assert_eq!(report.find(2, Towards::Start), Some(0));
        assert_eq!(report.find(0, Towards::Start), Some(2));
        report.search = "mia".into();
        assert_eq!(report.find(0, Towards::End), None);
    }
}
