//! Groups and what may stand at their beginning.

use super::{Halt, Piece, PieceKind, Read, Reader, joined};

impl Reader {
    /// A group, or nothing if it only sets flags for what follows. That groups capture makes no
    /// difference where only the whole counts, so none does.
    pub(super) fn group(&mut self) -> Read<Option<Piece>> {
        self.at += 1;
        let flags = self.flags;
        let (opening, kind) = if self.take_if('?') {
            match self.opening()? {
                Some(opening) => opening,
                None => return Ok(None),
            }
        } else {
            ("(?:", PieceKind::Solid)
        };
        let behind = u32::from(opening.starts_with("(?<"));
        self.behind += behind;
        let branches = self.deeper(Self::branches)?;
        self.behind -= behind;
        if !self.take_if(')') {
            return Err(Halt::Syntax);
        }
        self.flags = flags;
        let text = format!("{opening}{})", joined(&branches));
        Ok(Some(Piece::new(text, kind)))
    }

    /// What follows `(?`.
    fn opening(&mut self) -> Read<Option<(&'static str, PieceKind)>> {
        let opening = match self.peek().ok_or(Halt::Syntax)? {
            ':' => ("(?:", PieceKind::Solid),
            '=' => ("(?=", PieceKind::Place),
            '!' => ("(?!", PieceKind::Place),
            '>' => ("(?>", PieceKind::Solid),
            '<' => {
                self.at += 1;
                match self.peek() {
                    Some('=') => ("(?<=", PieceKind::Place),
                    Some('!') => ("(?<!", PieceKind::Place),
                    _ => {
                        let name = self.group_name()?;
                        if self.names.contains(&name) {
                            return Err(Halt::Syntax);
                        }
                        self.names.push(name);
                        return Ok(Some(("(?:", PieceKind::Solid)));
                    }
                }
            }
            _ => {
                self.set_flags();
                return match self.take()? {
                    ')' => Ok(None),
                    ':' => Ok(Some(("(?:", PieceKind::Solid))),
                    _ => Err(Halt::Syntax),
                };
            }
        };
        self.at += 1;
        Ok(Some(opening))
    }

    /// A group's name and the `>` behind it.
    pub(super) fn group_name(&mut self) -> Read<String> {
        let mut name = String::new();
        while let Some(c) = self.peek().filter(char::is_ascii_alphanumeric) {
            if name.is_empty() && !c.is_ascii_alphabetic() {
                return Err(Halt::Syntax);
            }
            name.push(c);
            self.at += 1;
        }
        if name.is_empty() || !self.take_if('>') {
            return Err(Halt::Syntax);
        }
        Ok(name)
    }

    fn set_flags(&mut self) {
        let mut value = true;
        while let Some(c) = self.peek() {
            match c {
                'i' => self.flags.ignore_case = value,
                'm' => self.flags.multi_line = value,
                's' => self.flags.dot_all = value,
                // On already, by Kotlin's IGNORE_CASE.
                'u' if value => {}
                'u' => self.refuse("the flag -u (case of a-z alone) is not supported"),
                'd' | 'c' | 'x' | 'U' => {
                    self.refuse(&format!("the flag {c} is not supported"));
                }
                '-' if value => value = false,
                _ => return,
            }
            self.at += 1;
        }
    }
}
