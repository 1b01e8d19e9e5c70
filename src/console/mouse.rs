//! What the mouse did, as far as a console uses it. It knows nothing of bytes nor of what lies
//! at a place of the screen.

use serde::{Deserialize, Serialize};

/// Whether a console takes the mouse: the terminal's own selection of text is gone then.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MouseUse {
    /// It is left to the terminal.
    #[default]
    Off,
    /// Clicks and the wheel come to the console.
    On,
}

/// What a hand did with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gesture {
    /// The left button was pressed.
    Click,
    /// The wheel turned away from the hand.
    WheelUp,
    /// The wheel turned towards the hand.
    WheelDown,
}

/// What the mouse did, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mouse {
    /// What.
    pub gesture: Gesture,
    /// Column of the screen, from 0.
    pub column: u16,
    /// Row of the screen, from 0.
    pub row: u16,
}
