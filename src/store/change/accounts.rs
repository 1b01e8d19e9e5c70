//! Accounts.

use std::collections::BTreeSet;

use super::Change;
use crate::model::{
    Account, AccountEntry, AccountKey, AccountPatch, Existing, NewAccount, Timestamp,
};
use crate::store::batch::Batch;
use crate::store::types::{Import, Imported, StoreError};

/// Adds accounts, all or none.
pub(in crate::store) struct AddAccounts {
    pub(in crate::store) accounts: Vec<NewAccount>,
    pub(in crate::store) at: Timestamp,
}

impl Change for AddAccounts {
    type Answer = Vec<Account>;

    fn weight(&self) -> usize {
        self.accounts.len().max(1)
    }

    fn apply(self, batch: &mut Batch) -> Result<Vec<Account>, StoreError> {
        let mut seen = BTreeSet::new();
        for new in &self.accounts {
            let twice = !seen.insert(&new.key);
            if twice || batch.state.accounts.get(&new.key).is_some() {
                return Err(StoreError::AccountExists(new.key.clone()));
            }
        }
        let accounts = self.accounts.into_iter().map(|new| Account {
            key: new.key,
            serial: new.serial,
            enabled: new.enabled,
            notes: new.notes,
            created_at: self.at,
            updated_at: self.at,
        });
        Ok(accounts
            .inspect(|account| batch.put_account(account.clone()))
            .collect())
    }
}

/// Changes an account.
pub(in crate::store) struct PatchAccount {
    pub(in crate::store) key: AccountKey,
    pub(in crate::store) patch: AccountPatch,
    pub(in crate::store) at: Timestamp,
}

impl Change for PatchAccount {
    type Answer = Account;

    fn apply(self, batch: &mut Batch) -> Result<Account, StoreError> {
        let Some(before) = batch.state.accounts.get(&self.key) else {
            return Err(StoreError::NoAccount(self.key));
        };
        let account = patched(before, self.patch, self.at);
        batch.put_account(account.clone());
        Ok(account)
    }
}

fn patched(before: &Account, patch: AccountPatch, at: Timestamp) -> Account {
    let before = before.clone();
    Account {
        serial: patch.serial.unwrap_or(before.serial),
        enabled: patch.enabled.unwrap_or(before.enabled),
        notes: patch.notes.unwrap_or(before.notes),
        updated_at: at,
        ..before
    }
}

/// Adds and changes accounts, all or none.
pub(in crate::store) struct ImportAccounts {
    pub(in crate::store) entries: Vec<AccountEntry>,
    pub(in crate::store) existing: Existing,
    pub(in crate::store) at: Timestamp,
}

impl Change for ImportAccounts {
    type Answer = Import;

    fn weight(&self) -> usize {
        self.entries.len().max(1)
    }

    fn apply(self, batch: &mut Batch) -> Result<Import, StoreError> {
        if self.existing == Existing::Refuse {
            let keys = self.entries.iter().map(|entry| &entry.key);
            let exist = keys.filter(|key| batch.state.accounts.get(key).is_some());
            let exist: Vec<AccountKey> = exist.cloned().collect();
            if !exist.is_empty() {
                return Ok(Import::Exist(exist));
            }
        }
        let mut done = Imported::default();
        for AccountEntry { key, said } in self.entries {
            let account = match batch.state.accounts.get(&key) {
                None => {
                    done.created += 1;
                    added(key, said, self.at)
                }
                Some(before) => {
                    let account = patched(before, said, before.updated_at);
                    if account == **before {
                        done.unchanged += 1;
                        continue;
                    }
                    done.updated += 1;
                    Account {
                        updated_at: self.at,
                        ..account
                    }
                }
            };
            batch.put_account(account);
        }
        Ok(Import::Done(done))
    }
}

fn added(key: AccountKey, said: AccountPatch, at: Timestamp) -> Account {
    Account {
        key,
        serial: said.serial.flatten(),
        enabled: said.enabled.unwrap_or(true),
        notes: said.notes.unwrap_or_default(),
        created_at: at,
        updated_at: at,
    }
}

/// Removes an account.
pub(in crate::store) struct RemoveAccount {
    pub(in crate::store) key: AccountKey,
}

impl Change for RemoveAccount {
    type Answer = ();

    fn apply(self, batch: &mut Batch) -> Result<(), StoreError> {
        if batch.state.accounts.get(&self.key).is_none() {
            return Err(StoreError::NoAccount(self.key));
        }
        batch.remove_account(self.key);
        Ok(())
    }
}
