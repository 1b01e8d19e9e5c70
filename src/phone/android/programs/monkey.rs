//! `monkey -p PACKAGE [-c CATEGORY] 1`: what people start an app with whose activity they do not
//! know. It is no monkey here: it starts the app and sends no events.

use super::super::intent::{Intent, LAUNCHER_CATEGORY};
use super::super::manifest::Asked;
use super::{Context, Report};

pub fn monkey(ctx: &Context, args: &[&str]) -> Report {
    let (mut package, mut category, mut count) = (None, LAUNCHER_CATEGORY, None);
    let mut words = args.iter().copied();
    while let Some(word) = words.next() {
        match word {
            "-p" => package = words.next(),
            "-c" => category = words.next().unwrap_or_default(),
            "-s" | "--throttle" | "--pct-syskeys" => drop(words.next()),
            option if option.starts_with('-') => {}
            number => count = number.parse::<u32>().ok(),
        }
    }
    let said: String = args
        .iter()
        .map(|arg| format!("  bash arg: {arg}\n"))
        .collect();
    let (Some(package), Some(count)) = (package, count) else {
        return Report::err(
            "usage: monkey [-p ALLOWED_PACKAGE [-p ALLOWED_PACKAGE] ...]\n              \
             [-c MAIN_CATEGORY [-c MAIN_CATEGORY] ...] COUNT\n",
            255,
        );
    };
    let mut launch = Intent::main(package);
    launch.categories = [category.to_owned()].into();
    launch.component = ctx.phone.takers(&launch, Asked::ToLook).into_iter().next();
    if launch.component.is_none() || ctx.phone.deliver(launch).is_err() {
        return Report {
            out: said,
            err: "** No activities found to run, monkey aborted.\n".to_owned(),
            code: 252,
        };
    }
    Report::out(format!(
        "{said}Events injected: {count}\n\
         ## Network stats: elapsed time=23ms (0ms mobile, 0ms wifi, 23ms not connected)\n"
    ))
}
