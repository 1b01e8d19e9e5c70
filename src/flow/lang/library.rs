//! Where the texts of flows and of the files that they run come from.

/// Files by name. A name is a path with `/`, without `.` and `..` in it: what a flow says is
/// joined to the folder of the file that says it before the library is asked.
pub trait Library {
    /// The text of a file.
    ///
    /// # Errors
    /// Why it cannot be had, to be read on from the file's name ("is not there").
    fn read(&self, file: &str) -> Result<String, String>;
}
