//! How text is set: which letters a look has, and where lines break.

use embedded_graphics::mono_font::MonoFont;
use embedded_graphics::mono_font::iso_8859_1::{FONT_9X15, FONT_9X18_BOLD, FONT_10X20};

use super::elements::Look;

/// Between a text and the edge of its element.
pub const MARGIN: i32 = 8;

/// The letters of a look.
pub fn font(look: Look) -> &'static MonoFont<'static> {
    match look {
        Look::Small | Look::Avatar(_) | Look::Picture(_) | Look::Progress(_) => &FONT_9X15,
        Look::Strong | Look::Title | Look::Tab => &FONT_9X18_BOLD,
        _ => &FONT_10X20,
    }
}

/// Width and height of a letter.
pub fn letter(look: Look) -> (i32, i32) {
    let size = font(look).character_size;
    // Fonts are a few pixels large.
    (size.width as i32, size.height as i32)
}

/// How high an element must be for its text.
pub fn height(look: Look, width: i32, text: &str) -> i32 {
    let lines = lines(text, columns(look, width)).len();
    lines as i32 * letter(look).1 + 2 * MARGIN
}

/// Letters in a line of an element.
pub fn columns(look: Look, width: i32) -> usize {
    ((width - 2 * MARGIN) / letter(look).0).max(1) as usize
}

/// Breaks text at its newlines, then at spaces, then where a line is full.
pub fn lines(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let (mut line, mut length) = (String::new(), 0);
        for word in paragraph.split_inclusive(' ') {
            let letters = word.trim_end().chars().count();
            if length > 0 && length + letters > columns {
                lines.push(std::mem::take(&mut line));
                length = 0;
            }
            for letter in word.chars() {
                if length == columns {
                    if letter == ' ' {
                        continue;
                    }
                    lines.push(std::mem::take(&mut line));
                    length = 0;
                }
                line.push(letter);
                length += 1;
            }
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_breaks_at_a_newline_a_space_or_where_it_is_full() {
        assert_eq!(
            lines("one two\nthree abcdefghij", 7),
            ["one two", "three ", "abcdefg", "hij"]
        );
    }

    #[test]
    fn no_text_is_one_empty_line() {
        assert_eq!(lines("", 7), [""]);
    }
}
