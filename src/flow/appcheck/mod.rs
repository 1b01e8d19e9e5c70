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
use self::sight::Wanted;
use crate::flow::apps::App;
use crate::flow::driver::{Driver, DriverError, LaunchOptions};
use crate::flow::js::{Engine, JsError, Limits};
use crate::flow::lang::Template;
use crate::flow::screen::{Hierarchy, Query};
use crate::flow::steps::resolve_selector;

pub use report::{Missing, REPORT, Report, Sighting, Visit};

/// How long a screen may take to show what is always there.
const APPEARS: Duration = Duration::from_secs(10);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(300);

/// Dialogs closed on one screen before the rest is taken for what the screen is.
const DIALOGS: u32 = 3;

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

    async fn wanted(&self, js: &mut Engine) -> Vec<Wanted> {
        let mut all = Vec::with_capacity(self.app.selectors.len());
        for (name, selector) in &self.app.selectors {
            let query = match resolve_selector(js, selector).await {
                Ok(selector) => match Query::new(&selector) {
                    Ok(query) => Ok((selector, query)),
                    Err(error) => Err(error.to_string()),
                },
                Err(error) => Err(error.to_string()),
            };
            all.push(Wanted {
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
        all: &[Wanted],
        visit: &mut Visit,
    ) -> Result<Result<(), String>, DriverError> {
        let mut on_the_way = |words: String| match visit.way.is_empty() {
            true => visit.way = words,
            false => visit.way += &format!(", {words}"),
        };
        let package = self.app.package.clone();
        let done = match step {
            Move::Start => {
                on_the_way(format!("start {package}"));
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
                on_the_way(format!("link {name}: {url}"));
                self.driver.open_link(&url, Some(&package)).await
            }
            Move::Tap(name) => {
                on_the_way(format!("tap {name}"));
                return self.tap(name, all).await;
            }
            Move::Share => {
                on_the_way("share a picture".to_owned());
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

    /// Taps an element, once it is there.
    async fn tap(&mut self, name: &str, all: &[Wanted]) -> Result<Result<(), String>, DriverError> {
        let ends = Instant::now() + APPEARS;
        loop {
            let screen = match self.hierarchy().await? {
                Ok(screen) => screen,
                Err(problem) => return Ok(Err(problem)),
            };
            if let Some(at) = sight::place_of(name, all, &screen) {
                return of_the_app(self.driver.tap(at.center()).await);
            }
            if self.dismiss(all, &screen).await? {
                continue;
            }
            if Instant::now() >= ends {
                return Ok(Err(format!("{name} is not there to be tapped")));
            }
            sleep(PAUSE).await;
        }
    }

    /// Looks until everything is there that always is, or long enough.
    async fn look(
        &mut self,
        stop: &Stop,
        all: &[Wanted],
        visit: &mut Visit,
    ) -> Result<(), DriverError> {
        let ends = Instant::now() + APPEARS;
        let mut dialogs = 0;
        loop {
            let screen = match self.hierarchy().await? {
                Ok(screen) => screen,
                Err(problem) => {
                    visit.problem = Some(problem);
                    return Ok(());
                }
            };
            if dialogs < DIALOGS && self.dismiss(all, &screen).await? {
                dialogs += 1;
                continue;
            }
            let complete = sight::is_complete(stop.screen, all, &screen);
            if complete || Instant::now() >= ends {
                sight::tell(visit, stop.screen, all, &screen);
                return Ok(());
            }
            sleep(PAUSE).await;
        }
    }

    /// Closes a dialog that is in the way, if one is.
    async fn dismiss(&mut self, all: &[Wanted], screen: &Hierarchy) -> Result<bool, DriverError> {
        let Some(at) = sight::place_of("dialog_dismiss", all, screen) else {
            return Ok(false);
        };
        self.driver.tap(at.center()).await?;
        Ok(true)
    }

    async fn hierarchy(&mut self) -> Result<Result<Hierarchy, String>, DriverError> {
        of_the_app(self.driver.look().await.map(|looked| looked.hierarchy))
    }
}

/// Parts what ends the check from what belongs into its report.
fn of_the_app<T>(done: Result<T, DriverError>) -> Result<Result<T, String>, DriverError> {
    match done {
        Ok(done) => Ok(Ok(done)),
        Err(error @ DriverError::Adb(_)) => Err(error),
        Err(error) => Ok(Err(error.to_string())),
    }
}
