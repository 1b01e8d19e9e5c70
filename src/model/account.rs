//! Accounts that the operator owns, each bound to a phone.

use serde::{Deserialize, Serialize};

use super::{AccountKey, Serial, Timestamp};

/// An account as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// App and name.
    pub key: AccountKey,
    /// The phone it lives on.
    pub serial: Option<Serial>,
    /// Whether tasks may be created for it.
    pub enabled: bool,
    /// The operator's own words.
    pub notes: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// An account to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// App and name.
    pub key: AccountKey,
    /// The phone it lives on.
    pub serial: Option<Serial>,
    /// Whether tasks may be created for it.
    pub enabled: bool,
    /// The operator's own words.
    pub notes: String,
}

/// A change to an account: fields that are `None` stay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPatch {
    /// The phone: `Some(None)` unbinds it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "super::taken"
    )]
    pub serial: Option<Option<Serial>>,
    /// Enable or disable.
    pub enabled: Option<bool>,
    /// New notes.
    pub notes: Option<String>,
}

/// An account as a line of a file tells it: what the line does not say is `None` there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEntry {
    /// App and name.
    pub key: AccountKey,
    /// What is said of it.
    pub said: AccountPatch,
}

/// What becomes of an import that names accounts which are there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Existing {
    /// Nothing is imported.
    #[default]
    Refuse,
    /// They take what the import says of them, and keep what it does not.
    Overwrite,
}
