//! Runs the steps of a flow on one phone, with Maestro's meaning.
//!
//! A walk goes through a checked flow step by step: it evaluates the step's `${...}`, waits
//! for the element it means, acts, and writes down what it did. This module must not know tasks,
//! queues or files of evidence beyond the attempt's own: [`super::run()`] gives it a driver and
//! takes the result.
//!
//! What differs from Maestro 1.39, and why:
//! - After an action Maestro looks at the screen until two looks agree. A look through adb is a
//!   process on the phone that itself waits until the screen is idle, and takes a second or
//!   two. So one look serves: the next step's own, if it looks, else one before it acts. A step
//!   that says `waitToSettleTimeoutMs` or `retryTapIfNoChange` gets Maestro's comparison.
//! - A screen that is never idle (a playing video) cannot be looked at. Steps that need no
//!   look (swipes, keys) still act, with the size of the screen as it was last seen.
//! - `visibilityPercentage` below 100 is taken as it is written; Maestro 1.39 rounds it to 0.
//! - `waitUntilVisible` takes an element for visible if what lies on top at its middle is a
//!   part of it; Maestro asks for the element itself.
//! - `repeat: times` that is no number is an error; Maestro repeats for ever.
//! - While an element is looked for in vain, a dialog that the task's app names
//!   (`dialog_dismiss`) is put away.
//! - A variable of `runFlow: env` is gone after that flow; Maestro 1.39 leaks it.

mod apps;
mod command;
mod control;
mod dialog;
mod error;
mod gesture;
mod look;
mod picture;
mod point;
mod random;
mod record;
mod resolve;
mod scroll;
mod tap;
mod text;
mod ui;
mod waits;
mod walk;
mod words;

pub(in crate::flow) use error::{Crumb, Near, StepError, Time};
pub(in crate::flow) use look::describe;
pub(in crate::flow) use record::{Record, Snapshot};
pub(in crate::flow) use resolve::resolve_selector;
pub use waits::Waits;
pub(in crate::flow) use walk::{Fault, On, Walk};

#[cfg(test)]
mod tests;
