//! `farmhand account ...`

use axum::http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::account_csv;
use super::args::{AccountCommand, AccountSetArgs};
use super::backend::Backend;
use super::output::{Output, count};
use super::table::{Align, Table, printable};
use super::task::facts_text;
use crate::api::client::segment;
use crate::model::Timestamp;

/// Does it; false if a file was refused, which has been told.
pub(super) async fn run(
    backend: &Backend,
    command: AccountCommand,
    output: Output,
) -> anyhow::Result<bool> {
    match command {
        AccountCommand::List => {
            let data = backend.get("/account").await?;
            output.answer(data, |list: Accounts| table(&list.accounts))?;
        }
        AccountCommand::Show { name } => {
            let data = backend.get(&path(&name)).await?;
            output.answer(data, |account| detail(&account))?;
        }
        AccountCommand::Add {
            name,
            app,
            serial,
            notes,
            disabled,
        } => {
            let body = json!({
                "username": name,
                "app": app,
                "serial": serial,
                "notes": notes,
                "enabled": !disabled,
            });
            let data = backend.post("/account", Some(&body)).await?;
            output.answer(data, |added: Accounts| {
                let names = added.accounts.iter().map(Account::name);
                format!("added {}\n", names.collect::<Vec<_>>().join(", "))
            })?;
        }
        AccountCommand::Set(args) => {
            let body = changes(&args);
            let data = backend
                .call(Method::PATCH, &path(&args.name), Some(&body))
                .await?;
            output.answer(data, |account| detail(&account))?;
        }
        AccountCommand::Remove { name } => {
            let data = backend.call(Method::DELETE, &path(&name), None).await?;
            output.answer(data, |_: Value| format!("removed {}\n", printable(&name)))?;
        }
        AccountCommand::Import(args) => return account_csv::import(backend, &args, output).await,
        AccountCommand::Export(args) => account_csv::export(backend, &args).await?,
    }
    Ok(true)
}

/// `NAME` or `APP/NAME`.
fn path(name: &str) -> String {
    let (app, name) = match name.split_once('/') {
        Some((app, name)) => (format!("?app={}", segment(app)), name),
        None => (String::new(), name),
    };
    // Without its @, this one is the address of all accounts as a file.
    let at = if name == "export" { "@" } else { "" };
    format!("/account/{at}{}{app}", segment(name))
}

fn changes(args: &AccountSetArgs) -> Value {
    let mut body = Map::new();
    if let Some(serial) = &args.serial {
        body.insert("serial".into(), json!(serial));
    }
    if args.no_serial {
        body.insert("serial".into(), Value::Null);
    }
    if args.enable || args.disable {
        body.insert("enabled".into(), json!(args.enable));
    }
    if let Some(notes) = &args.notes {
        body.insert("notes".into(), json!(notes));
    }
    Value::Object(body)
}

#[derive(Deserialize)]
struct Accounts {
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
struct Account {
    username: String,
    app: String,
    serial: Option<String>,
    enabled: bool,
    notes: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Account {
    fn name(&self) -> String {
        format!("{}/{}", self.app, self.username)
    }

    fn enabled(&self) -> String {
        if self.enabled { "yes" } else { "no" }.into()
    }
}

fn table(accounts: &[Account]) -> String {
    let mut table = Table::new([
        ("APP", Align::Left),
        ("USERNAME", Align::Left),
        ("DEVICE", Align::Left),
        ("ENABLED", Align::Left),
        ("NOTES", Align::Left),
    ]);
    for account in accounts {
        table.row([
            account.app.clone(),
            account.username.clone(),
            account.serial.clone().unwrap_or_default(),
            account.enabled(),
            account.notes.clone(),
        ]);
    }
    format!("{table}{}\n", count(accounts.len() as u64, "account"))
}

fn detail(account: &Account) -> String {
    facts_text(&[
        ("account", account.name()),
        ("device", account.serial.clone().unwrap_or_default()),
        ("enabled", account.enabled()),
        ("notes", account.notes.clone()),
        ("created", account.created_at.to_string()),
        ("updated", account.updated_at.to_string()),
    ])
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_name_may_carry_its_app() {
        assert_eq!(path("@ann"), "/account/%40ann");
        assert_eq!(path("sample/ann"), "/account/ann?app=sample");
        assert_eq!(path("sample/export"), "/account/@export?app=sample");
    }
}
