//! The commands.

mod args;
mod instance;
mod table;
