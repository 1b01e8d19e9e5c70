//! `POST /task`: checks the form of the request; whether scripts, accounts and phones allow
//! it is for the farm to say.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Api;
use super::extract::JsonBody;
use crate::api::client::FROM_A_PERSON;
use crate::api::envelope::Success;
use crate::api::error::ApiError;
use crate::api::fields::{Fields, quoted};
use crate::api::fingerprint::fingerprint;
use crate::farm::{IdempotencyKey, Request, Targets};
use crate::model::{Serial, Source, TaskId, Timestamp};

/// The longest idempotency key accepted, in bytes.
const MAX_KEY_BYTES: usize = 255;

#[derive(Serialize)]
struct Created<'a> {
    task_ids: &'a [TaskId],
    created_count: usize,
    scheduled_at: Option<Timestamp>,
    unknown_serials: &'a [Serial],
}

/// `POST /task`
pub async fn create(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Success, ApiError> {
    let key = idempotency_key(&headers, body.as_ref())?;
    let mut request = request(body, key)?;
    let (name, value) = FROM_A_PERSON;
    if headers.get(name).is_some_and(|given| given == value) {
        request.source = Source::Ui;
    }
    let commands = api.farm.commands.clone();
    let created = api.change(async move { commands.submit(request).await });
    let created = created.await?;
    Success::of(Created {
        task_ids: &created.task_ids,
        created_count: created.task_ids.len(),
        scheduled_at: created.scheduled_at,
        unknown_serials: &created.unknown_serials,
    })
}

fn request(body: Option<Value>, idempotency: Option<IdempotencyKey>) -> Result<Request, ApiError> {
    let mut fields = Fields::of_body(body)?;
    let script = fields.text("script_name")?.filter(|name| !name.is_empty());
    let serials = fields.texts("serials")?;
    let usernames = fields.texts("usernames")?;
    let config = fields.object("script_config")?;
    let each_account = fields.flag("enable_multi_account")?.unwrap_or(false);
    let start_time = fields.text("start_time")?;
    let Some(script) = script else {
        return Err(missing_script(&fields));
    };
    fields.finish()?;
    Ok(Request {
        targets: targets(&serials, usernames, each_account)?,
        script,
        config: config.ok_or_else(missing_config)?,
        start_time,
        source: Source::Api,
        idempotency,
    })
}

fn missing_script(fields: &Fields) -> ApiError {
    let mut message = "script_name is missing: the name of a script is expected".to_owned();
    let unknown = quoted(fields.unknown());
    if !unknown.is_empty() {
        message = format!("{message} (unknown field {unknown})");
    }
    ApiError::MissingScript(message)
}

fn missing_config() -> ApiError {
    ApiError::field(
        "script_config",
        "script_config is missing: an object with the script's parameters is expected, {} if \
         it needs none",
    )
}

fn targets(
    serials: &[String],
    usernames: Vec<String>,
    each_account: bool,
) -> Result<Targets, ApiError> {
    match (serials.is_empty(), usernames.is_empty()) {
        (false, true) => {
            let serials = serials.iter().enumerate().map(|(i, text)| {
                Serial::new(text).map_err(|e| {
                    let name = format!("serials[{i}]");
                    let message = format!("{name}: {e}");
                    ApiError::field(name, message)
                })
            });
            let serials = serials.collect::<Result<Vec<_>, _>>()?;
            distinct("serials", serials.iter().map(|s| s.as_str().to_owned()))?;
            Ok(Targets::Serials {
                serials,
                each_account,
            })
        }
        (true, false) => {
            // As the farm compares them: without a leading `@`, without case.
            distinct("usernames", usernames.iter().map(|name| folded(name)))?;
            Ok(Targets::Usernames(usernames))
        }
        (true, true) => Err(ApiError::field(
            "serials",
            "no targets: serials (phones) or usernames (accounts) must have an entry",
        )),
        (false, false) => Err(ApiError::field(
            "usernames",
            "both serials and usernames have entries: which is meant is not clear, give one",
        )),
    }
}

fn folded(name: &str) -> String {
    let name = name.trim();
    name.strip_prefix('@').unwrap_or(name).to_lowercase()
}

fn distinct(field: &str, names: impl Iterator<Item = String>) -> Result<(), ApiError> {
    let mut seen = HashSet::new();
    for (i, name) in names.enumerate() {
        if seen.contains(&name) {
            let place = format!("{field}[{i}]");
            let message = format!("{place}: {name:?} stands twice");
            return Err(ApiError::field(place, message));
        }
        seen.insert(name);
    }
    Ok(())
}

fn idempotency_key(
    headers: &HeaderMap,
    body: Option<&Value>,
) -> Result<Option<IdempotencyKey>, ApiError> {
    const NAME: &str = "Idempotency-Key";
    let mut values = headers.get_all("idempotency-key").iter();
    let (Some(value), more) = (values.next(), values.next()) else {
        return Ok(None);
    };
    let key = value.to_str().ok().map(str::trim);
    match key {
        Some(key) if more.is_none() && (1..=MAX_KEY_BYTES).contains(&key.len()) => {
            let nothing = Value::Object(Map::new());
            Ok(Some(IdempotencyKey {
                key: key.to_owned(),
                fingerprint: fingerprint(body.unwrap_or(&nothing)),
            }))
        }
        _ => Err(ApiError::field(
            NAME,
            format!(
                "the header {NAME} must stand once, with 1 to {MAX_KEY_BYTES} ASCII characters"
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Request, Targets, request};
    use crate::api::error::ApiError;

    fn body(change: impl FnOnce(&mut serde_json::Map<String, Value>)) -> Value {
        let mut body = json!({"serials": ["a", "b"], "script_name": "shell", "script_config": {}});
        change(body.as_object_mut().unwrap());
        body
    }

    fn parsed(body: Value) -> Request {
        request(Some(body), None).unwrap()
    }

    fn refused(body: Value) -> (u32, String) {
        let error = request(Some(body), None).unwrap_err();
        let field = match &error {
            ApiError::Invalid { field, .. } => field.clone(),
            _ => None,
        };
        (error.code(), field.unwrap_or_default())
    }

    #[test]
    fn an_empty_or_null_list_counts_as_absent_if_the_other_has_entries() {
        for empty in [json!([]), Value::Null] {
            let request = parsed(body(|b| {
                b["serials"] = empty;
                b.insert("usernames".into(), json!(["@Bob"]));
            }));
            assert_eq!(request.targets, Targets::Usernames(vec!["@Bob".into()]));
        }
    }

    #[test]
    fn both_lists_filled_and_both_empty_are_refused() {
        assert_eq!(
            refused(body(|b| {
                b.insert("usernames".into(), json!(["u"]));
            }))
            .0,
            40001
        );
        assert_eq!(refused(body(|b| b["serials"] = json!([]))).0, 40001);
    }

    #[test]
    fn blank_and_duplicate_targets_are_named() {
        for (serials, field) in [
            (json!(["a", ""]), "serials[1]"),
            (json!(["a", "  "]), "serials[1]"),
            (json!(["a", "b c"]), "serials[1]"),
            (json!(["a", "b", "a"]), "serials[2]"),
            (json!(["a", 5]), "serials[1]"),
            (json!("a"), "serials"),
        ] {
            assert_eq!(
                refused(body(|b| b["serials"] = serials)),
                (40001, field.into())
            );
        }
        let names = body(|b| {
            b.remove("serials");
            b.insert("usernames".into(), json!(["bob", "@BOB"]));
        });
        assert_eq!(refused(names), (40001, "usernames[1]".into()));
    }

    #[test]
    fn a_missing_script_name_has_its_own_code() {
        for missing in [json!(""), Value::Null] {
            assert_eq!(refused(body(|b| b["script_name"] = missing)).0, 40002);
        }
        assert_eq!(refused(json!({})).0, 40002);
        assert_eq!(refused(body(|b| b["script_name"] = json!(7))).0, 40001);
    }

    #[test]
    fn a_typo_in_script_name_is_told() {
        let error = request(Some(json!({"script_nam": "shell"})), None).unwrap_err();
        assert!(error.to_string().contains("\"script_nam\""), "{error}");
    }

    #[test]
    fn script_config_must_be_an_object() {
        assert_eq!(
            refused(body(|b| {
                b.remove("script_config");
            }))
            .1,
            "script_config"
        );
        assert_eq!(
            refused(body(|b| b["script_config"] = json!("{}"))).1,
            "script_config"
        );
    }

    #[test]
    fn the_other_fields_are_optional_and_typed() {
        let request = parsed(body(|b| {
            b.insert("enable_multi_account".into(), json!(true));
            b.insert("start_time".into(), json!("09:30"));
        }));
        assert!(matches!(
            request.targets,
            Targets::Serials {
                each_account: true,
                ..
            }
        ));
        assert_eq!(request.start_time.as_deref(), Some("09:30"));
        for (name, wrong) in [
            ("enable_multi_account", json!(1)),
            ("start_time", json!(930)),
        ] {
            assert_eq!(
                refused(body(|b| {
                    b.insert(name.into(), wrong);
                }))
                .1,
                name
            );
        }
        assert_eq!(
            refused(body(|b| {
                b.insert("serial".into(), json!("a"));
            }))
            .1,
            "serial"
        );
    }
}
