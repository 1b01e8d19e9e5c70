//! The task store: redb, one writer with group commit, reads on snapshots.
//!
//! It applies changes and answers queries. It reads no clock and draws no random number
//! (every change brings its moment), and it knows nothing of phones, scripts or HTTP.

mod types;

pub use types::{
    Commit, Created, Deleted, End, Filter, IdempotencyKey, OpenError, Options, Page, PendingTask,
    RetriedAll, Retry, Start, Stop, StoreError,
};
