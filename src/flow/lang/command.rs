//! The tree that a flow is parsed to.

use std::sync::Arc;
use std::time::Duration;

use super::fault::Place;
use super::selector::Element;
use super::template::Template;

/// A flow, checked, with every file that it runs read into it.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// The file as it was named.
    pub file: Arc<str>,
    /// `name`.
    pub name: Option<String>,
    /// `appId`: what commands about an app mean when they name none; without it, the task's.
    pub app: Option<Template>,
    /// `env`, in order: later ones see earlier ones.
    pub env: Vec<(String, Template)>,
    /// `onFlowStart`.
    pub on_start: Vec<Step>,
    /// Its steps.
    pub steps: Vec<Step>,
    /// `onFlowComplete`: run however the flow ends.
    pub on_complete: Vec<Step>,
}

/// One command and what holds for every kind of command.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Where it stands.
    pub at: Place,
    /// What it is called on screens, instead of what it does.
    pub label: Option<Template>,
    /// Its failure is noted and the flow goes on.
    pub optional: bool,
    /// What it does.
    pub command: Command,
}

/// What a step does. Each is named as in Maestro, whose reference tells more; the fields are
/// Maestro's with its defaults filled in.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `launchApp`.
    LaunchApp(LaunchApp),
    /// `stopApp`.
    StopApp(Option<Template>),
    /// `killApp`.
    KillApp(Option<Template>),
    /// `clearState`.
    ClearState(Option<Template>),
    /// `tapOn`, `doubleTapOn`, `longPressOn`.
    Tap(Tap),
    /// `inputText`.
    InputText(Template),
    /// `inputRandomText` and its kin.
    InputRandom(RandomText),
    /// `eraseText`: so many characters; none given: 50, as in Maestro.
    EraseText(u32),
    /// `pasteText`: what `copyTextFrom` or `setClipboard` put aside.
    PasteText,
    /// `copyTextFrom`.
    CopyTextFrom(Element),
    /// `setClipboard`.
    SetClipboard(Template),
    /// `hideKeyboard`.
    HideKeyboard,
    /// `pressKey`, `back`.
    PressKey(Key),
    /// `swipe`.
    Swipe(Swipe),
    /// `scroll`: half a screen down.
    Scroll,
    /// `scrollUntilVisible`.
    ScrollUntilVisible(ScrollUntilVisible),
    /// `assertVisible`, `assertNotVisible`, `assertTrue`, `extendedWaitUntil`.
    Assert(Assert),
    /// `waitForAnimationToEnd`; at most so long, 15 s if not given.
    WaitForAnimationToEnd(Option<Duration>),
    /// `pause`, farmhand's own addition: nothing is done for so many ms.
    Pause(Template),
    /// `takeScreenshot`: a name among the task's evidence, without `.png`.
    TakeScreenshot(Template),
    /// `openLink`.
    OpenLink(Link),
    /// `addMedia`: files into the phone's gallery.
    AddMedia(Vec<Template>),
    /// `shareMedia`, farmhand's own addition: files are put on the phone until the flow ends,
    /// and shared to the app.
    ShareMedia(ShareMedia),
    /// `setOrientation`.
    SetOrientation(Orientation),
    /// `setAirplaneMode`.
    SetAirplaneMode(Airplane),
    /// `toggleAirplaneMode`.
    ToggleAirplaneMode,
    /// `setPermissions`.
    SetPermissions(Option<Template>, Permissions),
    /// `setLocation`.
    SetLocation(Location),
    /// `runFlow`.
    RunFlow(RunFlow),
    /// `repeat`.
    Repeat(Repeat),
    /// `retry`.
    Retry(Retry),
    /// `runScript`.
    RunScript(RunScript),
    /// `evalScript`.
    EvalScript(Template),
}

/// `launchApp`.
#[derive(Debug, Clone, PartialEq)]
pub struct LaunchApp {
    /// Package; none: the flow's.
    pub app: Option<Template>,
    /// `clearState`, false.
    pub clear_state: bool,
    /// `stopApp`, true.
    pub stop_app: bool,
    /// `permissions`; not given: all allowed, as in Maestro.
    pub permissions: Option<Permissions>,
    /// `arguments`: extras of the intent.
    pub arguments: Vec<(String, Argument)>,
}

/// Permissions by name (`all`, Maestro's short names, or Android's full ones), in order.
pub type Permissions = Vec<(String, Permission)>;

/// What becomes of a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Granted.
    Allow,
    /// Revoked.
    Deny,
    /// Revoked, and the app may ask again.
    Unset,
}

/// An extra of an intent.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// Text.
    Text(Template),
    /// A boolean.
    Bool(bool),
    /// A whole number of 32 bits.
    Int(i32),
    /// A larger one.
    Long(i64),
    /// Another number.
    Double(f64),
}

/// `tapOn`, `doubleTapOn` or `longPressOn`.
#[derive(Debug, Clone, PartialEq)]
pub struct Tap {
    /// The element; none: the whole screen, and `point` is there.
    pub element: Option<Element>,
    /// Where in the element or on the screen; none: its middle.
    pub point: Option<PointText>,
    /// How it is touched.
    pub gesture: Gesture,
    /// `repeat`, 1: how often.
    pub repeat: u32,
    /// `delay` between two taps, 100 ms.
    pub delay: Duration,
    /// `retryTapIfNoChange`, false: once more if the screen stays as it was.
    pub retry_if_no_change: bool,
    /// `waitUntilVisible`, false: the element is to stand still first.
    pub wait_until_visible: bool,
    /// `waitToSettleTimeoutMs`: how long the screen may take to settle afterwards.
    pub settle: Option<Duration>,
}

/// A point that may hold expressions: `50%,50%` or `100,200` when they are evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointText(pub Template);

/// How an element is touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gesture {
    /// Once, short.
    Tap,
    /// Twice, fast.
    DoubleTap,
    /// For three seconds, as Maestro does.
    LongPress,
}

/// What random text is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RandomText {
    /// `inputRandomText`: so many letters, 8 if not given.
    Text(u32),
    /// `inputRandomNumber`: so many digits, 8 if not given.
    Number(u32),
    /// `inputRandomEmail`.
    Email,
    /// `inputRandomPersonName`.
    PersonName,
    /// `inputRandomCityName`.
    CityName,
    /// `inputRandomCountryName`.
    CountryName,
    /// `inputRandomColorName`.
    ColorName,
}

/// A key that phones have; Maestro's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// `Enter`.
    Enter,
    /// `Backspace`.
    Backspace,
    /// `Back`.
    Back,
    /// `Home`.
    Home,
    /// `Lock`.
    Lock,
    /// `Power`.
    Power,
    /// `Tab`.
    Tab,
    /// `Escape`.
    Escape,
    /// `Volume Up`.
    VolumeUp,
    /// `Volume Down`.
    VolumeDown,
    /// Any other of Maestro's (`Remote ...`, `TV Input ...`), by Android's key code.
    Code(u16),
}

/// `swipe`.
#[derive(Debug, Clone, PartialEq)]
pub struct Swipe {
    /// From where to where.
    pub path: SwipePath,
    /// `duration`, 400 ms.
    pub duration: Duration,
    /// `waitToSettleTimeoutMs`.
    pub settle: Option<Duration>,
}

/// From where to where.
#[derive(Debug, Clone, PartialEq)]
pub enum SwipePath {
    /// Over the screen.
    Direction(Direction),
    /// Between two points.
    Points(PointText, PointText),
    /// From the middle of an element.
    From(Element, Direction),
}

/// Where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Up.
    Up,
    /// Down.
    Down,
    /// Left.
    Left,
    /// Right.
    Right,
}

/// `scrollUntilVisible`.
#[derive(Debug, Clone, PartialEq)]
pub struct ScrollUntilVisible {
    /// What is looked for.
    pub element: Element,
    /// Where it is expected, `DOWN`.
    pub direction: Direction,
    /// `timeout` in ms, 20000.
    pub timeout: Template,
    /// `speed` 0 to 100, 40.
    pub speed: Template,
    /// `visibilityPercentage` 0 to 100, 100.
    pub visibility: u8,
    /// `centerElement`, false.
    pub center: bool,
    /// `waitToSettleTimeoutMs`.
    pub settle: Option<Duration>,
}

/// A condition that must come true.
#[derive(Debug, Clone, PartialEq)]
pub struct Assert {
    /// What.
    pub condition: Condition,
    /// Within so many ms (`extendedWaitUntil`); none: the usual time.
    pub timeout: Option<Template>,
}

/// A condition; every field that is there must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Condition {
    /// `visible`.
    pub visible: Option<Element>,
    /// `notVisible`.
    pub not_visible: Option<Element>,
    /// `true`: an expression.
    pub truth: Option<Template>,
    /// `platform` is Android.
    pub android: Option<bool>,
    /// How many ms are given to it to come true: farmhand's own addition to `when` and
    /// `while`, which otherwise wait as an optional step waits.
    pub timeout: Option<Template>,
}

/// `openLink`.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// A link as it stands.
    To(Template),
    /// A link of the task's app by name (`app: NAME`), farmhand's own addition.
    OfApp(String),
}

/// `shareMedia`.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareMedia {
    /// Files on the farm's host: a list, or one text with a path on each line.
    pub files: Vec<Template>,
    /// Package; none: the flow's.
    pub app: Option<Template>,
}

/// `setOrientation`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Orientation {
    /// `PORTRAIT`.
    Portrait,
    /// `LANDSCAPE_LEFT`.
    LandscapeLeft,
    /// `LANDSCAPE_RIGHT`.
    LandscapeRight,
    /// `UPSIDE_DOWN`.
    UpsideDown,
}

/// `setAirplaneMode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Airplane {
    /// `enabled`.
    On,
    /// `disabled`.
    Off,
}

/// `setLocation`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Degrees north.
    pub latitude: Template,
    /// Degrees east.
    pub longitude: Template,
}

/// `runFlow`.
#[derive(Debug, Clone, PartialEq)]
pub struct RunFlow {
    /// Runs only if it holds.
    pub when: Option<Condition>,
    /// Variables of its own.
    pub env: Vec<(String, Template)>,
    /// The flow of another file, or one made of the steps in `commands`.
    pub flow: Arc<Flow>,
}

/// `repeat`; without `times` as long as the condition holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeat {
    /// How often at most.
    pub times: Option<Template>,
    /// `while`.
    pub condition: Option<Condition>,
    /// What is repeated.
    pub steps: Vec<Step>,
}

/// `retry`.
#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    /// `maxRetries`, 1; at most 3, as in Maestro.
    pub max_retries: Template,
    /// Variables of its own.
    pub env: Vec<(String, Template)>,
    /// What is tried.
    pub flow: Arc<Flow>,
}

/// `runScript`.
#[derive(Debug, Clone, PartialEq)]
pub struct RunScript {
    /// The file.
    pub file: Arc<str>,
    /// Its text.
    pub source: Arc<str>,
    /// Variables of its own.
    pub env: Vec<(String, Template)>,
    /// Runs only if it holds.
    pub when: Option<Condition>,
}
