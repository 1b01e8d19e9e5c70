//! farmhand: one console, one API, one farm of Android phones.
//!
//! The rooms, and who may know whom (arrows point one way):
//! `console` and `api` see the farm through [`farm`]; `farm` alone writes to [`store`] and
//! runs tasks by [`flow`]; `flow` and `farm` alone talk to phones by [`adb`]. [`model`] is
//! plain data that all share. [`phone`] is the other side of the wire: virtual phones that
//! share no code with `adb`.

pub mod adb;
pub mod api;
pub mod cli;
pub mod config;
pub mod console;
pub mod farm;
pub mod flow;
pub mod model;
mod nearest;
pub mod phone;
pub mod store;
pub mod telemetry;
