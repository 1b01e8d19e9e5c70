//! Accounts and devices: some thousands at most, so snapshots hold them whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{Account, AccountKey, DeviceRecord, Serial};

/// What is remembered of each phone. Cheap to clone.
pub(super) type Devices = Arc<BTreeMap<Serial, Arc<DeviceRecord>>>;

/// All accounts, and the two ways to find some. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Accounts(Arc<Sets>);

#[derive(Debug, Clone, Default)]
struct Sets {
    by_key: BTreeMap<AccountKey, Arc<Account>>,
    /// Username, then app.
    by_name: BTreeMap<String, BTreeSet<String>>,
    by_serial: BTreeMap<Serial, BTreeSet<AccountKey>>,
}

impl Accounts {
    pub(super) fn get(&self, key: &AccountKey) -> Option<&Arc<Account>> {
        self.0.by_key.get(key)
    }

    /// All, by app and username.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Account>> {
        self.0.by_key.values()
    }

    /// Those of one username, by app.
    pub(super) fn named(&self, username: &str) -> impl Iterator<Item = &Arc<Account>> {
        let apps = self.0.by_name.get(username).into_iter().flatten();
        let username = username.to_owned();
        apps.filter_map(move |app| {
            self.get(&AccountKey {
                app: app.clone(),
                username: username.clone(),
            })
        })
    }

    /// Those bound to one phone, by app and username.
    pub(super) fn of(&self, serial: &Serial) -> impl Iterator<Item = &Arc<Account>> {
        let keys = self.0.by_serial.get(serial).into_iter().flatten();
        keys.filter_map(|key| self.get(key))
    }

    pub(super) fn put(&mut self, account: Account) {
        self.remove(&account.key);
        let sets = Arc::make_mut(&mut self.0);
        let key = account.key.clone();
        sets.by_name
            .entry(key.username.clone())
            .or_default()
            .insert(key.app.clone());
        if let Some(serial) = &account.serial {
            sets.by_serial
                .entry(serial.clone())
                .or_default()
                .insert(key.clone());
        }
        sets.by_key.insert(key, Arc::new(account));
    }

    pub(super) fn remove(&mut self, key: &AccountKey) {
        let sets = Arc::make_mut(&mut self.0);
        let Some(account) = sets.by_key.remove(key) else {
            return;
        };
        if let Some(apps) = sets.by_name.get_mut(&key.username) {
            apps.remove(&key.app);
            if apps.is_empty() {
                sets.by_name.remove(&key.username);
            }
        }
        if let Some(serial) = &account.serial
            && let Some(keys) = sets.by_serial.get_mut(serial)
        {
            keys.remove(key);
            if keys.is_empty() {
                sets.by_serial.remove(serial);
            }
        }
    }
}
