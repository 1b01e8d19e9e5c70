//! From the name of a file to a checked flow.

use super::command::Flow;
use super::fault::{Fault, Place};
use super::library::Library;

/// Reads a flow and every file that it runs, and checks them.
///
/// # Errors
/// Everything that is wrong in them, in the order of the text.
pub fn load(file: &str, library: &dyn Library) -> Result<Flow, Vec<Fault>> {
    let at = Place {
        file: file.into(),
        line: 1,
        column: 1,
    };
    let fault = |message| vec![Fault { at, message }];
    let _ = library.read(file).map_err(fault.clone())?;
    Err(fault("not read yet".to_owned()))
}
