//! Text through pipes: `cat`, `head`, `tail`, `wc`, `tee`, `seq`, `yes`.

use std::collections::VecDeque;
use std::fmt::Write as _;

use bytes::{Bytes, BytesMut};

use super::super::files::Start;
use super::super::shell::{Sink, Source};
use super::{Context, Ending};

/// Bytes that a program gathers before it writes.
const BLOCK: usize = 16 * 1024;

/// Opens each file in turn, complaining about those that cannot be; standard input if none is
/// named. Gives the sources with their names, and the exit code so far.
pub async fn open(
    ctx: &Context,
    program: &str,
    names: &[&str],
) -> Result<(Vec<(String, Source)>, u8), super::WriteError> {
    if names.is_empty() {
        return Ok((vec![(String::new(), ctx.io.stdin.clone())], 0));
    }
    let (mut sources, mut code) = (Vec::new(), 0);
    for name in names {
        let source = match *name {
            "-" | "/dev/stdin" => ctx.io.stdin.clone(),
            "/dev/null" => Source::nothing(),
            "/dev/zero" => Source::zeros(),
            _ => match ctx.phone.read_path(&ctx.resolve(name)) {
                Ok(content) => Source::file(content),
                Err(error) => {
                    ctx.io
                        .stderr
                        .write(format!("{program}: {name}: {error}\n"))
                        .await?;
                    code = 1;
                    continue;
                }
            },
        };
        sources.push(((*name).to_owned(), source));
    }
    Ok((sources, code))
}

pub fn words(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}

pub async fn cat(ctx: Context, args: Vec<String>) -> Ending {
    let (sources, code) = open(&ctx, "cat", &words(&args)).await?;
    for (_, source) in sources {
        while let Some(chunk) = source.chunk().await {
            ctx.io.stdout.write(chunk).await?;
        }
    }
    Ok(code)
}

pub async fn tee(ctx: Context, args: Vec<String>) -> Ending {
    let mut files = Vec::new();
    for name in &args {
        let path = ctx.resolve(name);
        if let Err(error) = ctx.phone.open_for_writing(&path, Start::Empty) {
            ctx.io
                .stderr
                .write(format!("tee: {name}: {error}\n"))
                .await?;
            return Ok(1);
        }
        files.push(Sink::File(ctx.phone.clone(), path));
    }
    while let Some(chunk) = ctx.io.stdin.chunk().await {
        for file in &files {
            file.write(chunk.clone()).await?;
        }
        ctx.io.stdout.write(chunk).await?;
    }
    Ok(0)
}

/// What `head` and `tail` count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Amount {
    Lines(usize),
    Bytes(usize),
}

/// `-n N`, `-nN`, `-N`, `-c N`, `-cN`, and the files; `None` for anything else.
fn amount<'a>(args: &[&'a str]) -> Option<(Amount, Vec<&'a str>)> {
    let (mut amount, mut names) = (Amount::Lines(10), Vec::new());
    let mut words = args.iter();
    while let Some(word) = words.next() {
        let Some(option) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) else {
            names.push(*word);
            continue;
        };
        let (kind, number) = match option.strip_prefix(['n', 'c']) {
            Some("") => (option, *words.next()?),
            Some(number) => (option, number),
            None => ("n", option),
        };
        let number = number.parse().ok()?;
        amount = if kind.starts_with('c') {
            Amount::Bytes(number)
        } else {
            Amount::Lines(number)
        };
    }
    Some((amount, names))
}

pub async fn head(ctx: Context, args: Vec<String>) -> Ending {
    let args = words(&args);
    let Some((amount, names)) = amount(&args) else {
        ctx.io
            .stderr
            .write("head: -n LINES or -c BYTES is expected\n")
            .await?;
        return Ok(1);
    };
    let (sources, code) = open(&ctx, "head", &names).await?;
    for (_, source) in sources {
        match amount {
            Amount::Lines(lines) => {
                for _ in 0..lines {
                    let Some(line) = source.line().await else {
                        break;
                    };
                    ctx.io.stdout.write(line).await?;
                }
            }
            Amount::Bytes(mut left) => {
                while left > 0 {
                    let Some(bytes) = source.take(left).await else {
                        break;
                    };
                    left -= bytes.len();
                    ctx.io.stdout.write(bytes).await?;
                }
            }
        }
    }
    Ok(code)
}

pub async fn tail(ctx: Context, args: Vec<String>) -> Ending {
    let args = words(&args);
    let Some((amount, names)) = amount(&args) else {
        ctx.io
            .stderr
            .write("tail: -n LINES or -c BYTES is expected\n")
            .await?;
        return Ok(1);
    };
    let (sources, code) = open(&ctx, "tail", &names).await?;
    for (_, source) in sources {
        match amount {
            Amount::Lines(most) => {
                let mut last: VecDeque<Bytes> = VecDeque::new();
                while let Some(line) = source.line().await {
                    last.push_back(line);
                    if last.len() > most {
                        last.pop_front();
                    }
                }
                for line in last {
                    ctx.io.stdout.write(line).await?;
                }
            }
            Amount::Bytes(most) => {
                let mut last = BytesMut::new();
                while let Some(chunk) = source.chunk().await {
                    last.extend_from_slice(&chunk);
                    let surplus = last.len().saturating_sub(most);
                    let _ = last.split_to(surplus);
                }
                ctx.io.stdout.write(last.freeze()).await?;
            }
        }
    }
    Ok(code)
}

pub async fn wc(ctx: Context, args: Vec<String>) -> Ending {
    let args = words(&args);
    let (options, names) = super::files::split_options(&args);
    let (sources, code) = open(&ctx, "wc", &names).await?;
    for (name, source) in sources {
        let (mut lines, mut words, mut bytes) = (0_u64, 0_u64, 0_u64);
        let mut in_word = false;
        while let Some(chunk) = source.chunk().await {
            bytes += chunk.len() as u64;
            for byte in chunk {
                lines += u64::from(byte == b'\n');
                words += u64::from(!byte.is_ascii_whitespace() && !in_word);
                in_word = !byte.is_ascii_whitespace();
            }
        }
        let counts = [('l', lines), ('w', words), ('c', bytes)];
        let wanted = counts
            .iter()
            .filter(|(letter, _)| options.is_empty() || options.contains(*letter));
        let mut shown: Vec<String> = wanted.map(|(_, count)| count.to_string()).collect();
        if !name.is_empty() {
            shown.push(name);
        }
        ctx.io.stdout.write(shown.join(" ") + "\n").await?;
    }
    Ok(code)
}

/// `seq [FIRST [STEP]] LAST`
pub async fn seq(ctx: Context, args: Vec<String>) -> Ending {
    let numbers: Vec<i64> = args.iter().filter_map(|arg| arg.parse().ok()).collect();
    let (first, step, last) = match (numbers.as_slice(), args.len()) {
        ([last], 1) => (1, 1, *last),
        ([first, last], 2) => (*first, 1, *last),
        ([first, step, last], 3) if *step != 0 => (*first, *step, *last),
        _ => {
            ctx.io
                .stderr
                .write("seq: [FIRST [STEP]] LAST is expected, whole numbers\n")
                .await?;
            return Ok(1);
        }
    };
    let mut block = String::new();
    let mut number = first;
    while if step > 0 {
        number <= last
    } else {
        number >= last
    } {
        // Writing to a string cannot fail.
        let _ = writeln!(block, "{number}");
        if block.len() >= BLOCK {
            ctx.io.stdout.write(std::mem::take(&mut block)).await?;
        }
        let Some(next) = number.checked_add(step) else {
            break;
        };
        number = next;
    }
    ctx.io.stdout.write(block).await?;
    Ok(0)
}

pub async fn yes(ctx: Context, args: Vec<String>) -> Ending {
    let text = if args.is_empty() {
        "y".to_owned()
    } else {
        args.join(" ")
    };
    let line = text + "\n";
    let block = Bytes::from(line.repeat((BLOCK / line.len()).max(1)));
    loop {
        ctx.io.stdout.write(block.clone()).await?;
        // Writing to a file or to nowhere never waits: others want their turn.
        tokio::task::yield_now().await;
    }
}
