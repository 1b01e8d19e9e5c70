//! `grep`: lines that a regular expression finds.

use fancy_regex::{Regex, RegexBuilder};

use super::text::{open, words};
use super::{Context, Ending, files};

/// `grep [-EFciqv] PATTERN [FILE...]`
pub async fn grep(ctx: Context, args: Vec<String>) -> Ending {
    let args = words(&args);
    let (options, operands) = files::split_options(&args);
    let Some((pattern, names)) = operands.split_first() else {
        ctx.io.stderr.write("grep: no REGEX\n").await?;
        return Ok(2);
    };
    let Some(pattern) = compile(pattern, &options) else {
        let why = format!("grep: bad REGEX: '{pattern}'\n");
        ctx.io.stderr.write(why).await?;
        return Ok(2);
    };
    let (sources, code) = open(&ctx, "grep", names).await?;
    let named = sources.len() > 1;
    let mut total = 0_u64;
    for (name, source) in sources {
        let mut found = 0_u64;
        while let Some(line) = source.line().await {
            let text = String::from_utf8_lossy(&line);
            let finds = pattern.is_match(text.trim_end_matches('\n'));
            // A pattern that takes too long finds nothing.
            if finds.unwrap_or(false) == options.contains('v') {
                continue;
            }
            found += 1;
            if options.contains('q') {
                return Ok(0);
            }
            if !options.contains('c') {
                let prefix = if named {
                    format!("{name}:")
                } else {
                    String::new()
                };
                let end = if line.ends_with(b"\n") { "" } else { "\n" };
                let line = [prefix.as_bytes(), line.as_ref(), end.as_bytes()].concat();
                ctx.io.stdout.write(line).await?;
            }
        }
        if options.contains('c') {
            ctx.io.stdout.write(format!("{found}\n")).await?;
        }
        total += found;
    }
    Ok(if code != 0 { 2 } else { u8::from(total == 0) })
}

/// The pattern as the library reads it; `None` if it makes no sense.
fn compile(pattern: &str, options: &str) -> Option<Regex> {
    let pattern = match options {
        options if options.contains('F') => fancy_regex::escape(pattern).into_owned(),
        options if options.contains('E') => pattern.to_owned(),
        _ => extended(pattern),
    };
    let mut builder = RegexBuilder::new(&pattern);
    builder.case_insensitive(options.contains('i'));
    builder.build().ok()
}

/// A basic expression as an extended one: in it, `|`, `+`, `?`, `(`, `)`, `{` and `}` mean
/// something only behind a backslash.
fn extended(pattern: &str) -> String {
    let mut extended = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let special = |c| matches!(c, '|' | '+' | '?' | '(' | ')' | '{' | '}');
        match c {
            '\\' => match chars.next() {
                Some(next) if special(next) => extended.push(next),
                next => {
                    extended.push('\\');
                    extended.extend(next);
                }
            },
            c if special(c) => extended.extend(['\\', c]),
            c => extended.push(c),
        }
    }
    extended
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greps(pattern: &str, options: &str, line: &str) -> bool {
        compile(pattern, options).unwrap().is_match(line).unwrap()
    }

    #[test]
    fn basic_and_extended_expressions_differ_in_what_a_backslash_means() {
        assert!(greps("level", "", "  level: 80") && greps("^  le.el.*0$", "", "  level: 80"));
        assert!(greps("a\\.b\\|x*y", "", "a.b") && !greps("a\\.b", "", "aab"));
        assert!(greps("a|b", "", "a|b") && !greps("a|b", "", "a"));
        assert!(greps("^ *(showing|secure)=", "E", "   secure=true"));
        assert!(greps("A.B", "F", "A.B") && !greps("A.B", "F", "AxB"));
        assert!(greps("LEVEL", "i", "level"));
    }
}
