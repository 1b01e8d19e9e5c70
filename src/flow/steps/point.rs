//! Points as flows write them: `50%,50%` of the screen or of an element, or `100,200` in pixels.

use std::fmt;

use super::error::StepError;
use crate::flow::screen::Bounds;

/// A point on the screen in pixels, from its top left.
pub(super) type Point = (i32, i32);

/// A point as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    /// Percent of the width and of the height, 0 to 100.
    Percent(i32, i32),
    /// Pixels from the top left.
    Pixels(i32, i32),
}

impl Spot {
    /// Reads a point. A `%` anywhere makes both numbers percent, as in Maestro.
    pub(super) fn parse(text: &str) -> Result<Self, StepError> {
        let wrong = || {
            StepError::Value(format!(
                "'{text}' is not a point: two whole numbers are accepted, in pixels (100,200) \
                 or in percent from 0 to 100 (50%,80%)"
            ))
        };
        let percent = text.contains('%');
        let plain = text.replace('%', "");
        let (x, y) = plain.split_once(',').ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse::<i32>().map_err(|_| wrong());
        let (x, y) = (number(x)?, number(y)?);
        match percent {
            false => Ok(Self::Pixels(x, y)),
            true if (0..=100).contains(&x) && (0..=100).contains(&y) => Ok(Self::Percent(x, y)),
            true => Err(wrong()),
        }
    }

    /// Where it lies on a screen of this width and height.
    pub(super) fn on_screen(self, (width, height): (i32, i32)) -> Point {
        self.within(Bounds {
            left: 0,
            top: 0,
            right: width,
            bottom: height,
        })
    }

    /// Where it lies on the screen, if it is meant within an element.
    pub(super) fn within(self, bounds: Bounds) -> Point {
        let Bounds {
            left,
            top,
            right,
            bottom,
        } = bounds;
        match self {
            Self::Percent(x, y) => (
                left.saturating_add(share(right.saturating_sub(left), x)),
                top.saturating_add(share(bottom.saturating_sub(top), y)),
            ),
            Self::Pixels(x, y) => (left.saturating_add(x), top.saturating_add(y)),
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(x, y) => write!(f, "{x}%,{y}%"),
            Self::Pixels(x, y) => write!(f, "{x},{y}"),
        }
    }
}

/// So many percent of a length, rounded down.
fn share(length: i32, percent: i32) -> i32 {
    i32::try_from(i64::from(length) * i64::from(percent) / 100).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::Spot;
    use crate::flow::screen::Bounds;

    const BUTTON: Bounds = Bounds {
        left: 100,
        top: 200,
        right: 300,
        bottom: 260,
    };

    #[test]
    fn percent_are_of_the_screen() {
        let spot = Spot::parse("50%, 10%").unwrap();
        assert_eq!(spot.on_screen((1080, 2400)), (540, 240));
        assert_eq!(Spot::parse("100%,0%").unwrap().on_screen((7, 9)), (7, 0));
    }

    #[test]
    fn a_point_within_an_element_is_counted_from_its_corner() {
        assert_eq!(Spot::parse("10%,50%").unwrap().within(BUTTON), (120, 230));
        assert_eq!(Spot::parse("5,7").unwrap().within(BUTTON), (105, 207));
    }

    #[test]
    fn pixels_are_taken_as_they_are() {
        let spot = Spot::parse("100, 200").unwrap();
        assert_eq!(spot.on_screen((1080, 2400)), (100, 200));
    }

    #[test]
    fn what_is_no_point_is_refused_with_what_is_accepted() {
        for wrong in ["", "50%", "a,b", "101%,5%", "-1%,5%", "1,2,3", "1.5,2"] {
            let error = Spot::parse(wrong).unwrap_err().to_string();
            assert!(error.starts_with(&format!("'{wrong}' is not a point")));
        }
    }
}
