//! The options of an intent that carry named values (`--es NAME TEXT`, `--eial NAME 1,2`), see
//! AOSP `Intent.parseCommandArgs`.

use super::super::intent::{Component, Extra, Intent};
use super::service::{Arguments, Exception};

const SCALARS: [&str; 8] = [
    "--es", "--ei", "--el", "--ef", "--ed", "--ez", "--eu", "--ecn",
];

/// Whether an option carries a value.
pub fn is_extra(option: &str) -> bool {
    option == "--esn" || SCALARS.contains(&option) || many(option).is_some()
}

/// How several values come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Several {
    Array,
    List,
}

/// The option of one item, for `--eia` (an array) and `--eial` (a list).
fn many(option: &str) -> Option<(&str, Several)> {
    let list = option.strip_suffix("al").map(|kind| (kind, Several::List));
    let array = || option.strip_suffix('a').map(|kind| (kind, Several::Array));
    list.or_else(array)
        .filter(|(kind, _)| ["--ei", "--el", "--ef", "--ed", "--es"].contains(kind))
}

/// Reads an extra's name and value.
///
/// # Errors
/// [`Exception`] for a value of another kind.
pub fn put(
    intent: &mut Intent,
    option: &str,
    arguments: &mut Arguments<'_, '_>,
) -> Result<(), Exception> {
    let name = arguments.required()?;
    let value = match (option, many(option)) {
        ("--esn", _) => Extra::Null,
        (_, None) => scalar(option, arguments.required()?)?,
        (_, Some((kind, several))) => {
            let items = items(arguments.required()?, kind);
            let items = items.iter().map(|item| scalar(kind, item));
            let items = items.collect::<Result<_, _>>()?;
            match several {
                Several::Array => Extra::Array(items),
                Several::List => Extra::List(items),
            }
        }
    };
    intent.put(name, value);
    Ok(())
}

/// The items between commas. Strings may hold commas behind a backslash, which stays: Android
/// does not take it away. Empty ones at the end are left out, as by Java's `split`.
fn items(text: &str, kind: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut before = None;
    for c in text.chars() {
        let splits = c == ',' && (kind != "--es" || before != Some('\\'));
        match items.last_mut() {
            Some(item) if !splits => item.push(c),
            _ => items.push(String::new()),
        }
        before = Some(c);
    }
    while items.len() > 1 && items.last().is_some_and(String::is_empty) {
        items.pop();
    }
    items
}

/// The value that an option for one means.
///
/// # Errors
/// [`Exception`] for a value of another kind.
pub fn scalar(option: &str, text: &str) -> Result<Extra, Exception> {
    let bad = |_| Exception::number(text);
    Ok(match option {
        "--ei" => Extra::Integer(integer(text)?),
        "--el" => Extra::Long(text.parse().map_err(|_| Exception::number(text))?),
        "--ef" => Extra::Float(text.parse().map_err(bad)?),
        "--ed" => Extra::Double(text.parse().map_err(bad)?),
        "--ez" => Extra::Boolean(truth(text)?),
        "--eu" => Extra::Uri(text.to_owned()),
        "--ecn" => Extra::Component(component(text)?),
        _ => Extra::Text(text.to_owned()),
    })
}

fn truth(text: &str) -> Result<bool, Exception> {
    match text.to_lowercase().as_str() {
        "true" | "t" => Ok(true),
        "false" | "f" => Ok(false),
        number => match integer(number) {
            Ok(number) => Ok(number != 0),
            Err(_) => Err(Exception::illegal(format!(
                "Invalid boolean value: {number}"
            ))),
        },
    }
}

/// Java's `Integer.decode`: decimal, `0x...`, `#...` or octal with a zero in front.
///
/// # Errors
/// [`Exception`] for what is no number.
pub fn integer(text: &str) -> Result<i32, Exception> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let hex = ["0x", "0X", "#"]
        .iter()
        .find_map(|prefix| digits.strip_prefix(prefix));
    let number = match (hex, digits.strip_prefix('0')) {
        (Some(hex), _) => i64::from_str_radix(hex, 16),
        (None, Some(octal)) if !octal.is_empty() => i64::from_str_radix(octal, 8),
        _ => digits.parse(),
    };
    number
        .ok()
        .and_then(|number| i32::try_from(sign * number).ok())
        .ok_or_else(|| Exception::number(text))
}

/// Reads the name of an activity.
///
/// # Errors
/// [`Exception`] if it is none.
pub fn component(text: &str) -> Result<Component, Exception> {
    Component::parse(text).ok_or_else(|| Exception::illegal(format!("Bad component name: {text}")))
}
