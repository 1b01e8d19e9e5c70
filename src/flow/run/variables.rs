//! What a script's flow knows of its task: the variables that its expressions see.

use serde_json::{Map, Value};

use crate::flow::script::{Kind, Script};
use crate::model::Task;

/// A flow's variables, all texts as in Maestro, in the order in which they are set:
/// - every parameter under its name in capitals; a list has one entry a line;
/// - the keys of an object, each as it stands;
/// - `TARGET`, the task's own entry of the script's fan-out;
/// - `ACCOUNT`, the user name the task runs for, or nothing;
/// - `SERIAL`, `TASK_ID`, `ATTEMPT`.
pub(super) fn of(
    script: &Script,
    task: &Task,
    config: &Map<String, Value>,
) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    let mut set = |name: &str, value: String| variables.push((name.to_owned(), value));
    for parameter in &script.parameters {
        let value = config.get(&parameter.name).unwrap_or(&Value::Null);
        match (parameter.kind, value) {
            (Kind::Object, Value::Object(entries)) => {
                for (key, value) in entries {
                    set(key, text(value));
                }
            }
            (_, value) => set(&parameter.name.to_uppercase(), text(value)),
        }
    }
    if let Some(fan_out) = &script.fan_out {
        let own = config.get(&fan_out.list).and_then(|list| list.get(0));
        set("TARGET", own.map(text).unwrap_or_default());
    }
    let account = task
        .account
        .as_ref()
        .map(|account| account.username.to_string());
    set("ACCOUNT", account.unwrap_or_default());
    set("SERIAL", task.serial.to_string());
    set("TASK_ID", task.id.to_string());
    set("ATTEMPT", task.attempt.to_string());
    variables
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(entries) => entries.iter().map(text).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::of;
    use crate::flow::Scripts;
    use crate::flow::run::tests::task;

    fn variables(script: &str, config: &Value) -> Vec<(String, String)> {
        let script = Scripts::load(None).unwrap().get(script).unwrap();
        let task = task(&script.name, config);
        of(&script, &task, config.as_object().unwrap())
    }

    fn get<'a>(variables: &'a [(String, String)], name: &str) -> &'a str {
        let found = variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap()
    }

    #[test]
    fn parameters_are_texts_under_their_names_in_capitals() {
        let set = variables(
            "post",
            &json!({"content_type": 1, "material_list": ["/a", "/b"], "captions": "hi"}),
        );
        assert_eq!(get(&set, "CONTENT_TYPE"), "1");
        assert_eq!(get(&set, "MATERIAL_LIST"), "/a\n/b");
        assert_eq!(get(&set, "CAPTIONS"), "hi");
        assert_eq!(get(&set, "MATERIAL_PATH"), "");
    }

    #[test]
    fn the_entry_of_the_fan_out_is_the_target() {
        let set = variables("follow", &json!({"target_users": ["ada"]}));
        assert_eq!(get(&set, "TARGET"), "ada");
    }

    #[test]
    fn an_objects_keys_stand_as_they_are() {
        let set = variables(
            "flow",
            &json!({"flow": "x", "env": {"city": "Bern", "n": 3}}),
        );
        assert_eq!(get(&set, "city"), "Bern");
        assert_eq!(get(&set, "n"), "3");
    }

    #[test]
    fn the_task_is_known_by_name() {
        let set = variables("flow", &json!({"flow": "x"}));
        assert_eq!(get(&set, "SERIAL"), "virtual-0001");
        assert_eq!(get(&set, "TASK_ID"), "1");
        assert_eq!(get(&set, "ATTEMPT"), "1");
        assert_eq!(get(&set, "ACCOUNT"), "");
    }
}
