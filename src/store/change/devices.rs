//! What is remembered of phones.

use super::Change;
use crate::model::{DeviceRecord, Hold, Serial, Timestamp};
use crate::store::batch::Batch;
use crate::store::types::{Seen, StoreError};

/// Phones that an adb server lists.
pub(in crate::store) struct SeeDevices {
    pub(in crate::store) seen: Vec<Seen>,
    pub(in crate::store) at: Timestamp,
}

impl Change for SeeDevices {
    type Answer = ();

    fn apply(self, batch: &mut Batch) -> Result<(), StoreError> {
        for seen in self.seen {
            let before = batch.device(&seen.serial, self.at);
            batch.put_device(DeviceRecord {
                model: seen.model.unwrap_or(before.model),
                android: seen.android.unwrap_or(before.android),
                last_seen: self.at,
                ..before
            });
        }
        Ok(())
    }
}

/// Keeps a phone from work, or lets it work again.
pub(in crate::store) struct HoldDevice {
    pub(in crate::store) serial: Serial,
    pub(in crate::store) hold: Option<Hold>,
    pub(in crate::store) at: Timestamp,
}

impl Change for HoldDevice {
    type Answer = ();

    fn apply(self, batch: &mut Batch) -> Result<(), StoreError> {
        let before = batch.device(&self.serial, self.at);
        batch.put_device(DeviceRecord {
            hold: self.hold,
            ..before
        });
        Ok(())
    }
}

/// Nothing of an earlier attempt runs on the phone any more.
pub(in crate::store) struct Clean {
    pub(in crate::store) serial: Serial,
    pub(in crate::store) at: Timestamp,
}

impl Change for Clean {
    type Answer = ();

    fn apply(self, batch: &mut Batch) -> Result<(), StoreError> {
        let before = batch.device(&self.serial, self.at);
        if before.leftover.is_some() {
            batch.put_device(DeviceRecord {
                leftover: None,
                ..before
            });
        }
        Ok(())
    }
}
