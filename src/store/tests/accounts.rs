//! Accounts.

use super::*;
use crate::model::{AccountKey, AccountPatch, NewAccount};
use crate::store::StoreError;

fn account(app: &str, username: &str, on: Option<&str>) -> NewAccount {
    NewAccount {
        key: AccountKey::new(app, username).unwrap(),
        serial: on.map(serial),
        enabled: true,
        notes: String::new(),
    }
}

fn names(accounts: &[crate::model::Account]) -> Vec<String> {
    accounts.iter().map(|a| a.key.to_string()).collect()
}

#[tokio::test]
async fn accounts_are_found_by_name_and_by_phone() {
    let store = store();
    let accounts = vec![
        account("video", "mia", Some("a")),
        account("photo", "mia", Some("b")),
        account("photo", "leo", Some("a")),
    ];
    store.add_accounts(accounts, at(1)).await.unwrap();
    let view = store.view();
    assert_eq!(
        names(&view.accounts()),
        ["photo/leo", "photo/mia", "video/mia"]
    );
    assert_eq!(
        names(&view.accounts_named("mia")),
        ["photo/mia", "video/mia"]
    );
    assert_eq!(
        names(&view.accounts_of(&serial("a"))),
        ["photo/leo", "video/mia"]
    );
}

#[tokio::test]
async fn accounts_are_added_all_or_none() {
    let store = store();
    let first = vec![account("app", "mia", None)];
    store.add_accounts(first, at(1)).await.unwrap();
    for clash in ["mia", "new"] {
        let some = vec![account("app", "new", None), account("app", clash, None)];
        let refused = store.add_accounts(some, at(2)).await;
        let named = AccountKey::new("app", clash).unwrap();
        assert!(matches!(refused, Err(StoreError::AccountExists(key)) if key == named));
    }
    assert_eq!(names(&store.view().accounts()), ["app/mia"]);
}

#[tokio::test]
async fn a_patch_moves_an_account_to_another_phone_and_keeps_the_rest() {
    let store = store();
    let accounts = vec![account("app", "mia", Some("a"))];
    store.add_accounts(accounts, at(1)).await.unwrap();
    let key = AccountKey::new("app", "mia").unwrap();
    let patch = AccountPatch {
        serial: Some(Some(serial("b"))),
        ..AccountPatch::default()
    };
    let patched = store
        .patch_account(key.clone(), patch, at(2))
        .await
        .unwrap();
    assert_eq!((patched.serial, patched.enabled), (Some(serial("b")), true));
    assert_eq!((patched.created_at, patched.updated_at), (at(1), at(2)));
    let view = store.view();
    assert!(view.accounts_of(&serial("a")).is_empty());
    assert_eq!(
        view.accounts_of(&serial("b")),
        [view.account(&key).unwrap()]
    );
}

#[tokio::test]
async fn an_unknown_account_cannot_be_changed_or_removed() {
    let store = store();
    let key = AccountKey::new("app", "mia").unwrap();
    let patch = AccountPatch::default();
    let patched = store.patch_account(key.clone(), patch, at(1)).await;
    assert!(matches!(patched, Err(StoreError::NoAccount(_))));
    let removed = store.remove_account(key).await;
    assert!(matches!(removed, Err(StoreError::NoAccount(_))));
}

#[tokio::test]
async fn accounts_are_there_after_a_restart_and_removed_ones_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("farm.redb");
    let store = open_file(&path);
    let accounts = vec![
        account("app", "mia", Some("a")),
        account("app", "leo", None),
    ];
    store.add_accounts(accounts, at(1)).await.unwrap();
    let leo = AccountKey::new("app", "leo").unwrap();
    store.remove_account(leo).await.unwrap();
    store.close().await;
    let store = open_file(&path);
    assert_eq!(names(&store.view().accounts()), ["app/mia"]);
    assert_eq!(names(&store.view().accounts_of(&serial("a"))), ["app/mia"]);
    store.close().await;
}
