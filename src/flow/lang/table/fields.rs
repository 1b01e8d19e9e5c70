//! Fields that several commands share, and those of what is no command.

use super::{FieldRow, Kind, Support};

/// A field that may be left out.
pub(super) const fn field(name: &'static str, kind: Kind) -> FieldRow {
    FieldRow {
        name,
        alias: None,
        kind,
        required: false,
        default: None,
        support: Support::Yes,
    }
}

impl FieldRow {
    pub(super) const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    pub(super) const fn default(self, default: &'static str) -> Self {
        Self {
            default: Some(default),
            ..self
        }
    }

    pub(super) const fn alias(self, alias: &'static str) -> Self {
        Self {
            alias: Some(alias),
            ..self
        }
    }

    pub(super) const fn support(self, support: Support) -> Self {
        Self { support, ..self }
    }
}

/// A field that is refused.
pub(in crate::flow::lang) const fn refused(name: &'static str, why: &'static str) -> FieldRow {
    field(name, Kind::Nothing).support(Support::Refused(why))
}

/// What every command takes.
pub const COMMON: &[FieldRow] = &[
    field("label", Kind::Text),
    field("optional", Kind::Flag).default("false"),
];

/// What an element is like.
pub const SELECTOR: &[FieldRow] = &[
    field("text", Kind::Pattern),
    field("id", Kind::Pattern),
    field("index", Kind::Number(f64::NEG_INFINITY, f64::INFINITY)),
    field("enabled", Kind::Flag),
    field("checked", Kind::Flag),
    field("focused", Kind::Flag),
    field("selected", Kind::Flag),
    field("below", Kind::Selector),
    field("above", Kind::Selector),
    field("leftOf", Kind::Selector),
    field("rightOf", Kind::Selector),
    field("childOf", Kind::Selector),
    field("containsChild", Kind::Selector),
    field("containsDescendants", Kind::Selectors),
    field("width", Kind::Whole(0, 100_000)),
    field("height", Kind::Whole(0, 100_000)),
    field("tolerance", Kind::Whole(0, 100_000)).default("0"),
    field("traits", Kind::Name),
    refused(
        "css",
        "it selects in web pages of a browser, which is not driven here",
    ),
    refused("displayId", "a phone is driven on its main display"),
];

/// An element of the task's app, by its name there.
pub const APP: &[FieldRow] = &[field("app", Kind::Name).support(Support::Own)];

/// How an element is tapped.
pub const TAP: &[FieldRow] = &[
    field("point", Kind::Point),
    field("retryTapIfNoChange", Kind::Flag).default("false"),
    field("waitUntilVisible", Kind::Flag).default("false"),
    field("waitToSettleTimeoutMs", Kind::Millis),
];

/// Most milliseconds that a flow may ask to wait: a day.
pub(super) const LONGEST_WAIT: f64 = 86_400_000.0;

/// What must hold.
pub const CONDITION: &[FieldRow] = &[
    field("visible", Kind::Element),
    field("notVisible", Kind::Element),
    field("true", Kind::Text),
    field("platform", Kind::Choice(&["Android", "iOS", "Web"])),
    field("timeout", Kind::Number(0.0, LONGEST_WAIT)).support(Support::Own),
    refused("label", "a condition is shown as it is: label the command"),
    refused("optional", "it belongs to the command"),
];

/// Variables of its own.
pub const ENV: &[FieldRow] = &[field("env", Kind::Variables)];

/// The head of a flow.
pub const HEADER: &[FieldRow] = &[
    field("appId", Kind::Text)
        .alias("url")
        .support(Support::Differs("without it the task's app is meant")),
    field("name", Kind::Name),
    field("tags", Kind::Names).support(Support::Differs(
        "read, and of no effect: a task names its flow",
    )),
    field("env", Kind::Variables),
    field("onFlowStart", Kind::Steps),
    field("onFlowComplete", Kind::Steps),
    refused("jsEngine", "there is one JavaScript engine"),
    refused(
        "androidWebViewHierarchy",
        "web views are read as the phone shows them",
    ),
];
