//! How fingers move: from where to where, and how fast, as Maestro moves them on Android.

use std::time::Duration;

use super::point::Place;
use crate::flow::lang::Direction;
use crate::flow::screen::Bounds;

/// A screen's width and height in pixels.
type Size = (i32, i32);

/// What `scroll` takes.
pub(super) const SCROLL: Duration = Duration::from_millis(400);

/// A swipe over the screen in a direction.
pub(super) fn over_screen(direction: Direction, size: Size) -> (Place, Place) {
    let (from, to) = match direction {
        Direction::Up => ((0.5, 0.5), (0.5, 0.1)),
        Direction::Down => ((0.5, 0.2), (0.5, 0.9)),
        Direction::Right => ((0.1, 0.5), (0.9, 0.5)),
        Direction::Left => ((0.9, 0.5), (0.1, 0.5)),
    };
    (at(size, from), at(size, to))
}

/// Where a swipe from this point ends: near the edge of the screen.
pub(super) fn to_edge((x, y): Place, direction: Direction, size: Size) -> Place {
    let (left, top) = at(size, (0.1, 0.1));
    let (right, bottom) = at(size, (0.9, 0.9));
    match direction {
        Direction::Up => (x, top),
        Direction::Down => (x, bottom),
        Direction::Right => (right, y),
        Direction::Left => (left, y),
    }
}

/// The swipe that brings what lies in this direction into view: the finger moves the other way.
pub(super) const fn towards(direction: Direction) -> Direction {
    match direction {
        Direction::Up => Direction::Down,
        Direction::Down => Direction::Up,
        Direction::Left => Direction::Right,
        Direction::Right => Direction::Left,
    }
}

/// The middle of a screen.
pub(super) const fn center((width, height): Size) -> Place {
    (width / 2, height / 2)
}

/// How long a swipe of `scrollUntilVisible` takes at a speed of 0 to 100: 1001 to 1 ms; a speed
/// past that makes it 40 ms, as in Maestro.
pub(super) fn swipe_time(speed: i64) -> Duration {
    let ms = 100_i64.saturating_sub(speed).saturating_mul(10) + 1;
    Duration::from_millis(u64::try_from(ms).unwrap_or(40))
}

/// Whether an element that swipes of this direction move has come to the middle of the screen,
/// or past it; a fifth of the screen does not matter.
pub(super) fn is_central(bounds: Bounds, swipe: Direction, size: Size) -> bool {
    let (x, y) = bounds.center();
    let (middle_x, middle_y) = center(size);
    let (slack_x, slack_y) = (size.0 / 5, size.1 / 5);
    match swipe {
        Direction::Right => x > middle_x - slack_x,
        Direction::Left => x < middle_x + slack_x,
        Direction::Up => y < middle_y + slack_y,
        Direction::Down => y > middle_y - slack_y,
    }
}

fn at((width, height): Size, (x, y): (f64, f64)) -> Place {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a share below 1 of an i32 is an i32"
    )]
    let part = |length: i32, share: f64| (f64::from(length) * share) as i32;
    (part(width, x), part(height, y))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{is_central, over_screen, swipe_time, to_edge, towards};
    use crate::flow::lang::Direction;
    use crate::flow::screen::Bounds;

    const SIZE: (i32, i32) = (1000, 2000);

    fn bounds(left: i32, top: i32, right: i32, bottom: i32) -> Bounds {
        Bounds {
            left,
            top,
            right,
            bottom,
        }
    }

    #[test]
    fn swipes_begin_and_end_where_maestros_do() {
        let swipe = |direction| over_screen(direction, SIZE);
        assert_eq!(swipe(Direction::Up), ((500, 1000), (500, 200)));
        assert_eq!(swipe(Direction::Down), ((500, 400), (500, 1800)));
        assert_eq!(swipe(Direction::Right), ((100, 1000), (900, 1000)));
        assert_eq!(swipe(Direction::Left), ((900, 1000), (100, 1000)));
    }

    #[test]
    fn a_swipe_from_an_element_ends_near_the_edge() {
        let from = |direction| to_edge((300, 700), direction, SIZE);
        assert_eq!(from(Direction::Up), (300, 200));
        assert_eq!(from(Direction::Down), (300, 1800));
        assert_eq!(from(Direction::Right), (900, 700));
        assert_eq!(from(Direction::Left), (100, 700));
    }

    #[test]
    fn the_finger_moves_against_what_it_looks_for() {
        assert_eq!(towards(Direction::Down), Direction::Up);
        assert_eq!(towards(Direction::Left), Direction::Right);
    }

    #[test]
    fn speed_becomes_a_time() {
        assert_eq!(swipe_time(40), Duration::from_millis(601));
        assert_eq!(swipe_time(100), Duration::from_millis(1));
        assert_eq!(swipe_time(0), Duration::from_millis(1001));
        assert_eq!(swipe_time(250), Duration::from_millis(40));
    }

    #[test]
    fn an_element_is_central_once_it_has_reached_the_middle() {
        let at = |y| bounds(0, y - 10, 1000, y + 10);
        assert!(!is_central(at(1500), Direction::Up, SIZE));
        assert!(is_central(at(1390), Direction::Up, SIZE));
        assert!(is_central(at(500), Direction::Up, SIZE));
        assert!(!is_central(at(500), Direction::Down, SIZE));
        let beside = bounds(100, 0, 200, 10);
        assert!(is_central(beside, Direction::Left, SIZE));
        assert!(!is_central(beside, Direction::Right, SIZE));
    }
}
