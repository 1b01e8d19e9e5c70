//! What callers tell and learn in more than one word.

use crate::flow::lang::Permission;

/// How an app is started. The default starts it as a touch on its icon does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LaunchOptions {
    /// Whether its data is deleted first.
    pub clear_state: bool,
    /// Whether it is stopped first.
    pub stop_app: bool,
    /// Permissions by name, in order, set before it starts.
    pub permissions: Vec<(String, Permission)>,
    /// Extras of the intent.
    pub arguments: Vec<(String, Extra)>,
}

/// An extra of an intent.
#[derive(Debug, Clone, PartialEq)]
pub enum Extra {
    /// Text.
    Text(String),
    /// A boolean.
    Bool(bool),
    /// A whole number of 32 bits.
    Int(i32),
    /// A larger one.
    Long(i64),
    /// Another number.
    Double(f64),
}

/// What became of the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyboard {
    /// It was shown and has been hidden.
    Hidden,
    /// It was not shown: nothing was done.
    WasHidden,
}
