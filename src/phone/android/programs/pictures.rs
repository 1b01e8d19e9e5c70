//! What is on the screen: `screencap`, `uiautomator dump`.

use tokio::sync::Semaphore;

use super::super::clock::unix_now;
use super::super::files::Content;
use super::super::screen::{self, Dump};
use super::{Context, Ending, Report};

/// Drawing and packing a screen keeps a core busy for some milliseconds: it goes to the
/// blocking pool, for two phones of the process at a time.
static PAINTERS: Semaphore = Semaphore::const_new(2);

/// `screencap [-p] [FILE]`, a PNG in any case.
pub async fn screencap(ctx: Context, args: Vec<String>) -> Ending {
    let file = args.iter().find(|arg| !arg.starts_with('-'));
    let picture = ctx.phone.picture();
    let png = {
        // The semaphore is never closed.
        let _permit = PAINTERS.acquire().await;
        tokio::task::spawn_blocking(move || screen::png(&picture)).await
    };
    let Ok(Ok(png)) = png else {
        ctx.io
            .stderr
            .write("screencap: the screen could not be captured\n")
            .await?;
        return Ok(1);
    };
    let Some(name) = file else {
        ctx.io.stdout.write(png).await?;
        return Ok(0);
    };
    let written = ctx.phone.tree().write(
        &ctx.resolve(name),
        Content::from(bytes::Bytes::from(png)),
        0o660,
        unix_now(),
    );
    match written {
        Ok(()) => Ok(0),
        Err(error) => {
            ctx.io
                .stderr
                .write(format!("Error opening file: {name} ({error})\n"))
                .await?;
            Ok(1)
        }
    }
}

/// `uiautomator dump [--compressed] [FILE]`; on `/dev/tty` it prints.
pub fn uiautomator(ctx: &Context, args: &[&str]) -> Report {
    let ["dump", rest @ ..] = args else {
        return Report::err("uiautomator: only dump is supported\n", 1);
    };
    let outcome = ctx.phone.take_dump();
    // As on real phones, the exit code says nothing.
    match outcome {
        Dump::Written | Dump::Stale => {}
        Dump::NotIdle => return Report::err("ERROR: could not get idle state.\n", 0),
        Dump::NullRoot => {
            let why = "ERROR: null root node returned by UiTestAutomationBridge.\n";
            return Report::err(why, 0);
        }
    }
    let name = rest
        .iter()
        .find(|arg| !arg.starts_with('-'))
        .copied()
        .unwrap_or("/sdcard/window_dump.xml");
    let xml = screen::hierarchy(&ctx.phone.picture());
    // The word is misspelt on Android too.
    let said = format!("UI hierchary dumped to: {name}\n");
    if name == "/dev/tty" {
        return Report::out(xml + &said);
    }
    if outcome == Dump::Stale {
        return Report::out(said);
    }
    match ctx
        .phone
        .tree()
        .write(&ctx.resolve(name), Content::from(xml), 0o660, unix_now())
    {
        Ok(()) => Report::out(said),
        Err(error) => Report::err(
            format!("java.io.FileNotFoundException: {name}: open failed: {error}\n"),
            1,
        ),
    }
}
