//! Reads a pattern as `java.util.regex.Pattern` of Java 17 does and writes it for `fancy-regex`.
//!
//! Three things can come of it: the same pattern in the other's words; the text itself, where
//! Java would not compile it (Maestro then looks for the text); or a refusal. Java's parser is
//! followed also in its oddities, as a flow that works may depend on them: `{2}` at the start
//! repeats nothing, `^` does not match at the end of the input, `]` may come first in a class.

mod escape;
mod group;
mod quote;
mod set;

use super::class;

/// How deep groups and classes may nest.
const DEEPEST: u32 = 100;

/// `^` under `MULTILINE`: not at the end of the input, and not within `\r\n`.
const LINE_START: &str = r"(?:(?!\z)(?:\A|(?<=[\n\x{85}\x{2028}\x{2029}])|(?<=\r)(?!\n)))";
/// `$` under `MULTILINE`: not within `\r\n`.
const LINE_END: &str = r"(?:\z|(?=[\r\x{85}\x{2028}\x{2029}])|(?<!\r)(?=\n))";
/// `$` without `MULTILINE`, `\Z`: before the last line's terminator too.
const LAST_LINE_END: &str = r"(?:\z|(?=\r\n\z)|(?=[\r\x{85}\x{2028}\x{2029}]\z)|(?<!\r)(?=\n\z))";
/// `.` without `DOTALL`.
const WITHIN_LINE: &str = r"[^\n\r\x{85}\x{2028}\x{2029}]";

/// What a pattern comes to.
pub(super) enum Body {
    /// A text to be found as it stands, but for the case of its letters.
    Text(String),
    /// A pattern that matches whole values.
    Regex { regex: String, never_empty: bool },
}

/// Says a pattern in `fancy-regex`'s words, or why that cannot be.
pub(super) fn translate(pattern: &str) -> Result<Body, String> {
    let mut reader = Reader::new(pattern);
    match reader.whole() {
        Err(Halt::Syntax) => Ok(Body::Text(pattern.to_owned())),
        Err(Halt::TooDeep) => Err(format!("it nests more than {DEEPEST} deep")),
        Ok(branches) => match reader.refused {
            Some(reason) => Err(reason),
            None => Ok(assemble(branches)),
        },
    }
}

/// Why reading ends early.
enum Halt {
    /// Java does not compile it either.
    Syntax,
    TooDeep,
}

type Read<T> = Result<T, Halt>;

/// A piece of a branch, as it is written for `fancy-regex`.
struct Piece {
    text: String,
    kind: PieceKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PieceKind {
    /// A character that ignores case, quantifier not included.
    Letter(char),
    /// Another set of characters, or something in parentheses.
    Solid,
    /// `^` under `MULTILINE`.
    LineStart,
    /// `\A`, and `^` without `MULTILINE`.
    Start,
    /// `$`, `\Z`, `\z`: true at the end of the input.
    End,
    /// Another place between characters.
    Place,
    /// Nothing: what `{2}` repeats when nothing stands before it.
    Nothing,
    /// A piece with its quantifier.
    Repeated,
}

impl Piece {
    fn new(text: impl Into<String>, kind: PieceKind) -> Self {
        Self {
            text: text.into(),
            kind,
        }
    }

    /// A set of characters.
    fn set(item: &str) -> Self {
        Self::new(format!("[{item}]"), PieceKind::Solid)
    }
}

type Branch = Vec<Piece>;

#[derive(Clone, Copy)]
struct Flags {
    ignore_case: bool,
    dot_all: bool,
    multi_line: bool,
}

struct Reader {
    pattern: Vec<char>,
    at: usize,
    flags: Flags,
    depth: u32,
    /// Within how many lookbehinds.
    behind: u32,
    names: Vec<String>,
    /// Why the pattern is not taken, if Java takes it at all: the first reason counts.
    refused: Option<String>,
}

impl Reader {
    fn new(pattern: &str) -> Self {
        Self {
            pattern: quote::unquoted(pattern),
            at: 0,
            flags: Flags {
                ignore_case: true,
                dot_all: true,
                multi_line: true,
            },
            depth: 0,
            behind: 0,
            names: Vec::new(),
            refused: None,
        }
    }

    fn peek(&self) -> Option<char> {
        self.pattern.get(self.at).copied()
    }

    fn peek_second(&self) -> Option<char> {
        self.pattern.get(self.at + 1).copied()
    }

    /// The next character, which must be there.
    fn take(&mut self) -> Read<char> {
        let c = self.peek().ok_or(Halt::Syntax)?;
        self.at += 1;
        Ok(c)
    }

    fn take_if(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// Notes why the pattern is not taken and reads on: if Java does not compile it either, it
    /// is a text, and taken after all.
    fn refuse(&mut self, reason: &str) {
        self.refused.get_or_insert_with(|| reason.to_owned());
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Halt::TooDeep);
        }
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn whole(&mut self) -> Read<Vec<Branch>> {
        let branches = self.branches()?;
        // What is left is a `)` without its `(`.
        if self.peek().is_some() {
            return Err(Halt::Syntax);
        }
        Ok(branches)
    }

    fn branches(&mut self) -> Read<Vec<Branch>> {
        let mut branches = vec![self.branch()?];
        while self.take_if('|') {
            branches.push(self.branch()?);
        }
        Ok(branches)
    }

    fn branch(&mut self) -> Read<Branch> {
        let mut pieces = Vec::new();
        while let Some(c) = self.peek() {
            let piece = match c {
                '|' | ')' => break,
                // Nothing to repeat.
                '?' | '*' | '+' => return Err(Halt::Syntax),
                '{' => Piece::new("", PieceKind::Nothing),
                '(' => match self.group()? {
                    Some(group) => group,
                    None => continue,
                },
                _ => self.single()?,
            };
            pieces.push(self.repeated(piece)?);
        }
        Ok(pieces)
    }

    /// Anything that is not a group.
    fn single(&mut self) -> Read<Piece> {
        let c = self.take()?;
        let piece = match c {
            '[' => Piece::new(self.class()?, PieceKind::Solid),
            '\\' => return self.escape_outside(),
            '^' if self.flags.multi_line => Piece::new(LINE_START, PieceKind::LineStart),
            '^' => Piece::new(r"\A", PieceKind::Start),
            '$' if self.flags.multi_line => Piece::new(LINE_END, PieceKind::End),
            '$' => Piece::new(LAST_LINE_END, PieceKind::End),
            '.' if self.flags.dot_all => Piece::new("(?s:.)", PieceKind::Solid),
            '.' => Piece::new(WITHIN_LINE, PieceKind::Solid),
            _ => self.letter(c),
        };
        Ok(piece)
    }

    fn letter(&self, c: char) -> Piece {
        if self.flags.ignore_case {
            let item = class::single(c, true);
            let alone = item == class::escaped(c);
            let text = if alone { item } else { format!("[{item}]") };
            Piece::new(text, PieceKind::Letter(c))
        } else {
            Piece::new(class::escaped(c), PieceKind::Solid)
        }
    }

    /// A piece with the quantifier that follows it, if one does.
    fn repeated(&mut self, piece: Piece) -> Read<Piece> {
        let Some((least, most)) = self.quantifier()? else {
            return Ok(piece);
        };
        let lazy = self.take_if('?');
        let possessive = !lazy && self.take_if('+');
        match piece.kind {
            PieceKind::Nothing => return Ok(piece),
            PieceKind::LineStart | PieceKind::Start | PieceKind::End | PieceKind::Place => {
                self.refuse("it repeats ^, $, a boundary or a lookaround");
            }
            PieceKind::Letter(_) | PieceKind::Solid | PieceKind::Repeated => {}
        }
        if self.behind > 0 && (least, most) != (0, Some(1)) {
            self.refuse("it repeats something in a lookbehind");
        }
        let count = match (least, most) {
            (0, Some(1)) => "?".to_owned(),
            (0, None) => "*".to_owned(),
            (1, None) => "+".to_owned(),
            (least, None) => format!("{{{least},}}"),
            (least, Some(most)) if least == most => format!("{{{least}}}"),
            (least, Some(most)) => format!("{{{least},{most}}}"),
        };
        let piece = piece.text;
        let text = if possessive {
            // Java's takes each round for good, not only all of them together.
            format!("(?>(?>{piece}){count})")
        } else {
            let lazy = if lazy { "?" } else { "" };
            format!("(?:{piece}{count}{lazy})")
        };
        Ok(Piece::new(text, PieceKind::Repeated))
    }

    /// How often what stands before is repeated: least, and most if there is one.
    fn quantifier(&mut self) -> Read<Option<(u32, Option<u32>)>> {
        let count = match self.peek() {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('{') => {
                self.at += 1;
                return self.counted().map(Some);
            }
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(count))
    }

    /// `2}`, `2,}` or `2,3}`: anything else does not compile.
    fn counted(&mut self) -> Read<(u32, Option<u32>)> {
        let least = self.number()?.ok_or(Halt::Syntax)?;
        let most = if !self.take_if(',') {
            Some(least)
        } else if self.peek() == Some('}') {
            None
        } else {
            Some(self.number()?.unwrap_or(0))
        };
        if !self.take_if('}') || most.is_some_and(|most| most < least) {
            return Err(Halt::Syntax);
        }
        Ok((least, most))
    }

    /// A number that Java's `int` holds; none if no digit comes.
    fn number(&mut self) -> Read<Option<u32>> {
        let mut number = None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            self.at += 1;
            let next = number
                .unwrap_or(0u32)
                .checked_mul(10)
                .and_then(|n| n.checked_add(digit))
                .filter(|n| i32::try_from(*n).is_ok());
            number = Some(next.ok_or(Halt::Syntax)?);
        }
        Ok(number)
    }
}

/// Writes branches as one pattern.
fn joined(branches: &[Branch]) -> String {
    let texts: Vec<String> = branches
        .iter()
        .map(|pieces| pieces.iter().map(|piece| piece.text.as_str()).collect())
        .collect();
    texts.join("|")
}

/// Puts the whole together. `^` in front and `$` behind say nothing in a pattern that must match
/// the whole value: without them it needs no backtracking.
fn assemble(mut branches: Vec<Branch>) -> Body {
    let mut never_empty = false;
    if let [pieces] = branches.as_mut_slice() {
        while let Some(PieceKind::LineStart | PieceKind::Start) = pieces.first().map(|p| p.kind) {
            never_empty |= pieces.remove(0).kind == PieceKind::LineStart;
        }
        while pieces.last().map(|p| p.kind) == Some(PieceKind::End) {
            pieces.pop();
        }
        let letters: Option<String> = pieces
            .iter()
            .map(|piece| match piece.kind {
                PieceKind::Letter(c) => Some(c),
                _ => None,
            })
            .collect();
        if let Some(text) = letters
            && !(never_empty && text.is_empty())
        {
            return Body::Text(text);
        }
    }
    Body::Regex {
        regex: format!(r"\A(?:{})\z", joined(&branches)),
        never_empty,
    }
}
