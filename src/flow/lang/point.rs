//! Points on a screen, as flows write them.

use std::str::FromStr;

/// A point, once the expressions of a [`PointText`](super::PointText) are evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// Pixels from the left and from the top.
    Pixels(i32, i32),
    /// Percentages of width and height, 0 to 100.
    Percent(u8, u8),
}

/// A text is no point.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no point: two numbers as 100,200 or two percentages as 50%,50%")]
pub struct PointError(pub String);

impl FromStr for Point {
    type Err = PointError;

    /// As in Maestro, one `%` makes both numbers percentages.
    fn from_str(text: &str) -> Result<Self, PointError> {
        let error = || PointError(text.to_owned());
        let plain = text.replace('%', "");
        let (x, y) = plain.split_once(',').ok_or_else(error)?;
        let number = |part: &str| part.trim().parse::<i32>().ok().filter(|n| *n >= 0);
        let (x, y) = (number(x).ok_or_else(error)?, number(y).ok_or_else(error)?);
        if !text.contains('%') {
            return Ok(Self::Pixels(x, y));
        }
        let percent = |n: i32| u8::try_from(n).ok().filter(|n| *n <= 100);
        Ok(Self::Percent(
            percent(x).ok_or_else(error)?,
            percent(y).ok_or_else(error)?,
        ))
    }
}
