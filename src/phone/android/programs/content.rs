//! `content`: the media store, as AOSP `Content.java` shows it. Its exit code is always 0.

use super::super::files::path;
use super::super::media::{MediaUri, Row};
use super::condition::Condition;
use super::service::Exception;
use super::{Context, Report};

/// The columns that a query without a projection shows, in order.
const COLUMNS: [&str; 13] = [
    "_id",
    "_data",
    "_display_name",
    "_size",
    "mime_type",
    "media_type",
    "title",
    "date_added",
    "date_modified",
    "bucket_display_name",
    "relative_path",
    "volume_name",
    "is_pending",
];

/// What a command line asks for.
#[derive(Default)]
struct Request<'a> {
    uri: &'a str,
    projection: Option<&'a str>,
    condition: Option<&'a str>,
    sort: Option<&'a str>,
    method: Option<&'a str>,
    argument: Option<&'a str>,
}

pub fn content(ctx: &Context, args: &[&str]) -> Report {
    let request = match args.split_first() {
        Some((&verb @ ("query" | "delete" | "call"), options)) => {
            parse(options).map(|request| (verb, request))
        }
        Some((verb, _)) => Err(format!("Unsupported operation: {verb}")),
        None => return Report::out(USAGE),
    };
    let (verb, request) = match request {
        Ok(parsed) => parsed,
        Err(why) => return Report::out(format!("{USAGE}[ERROR] {why}\n")),
    };
    let provider = request.uri.strip_prefix("content://").unwrap_or_default();
    let provider = provider.split('/').next().unwrap_or_default();
    let answer = match (provider, verb) {
        ("media", "query") => query(ctx, &request),
        ("media", "delete") => delete(ctx, &request),
        ("media", _) => call(ctx, &request),
        _ => Err(Exception::new(
            "java.lang.IllegalStateException",
            format!("Could not find provider: {provider}"),
        )),
    };
    answer.map_or_else(
        |exception| {
            let said = format!("Error while accessing provider:{provider}\n");
            Report::err(said + &exception.trace(), 0)
        },
        Report::out,
    )
}

const USAGE: &str = "usage: adb shell content [subcommand] [options]\n\
    usage: adb shell content query --uri <URI> [--user <USER_ID>] [--projection <PROJECTION>] \
    [--where <WHERE>] [--sort <SORT_ORDER>]\n\
    usage: adb shell content delete --uri <URI> [--user <USER_ID>] [--where <WHERE>]\n\
    usage: adb shell content call --uri <URI> --method <METHOD> [--arg <ARG>]\n";

fn parse<'a>(options: &[&'a str]) -> Result<Request<'a>, String> {
    let mut request = Request::default();
    let mut words = options.iter().copied();
    while let Some(option) = words.next() {
        let value = words
            .next()
            .filter(|value| !value.starts_with("--"))
            .ok_or_else(|| format!("No value for argument: {option}"))?;
        match option {
            "--uri" => request.uri = value,
            "--projection" => request.projection = Some(value),
            "--where" => request.condition = Some(value),
            "--sort" => request.sort = Some(value),
            "--method" => request.method = Some(value),
            "--arg" => request.argument = Some(value),
            "--user" => {}
            other => return Err(format!("Unsupported argument: {other}")),
        }
    }
    match request.uri {
        "" => Err("Content provider URI not specified. Did you specify --uri argument?".to_owned()),
        _ => Ok(request),
    }
}

fn query(ctx: &Context, request: &Request<'_>) -> Result<String, Exception> {
    let columns: Vec<&str> = match request.projection {
        Some(projection) => projection.split(':').collect(),
        None => COLUMNS.to_vec(),
    };
    let mut rows = matching(ctx, request, &columns)?;
    sort(&mut rows, request.sort.unwrap_or("_id"))?;
    if rows.is_empty() {
        return Ok("No result found.\n".to_owned());
    }
    let shown = rows.iter().enumerate().map(|(number, row)| {
        let values = columns.iter().map(|column| {
            let value = value(row, column).unwrap_or_else(|| "NULL".to_owned());
            format!("{column}={value}")
        });
        format!("Row: {number} {}\n", values.collect::<Vec<_>>().join(", "))
    });
    Ok(shown.collect())
}

/// The rows of the request's URI for which its condition holds.
fn matching(ctx: &Context, request: &Request<'_>, columns: &[&str]) -> Result<Vec<Row>, Exception> {
    let uri = MediaUri::parse(request.uri)
        .ok_or_else(|| Exception::illegal(format!("Unknown URL: {}", request.uri)))?;
    let condition = match request.condition {
        None => Condition::default(),
        Some(text) => Condition::parse(text).ok_or_else(|| {
            let class = "android.database.sqlite.SQLiteException";
            Exception::new(class, format!("near \"{text}\": syntax error (code 1)"))
        })?,
    };
    for column in columns.iter().copied().chain(condition.columns()) {
        check(column)?;
    }
    let state = ctx.phone.state();
    let rows = state.media.rows().into_iter();
    let found = rows.filter(|row| uri.holds(row) && condition.holds(|column| value(row, column)));
    Ok(found.cloned().collect())
}

fn check(column: &str) -> Result<(), Exception> {
    match COLUMNS.contains(&column) {
        true => Ok(()),
        false => Err(Exception::illegal(format!("Invalid column {column}"))),
    }
}

/// `COLUMN [ASC|DESC]`.
fn sort(rows: &mut [Row], order: &str) -> Result<(), Exception> {
    let (column, direction) = order.split_once(' ').unwrap_or((order, "ASC"));
    check(column)?;
    rows.sort_by_key(|row| {
        let value = value(row, column).unwrap_or_default();
        (value.parse::<u64>().unwrap_or(u64::MAX), value)
    });
    if direction.trim().eq_ignore_ascii_case("desc") {
        rows.reverse();
    }
    Ok(())
}

fn value(row: &Row, column: &str) -> Option<String> {
    let name = path::name(&row.path);
    let folder = path::parent(&row.path);
    Some(match column {
        "_id" => row.id.to_string(),
        "_data" => row.path.clone(),
        "_display_name" => name.to_owned(),
        "_size" => row.size.to_string(),
        "mime_type" => row.mime.to_owned(),
        "media_type" => row.kind.number().to_string(),
        "title" => name
            .rsplit_once('.')
            .map_or(name, |(stem, _)| stem)
            .to_owned(),
        "date_added" => row.added.to_string(),
        "date_modified" => row.modified.to_string(),
        "bucket_display_name" => path::name(folder).to_owned(),
        "relative_path" => {
            let inside = folder.strip_prefix("/storage/emulated/0").unwrap_or(folder);
            format!("{}/", inside.trim_start_matches('/'))
        }
        "volume_name" => "external_primary".to_owned(),
        "is_pending" => "0".to_owned(),
        _ => return None,
    })
}

/// The provider deletes the file along with its row.
fn delete(ctx: &Context, request: &Request<'_>) -> Result<String, Exception> {
    for row in matching(ctx, request, &[])? {
        // It may be gone already; then the row alone is to go.
        let _ = ctx.phone.tree().remove_file(&row.path);
        ctx.phone.state().media.remove(&row.path);
    }
    Ok(String::new())
}

fn call(ctx: &Context, request: &Request<'_>) -> Result<String, Exception> {
    let argument = request.argument.unwrap_or_default();
    match request.method {
        Some("scan_file") => {
            let found = ctx.phone.scan_media(argument);
            let uri = found.as_deref().unwrap_or("null");
            Ok(format!(
                "Result: Bundle[{{android.intent.extra.STREAM={uri}}}]\n"
            ))
        }
        Some("scan_volume") => {
            if argument == "external_primary" {
                ctx.phone.scan_all_media();
            }
            Ok("Result: Bundle[EMPTY_PARCEL]\n".to_owned())
        }
        Some(other) => Err(Exception::new(
            "java.lang.UnsupportedOperationException",
            format!("Unsupported call: {other}"),
        )),
        None => Err(Exception::illegal(
            "Content provider method not specified. Did you specify --method argument?",
        )),
    }
}
