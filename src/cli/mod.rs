//! The commands.

mod instance;
mod table;
