//! Classes: `[a-z&&[^b]]`.

use super::super::class;
use super::escape::Escape;
use super::{Halt, Read, Reader};

impl Reader {
    /// A class, with its brackets; the `[` is read.
    pub(super) fn class(&mut self) -> Read<String> {
        let negated = self.take_if('^');
        let items = self.deeper(Self::items)?;
        self.at += 1;
        let not = if negated { "^" } else { "" };
        Ok(format!("[{not}{items}]"))
    }

    /// What stands in a class, up to the `]` that ends it, which is not read.
    fn items(&mut self) -> Read<String> {
        let mut items = String::new();
        let mut intersected = false;
        loop {
            match self.peek().ok_or(Halt::Syntax)? {
                // In front of everything else it stands for itself.
                ']' if !items.is_empty() => return Ok(items),
                '&' if self.peek_second() == Some('&') => {
                    self.at += 2;
                    items = self.intersection(&items)?;
                    intersected = true;
                    continue;
                }
                _ if intersected => {
                    self.refuse("a class has more behind an intersection (&&)");
                }
                _ => {}
            }
            if self.take_if('[') {
                items += &self.class()?;
            } else {
                items += &self.item()?;
            }
        }
    }

    /// The items that are also in what follows `&&`.
    fn intersection(&mut self, left: &str) -> Read<String> {
        let mut right = String::new();
        loop {
            match self.peek() {
                Some(']' | '&') => break,
                Some('[') => {
                    self.at += 1;
                    right += &self.class()?;
                }
                // All that follows up to the end, further intersections too.
                _ => right += &self.deeper(Self::items)?,
            }
        }
        if right.is_empty() {
            if left.is_empty() {
                return Err(Halt::Syntax);
            }
            self.refuse("an intersection (&&) has nothing behind it");
            return Ok(left.to_owned());
        }
        if left.is_empty() {
            return Ok(right);
        }
        Ok(format!("[[{left}]&&[{right}]]"))
    }

    /// A character, a range or an escape.
    fn item(&mut self) -> Read<String> {
        let ignore_case = self.flags.ignore_case;
        let low = match self.take()? {
            '\\' => {
                let in_range = self.peek_second() == Some('-');
                match self.escape(in_range)? {
                    Escape::Char(c) => c,
                    Escape::Set(item) => return Ok(item),
                }
            }
            c => c,
        };
        let is_range = self.peek() == Some('-') && !matches!(self.peek_second(), Some('[' | ']'));
        if !is_range {
            return Ok(class::single(low, ignore_case));
        }
        self.at += 1;
        let high = match self.take()? {
            '\\' => match self.escape(true)? {
                Escape::Char(c) => c,
                Escape::Set(_) => return Err(Halt::Syntax),
            },
            c => c,
        };
        if high < low {
            return Err(Halt::Syntax);
        }
        Ok(class::range(low, high, ignore_case))
    }
}
