//! Where the points that flows write lie on a screen.

use crate::flow::lang::Point;
use crate::flow::screen::Bounds;

/// A place on the screen in pixels, from its top left.
pub(super) type Place = (i32, i32);

/// Where a point lies on a screen of this width and height.
pub(super) fn on_screen(point: Point, (width, height): (i32, i32)) -> Place {
    let screen = Bounds {
        left: 0,
        top: 0,
        right: width,
        bottom: height,
    };
    within(point, screen)
}

/// Where a point lies on the screen, if it is meant within an element.
pub(super) fn within(point: Point, bounds: Bounds) -> Place {
    let (x, y) = match point {
        Point::Percent(x, y) => (share(bounds.width(), x), share(bounds.height(), y)),
        Point::Pixels(x, y) => (x, y),
    };
    (bounds.left.saturating_add(x), bounds.top.saturating_add(y))
}

/// A point as a flow writes it.
pub(super) fn written(point: Point) -> String {
    match point {
        Point::Percent(x, y) => format!("{x}%,{y}%"),
        Point::Pixels(x, y) => format!("{x},{y}"),
    }
}

/// So many percent of a length, rounded down.
fn share(length: i32, percent: u8) -> i32 {
    i32::try_from(i64::from(length) * i64::from(percent) / 100).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{on_screen, within, written};
    use crate::flow::lang::Point;
    use crate::flow::screen::Bounds;

    const BUTTON: Bounds = Bounds {
        left: 100,
        top: 200,
        right: 300,
        bottom: 260,
    };

    #[test]
    fn percent_are_of_the_screen() {
        assert_eq!(on_screen(Point::Percent(50, 10), (1080, 2400)), (540, 240));
        assert_eq!(on_screen(Point::Percent(100, 0), (7, 9)), (7, 0));
    }

    #[test]
    fn a_point_within_an_element_is_counted_from_its_corner() {
        assert_eq!(within(Point::Percent(10, 50), BUTTON), (120, 230));
        assert_eq!(within(Point::Pixels(5, 7), BUTTON), (105, 207));
    }

    #[test]
    fn pixels_are_taken_as_they_are() {
        assert_eq!(on_screen(Point::Pixels(100, 200), (1080, 2400)), (100, 200));
    }

    #[test]
    fn a_point_is_told_as_it_is_written() {
        assert_eq!(written(Point::Percent(50, 10)), "50%,10%");
        assert_eq!(written(Point::Pixels(100, 200)), "100,200");
    }
}
