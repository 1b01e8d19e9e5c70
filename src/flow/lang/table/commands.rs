//! The commands.

use super::fields::{LONGEST_WAIT, field, refused};
use super::{APP, COMMON, CommandRow, ENV, FieldRow, Kind, SELECTOR, Support, TAP};

const DIRECTION: Kind = Kind::Choice(&["UP", "DOWN", "LEFT", "RIGHT"]);
const NEEDS_A_MODEL: &str = "it needs a language model, which a farm has not";
const NEEDS_A_VIDEO: &str = "this farm records no videos";
const IOS_ONLY: &str = "it is for iOS; a farm drives Android phones";
const OWN_APP: FieldRow = field("appId", Kind::Text)
    .default("the flow's, else the task's app")
    .alias("url");
const SETTLE: FieldRow = field("waitToSettleTimeoutMs", Kind::Millis);

const fn row(name: &'static str, help: &'static str) -> CommandRow {
    CommandRow {
        name,
        help,
        support: Support::Yes,
        alone: false,
        short: None,
        fields: &[COMMON],
    }
}

impl CommandRow {
    const fn alone(self) -> Self {
        Self {
            alone: true,
            ..self
        }
    }

    const fn short(self, field: &'static str) -> Self {
        Self {
            short: Some(field),
            ..self
        }
    }

    const fn fields(self, fields: &'static [&'static [FieldRow]]) -> Self {
        Self { fields, ..self }
    }

    const fn support(self, support: Support) -> Self {
        Self { support, ..self }
    }

    const fn refused(self, why: &'static str) -> Self {
        self.support(Support::Refused(why))
    }
}

/// All commands, in the order in which they are best read.
pub const COMMANDS: &[CommandRow] = &[
    // Apps.
    row("launchApp", "starts an app, anew unless told otherwise")
        .alone()
        .short("appId")
        .fields(&[
            &[
                OWN_APP,
                field("clearState", Kind::Flag).default("false"),
                field("stopApp", Kind::Flag).default("true"),
                field("permissions", Kind::Permissions).default("all: allow"),
                field("arguments", Kind::Arguments),
                refused("clearKeychain", IOS_ONLY),
                refused(
                    "enrollBiometry",
                    "fingers and faces cannot be enrolled through adb",
                ),
            ],
            COMMON,
        ]),
    row("stopApp", "stops an app")
        .alone()
        .short("appId")
        .fields(&[&[OWN_APP], COMMON]),
    row("killApp", "ends an app's process in the background")
        .alone()
        .short("appId")
        .fields(&[&[OWN_APP], COMMON]),
    row("clearState", "deletes an app's data")
        .alone()
        .short("appId")
        .fields(&[&[OWN_APP], COMMON]),
    row("setPermissions", "grants and revokes permissions of an app").fields(&[
        &[OWN_APP, field("permissions", Kind::Permissions).required()],
        COMMON,
    ]),
    // Touch.
    row("tapOn", "taps an element or a point")
        .short("text")
        .fields(&[
            SELECTOR,
            APP,
            TAP,
            &[
                field("repeat", Kind::Whole(1, 1_000)).default("1"),
                field("delay", Kind::Millis).default("100"),
            ],
            COMMON,
        ]),
    row("doubleTapOn", "taps twice").short("text").fields(&[
        SELECTOR,
        APP,
        TAP,
        &[field("delay", Kind::Millis).default("100")],
        COMMON,
    ]),
    row("longPressOn", "presses for three seconds")
        .short("text")
        .fields(&[SELECTOR, APP, TAP, COMMON]),
    row("swipe", "moves a finger over the screen").fields(&[
        &[
            field("direction", DIRECTION),
            field("from", Kind::Element),
            field("start", Kind::Point),
            field("end", Kind::Point),
            field("duration", Kind::Millis).default("400"),
            SETTLE,
            refused(
                "to",
                "a swipe from an element takes a direction; between points, start and end",
            ),
        ],
        COMMON,
    ]),
    row("scroll", "scrolls half a screen down").alone(),
    row("scrollUntilVisible", "scrolls until an element is there").fields(&[
        &[
            field("element", Kind::Element).required(),
            field("direction", DIRECTION).default("DOWN"),
            field("timeout", Kind::Number(0.0, f64::INFINITY)).default("20000"),
            field("speed", Kind::Number(0.0, 100.0)).default("40"),
            field("visibilityPercentage", Kind::Whole(0, 100)).default("100"),
            field("centerElement", Kind::Flag).default("false"),
            SETTLE,
        ],
        COMMON,
    ]),
    // Text and keys.
    row("inputText", "types a text")
        .short("text")
        .fields(&[&[field("text", Kind::Text).required()], COMMON]),
    row("inputRandomText", "types random letters")
        .alone()
        .fields(&[
            &[field("length", Kind::Whole(1, 10_000)).default("8")],
            COMMON,
        ]),
    row("inputRandomNumber", "types random digits")
        .alone()
        .fields(&[
            &[field("length", Kind::Whole(1, 10_000)).default("8")],
            COMMON,
        ]),
    row("inputRandomEmail", "types a random address of no one").alone(),
    row("inputRandomPersonName", "types a random name").alone(),
    row("inputRandomCityName", "types the name of a random city").alone(),
    row(
        "inputRandomCountryName",
        "types the name of a random country",
    )
    .alone(),
    row("inputRandomColorName", "types the name of a random color").alone(),
    row("eraseText", "erases characters before the cursor")
        .alone()
        .short("charactersToErase")
        .fields(&[
            &[field("charactersToErase", Kind::Whole(0, 10_000)).default("50")],
            COMMON,
        ]),
    row("copyTextFrom", "puts the text of an element aside")
        .short("text")
        .fields(&[SELECTOR, APP, COMMON]),
    row("setClipboard", "puts a text aside")
        .short("text")
        .fields(&[&[field("text", Kind::Text).required()], COMMON]),
    row("pasteText", "types the text put aside").alone(),
    row("hideKeyboard", "puts the keyboard away").alone(),
    row("pressKey", "presses a key")
        .short("key")
        .fields(&[&[field("key", Kind::Key).required()], COMMON]),
    row("back", "presses the back key").alone(),
    // What must be so.
    row("assertVisible", "fails unless an element is or comes")
        .short("text")
        .fields(&[SELECTOR, APP, COMMON]),
    row(
        "assertNotVisible",
        "fails unless an element is not there or goes",
    )
    .short("text")
    .fields(&[SELECTOR, APP, COMMON]),
    row("assertTrue", "fails unless an expression is true")
        .short("condition")
        .fields(&[&[field("condition", Kind::Text).required()], COMMON]),
    row(
        "extendedWaitUntil",
        "waits longer for an element to come or go",
    )
    .fields(&[
        &[
            field("visible", Kind::Element),
            field("notVisible", Kind::Element),
            field("timeout", Kind::Number(0.0, f64::INFINITY)).default("the usual time"),
        ],
        COMMON,
    ]),
    row(
        "waitForAnimationToEnd",
        "waits until the screen stands still",
    )
    .alone()
    .fields(&[&[field("timeout", Kind::Millis).default("15000")], COMMON]),
    row("pause", "does nothing for so many milliseconds")
        .short("milliseconds")
        .support(Support::Own)
        .fields(&[
            &[field("milliseconds", Kind::Number(0.0, LONGEST_WAIT)).required()],
            COMMON,
        ]),
    row(
        "takeScreenshot",
        "leaves a picture among the task's evidence",
    )
    .short("path")
    .support(Support::Differs(
        "the picture is evidence of the task, not a file of the host",
    ))
    .fields(&[
        &[
            field("path", Kind::Text).required(),
            refused("cropOn", "pictures show the whole screen"),
        ],
        COMMON,
    ]),
    // Links, files, the phone.
    row("openLink", "opens a link").short("link").fields(&[
        &[
            field("link", Kind::Text),
            field("app", Kind::Name).support(Support::Own),
            refused(
                "browser",
                "a link opens in the app that the phone chooses for it",
            ),
            refused(
                "autoVerify",
                "links of an app are verified by the phone alone",
            ),
        ],
        COMMON,
    ]),
    row("addMedia", "puts files into the phone's gallery")
        .short("files")
        .fields(&[&[field("files", Kind::Files).required()], COMMON]),
    row(
        "shareMedia",
        "shares files to an app, and removes them when the flow ends",
    )
    .short("files")
    .support(Support::Own)
    .fields(&[&[field("files", Kind::Files).required(), OWN_APP], COMMON]),
    row("setOrientation", "turns the screen")
        .short("orientation")
        .fields(&[
            &[field(
                "orientation",
                Kind::Choice(&[
                    "PORTRAIT",
                    "LANDSCAPE_LEFT",
                    "LANDSCAPE_RIGHT",
                    "UPSIDE_DOWN",
                ]),
            )
            .required()],
            COMMON,
        ]),
    row("setAirplaneMode", "switches airplane mode")
        .short("value")
        .fields(&[
            &[field("value", Kind::Choice(&["enabled", "disabled"])).required()],
            COMMON,
        ]),
    row("toggleAirplaneMode", "switches airplane mode the other way").alone(),
    row(
        "setLocation",
        "tells apps another location, where the phone allows it",
    )
    .fields(&[
        &[
            field("latitude", Kind::Number(-90.0, 90.0)).required(),
            field("longitude", Kind::Number(-180.0, 180.0)).required(),
        ],
        COMMON,
    ]),
    // Flow.
    row("runFlow", "runs a flow of another file, or commands")
        .short("file")
        .fields(&[
            &[
                field("file", Kind::Name),
                field("commands", Kind::Steps),
                field("when", Kind::Condition),
            ],
            ENV,
            COMMON,
        ]),
    row("repeat", "repeats commands").fields(&[
        &[
            field("times", Kind::Number(f64::NEG_INFINITY, f64::INFINITY)).default("no end"),
            field("while", Kind::Condition),
            field("commands", Kind::Steps).required(),
        ],
        COMMON,
    ]),
    row("retry", "runs commands again when one fails").fields(&[
        &[
            field("maxRetries", Kind::Number(0.0, f64::INFINITY)).default("1"),
            field("file", Kind::Name),
            field("commands", Kind::Steps),
        ],
        ENV,
        COMMON,
    ]),
    row("runScript", "runs JavaScript of another file")
        .short("file")
        .support(Support::Differs("it has no network and no files"))
        .fields(&[
            &[
                field("file", Kind::Name).required(),
                field("when", Kind::Condition),
            ],
            ENV,
            COMMON,
        ]),
    row("evalScript", "runs JavaScript")
        .short("script")
        .support(Support::Differs("it has no network and no files"))
        .fields(&[&[field("script", Kind::Script).required()], COMMON]),
    row(
        "action",
        "an older way to write back, hideKeyboard, scroll and pasteText",
    )
    .short("name")
    .support(Support::Refused(
        "write the action as a command: - back, - hideKeyboard, - scroll or - pasteText",
    )),
    // Refused.
    row("assertWithAI", "").refused(NEEDS_A_MODEL),
    row("assertNoDefectsWithAI", "").refused(NEEDS_A_MODEL),
    row("extractTextWithAI", "").refused(NEEDS_A_MODEL),
    row("assertScreenshot", "").refused("pictures are not compared here; assert what is on them"),
    row("startRecording", "").refused(NEEDS_A_VIDEO),
    row("stopRecording", "").refused(NEEDS_A_VIDEO),
    row("travel", "").refused("a phone is not moved along a path; setLocation sets one place"),
    row("drag", "").refused("adb cannot hold and move a finger in one stroke; swipe moves it"),
    row("clearKeychain", "").refused(IOS_ONLY),
    row("openBrowser", "").refused("a link opens in the app that the phone chooses: use openLink"),
    row("setDarkMode", "").refused("a phone's appearance is left as it is"),
    row("toggleDarkMode", "").refused("a phone's appearance is left as it is"),
    row("assertDarkMode", "").refused("a phone's appearance is left as it is"),
    row("assertLightMode", "").refused("a phone's appearance is left as it is"),
];
