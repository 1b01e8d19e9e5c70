//! How long steps wait for what, in one place.

use std::time::Duration;

/// How long the steps of a flow wait for what. The defaults are Maestro's 1.39 where it has
/// such a wait; tests shorten them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// For an element to be there, counted from the last interaction.
    pub lookup: Duration,
    /// The same in an `optional` step, in `when` and in `while`.
    pub optional: Duration,
    /// For how long an element must not be seen before it counts as gone.
    pub gone: Duration,
    /// Between two looks at the screen. Maestro has none, as its driver on the phone
    /// answers in a few milliseconds; a look through adb takes a process on the phone.
    pub poll: Duration,
    /// Most looks at a screen that does not settle, unless a step says how long.
    pub settle_looks: u32,
    /// Between two of them.
    pub settle_pause: Duration,
    /// Of a press that is long.
    pub long_press: Duration,
    /// For an element that was covered when it was tapped (`waitUntilVisible`).
    pub visible: Duration,
    /// For the screen to stand still, if `waitForAnimationToEnd` does not say.
    pub animation: Duration,
    /// For an element between two swipes of `scrollUntilVisible`.
    pub scroll_look: Duration,
    /// Shortest time of one round of `repeat`: one that does nothing would take the
    /// host's processor from the other phones.
    pub round: Duration,
    /// For all of `onFlowComplete` after a failure.
    pub complete: Duration,
    /// For the picture, the hierarchy and the other facts of a failure.
    pub evidence: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            lookup: Duration::from_secs(17),
            optional: Duration::from_secs(7),
            gone: Duration::from_millis(500),
            poll: Duration::from_millis(150),
            settle_looks: 10,
            settle_pause: Duration::from_millis(200),
            long_press: Duration::from_secs(3),
            visible: Duration::from_secs(10),
            animation: Duration::from_secs(15),
            scroll_look: Duration::from_millis(500),
            round: Duration::from_millis(10),
            complete: Duration::from_secs(120),
            evidence: Duration::from_secs(12),
        }
    }
}
