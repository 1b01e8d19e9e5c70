//! What each command's fields make.

use std::sync::Arc;
use std::time::Duration;

use super::Decoder;
use super::fields::Fields;
use crate::flow::lang::command::{
    Airplane, Assert, Command, Condition, Direction, Flow, Gesture, Key, LaunchApp, Link, Location,
    Orientation, RandomText, Repeat, Retry, RunFlow, RunScript, ScrollUntilVisible, ShareMedia,
    Step, Swipe, SwipePath, Tap,
};
use crate::flow::lang::selector::Element;
use crate::flow::lang::table::{CommandRow, SELECTOR};
use crate::flow::lang::template::Template;

/// How many characters or digits random text has.
const RANDOM_LENGTH: u32 = 8;
/// How many characters `eraseText` erases.
const ERASED: u32 = 50;
const TAP_DELAY: Duration = Duration::from_millis(100);
const SWIPE: Duration = Duration::from_millis(400);
/// Maestro waits no longer for a screen to settle, whatever a flow asks for.
const LONGEST_SETTLE: Duration = Duration::from_secs(30);

impl Decoder<'_, '_> {
    /// None: why has been told.
    pub(super) fn command(&mut self, row: &CommandRow, f: &Fields<'_>) -> Option<Command> {
        let d = self;
        Some(match row.name {
            "launchApp" => Command::LaunchApp(f.launch_app(d)),
            "stopApp" => Command::StopApp(f.app(d)),
            "killApp" => Command::KillApp(f.app(d)),
            "clearState" => Command::ClearState(f.app(d)),
            "setPermissions" => {
                let permissions = f.permissions(d, "permissions");
                Command::SetPermissions(f.app(d), permissions?)
            }
            "tapOn" => Command::Tap(f.tap(d, Gesture::Tap)?),
            "doubleTapOn" => Command::Tap(f.tap(d, Gesture::DoubleTap)?),
            "longPressOn" => Command::Tap(f.tap(d, Gesture::LongPress)?),
            "swipe" => Command::Swipe(f.swipe(d)?),
            "scroll" => Command::Scroll,
            "scrollUntilVisible" => Command::ScrollUntilVisible(f.scroll_until_visible(d)?),
            "inputText" => Command::InputText(f.text(d, "text")?),
            "inputRandomText" => Command::InputRandom(RandomText::Text(f.length(d))),
            "inputRandomNumber" => Command::InputRandom(RandomText::Number(f.length(d))),
            "inputRandomEmail" => Command::InputRandom(RandomText::Email),
            "inputRandomPersonName" => Command::InputRandom(RandomText::PersonName),
            "inputRandomCityName" => Command::InputRandom(RandomText::CityName),
            "inputRandomCountryName" => Command::InputRandom(RandomText::CountryName),
            "inputRandomColorName" => Command::InputRandom(RandomText::ColorName),
            "eraseText" => Command::EraseText(f.whole(d, "charactersToErase").unwrap_or(ERASED)),
            "copyTextFrom" => Command::CopyTextFrom(f.own_element(d)?),
            "setClipboard" => Command::SetClipboard(f.text(d, "text")?),
            "pasteText" => Command::PasteText,
            "hideKeyboard" => Command::HideKeyboard,
            "pressKey" => Command::PressKey(f.key(d, "key")?),
            "back" => Command::PressKey(Key::Back),
            "assertVisible" => f.assert_that(d, |visible| Condition {
                visible: Some(visible),
                ..Condition::default()
            })?,
            "assertNotVisible" => f.assert_that(d, |not_visible| Condition {
                not_visible: Some(not_visible),
                ..Condition::default()
            })?,
            "assertTrue" => Command::Assert(Assert {
                condition: Condition {
                    truth: Some(f.filled(d, "condition")?),
                    ..Condition::default()
                },
                timeout: None,
            }),
            "extendedWaitUntil" => Command::Assert(f.extended_wait(d)),
            "waitForAnimationToEnd" => Command::WaitForAnimationToEnd(f.millis(d, "timeout")),
            "pause" => Command::Pause(f.number(d, "milliseconds")?),
            "takeScreenshot" => Command::TakeScreenshot(f.filled(d, "path")?),
            "openLink" => Command::OpenLink(f.link(d)?),
            "addMedia" => Command::AddMedia(f.files(d, "files")?),
            "shareMedia" => {
                let files = f.files(d, "files");
                let app = f.app(d);
                Command::ShareMedia(ShareMedia { files: files?, app })
            }
            "setOrientation" => Command::SetOrientation(f.orientation(d)?),
            "setAirplaneMode" => Command::SetAirplaneMode(match f.choice(d, "value")? {
                "enabled" => Airplane::On,
                _ => Airplane::Off,
            }),
            "toggleAirplaneMode" => Command::ToggleAirplaneMode,
            "setLocation" => {
                let (latitude, longitude) = (f.number(d, "latitude"), f.number(d, "longitude"));
                Command::SetLocation(Location {
                    latitude: latitude?,
                    longitude: longitude?,
                })
            }
            "runFlow" => {
                let (when, env) = (f.condition(d, "when"), f.variables(d, "env"));
                let flow = f.inner_flow(d)?;
                Command::RunFlow(RunFlow { when, env, flow })
            }
            "repeat" => Command::Repeat(Repeat {
                times: f.number(d, "times"),
                condition: f.condition(d, "while"),
                steps: f.steps(d, "commands"),
            }),
            "retry" => {
                let (max_retries, env) = (f.number(d, "maxRetries"), f.variables(d, "env"));
                Command::Retry(Retry {
                    max_retries: max_retries.unwrap_or_else(|| Template::new("1")),
                    env,
                    flow: f.inner_flow(d)?,
                })
            }
            "runScript" => f.run_script(d)?,
            "evalScript" => Command::EvalScript(f.script(d, "script")?),
            other => {
                debug_assert!(
                    false,
                    "the table has a command '{other}' that nothing decodes"
                );
                return None;
            }
        })
    }
}

impl Fields<'_> {
    fn launch_app(&self, d: &mut Decoder<'_, '_>) -> LaunchApp {
        LaunchApp {
            app: self.app(d),
            clear_state: self.flag(d, "clearState").unwrap_or(false),
            stop_app: self.flag(d, "stopApp").unwrap_or(true),
            permissions: self.permissions(d, "permissions"),
            arguments: self.arguments(d, "arguments"),
        }
    }

    /// `appId`; without it the flow's is meant, and without that the task's.
    fn app(&self, d: &mut Decoder<'_, '_>) -> Option<Template> {
        self.filled(d, "appId")
    }

    fn tap(&self, d: &mut Decoder<'_, '_>, gesture: Gesture) -> Option<Tap> {
        let on_screen = self.has("point") && !self.has("app") && !self.has_any(SELECTOR, &[]);
        let element = (!on_screen).then(|| self.own_element(d));
        let tap = Tap {
            element: None,
            point: self.point(d, "point"),
            gesture,
            repeat: self.whole(d, "repeat").unwrap_or(1),
            delay: self.millis(d, "delay").unwrap_or(TAP_DELAY),
            retry_if_no_change: self.flag(d, "retryTapIfNoChange").unwrap_or(false),
            wait_until_visible: self.flag(d, "waitUntilVisible").unwrap_or(false),
            settle: self.settle(d),
        };
        match element {
            Some(element) => Some(Tap {
                element: Some(element?),
                ..tap
            }),
            None => Some(tap),
        }
    }

    fn settle(&self, d: &mut Decoder<'_, '_>) -> Option<Duration> {
        let settle = self.millis(d, "waitToSettleTimeoutMs")?;
        Some(settle.min(LONGEST_SETTLE))
    }

    fn swipe(&self, d: &mut Decoder<'_, '_>) -> Option<Swipe> {
        let direction = self.direction(d);
        let (start, end) = (self.point(d, "start"), self.point(d, "end"));
        let from = self.element(d, "from");
        let duration = self.millis(d, "duration").unwrap_or(SWIPE);
        let settle = self.settle(d);
        for point in ["start", "end"] {
            self.not_both(d, "direction", point);
            self.not_both(d, "from", point);
        }
        let path = match (
            self.has("direction"),
            self.has("from"),
            self.has("start"),
            self.has("end"),
        ) {
            (true, true, ..) => SwipePath::From(from?, direction?),
            (true, false, ..) => SwipePath::Direction(direction?),
            (false, _, true, true) => SwipePath::Points(start?, end?),
            _ => {
                let message =
                    "swipe needs 'direction', with or without 'from', or 'start' and 'end'";
                d.fault(self.mark, message);
                return None;
            }
        };
        Some(Swipe {
            path,
            duration,
            settle,
        })
    }

    fn direction(&self, d: &mut Decoder<'_, '_>) -> Option<Direction> {
        Some(match self.choice(d, "direction")? {
            "UP" => Direction::Up,
            "LEFT" => Direction::Left,
            "RIGHT" => Direction::Right,
            _ => Direction::Down,
        })
    }

    fn scroll_until_visible(&self, d: &mut Decoder<'_, '_>) -> Option<ScrollUntilVisible> {
        let element = self.element(d, "element");
        let direction = self.direction(d).unwrap_or(Direction::Down);
        let timeout = self.number(d, "timeout");
        let speed = self.number(d, "speed");
        let visibility = self.whole(d, "visibilityPercentage").unwrap_or(100);
        let center = self.flag(d, "centerElement").unwrap_or(false);
        let settle = self.settle(d);
        Some(ScrollUntilVisible {
            element: element?,
            direction,
            timeout: timeout.unwrap_or_else(|| Template::new("20000")),
            speed: speed.unwrap_or_else(|| Template::new("40")),
            visibility: u8::try_from(visibility).unwrap_or(100),
            center,
            settle,
        })
    }

    fn length(&self, d: &mut Decoder<'_, '_>) -> u32 {
        self.whole(d, "length").unwrap_or(RANDOM_LENGTH)
    }

    fn assert_that(
        &self,
        d: &mut Decoder<'_, '_>,
        condition: impl FnOnce(Element) -> Condition,
    ) -> Option<Command> {
        let condition = condition(self.own_element(d)?);
        let timeout = None;
        Some(Command::Assert(Assert { condition, timeout }))
    }

    fn extended_wait(&self, d: &mut Decoder<'_, '_>) -> Assert {
        if !self.has("visible") && !self.has("notVisible") {
            d.fault(
                self.mark,
                "extendedWaitUntil needs 'visible' or 'notVisible'",
            );
        }
        Assert {
            condition: Condition {
                visible: self.element(d, "visible"),
                not_visible: self.element(d, "notVisible"),
                ..Condition::default()
            },
            timeout: self.number(d, "timeout"),
        }
    }

    fn link(&self, d: &mut Decoder<'_, '_>) -> Option<Link> {
        self.not_both(d, "link", "app");
        if self.has("app") {
            return self.name(d, "app").map(Link::OfApp);
        }
        if !self.has("link") {
            d.fault(
                self.mark,
                "openLink needs 'link', or 'app': the name of a link of the task's app",
            );
        }
        self.filled(d, "link").map(Link::To)
    }

    fn orientation(&self, d: &mut Decoder<'_, '_>) -> Option<Orientation> {
        Some(match self.choice(d, "orientation")? {
            "LANDSCAPE_LEFT" => Orientation::LandscapeLeft,
            "LANDSCAPE_RIGHT" => Orientation::LandscapeRight,
            "UPSIDE_DOWN" => Orientation::UpsideDown,
            _ => Orientation::Portrait,
        })
    }

    /// The flow of another file, or one of the commands given here.
    fn inner_flow(&self, d: &mut Decoder<'_, '_>) -> Option<Arc<Flow>> {
        self.not_both(d, "file", "commands");
        if self.has("commands") {
            let steps: Vec<Step> = self.steps(d, "commands");
            return Some(Arc::new(Flow {
                file: Arc::clone(&d.file),
                name: None,
                app: d.app.clone(),
                env: Vec::new(),
                on_start: Vec::new(),
                steps,
                on_complete: Vec::new(),
            }));
        }
        if !self.has("file") {
            d.fault(
                self.mark,
                format!("{} needs 'file' or 'commands'", self.owner),
            );
        }
        let file = self.name(d, "file")?;
        let at = d.place(self.get("file").map_or(self.mark, |(_, node)| node.mark));
        d.nested(self.mark, |d| d.loader.flow(&file, &at)).flatten()
    }

    fn run_script(&self, d: &mut Decoder<'_, '_>) -> Option<Command> {
        let (when, env) = (self.condition(d, "when"), self.variables(d, "env"));
        let file = self.name(d, "file")?;
        let at = d.place(self.get("file").map_or(self.mark, |(_, node)| node.mark));
        let (file, source) = d.loader.script(&file, &at)?;
        Some(Command::RunScript(RunScript {
            file,
            source,
            env,
            when,
        }))
    }

    /// A text that is there for its expressions.
    fn script(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<Template> {
        let (_, node) = self.get(name)?;
        let text = d.template(name, node)?;
        if text.as_text().is_some() {
            let message = format!("'{name}' holds no ${{...}}, so there is nothing to run");
            d.fault(node.mark, message);
        }
        Some(text)
    }
}
