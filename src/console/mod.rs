//! The console.
mod action;
mod event;
mod filter;
mod key;
mod keymap;
mod look;
mod source;
mod state;
mod table;
#[cfg(test)]
mod testing;
mod text;
mod update;
mod view;
