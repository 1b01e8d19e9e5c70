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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountPatch {
    /// The phone: `Some(None)` unbinds it.
    pub serial: Option<Option<Serial>>,
    /// Enable or disable.
    pub enabled: Option<bool>,
    /// New notes.
    pub notes: Option<String>,
}
