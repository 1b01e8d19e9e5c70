//! The arguments that `am` and `cmd package` read an intent from, see AOSP
//! `Intent.parseCommandArgs`.

use super::super::intent::{Component, Extra, Intent, LAUNCHER_CATEGORY, MAIN, VIEW};
use super::service::{Arguments, Exception};

/// Options that set a flag.
const FLAGS: [(&str, u32); 28] = [
    ("--grant-read-uri-permission", 0x0000_0001),
    ("--grant-write-uri-permission", 0x0000_0002),
    ("--grant-persistable-uri-permission", 0x0000_0040),
    ("--grant-prefix-uri-permission", 0x0000_0080),
    ("--exclude-stopped-packages", 0x0000_0010),
    ("--include-stopped-packages", 0x0000_0020),
    ("--debug-log-resolution", 0x0000_0008),
    ("--activity-brought-to-front", 0x0040_0000),
    ("--activity-clear-top", 0x0400_0000),
    ("--activity-clear-when-task-reset", 0x0008_0000),
    ("--activity-exclude-from-recents", 0x0080_0000),
    ("--activity-launched-from-history", 0x0010_0000),
    ("--activity-multiple-task", 0x0800_0000),
    ("--activity-no-animation", 0x0001_0000),
    ("--activity-no-history", 0x4000_0000),
    ("--activity-no-user-action", 0x0004_0000),
    ("--activity-previous-is-top", 0x0100_0000),
    ("--activity-reorder-to-front", 0x0002_0000),
    ("--activity-reset-task-if-needed", 0x0020_0000),
    ("--activity-single-top", 0x2000_0000),
    ("--activity-clear-task", CLEAR_TASK),
    ("--activity-task-on-home", 0x0000_4000),
    ("--activity-match-external", 0x0000_0800),
    ("--receiver-registered-only", 0x4000_0000),
    ("--receiver-replace-pending", 0x2000_0000),
    ("--receiver-foreground", 0x1000_0000),
    ("--receiver-no-abort", 0x0800_0000),
    ("--receiver-include-background", 0x0100_0000),
];

/// `FLAG_ACTIVITY_CLEAR_TASK`.
pub const CLEAR_TASK: u32 = 0x0000_8000;
/// `FLAG_ACTIVITY_NEW_TASK`.
pub const NEW_TASK: u32 = 0x1000_0000;
/// `FLAG_RECEIVER_FROM_SHELL`.
pub const FROM_SHELL: u32 = 0x0040_0000;

/// Whether somebody knows an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    Yes,
    No,
}

/// Reads an intent; `other` takes the options that are not the intent's.
///
/// # Errors
/// [`Exception`] as Android throws it.
pub fn parse<'a>(
    arguments: &mut Arguments<'_, 'a>,
    mut other: impl FnMut(&'a str, &mut Arguments<'_, 'a>) -> Result<Known, Exception>,
) -> Result<Intent, Exception> {
    let mut intent = Intent::default();
    while let Some(option) = arguments.option() {
        if let Some((_, flag)) = FLAGS.iter().find(|(name, _)| *name == option) {
            intent.flags |= flag;
            continue;
        }
        match option {
            "-a" => intent.action = Some(arguments.required()?.to_owned()),
            "-d" => intent.data = Some(arguments.required()?.to_owned()),
            "-t" => intent.mime = Some(arguments.required()?.to_owned()),
            "-p" => intent.package = Some(arguments.required()?.to_owned()),
            "-n" => intent.component = Some(component(arguments.required()?)?),
            "-f" => intent.flags = integer(arguments.required()?)?.cast_unsigned(),
            "-c" => {
                intent.categories.insert(arguments.required()?.to_owned());
            }
            "-e" => put(&mut intent, "--es", arguments)?,
            option if option.starts_with("--e") && is_extra(option) => {
                put(&mut intent, option, arguments)?;
            }
            option => {
                if other(option, arguments)? == Known::No {
                    return Err(Exception::illegal(format!("Unknown option: {option}")));
                }
            }
        }
    }
    let base = arguments.word().map(last_word).transpose()?;
    let given = intent.action.is_some()
        || intent.data.is_some()
        || intent.mime.is_some()
        || intent.package.is_some()
        || intent.component.is_some()
        || !intent.categories.is_empty();
    match base {
        Some(base) => Ok(fill_in(intent, base)),
        None if given => Ok(intent),
        None => Err(Exception::illegal("No intent supplied")),
    }
}

fn component(text: &str) -> Result<Component, Exception> {
    Component::parse(text).ok_or_else(|| Exception::illegal(format!("Bad component name: {text}")))
}

/// What the word after the options means: a URI, an activity or a package.
fn last_word(word: &str) -> Result<Intent, Exception> {
    if word.contains(':') {
        return from_uri(word);
    }
    let mut intent = Intent {
        action: Some(MAIN.to_owned()),
        categories: [LAUNCHER_CATEGORY.to_owned()].into(),
        ..Intent::default()
    };
    if word.contains('/') {
        intent.component = Component::parse(word);
    } else {
        intent.package = Some(word.to_owned());
    }
    Ok(intent)
}

/// `Intent.fillIn`: what the options leave open comes from the last word.
fn fill_in(mut intent: Intent, mut base: Intent) -> Intent {
    if intent.action.is_some() {
        base.categories.clear();
    }
    if intent.data.is_none() && intent.mime.is_none() {
        (intent.data, intent.mime) = (base.data, base.mime);
    }
    if intent.categories.is_empty() {
        intent.categories = base.categories;
    }
    intent.action = intent.action.or(base.action);
    intent.package = intent.package.or(base.package);
    intent.component = base.component.or(intent.component);
    intent.flags |= base.flags;
    let given = std::mem::take(&mut intent.extras);
    for (name, value) in base.extras.into_iter().chain(given) {
        intent.put(&name, value);
    }
    intent
}

/// `intent:...#Intent;...;end`; any other URI is to be viewed.
fn from_uri(uri: &str) -> Result<Intent, Exception> {
    let mut intent = Intent {
        action: Some(VIEW.to_owned()),
        ..Intent::default()
    };
    let Some(rest) = uri.strip_prefix("intent:") else {
        intent.data = Some(uri.to_owned());
        return Ok(intent);
    };
    let (data, parts) = rest.split_once("#Intent;").unwrap_or((rest, "end"));
    let mut scheme = None;
    for part in parts.split(';').take_while(|part| *part != "end") {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = decoded(value);
        match name {
            "action" => intent.action = Some(value),
            "type" => intent.mime = Some(value),
            "package" => intent.package = Some(value),
            "component" => intent.component = Some(component(&value)?),
            "launchFlags" => intent.flags = integer(&value)?.cast_unsigned(),
            "scheme" => scheme = Some(value),
            "category" => {
                intent.categories.insert(value);
            }
            name => {
                let extra = name.split_once('.').and_then(|(kind, key)| {
                    let option = match kind {
                        "S" => "--es",
                        "B" => return Some((key, Extra::Boolean(value == "true"))),
                        "i" => "--ei",
                        "l" => "--el",
                        "f" => "--ef",
                        "d" => "--ed",
                        _ => return None,
                    };
                    Some((key, scalar(option, &value).ok()?))
                });
                let (key, value) = extra.ok_or_else(|| {
                    let why = format!("unknown EXTRA type: {uri}");
                    Exception::new("java.lang.RuntimeException", why)
                })?;
                intent.put(&decoded(key), value);
            }
        }
    }
    if !data.is_empty() {
        intent.data = Some(match scheme {
            Some(scheme) => format!("{scheme}:{data}"),
            None => data.to_owned(),
        });
    }
    Ok(intent)
}

/// Text without the `%XX` of URIs.
fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

const SCALARS: [&str; 8] = [
    "--es", "--ei", "--el", "--ef", "--ed", "--ez", "--eu", "--ecn",
];

fn is_extra(option: &str) -> bool {
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
fn put(
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

fn scalar(option: &str, text: &str) -> Result<Extra, Exception> {
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
fn integer(text: &str) -> Result<i32, Exception> {
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

/// `Intent { act=... }`, as Android prints it: of links only the host is told.
pub fn shown(intent: &Intent) -> String {
    let categories: Vec<&str> = intent.categories.iter().map(String::as_str).collect();
    let parts = [
        ("act", intent.action.clone()),
        (
            "cat",
            (!categories.is_empty()).then(|| format!("[{}]", categories.join(","))),
        ),
        ("dat", intent.data.as_deref().map(safe)),
        ("typ", intent.mime.clone()),
        (
            "flg",
            (intent.flags != 0).then(|| format!("0x{:x}", intent.flags)),
        ),
        ("pkg", intent.package.clone()),
        ("cmp", intent.component.as_ref().map(Component::short)),
    ];
    let mut words: Vec<String> = parts
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", value?)))
        .collect();
    if !intent.extras.is_empty() {
        words.push("(has extras)".to_owned());
    }
    format!("Intent {{ {} }}", words.join(" "))
}

/// `Uri.toSafeString`.
fn safe(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once(':') else {
        return "/...".to_owned();
    };
    if ["tel", "sip", "sms", "smsto", "mailto", "nfc"].contains(&scheme) {
        let hide = |c| match c {
            '-' | '@' | '.' => c,
            _ => 'x',
        };
        return format!("{scheme}:{}", rest.chars().map(hide).collect::<String>());
    }
    match rest.strip_prefix("//") {
        Some(rest) => {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let host = host.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}/...")
        }
        None => format!("{scheme}:/..."),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::intent::EXTRA_STREAM;
    use super::super::service;
    use super::*;
    use crate::phone::android::programs::Report;

    fn intent(words: &[&str]) -> Intent {
        let mut found = None;
        let words = [&["start"], words].concat();
        let report = service::run(&words, |_, arguments| {
            found = Some(parse(arguments, |_, _| Ok(Known::No))?);
            Ok(Report::default())
        });
        found.unwrap_or_else(|| panic!("{}", report.err))
    }

    fn refusal(words: &[&str]) -> String {
        let words = [&["start"], words].concat();
        let report = service::run(&words, |_, arguments| {
            parse(arguments, |_, _| Ok(Known::No)).map(|_| Report::default())
        });
        report.err.lines().nth(2).unwrap_or_default().to_owned()
    }

    #[test]
    fn extras_of_every_kind_are_read() {
        let read = intent(&[
            "-a", "x", "--es", "s", "a b", "--ez", "z", "1", "--ei", "i", "0x10", "--esal", "l",
            "a\\,b,c", "--esn", "n", "--eia", "a", "1,2",
        ]);
        assert_eq!(read.text("s"), Some("a b"));
        assert_eq!(read.extra("z"), Some(&Extra::Boolean(true)));
        assert_eq!(read.extra("i"), Some(&Extra::Integer(16)));
        assert_eq!(read.extra("n"), Some(&Extra::Null));
        let list = ["a\\,b", "c"].map(|text| Extra::Text(text.to_owned()));
        assert_eq!(read.extra("l"), Some(&Extra::List(list.into())));
        let array = vec![Extra::Integer(1), Extra::Integer(2)];
        assert_eq!(read.extra("a"), Some(&Extra::Array(array)));
    }

    #[test]
    fn what_is_shared_is_one_uri_or_a_list() {
        let one = intent(&["-a", "x", "--eu", EXTRA_STREAM, "content://media/1"]);
        assert_eq!(one.streams, ["content://media/1"]);
        let list = intent(&["-a", "x", "--esal", EXTRA_STREAM, "content://a,content://b"]);
        assert_eq!(list.streams, ["content://a", "content://b"]);
        let array = intent(&["-a", "x", "--esa", EXTRA_STREAM, "content://a"]);
        assert!(array.streams.is_empty());
    }

    #[test]
    fn the_last_word_fills_in_what_is_open() {
        let launch = intent(&["org.a"]);
        assert_eq!(launch, Intent::main("org.a"));
        let link = intent(&["-a", VIEW, "-d", "https://a/b", "org.a"]);
        assert_eq!(link.package.as_deref(), Some("org.a"));
        assert!(link.categories.is_empty());
        let uri = intent(&["intent://p/1#Intent;scheme=s;package=org.a;S.k=a%20b;i.n=2;end"]);
        assert_eq!(uri.data.as_deref(), Some("s://p/1"));
        assert_eq!(uri.package.as_deref(), Some("org.a"));
        assert_eq!(uri.text("k"), Some("a b"));
        assert_eq!(uri.extra("n"), Some(&Extra::Integer(2)));
    }

    #[test]
    fn an_intent_is_shown_without_what_a_link_says() {
        let read = intent(&[
            "-a",
            VIEW,
            "-d",
            "https://a.b/c?d",
            "-f",
            "8",
            "--es",
            "k",
            "v",
        ]);
        assert_eq!(
            shown(&read),
            "Intent { act=android.intent.action.VIEW dat=https://a.b/... flg=0x8 (has extras) }"
        );
        let read = intent(&["-n", "a.b/a.b.C", "-t", "image/png"]);
        assert_eq!(shown(&read), "Intent { typ=image/png cmp=a.b/.C }");
    }

    #[test]
    fn what_makes_no_intent_is_refused_as_by_android() {
        let prefix = "java.lang.IllegalArgumentException: ";
        assert_eq!(refusal(&[]), format!("{prefix}No intent supplied"));
        assert_eq!(
            refusal(&["--es", "a", "b"]),
            format!("{prefix}No intent supplied")
        );
        assert_eq!(
            refusal(&["-n", "x"]),
            format!("{prefix}Bad component name: x")
        );
        assert_eq!(
            refusal(&["--what"]),
            format!("{prefix}Unknown option: --what")
        );
        assert_eq!(
            refusal(&["-a", "x", "--ez", "z", "perhaps"]),
            format!("{prefix}Invalid boolean value: perhaps")
        );
        assert_eq!(
            refusal(&["-a", "x", "--ei", "i", "one"]),
            "java.lang.NumberFormatException: For input string: \"one\""
        );
    }
}
