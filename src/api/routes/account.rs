//! Accounts. In `/account/{username}` a name that several apps have needs `?app=`.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use serde_json::Value;

use super::Api;
use super::extract::{Bare, BareQuery, JsonBody, Name, QueryAndBody};
use crate::api::envelope::Success;
use crate::api::error::ApiError;
use crate::api::fields::{Fields, quoted};
use crate::api::query::Query;
use crate::farm::MAX_NOTES;
use crate::model::{Account, AccountKey, AccountPatch, InvalidId, NewAccount, Serial, Timestamp};

type Answer = Result<Success, ApiError>;

#[derive(Serialize)]
struct AccountJson<'a> {
    username: &'a str,
    app: &'a str,
    serial: Option<&'a Serial>,
    enabled: bool,
    notes: &'a str,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> From<&'a Account> for AccountJson<'a> {
    fn from(account: &'a Account) -> Self {
        Self {
            username: &account.key.username,
            app: &account.key.app,
            serial: account.serial.as_ref(),
            enabled: account.enabled,
            notes: &account.notes,
            created_at: account.created_at,
            updated_at: account.updated_at,
        }
    }
}

#[derive(Serialize)]
struct Accounts<'a> {
    accounts: Vec<AccountJson<'a>>,
    total: usize,
}

/// `GET /account`
pub async fn list(State(api): State<Arc<Api>>, _: Bare) -> Answer {
    let accounts = api.farm.reader.accounts()?;
    Success::of(Accounts {
        accounts: accounts.iter().map(AccountJson::from).collect(),
        total: accounts.len(),
    })
}

#[derive(Serialize)]
struct Added<'a> {
    accounts: Vec<AccountJson<'a>>,
    created_count: usize,
}

/// `POST /account`: one object, or a list of them; all or nothing.
pub async fn add(State(api): State<Arc<Api>>, JsonBody(body): JsonBody) -> Answer {
    let default_app = api.farm.reader.default_app();
    let new = match body {
        Some(Value::Array(entries)) if entries.is_empty() => {
            return Err(ApiError::request("the list of accounts is empty"));
        }
        Some(Value::Array(entries)) => {
            let entries = entries.into_iter().enumerate();
            let new = entries
                .map(|(i, entry)| new_account(Fields::of(entry, format!("[{i}]."))?, default_app));
            new.collect::<Result<Vec<_>, _>>()?
        }
        other => vec![new_account(Fields::of_body(other)?, default_app)?],
    };
    let commands = api.farm.commands.clone();
    let added = api.change(async move { commands.add_accounts(new).await });
    let added = added.await?;
    Success::of(Added {
        accounts: added.iter().map(AccountJson::from).collect(),
        created_count: added.len(),
    })
}

fn new_account(mut fields: Fields, default_app: &str) -> Result<NewAccount, ApiError> {
    let username = fields.text("username")?;
    let app = fields.text("app")?;
    let serial = serial(&mut fields)?;
    let enabled = fields.flag("enabled")?.unwrap_or(true);
    let notes = notes(&mut fields)?.unwrap_or_default();
    let Some(username) = username else {
        let name = fields.name("username");
        let message = format!("{name} is missing");
        return Err(ApiError::field(name, message));
    };
    let wrong = |field: &str, e: InvalidId| ApiError::field(fields.name(field), e.to_string());
    let app = app.as_deref().unwrap_or(default_app);
    let key = AccountKey {
        app: AccountKey::fold("app", app).map_err(|e| wrong("app", e))?,
        username: AccountKey::fold("username", &username).map_err(|e| wrong("username", e))?,
    };
    fields.finish()?;
    Ok(NewAccount {
        key,
        serial,
        enabled,
        notes,
    })
}

fn serial(fields: &mut Fields) -> Result<Option<Serial>, ApiError> {
    let text = fields.text("serial")?;
    let serial = text.map(|text| Serial::new(&text)).transpose();
    serial.map_err(|e| ApiError::field(fields.name("serial"), e.to_string()))
}

fn notes(fields: &mut Fields) -> Result<Option<String>, ApiError> {
    let notes = fields.text("notes")?;
    if notes
        .as_ref()
        .is_some_and(|notes| notes.chars().count() > MAX_NOTES)
    {
        let message = format!("notes have at most {MAX_NOTES} characters");
        return Err(ApiError::field(fields.name("notes"), message));
    }
    Ok(notes)
}

/// `GET /account/{username}`
pub async fn show(
    State(api): State<Arc<Api>>,
    Name(username): Name,
    BareQuery(query): BareQuery,
) -> Answer {
    let account = find(&api, &username, query)?;
    Success::of(AccountJson::from(&account))
}

/// `PATCH /account/{username}`: `serial`, `enabled`, `notes`; absent ones stay, and a null
/// `serial` unbinds the account from its phone.
pub async fn patch(
    State(api): State<Arc<Api>>,
    Name(username): Name,
    QueryAndBody(query, body): QueryAndBody,
) -> Answer {
    let patch = account_patch(Fields::of_body(body)?)?;
    let key = find(&api, &username, query)?.key;
    let commands = api.farm.commands.clone();
    let account = api.change(async move { commands.patch_account(key, patch).await });
    let account = account.await?;
    Success::of(AccountJson::from(&account))
}

fn account_patch(mut fields: Fields) -> Result<AccountPatch, ApiError> {
    let serial = match fields.nullable("serial") {
        None => None,
        Some(Value::Null) => Some(None),
        Some(Value::String(text)) => {
            let wrong = |e: InvalidId| ApiError::field("serial", e.to_string());
            Some(Some(Serial::new(&text).map_err(wrong)?))
        }
        Some(_) => {
            let message = "serial must be a string, or null to unbind the account";
            return Err(ApiError::field("serial", message));
        }
    };
    let patch = AccountPatch {
        serial,
        enabled: fields.flag("enabled")?,
        notes: notes(&mut fields)?,
    };
    fields.finish()?;
    if patch == AccountPatch::default() {
        return Err(ApiError::request(
            "nothing to change: serial, enabled and notes are accepted",
        ));
    }
    Ok(patch)
}

#[derive(Serialize)]
struct Removed<'a> {
    deleted_count: usize,
    username: &'a str,
    app: &'a str,
}

/// `DELETE /account/{username}`
pub async fn remove(
    State(api): State<Arc<Api>>,
    Name(username): Name,
    BareQuery(query): BareQuery,
) -> Answer {
    let key = find(&api, &username, query)?.key;
    let commands = api.farm.commands.clone();
    let gone = key.clone();
    api.change(async move { commands.remove_account(gone).await })
        .await?;
    Success::of(Removed {
        deleted_count: 1,
        username: &key.username,
        app: &key.app,
    })
}

/// The one account that a path and its `?app=` name.
fn find(api: &Api, username: &str, mut query: Query) -> Result<Account, ApiError> {
    let app = query.text("app");
    query.finish()?;
    let wrong = |field: &str, e: InvalidId| ApiError::field(field, e.to_string());
    let username = AccountKey::fold("username", username).map_err(|e| wrong("username", e))?;
    let app = app.map(|app| AccountKey::fold("app", &app)).transpose();
    let app = app.map_err(|e| wrong("app", e))?;
    let mut found = api.farm.reader.accounts_named(&username)?;
    if let Some(app) = &app {
        found.retain(|account| account.key.app == *app);
    }
    match (found.pop(), found.is_empty()) {
        (Some(account), true) => Ok(account),
        (None, _) => Err(ApiError::not_found(match app {
            Some(app) => format!("there is no account {app}/{username}"),
            None => format!("there is no account {username}"),
        })),
        (Some(last), false) => {
            let apps = found.iter().chain([&last]).map(|account| &account.key.app);
            let message = format!(
                "{username} exists in several apps: add ?app= with one of {}",
                quoted(apps)
            );
            Err(ApiError::field("app", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{account_patch, new_account};
    use crate::api::fields::Fields;

    fn fields(value: Value) -> Fields {
        Fields::of(value, "[1].".into()).unwrap()
    }

    #[test]
    fn a_new_account_is_folded_and_has_defaults() {
        let account = new_account(fields(json!({"username": "@Bob"})), "sample").unwrap();
        assert_eq!(account.key.to_string(), "sample/bob");
        assert!(account.enabled && account.serial.is_none() && account.notes.is_empty());
    }

    #[test]
    fn what_is_wrong_with_an_account_of_a_list_is_named_with_its_place() {
        for (wrong, part) in [
            (json!({}), "[1].username is missing"),
            (json!({"username": 1}), "[1].username must be a string"),
            (json!({"username": "a/b"}), "username \"a/b\""),
            (
                json!({"username": "a", "phone": "x"}),
                "unknown field \"[1].phone\"",
            ),
            (json!({"username": "a", "serial": "x y"}), "serial \"x y\""),
        ] {
            let message = new_account(fields(wrong), "sample")
                .unwrap_err()
                .to_string();
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn a_null_serial_unbinds_and_an_absent_one_stays() {
        let patch = |value| account_patch(Fields::of_body(Some(value)).unwrap());
        assert_eq!(patch(json!({"serial": null})).unwrap().serial, Some(None));
        assert_eq!(patch(json!({"enabled": false})).unwrap().serial, None);
        assert!(patch(json!({})).is_err(), "nothing to change");
        assert!(
            patch(json!({"username": "x"})).is_err(),
            "cannot be renamed"
        );
    }
}
