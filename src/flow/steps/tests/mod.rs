//! Flows on a phone that the test makes up, on a clock that stands still until all wait.

mod apps;
mod control;
mod failures;
mod scroll;
mod tap;
mod text;
mod wait;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::ui::{Act, Ui};
use super::{Fault, On, Record, Waits, Walk};
use crate::flow::apps::App;
use crate::flow::driver::{Crash, DriverError, Looked};
use crate::flow::js::{Engine, Limits};
use crate::flow::lang::{self, Airplane, Library};
use crate::flow::run::Evidence;
use crate::flow::screen::Hierarchy;
use crate::model::Progress;

/// What anything takes on this phone: a clock that is held goes on only while all wait.
const INSTANT: Duration = Duration::from_millis(1);

/// A screen, by what was done so far and for how long the phone runs.
type Show = Box<dyn FnMut(&[String], Duration) -> String + Send>;

/// A phone of 1000 by 2000 pixels that shows what the test says.
struct Fake {
    began: Instant,
    /// What it shows.
    show: Show,
    /// A picture's content, by what was done so far.
    paint: fn(&[String]) -> Vec<u8>,
    acts: Vec<String>,
    looks: u32,
    /// Looks fail from the start for this long as the screen is not idle.
    restless: Duration,
    /// What is done fails so.
    refuse: Option<fn() -> DriverError>,
    crash: Option<&'static str>,
    airplane: Airplane,
}

impl Fake {
    fn new(show: impl FnMut(&[String], Duration) -> String + Send + 'static) -> Self {
        Self {
            began: Instant::now(),
            show: Box::new(show),
            paint: |_| b"the same".to_vec(),
            acts: Vec::new(),
            looks: 0,
            restless: Duration::ZERO,
            refuse: None,
            crash: None,
            airplane: Airplane::Off,
        }
    }

    /// One that always shows the same.
    fn still(screen: String) -> Self {
        Self::new(move |_, _| screen.clone())
    }
}

impl Ui for Fake {
    async fn look(&mut self) -> Result<Looked, DriverError> {
        self.looks += 1;
        sleep(INSTANT).await;
        if self.began.elapsed() < self.restless {
            return Err(DriverError::TimedOut {
                what: "looking at the screen".into(),
                after: Duration::from_secs(40),
                said: "could not get idle state".into(),
            });
        }
        let xml = (self.show)(&self.acts, self.began.elapsed());
        let hierarchy = Hierarchy::parse(&xml).unwrap();
        Ok(Looked { xml, hierarchy })
    }

    async fn screenshot(&mut self) -> Result<Vec<u8>, DriverError> {
        Ok((self.paint)(&self.acts))
    }

    async fn airplane_mode(&mut self) -> Result<Airplane, DriverError> {
        Ok(self.airplane)
    }

    async fn crashed(&mut self, _: &str, _: Instant) -> Result<Option<Crash>, DriverError> {
        let crash = self.crash.take();
        Ok(crash.map(|what| Crash { what: what.into() }))
    }

    async fn act(&mut self, act: Act<'_>) -> Result<(), DriverError> {
        self.acts.push(format!("{act:?}"));
        let takes = match act {
            Act::Swipe(_, _, time) | Act::LongPress(_, time) => time,
            _ => INSTANT,
        };
        sleep(takes).await;
        match self.refuse {
            Some(refuse) => Err(refuse()),
            None => Ok(()),
        }
    }
}

/// An element: id, text, bounds.
fn element(id: &str, text: &str, [left, top, right, bottom]: [i32; 4]) -> String {
    format!(
        "<node index=\"0\" text=\"{text}\" resource-id=\"{id}\" class=\"android.widget.TextView\" \
         package=\"org.example\" content-desc=\"\" checkable=\"false\" checked=\"false\" \
         clickable=\"true\" enabled=\"true\" focusable=\"false\" focused=\"false\" \
         scrollable=\"false\" long-clickable=\"false\" password=\"false\" selected=\"false\" \
         bounds=\"[{left},{top}][{right},{bottom}]\" />"
    )
}

/// A screen with these elements on it.
fn screen(elements: &[String]) -> String {
    let all = element("", "", [0, 0, 1000, 2000]);
    let all = all.trim_end_matches(" />");
    let elements = elements.concat();
    format!(
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><hierarchy rotation=\"0\">\
         {all}>{elements}</node></hierarchy>"
    )
}

const BUTTON: [i32; 4] = [100, 200, 300, 260];

/// A screen with one button of this text.
fn button(text: &str) -> String {
    screen(&[element("org.example:id/button", text, BUTTON)])
}

/// One that has the button from this moment on.
fn button_after(seconds: u64) -> Fake {
    Fake::new(move |_, time| match time >= Duration::from_secs(seconds) {
        true => button("Follow"),
        false => screen(&[]),
    })
}

struct Files(HashMap<String, String>);

impl Library for Files {
    fn read(&self, file: &str) -> Result<String, String> {
        self.0
            .get(file)
            .cloned()
            .ok_or_else(|| "is not there".into())
    }
}

/// How a flow went.
struct Went {
    result: Result<(), Fault>,
    phone: Fake,
    record: Record,
    log: String,
    labels: Vec<String>,
    evidence: Vec<String>,
    took: Duration,
}

impl Went {
    /// What was done to the phone, if all went well.
    fn acts(&self) -> Vec<&str> {
        if let Err(fault) = &self.result {
            panic!("{}: {}\n{}", fault.place(), fault.error, self.log);
        }
        self.phone.acts.iter().map(String::as_str).collect()
    }

    fn error(&self) -> String {
        let fault = self.result.as_ref().expect_err("it should fail");
        format!("{}: {}", fault.place(), fault.error)
    }

    fn took_about(&self, seconds: u64) {
        let took = self.took.as_secs_f64();
        let about = seconds as f64;
        assert!((about..about + 1.5).contains(&took), "{took} s");
    }
}

/// Runs a flow that consists of these steps.
async fn run(phone: Fake, steps: &str) -> Went {
    Flow::new(steps).run(phone).await
}

/// A flow to be run.
struct Flow {
    files: HashMap<String, String>,
    variables: Vec<(&'static str, &'static str)>,
    app: Option<Arc<App>>,
    waits: Waits,
}

impl Flow {
    fn new(steps: &str) -> Self {
        Self::whole(&format!("appId: org.example\n---\n{steps}"))
    }

    fn whole(text: &str) -> Self {
        Self {
            files: [("main.yaml".to_owned(), text.to_owned())].into(),
            variables: Vec::new(),
            app: None,
            waits: Waits::default(),
        }
    }

    fn file(mut self, name: &str, text: &str) -> Self {
        self.files.insert(name.into(), text.into());
        self
    }

    fn set(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    async fn run(self, mut phone: Fake) -> Went {
        let flow = match lang::load("main.yaml", &Files(self.files)) {
            Ok(flow) => Arc::new(flow),
            Err(faults) => panic!("{faults:?}"),
        };
        let folder = TempDir::new().unwrap();
        let mut evidence = Evidence::open(folder.path()).await;
        let mut record = Record::new();
        let labels = Mutex::new(Vec::new());
        let mut js = Engine::new(Limits::default());
        for (name, value) in self.variables {
            js.set(name, value);
        }
        phone.began = Instant::now();
        let result = Walk::new(On {
            phone: &mut phone,
            record: &mut record,
            evidence: &mut evidence,
            progress: &|Progress { step, steps, label }| {
                labels
                    .lock()
                    .unwrap()
                    .push(format!("{step}/{steps} {label}"));
            },
            js,
            app: self.app,
            media_roots: [folder.path().to_path_buf()].into(),
            waits: self.waits,
        })
        .run(&flow)
        .await;
        let took = phone.began.elapsed();
        let (evidence, trouble) = evidence.close().await;
        assert_eq!(trouble, None);
        Went {
            result,
            phone,
            record,
            log: std::fs::read_to_string(folder.path().join("log.txt")).unwrap(),
            labels: labels.into_inner().unwrap(),
            evidence,
            took,
        }
    }
}
