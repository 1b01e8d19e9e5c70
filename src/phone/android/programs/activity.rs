//! Activities: `am start`, `force-stop`, `broadcast`.

use super::super::intent;
use super::super::process::Launch;
use super::{Context, Report};

pub fn am(ctx: &Context, args: &[&str]) -> Report {
    match args {
        ["start" | "start-activity", rest @ ..] => start(ctx, rest),
        ["force-stop" | "kill", rest @ ..] => match rest.last() {
            Some(package) => {
                ctx.phone.stop_app(package);
                Report::default()
            }
            None => Report::err("Error: Argument expected after \"force-stop\"\n", 255),
        },
        ["broadcast", rest @ ..] => {
            let intent = Intent::parse(rest);
            let act = intent.action.unwrap_or_default();
            Report::out(format!(
                "Broadcasting: Intent {{ act={act} flg=0x400000 }}\nBroadcast completed: result=0\n"
            ))
        }
        ["get-current-user"] => Report::out("0\n"),
        [other, ..] => Report::err(format!("Unknown command: {other}\n"), 255),
        [] => Report::err(
            "Activity manager (activity) commands: start, force-stop, broadcast\n",
            1,
        ),
    }
}

/// What `am` makes of its arguments.
#[derive(Default)]
struct Intent<'a> {
    action: Option<&'a str>,
    data: Option<&'a str>,
    component: Option<&'a str>,
    package: Option<&'a str>,
    wait: Option<()>,
}

impl<'a> Intent<'a> {
    fn parse(args: &[&'a str]) -> Self {
        let mut intent = Self::default();
        let mut words = args.iter().copied();
        while let Some(word) = words.next() {
            match word {
                "-a" => intent.action = words.next(),
                "-d" => intent.data = words.next(),
                "-n" => intent.component = words.next(),
                "-p" => intent.package = words.next(),
                "-W" => intent.wait = Some(()),
                // Extras and the like: a key and a value.
                "--es" | "--ei" | "--ez" | "--el" | "--ef" => drop(words.nth(1)),
                "-c" | "-t" | "-f" | "--user" | "--esn" => drop(words.next()),
                option if option.starts_with('-') => {}
                // The last word may be a component, a package or a URI.
                word if word.contains("://") => intent.data = Some(word),
                word if word.contains('/') => intent.component = Some(word),
                word => intent.package = Some(word),
            }
        }
        intent
    }

    fn text(&self) -> String {
        let parts = [
            ("act", self.action),
            ("dat", self.data),
            ("pkg", self.package),
            ("cmp", self.component),
        ];
        let given = parts
            .iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", (*value)?)));
        format!("Intent {{ {} }}", given.collect::<Vec<_>>().join(" "))
    }

    /// As an app gets it.
    fn sent(&self) -> intent::Intent {
        intent::Intent {
            action: self.action.map(str::to_owned),
            data: self.data.map(str::to_owned),
            component: self.component.and_then(intent::Component::parse),
            package: self.package.map(str::to_owned),
            ..intent::Intent::default()
        }
    }
}

fn start(ctx: &Context, args: &[&str]) -> Report {
    let intent = Intent::parse(args);
    if intent.action.is_none()
        && intent.data.is_none()
        && intent.component.is_none()
        && intent.package.is_none()
    {
        return Report::err("Error: Intent expected\n", 1);
    }
    let mut report = Report::out(format!("Starting: {}\n", intent.text()));
    match ctx.phone.deliver(intent.sent()) {
        Err(error) => report.complain(&format!("Error type 3\nError: {error}")),
        Ok(delivered) if intent.wait.is_some() => report.out.push_str(&format!(
            "Status: ok\nLaunchState: {}\nActivity: {}\nTotalTime: 312\nWaitTime: 320\nComplete\n",
            match delivered.launch {
                Launch::Cold => "COLD",
                Launch::Warm => "WARM",
            },
            delivered.activity.short(),
        )),
        Ok(_) => {}
    }
    report
}
