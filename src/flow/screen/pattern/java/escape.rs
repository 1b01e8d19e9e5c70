//! What follows a backslash.

use super::super::class;
use super::{Halt, LAST_LINE_END, Piece, PieceKind, Read, Reader};

/// Characters of words to `\b`: Java's letters and digits, and marks upon them.
const OF_WORD: &str = r"[\p{L}\p{Nd}\p{Mn}_]";

/// What an escape stands for.
pub(super) enum Escape {
    Char(char),
    /// An item of a class.
    Set(String),
}

impl Reader {
    /// An escape outside of classes; the backslash is read.
    pub(super) fn escape_outside(&mut self) -> Read<Piece> {
        let place = match self.peek().ok_or(Halt::Syntax)? {
            'A' => Piece::new(r"\A", PieceKind::Start),
            'Z' => Piece::new(LAST_LINE_END, PieceKind::End),
            'z' => Piece::new(r"\z", PieceKind::End),
            'b' => {
                self.grapheme_boundary()?;
                let w = OF_WORD;
                Piece::new(
                    format!("(?:(?<={w})(?!{w})|(?<!{w})(?={w}))"),
                    PieceKind::Place,
                )
            }
            'B' => {
                let w = OF_WORD;
                Piece::new(
                    format!("(?:(?<={w})(?={w})|(?<!{w})(?!{w}))"),
                    PieceKind::Place,
                )
            }
            'R' => Piece::new(format!(r"(?:\r\n|[{}])", class::VERTICAL), PieceKind::Solid),
            'G' => {
                self.refuse(r"\G has no meaning in a pattern for a whole text");
                Piece::new("", PieceKind::Place)
            }
            'X' => {
                self.refuse(r"\X is not supported");
                Piece::new("", PieceKind::Solid)
            }
            '1'..='9' => {
                self.refuse(r"references to groups (\1) are not supported");
                Piece::new("", PieceKind::Solid)
            }
            'k' => {
                self.at += 1;
                if !self.take_if('<') {
                    return Err(Halt::Syntax);
                }
                let name = self.group_name()?;
                if !self.names.contains(&name) {
                    return Err(Halt::Syntax);
                }
                self.refuse(r"references to groups (\k<name>) are not supported");
                return Ok(Piece::new("", PieceKind::Solid));
            }
            _ => {
                return Ok(match self.escape(false)? {
                    Escape::Char(c) => self.letter(c),
                    Escape::Set(item) => Piece::set(&item),
                });
            }
        };
        self.at += 1;
        Ok(place)
    }

    /// `\b{g}`; the `b` is not read yet. `\b{` with anything else has a quantifier behind it.
    fn grapheme_boundary(&mut self) -> Read<()> {
        let after = self.pattern.get(self.at + 1..).unwrap_or_default();
        match after {
            ['{', 'g', '}', ..] => {
                self.refuse(r"\b{g} is not supported");
                self.at += 3;
                Ok(())
            }
            ['{', 'g', ..] => Err(Halt::Syntax),
            _ => Ok(()),
        }
    }

    /// An escape that stands for characters; the backslash is read. `in_range` says that it is
    /// one end of a range in a class, where `\v` is a single character.
    pub(super) fn escape(&mut self, in_range: bool) -> Read<Escape> {
        let c = self.take()?;
        let set = |item: &str| Ok(Escape::Set(item.to_owned()));
        let but = |item: &str| Ok(Escape::Set(class::not(item)));
        let code = match c {
            'p' | 'P' => return self.property(c == 'P').map(Escape::Set),
            'd' => return set(class::DIGIT),
            'D' => return but(class::DIGIT),
            'w' => return set(class::WORD),
            'W' => return but(class::WORD),
            's' => return set(class::SPACE),
            'S' => return but(class::SPACE),
            'h' => return set(class::HORIZONTAL),
            'H' => return but(class::HORIZONTAL),
            'v' if !in_range => return set(class::VERTICAL),
            'V' => return but(class::VERTICAL),
            'v' => 0x0b,
            'a' => 0x07,
            'e' => 0x1b,
            'f' => 0x0c,
            'n' => 0x0a,
            'r' => 0x0d,
            't' => 0x09,
            '0' => self.octal()?,
            'x' => self.hexadecimal()?,
            'u' => self.utf16()?,
            'c' => u32::from(self.take()?) ^ 64,
            'N' => {
                if !self.take_if('{') {
                    return Err(Halt::Syntax);
                }
                while self.take()? != '}' {}
                self.refuse(r"characters by name (\N{...}) are not supported");
                u32::from(' ')
            }
            // Every other letter and digit is kept for later versions of Java.
            c if c.is_ascii_alphanumeric() => return Err(Halt::Syntax),
            c => u32::from(c),
        };
        match char::from_u32(code) {
            Some(c) => Ok(Escape::Char(c)),
            None => {
                self.refuse("it asks for half a character (a surrogate)");
                Ok(Escape::Char(' '))
            }
        }
    }

    /// Up to three octal digits, three only below `\0400`.
    fn octal(&mut self) -> Read<u32> {
        let mut code = self.digit(8).ok_or(Halt::Syntax)?;
        let longest = if code <= 3 { 2 } else { 1 };
        for _ in 0..longest {
            match self.digit(8) {
                Some(digit) => code = code * 8 + digit,
                None => break,
            }
        }
        Ok(code)
    }

    fn hexadecimal(&mut self) -> Read<u32> {
        if !self.take_if('{') {
            return self.hex_digits(2);
        }
        let mut code = self.digit(16).ok_or(Halt::Syntax)?;
        while let Some(digit) = self.digit(16) {
            code = code * 16 + digit;
            if code > u32::from(char::MAX) {
                return Err(Halt::Syntax);
            }
        }
        if !self.take_if('}') {
            return Err(Halt::Syntax);
        }
        Ok(code)
    }

    /// A unit of UTF-16, and the second half of its character if that follows.
    fn utf16(&mut self) -> Read<u32> {
        let first = self.hex_digits(4)?;
        if !(0xd800..0xdc00).contains(&first) {
            return Ok(first);
        }
        let back = self.at;
        if self.take_if('\\') && self.take_if('u') {
            let second = self.hex_digits(4)?;
            if (0xdc00..0xe000).contains(&second) {
                return Ok(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            }
        }
        self.at = back;
        Ok(first)
    }

    fn hex_digits(&mut self, count: u32) -> Read<u32> {
        let mut code = 0;
        for _ in 0..count {
            code = code * 16 + self.digit(16).ok_or(Halt::Syntax)?;
        }
        Ok(code)
    }

    fn digit(&mut self, radix: u32) -> Option<u32> {
        let digit = self.peek()?.to_digit(radix)?;
        self.at += 1;
        Some(digit)
    }

    /// `\p`; the letter is read.
    fn property(&mut self, negated: bool) -> Read<String> {
        let name: String = if self.take_if('{') {
            let rest = self.pattern.get(self.at..).unwrap_or_default();
            let end = rest.iter().position(|c| *c == '}').ok_or(Halt::Syntax)?;
            if end == 0 {
                return Err(Halt::Syntax);
            }
            self.at += end + 1;
            rest.iter().take(end).collect()
        } else {
            self.take()?.to_string()
        };
        let Some(item) = class::property(&name, self.flags.ignore_case) else {
            self.refuse(&format!(r"the property \p{{{name}}} is not supported"));
            // Something must stand there, or a class would seem to have nothing in it yet.
            return Ok(class::DIGIT.to_owned());
        };
        Ok(if negated { class::not(&item) } else { item })
    }
}
