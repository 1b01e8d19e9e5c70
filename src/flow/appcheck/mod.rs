//! Checks an app's file against the app on a phone: goes from screen to screen and looks for
//! every element that the file names.
//!
//! It opens links, taps tabs and shares a picture without posting it: nothing in the app is
//! changed, nobody is followed, nothing is published. This module must not know tasks or
//! evidence: it is given a driver and answers a [`Report`].

mod plan;
mod report;
mod sight;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use self::plan::{Move, Stop, stops};
use self::sight::Sought;
use crate::flow::apps::App;
use crate::flow::driver::{Driver, DriverError, LaunchOptions};
use crate::flow::js::{Engine, JsError, Limits};
use crate::flow::lang::{Selector, Template};
use crate::flow::screen::{Hierarchy, Query};
use crate::flow::steps::resolve_selector;

pub use report::{Missing, REPORT, Report, Sighting, Visit, Wanted};

/// How long a screen may take to show what is always there.
const APPEARS: Duration = Duration::from_secs(10);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(300);

/// What closes a dialog that is in the way.
const DISMISS: &str = "dialog_dismiss";

/// Elements that show one account: without one there is nothing to be looked for.
const OF_ACCOUNT: [&str; 2] = ["account_current", "account_row"];

/// What a check works with.
pub(super) struct Check<'a> {
    /// The phone, prepared.
    pub driver: &'a mut Driver,
    /// The app.
    pub app: Arc<App>,
    /// User name of the task's account, or nothing.
    pub account: &'a str,
    /// A picture on this host, to be shared and not posted.
    pub picture: &'a Path,
    /// Told where it is: the number of the screen, of how many, and its name.
    pub progress: &'a (dyn Fn(u32, u32, &str) + Send + Sync),
}

impl Check<'_> {
    /// Goes through the screens.
    ///
    /// # Errors
    /// [`DriverError`] if the phone is lost; whatever else goes wrong on a screen is in the
    /// report.
    pub async fn run(mut self) -> Result<Report, DriverError> {
        let stops = stops(&self.app);
        let total = u32::try_from(stops.len()).unwrap_or(u32::MAX);
        let mut visits = Vec::with_capacity(stops.len());
        for (number, stop) in (1..).zip(&stops) {
            (self.progress)(number, total, stop.screen.text());
            visits.push(self.visit(stop).await?);
        }
        // Whatever was begun there, such as a post, is given up.
        let stopped = of_the_app(self.driver.stop(&self.app.package).await)?;
        if let Err(error) = stopped {
            tracing::warn!(app = self.app.name, %error, "the app was not stopped after its check");
        }
        Ok(Report::of(&self.app, visits))
    }

    async fn visit(&mut self, stop: &Stop) -> Result<Visit, DriverError> {
        let mut visit = Visit {
            screen: stop.screen.text().to_owned(),
            ..Visit::default()
        };
        let way = match &stop.way {
            Ok(way) => way,
            Err(why) => {
                visit.problem = Some(why.clone());
                return Ok(visit);
            }
        };
        let mut js = self.variables(stop);
        let all = self.wanted(&mut js).await;
        for step in way {
            if let Err(problem) = self.go(*step, &mut js, &all, &mut visit).await? {
                visit.problem = Some(problem);
                return Ok(visit);
            }
        }
        self.look(stop, &all, &mut visit).await?;
        Ok(visit)
    }

    /// The variables that scripts set, with the values of this screen.
    fn variables(&self, stop: &Stop) -> Engine {
        let mut js = Engine::new(Limits::default());
        for (name, value) in [
            ("TARGET", stop.target.as_str()),
            ("QUERY", &stop.query),
            ("ACCOUNT", self.account),
            ("SERIAL", self.driver.phone().serial()),
        ] {
            js.set(name, value);
        }
        js.set_json("app", &self.app.as_js());
        js
    }

    async fn wanted(&self, js: &mut Engine) -> Vec<Sought> {
        let mut all = Vec::with_capacity(self.app.selectors.len());
        for (name, selector) in &self.app.selectors {
            let query = if self.account.is_empty() && OF_ACCOUNT.contains(&name.as_str()) {
                Err("this check is for no account".to_owned())
            } else {
                ready(js, selector).await
            };
            all.push(Sought {
                name: name.clone(),
                query,
            });
        }
        all
    }

    /// Makes a move. The inner error is the app's or its file's, and told in the report.
    async fn go(
        &mut self,
        step: Move,
        js: &mut Engine,
        all: &[Sought],
        visit: &mut Visit,
    ) -> Result<Result<(), String>, DriverError> {
        let package = self.app.package.clone();
        let done = match step {
            Move::Start => {
                visit.go_on(&format!("start {package}"));
                let options = LaunchOptions {
                    stop_app: true,
                    ..LaunchOptions::default()
                };
                self.driver.launch(&package, &options).await
            }
            Move::Link(name) => {
                let url = match self.link(name, js).await {
                    Ok(url) => url,
                    Err(error) => return Ok(Err(format!("[links] {name}: {error}"))),
                };
                visit.go_on(&format!("link {name}: {url}"));
                self.driver.open_link(&url, Some(&package)).await
            }
            Move::Tap(name) => {
                visit.go_on(&format!("tap {name}"));
                return self.tap(name, all, visit).await;
            }
            Move::Share => {
                visit.go_on("share a picture");
                let picture = self.picture.to_path_buf();
                self.driver.share_media(&[picture], &package).await
            }
        };
        of_the_app(done)
    }

    async fn link(&self, name: &str, js: &mut Engine) -> Result<String, JsError> {
        // The plan goes only where there is a link.
        let template = self.app.links.get(name).cloned();
        js.resolve(&template.unwrap_or_else(|| Template::new("")))
            .await
    }

    /// Taps an element, once it is there and no dialog is over it.
    async fn tap(
        &mut self,
        name: &str,
        all: &[Sought],
        visit: &mut Visit,
    ) -> Result<Result<(), String>, DriverError> {
        let ends = Instant::now() + APPEARS;
        loop {
            let screen = match self.hierarchy().await? {
                Ok(screen) => screen,
                Err(problem) => return Ok(Err(problem)),
            };
            if !self.dismiss(all, &screen, visit).await? {
                if let Some(at) = sight::place_of(name, all, &screen) {
                    return of_the_app(self.driver.tap(at.center()).await);
                }
                sleep(PAUSE).await;
            }
            if Instant::now() >= ends {
                return Ok(Err(format!("{name} is not there to be tapped")));
            }
        }
    }

    /// Looks until everything is there that always is, or long enough.
    async fn look(
        &mut self,
        stop: &Stop,
        all: &[Sought],
        visit: &mut Visit,
    ) -> Result<(), DriverError> {
        let ends = Instant::now() + APPEARS;
        loop {
            let screen = match self.hierarchy().await? {
                Ok(screen) => screen,
                Err(problem) => {
                    visit.problem = Some(problem);
                    return Ok(());
                }
            };
            let late = Instant::now() >= ends;
            if !late && self.dismiss(all, &screen, visit).await? {
                continue;
            }
            if late || sight::is_complete(stop.screen, all, &screen) {
                sight::tell(visit, stop.screen, all, &screen);
                return Ok(());
            }
            sleep(PAUSE).await;
        }
    }

    /// Closes a dialog that is in the way, if one is.
    async fn dismiss(
        &mut self,
        all: &[Sought],
        screen: &Hierarchy,
        visit: &mut Visit,
    ) -> Result<bool, DriverError> {
        let Some(at) = sight::place_of(DISMISS, all, screen) else {
            return Ok(false);
        };
        sight::note(visit, DISMISS, all, screen);
        self.driver.tap(at.center()).await?;
        Ok(true)
    }

    async fn hierarchy(&mut self) -> Result<Result<Hierarchy, String>, DriverError> {
        of_the_app(self.driver.look().await.map(|looked| looked.hierarchy))
    }
}

/// A selector with this screen's variables, compiled.
async fn ready(js: &mut Engine, selector: &Selector) -> Result<(Selector<String>, Query), String> {
    let resolved = resolve_selector(js, selector).await;
    let selector = resolved.map_err(|error| error.to_string())?;
    let query = Query::new(&selector).map_err(|error| error.to_string())?;
    Ok((selector, query))
}

/// Parts what ends the check from what belongs into its report.
fn of_the_app<T>(done: Result<T, DriverError>) -> Result<Result<T, String>, DriverError> {
    match done {
        Ok(done) => Ok(Ok(done)),
        Err(error @ DriverError::Adb(_)) => Err(error),
        Err(error) => Ok(Err(error.to_string())),
    }
}
