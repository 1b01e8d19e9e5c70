//! The REST API of the contract, over HTTP/1 on loopback.
//!
//! [`Server`] binds and serves; [`client`] is the other end, for the command line and tests.
//! This room sees the farm only through [`crate::farm`]: it knows nothing of the store's
//! tables, of phones or of screens. It takes requests apart strictly (what is unknown is
//! named, never ignored) and puts every answer into one envelope.
//!
//! A request's way: `server` accepts, `slots` seats, `connection` frames, `gate` checks who
//! asks and reads the body, `routes` asks the farm, `envelope` writes the answer.

pub mod client;
mod config;
mod connection;
mod envelope;
mod error;
mod fields;
mod file;
mod fingerprint;
mod follow;
mod gate;
mod guard;
mod in_process;
mod json;
mod listen;
mod paced;
mod path;
mod query;
mod routes;
mod server;
mod slots;

pub use config::{ApiConfig, DEFAULT_PORT, HttpStatus};
pub use in_process::{InProcess, InProcessError};
pub use listen::BindError;
pub use server::Server;
