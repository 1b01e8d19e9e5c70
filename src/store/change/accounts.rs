//! Accounts.

use std::collections::BTreeSet;

use super::Change;
use crate::model::{Account, AccountKey, AccountPatch, NewAccount, Timestamp};
use crate::store::batch::Batch;
use crate::store::types::StoreError;

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

    fn apply(self, batch: &mut Batch<'_>) -> Result<Vec<Account>, StoreError> {
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

    fn apply(self, batch: &mut Batch<'_>) -> Result<Account, StoreError> {
        let Some(before) = batch.state.accounts.get(&self.key) else {
            return Err(StoreError::NoAccount(self.key));
        };
        let before = (**before).clone();
        let account = Account {
            serial: self.patch.serial.unwrap_or(before.serial),
            enabled: self.patch.enabled.unwrap_or(before.enabled),
            notes: self.patch.notes.unwrap_or(before.notes),
            updated_at: self.at,
            ..before
        };
        batch.put_account(account.clone());
        Ok(account)
    }
}

/// Removes an account.
pub(in crate::store) struct RemoveAccount {
    pub(in crate::store) key: AccountKey,
}

impl Change for RemoveAccount {
    type Answer = ();

    fn apply(self, batch: &mut Batch<'_>) -> Result<(), StoreError> {
        if batch.state.accounts.get(&self.key).is_none() {
            return Err(StoreError::NoAccount(self.key));
        }
        batch.remove_account(self.key);
        Ok(())
    }
}
