//! Walks through the table: every row has an example, and every field of every command is
//! refused with its place when its value is wrong, when it is missing though it is needed, and
//! when it is misspelled.

use super::examples::EXAMPLES;
use super::expected::without_places;
use super::{Files, faults, lines};
use crate::flow::lang::table::{
    APP, COMMANDS, COMMON, CONDITION, CommandRow, ENV, FieldRow, HEADER, Kind, SELECTOR, Support,
    TAP,
};

/// A group of fields that several commands share, by its name among the examples.
const SHARED: [(&str, &[FieldRow]); 5] = [
    ("common", COMMON),
    ("selector", SELECTOR),
    ("app", APP),
    ("tap", TAP),
    ("env", ENV),
];

fn is_refused(support: Support) -> bool {
    matches!(support, Support::Refused(_))
}

fn supported() -> impl Iterator<Item = &'static CommandRow> {
    COMMANDS.iter().filter(|row| !is_refused(row.support))
}

/// Every row's name as the examples spell it: `tapOn`, `tapOn.repeat`, `selector.text`.
fn rows() -> Vec<String> {
    let of = |owner: &str, fields: &[FieldRow]| -> Vec<String> {
        let fields = fields.iter().filter(|field| !is_refused(field.support));
        fields
            .map(|field| format!("{owner}.{}", field.name))
            .collect()
    };
    let mut rows = Vec::new();
    for (name, fields) in SHARED {
        rows.extend(of(name, fields));
    }
    rows.extend(of("when", CONDITION));
    for command in supported() {
        rows.push(command.name.to_owned());
        for group in command.fields {
            // Shared groups are the same piece of memory.
            if !SHARED
                .iter()
                .any(|(_, shared)| std::ptr::eq(*shared, *group))
            {
                rows.extend(of(command.name, group));
            }
        }
    }
    rows
}

#[test]
fn every_row_has_an_example_and_every_example_a_row() {
    let rows = rows();
    for row in &rows {
        let found = EXAMPLES.iter().any(|example| example.row == row);
        assert!(found, "{row} has no example");
    }
    for example in EXAMPLES {
        assert!(rows.iter().any(|row| row == example.row), "{}", example.row);
    }
}

#[test]
fn every_example_makes_what_is_expected() {
    for example in EXAMPLES {
        let made = super::command(&format!("- {}\n", example.text));
        assert_eq!(without_places(made), (example.makes)(), "{}", example.row);
    }
}

/// A value that a field of this kind does not take.
fn wrong(kind: Kind) -> &'static str {
    match kind {
        Kind::Flag => "5",
        Kind::Whole(..) | Kind::Millis | Kind::Number(..) => "many",
        Kind::Text | Kind::Name | Kind::Pattern | Kind::Element | Kind::Selector => "[a]",
        Kind::Point => "here",
        Kind::Choice(_) => "sideways",
        Kind::Key => "Any",
        Kind::Permissions => "{camera: perhaps}",
        Kind::Files => "{a: b}",
        Kind::Script | Kind::Names | Kind::Selectors => "plain",
        Kind::Condition | Kind::Steps | Kind::Variables | Kind::Arguments | Kind::Nothing => "a",
    }
}

#[test]
fn a_wrong_value_is_refused_where_it_stands_in_every_field_of_every_command() {
    for command in supported() {
        for field in command.fields.iter().copied().flatten() {
            let value = wrong(field.kind);
            let told = faults(&format!(
                "- {}:\n    {}: {value}\n",
                command.name, field.name
            ));
            let at = "flow.yaml:4:";
            let about = |line: &str| line.starts_with(at) && line.contains(field.name);
            let permission = |line: &str| line.starts_with(at) && line.contains("camera");
            assert!(
                told.lines().any(|line| about(line) || permission(line)),
                "{}.{}: {value} was not refused: {told}",
                command.name,
                field.name
            );
            assert_eq!(
                told.contains("is not supported"),
                is_refused(field.support),
                "{told}"
            );
        }
    }
}

#[test]
fn a_missing_field_is_told_at_its_command() {
    for command in supported() {
        for field in command.fields.iter().copied().flatten() {
            if field.required {
                let told = faults(&format!("- {}:\n    label: x\n", command.name));
                let wanted = format!("flow.yaml:3:3: {} needs '{}'", command.name, field.name);
                assert!(told.contains(&wanted), "{told}");
            }
        }
    }
}

#[test]
fn a_misspelled_field_is_refused_with_the_one_that_was_meant() {
    for command in supported() {
        for field in command.fields.iter().copied().flatten() {
            if is_refused(field.support) || field.name.len() < 4 {
                continue;
            }
            let told = faults(&format!("- {}:\n    {}x: 1\n", command.name, field.name));
            let wanted = format!(
                "flow.yaml:4:5: '{0}x' is no field of {1}; did you mean '{0}'?",
                field.name, command.name
            );
            assert!(told.contains(&wanted), "{told}");
        }
    }
}

#[test]
fn a_refused_command_is_refused_by_name_with_the_reason() {
    let refused = COMMANDS.iter().filter(|row| is_refused(row.support));
    for command in refused {
        let Support::Refused(why) = command.support else {
            continue;
        };
        let wanted = format!("flow.yaml:3:3: {} is not supported: {why}", command.name);
        assert_eq!(faults(&format!("- {}\n", command.name)), wanted);
        assert_eq!(
            faults(&format!("- {}: {{path: x}}\n", command.name)),
            wanted
        );
    }
}

#[test]
fn a_command_stands_alone_only_where_the_table_says_so() {
    for command in supported() {
        let text = format!("appId: a\n---\n- {}\n", command.name);
        let result = crate::flow::lang::load("flow.yaml", &Files::new([("flow.yaml", &text)]));
        assert_eq!(result.is_ok(), command.alone, "{}", command.name);
    }
}

#[test]
fn a_wrong_value_is_refused_where_it_stands_in_every_field_of_the_head() {
    for field in HEADER {
        let value = if field.kind == Kind::Steps {
            "a"
        } else {
            wrong(field.kind)
        };
        let text = format!("{}: {value}\n---\n- back\n", field.name);
        let told = lines(&Files::new([("flow.yaml", &text)]).faults("flow.yaml"));
        let found = told.starts_with("flow.yaml:1:") && told.contains(field.name);
        assert!(found, "{}: {told}", field.name);
    }
}

#[test]
fn a_wrong_value_is_refused_where_it_stands_in_every_condition() {
    for field in CONDITION {
        let value = wrong(field.kind);
        let told = faults(&format!(
            "- runFlow:\n    when:\n      {}: {value}\n    commands: [back]\n",
            field.name
        ));
        let found = told.starts_with("flow.yaml:5:") && told.contains(field.name);
        assert!(found, "{}: {told}", field.name);
    }
}
