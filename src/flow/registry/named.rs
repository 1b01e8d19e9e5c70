//! Flows that a task names: in the operator's folder, or a file under a media root.

use std::path::{Path, PathBuf};

use super::super::files::Roots;
use super::library::{Layered, UnderRoots};
use crate::flow::lang::{self, Fault, Flow};

/// Why a flow that a task names cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamedFlowError {
    /// There is none, or its name is none, and why.
    #[error("{0}")]
    Missing(String),
    /// It is wrong: the first of its faults, and how many more there are.
    #[error("names a flow that cannot be run: {first}{}", more(*.others))]
    Faulty {
        /// The first.
        first: Fault,
        /// How many more.
        others: usize,
    },
}

fn more(others: usize) -> String {
    match others {
        0 => String::new(),
        n => format!(" (and {n} more)"),
    }
}

impl NamedFlowError {
    fn of(faults: Vec<Fault>) -> Self {
        let others = faults.len().saturating_sub(1);
        match faults.into_iter().next() {
            Some(first) => Self::Faulty { first, others },
            // A flow is refused for a reason.
            None => Self::Missing("cannot be read".to_owned()),
        }
    }
}

/// Loads a flow that a task names: `NAME.yaml`, `NAME.yml` or `NAME/flow.yaml` in the
/// operator's folder, or the absolute path of a `.yaml` or `.yml` file under a media root.
/// Reads files: call it off the async workers.
///
/// # Errors
/// [`NamedFlowError`] if there is none of this name, or it is wrong.
pub fn load_named(
    name: &str,
    folder: &Path,
    media_roots: &[PathBuf],
) -> Result<Flow, NamedFlowError> {
    let roots = Roots::new(media_roots.iter().map(PathBuf::as_path));
    named(name, folder, &roots).map(|(_, flow)| flow)
}

/// The flow of a name, and the name by which it is found again: the resolved one of a path.
pub(in crate::flow) fn named(
    name: &str,
    folder: &Path,
    roots: &Roots,
) -> Result<(String, Flow), NamedFlowError> {
    if name.starts_with('/') {
        return by_path(name, roots);
    }
    let plain = name
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' '))
        && !name.starts_with('.');
    if !plain {
        return Err(NamedFlowError::Missing(format!(
            "'{name}' is no name of a flow: letters, digits, '_', '-', '.' and spaces, \
             or the absolute path of a file"
        )));
    }
    let places = [
        format!("{name}.yaml"),
        format!("{name}.yml"),
        format!("{name}/flow.yaml"),
    ];
    let Some(file) = places.iter().find(|place| folder.join(place).is_file()) else {
        return Err(NamedFlowError::Missing(format!(
            "there is no flow '{name}' in {}: {} is expected",
            folder.display(),
            places.join(" or ")
        )));
    };
    let library = Layered {
        folder: Some(folder),
        pinned: None,
    };
    let flow = lang::load(file, &library).map_err(NamedFlowError::of)?;
    Ok((name.to_owned(), flow))
}

fn by_path(path: &str, roots: &Roots) -> Result<(String, Flow), NamedFlowError> {
    let missing = NamedFlowError::Missing;
    let file = roots.readable(path).map_err(missing)?;
    let yaml = file
        .extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml");
    let (true, Some(file)) = (yaml, file.to_str()) else {
        return Err(missing(format!(
            "'{path}' is no file of a flow: its name must end in .yaml or .yml"
        )));
    };
    let flow = lang::load(file, &UnderRoots(roots)).map_err(NamedFlowError::of)?;
    Ok((file.to_owned(), flow))
}
