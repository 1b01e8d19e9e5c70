//! Why a file operation fails, in Linux's numbers and words.

/// An error number of Linux; its text is bionic's `strerror`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[repr(u32)]
pub enum Errno {
    #[error("No such file or directory")]
    NotFound = 2,
    #[error("Permission denied")]
    Permission = 13,
    #[error("File exists")]
    Exists = 17,
    #[error("Not a directory")]
    NotDirectory = 20,
    #[error("Is a directory")]
    IsDirectory = 21,
    #[error("Invalid argument")]
    Invalid = 22,
    #[error("No space left on device")]
    NoSpace = 28,
    #[error("Read-only file system")]
    ReadOnly = 30,
    #[error("Directory not empty")]
    NotEmpty = 39,
}

impl Errno {
    /// The number, as the sync protocol carries it.
    pub fn number(self) -> u32 {
        self as u32
    }
}
