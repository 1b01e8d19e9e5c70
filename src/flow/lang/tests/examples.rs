//! An example of every row of the table, and what it makes.

use std::time::Duration;

use super::expected::*;
use super::{by_text, t};
use crate::flow::lang::{
    Airplane, Argument, Command, Direction, Gesture, Key, LaunchApp, Link, Location, Orientation,
    Permission, RandomText, Selector, ShareMedia, Size, SwipePath, Tap, Trait,
};

/// A step and what it makes.
pub(super) struct Example {
    /// The row it is about.
    pub row: &'static str,
    /// The step, without its `- `.
    pub text: &'static str,
    /// Its command.
    pub makes: fn() -> Command,
}

macro_rules! examples {
    ($($row:literal: $text:literal => $makes:expr;)*) => {
        &[$(Example { row: $row, text: $text, makes: || $makes }),*]
    };
}

pub(super) const EXAMPLES: &[Example] = examples! {
    // Shared groups.
    "common.label": "back: {label: go}" => Command::PressKey(Key::Back);
    "common.optional": "back: {optional: true}" => Command::PressKey(Key::Back);
    "selector.text": "tapOn: {text: a.*}" => tap_on(by_text("a.*"));
    "selector.id": "tapOn: {id: x}" => tap_on(Selector { id: Some(t("x")), ..none() });
    "selector.index": "tapOn: {index: 1}" => tap_on(Selector { index: Some(t("1")), ..none() });
    "selector.enabled": "tapOn: {enabled: true}" => tap_on(Selector { enabled: Some(true), ..none() });
    "selector.checked": "tapOn: {checked: false}" => tap_on(Selector { checked: Some(false), ..none() });
    "selector.focused": "tapOn: {focused: true}" => tap_on(Selector { focused: Some(true), ..none() });
    "selector.selected": "tapOn: {selected: true}" => tap_on(Selector { selected: Some(true), ..none() });
    "selector.below": "tapOn: {below: a}" => tap_on(Selector { below: boxed("a"), ..none() });
    "selector.above": "tapOn: {above: {text: a}}" => tap_on(Selector { above: boxed("a"), ..none() });
    "selector.leftOf": "tapOn: {leftOf: a}" => tap_on(Selector { left_of: boxed("a"), ..none() });
    "selector.rightOf": "tapOn: {rightOf: a}" => tap_on(Selector { right_of: boxed("a"), ..none() });
    "selector.childOf": "tapOn: {childOf: a}" => tap_on(Selector { child_of: boxed("a"), ..none() });
    "selector.containsChild": "tapOn: {containsChild: a}" => tap_on(Selector { contains_child: boxed("a"), ..none() });
    "selector.containsDescendants": "tapOn: {containsDescendants: [a, {text: b}]}" => tap_on(Selector {
        contains_descendants: vec![by_text("a"), by_text("b")],
        ..none()
    });
    "selector.width": "tapOn: {width: 10}" => tap_on(Selector { size: size(Some(10), None, 0), ..none() });
    "selector.height": "tapOn: {height: 20}" => tap_on(Selector { size: size(None, Some(20), 0), ..none() });
    "selector.tolerance": "tapOn: {width: 10, height: 20, tolerance: 3}" => tap_on(Selector { size: size(Some(10), Some(20), 3), ..none() });
    "selector.traits": "tapOn: {traits: square long-text}" => tap_on(Selector { traits: vec![Trait::Square, Trait::LongText], ..none() });
    "app.app": "tapOn: {app: follow_button}" => Command::Tap(Tap { element: of_app("follow_button"), ..tap() });
    "tap.point": "tapOn: {point: '50%, 20%'}" => Command::Tap(Tap { point: point("50%, 20%"), ..tap() });
    "tap.retryTapIfNoChange": "tapOn: {text: a, retryTapIfNoChange: true}" => Command::Tap(Tap { retry_if_no_change: true, ..tap_text("a") });
    "tap.waitUntilVisible": "tapOn: {text: a, waitUntilVisible: true}" => Command::Tap(Tap { wait_until_visible: true, ..tap_text("a") });
    "tap.waitToSettleTimeoutMs": "tapOn: {text: a, waitToSettleTimeoutMs: 500}" => Command::Tap(Tap { settle: ms(500), ..tap_text("a") });
    "env.env": "runFlow: {env: {NAME: Ann, AGE: 5}, commands: [back]}" => run_inline(None, &[("NAME", "Ann"), ("AGE", "5")]);
    "when.visible": "runFlow: {when: {visible: a}, commands: [back]}" => run_inline(visible("a"), &[]);
    "when.notVisible": "runFlow: {when: {notVisible: {text: a}}, commands: [back]}" => run_inline(not_visible("a"), &[]);
    "when.true": "runFlow: {when: {true: '${A == 1}'}, commands: [back]}" => run_inline(truth("${A == 1}"), &[]);
    "when.timeout": "runFlow: {when: {visible: a, timeout: 0}, commands: [back]}" => run_inline(within(visible("a"), "0"), &[]);
    "when.platform": "runFlow: {when: {platform: android}, commands: [back]}" => run_inline(android(true), &[]);

    // Apps.
    "launchApp": "launchApp" => Command::LaunchApp(launch());
    "launchApp.appId": "launchApp: org.other" => Command::LaunchApp(LaunchApp { app: Some(t("org.other")), ..launch() });
    "launchApp.clearState": "launchApp: {clearState: true}" => Command::LaunchApp(LaunchApp { clear_state: true, ..launch() });
    "launchApp.stopApp": "launchApp: {stopApp: false}" => Command::LaunchApp(LaunchApp { stop_app: false, ..launch() });
    "launchApp.permissions": "launchApp: {permissions: {all: deny, camera: unset}}" => Command::LaunchApp(LaunchApp {
        permissions: Some(vec![("all".into(), Permission::Deny), ("camera".into(), Permission::Unset)]),
        ..launch()
    });
    "launchApp.arguments": "launchApp: {arguments: {a: x, b: true, c: 5, d: 5000000000, e: 1.5}}" => Command::LaunchApp(LaunchApp {
        arguments: vec![
            ("a".into(), Argument::Text(t("x"))),
            ("b".into(), Argument::Bool(true)),
            ("c".into(), Argument::Int(5)),
            ("d".into(), Argument::Long(5_000_000_000)),
            ("e".into(), Argument::Double(1.5)),
        ],
        ..launch()
    });
    "stopApp": "stopApp" => Command::StopApp(None);
    "stopApp.appId": "stopApp: {appId: org.other}" => Command::StopApp(Some(t("org.other")));
    "killApp": "killApp" => Command::KillApp(None);
    "killApp.appId": "killApp: org.other" => Command::KillApp(Some(t("org.other")));
    "clearState": "clearState" => Command::ClearState(None);
    "clearState.appId": "clearState: {url: org.other}" => Command::ClearState(Some(t("org.other")));
    "setPermissions": "setPermissions: {permissions: {all: allow}}" => Command::SetPermissions(None, vec![("all".into(), Permission::Allow)]);
    "setPermissions.permissions": "setPermissions: {permissions: {android.permission.CAMERA: deny}}" => Command::SetPermissions(None, vec![("android.permission.CAMERA".into(), Permission::Deny)]);
    "setPermissions.appId": "setPermissions: {appId: org.other, permissions: {}}" => Command::SetPermissions(Some(t("org.other")), vec![]);

    // Touch.
    "tapOn": "tapOn: a" => tap_on(by_text("a"));
    "tapOn.repeat": "tapOn: {text: a, repeat: 3}" => Command::Tap(Tap { repeat: 3, ..tap_text("a") });
    "tapOn.delay": "tapOn: {text: a, repeat: 2, delay: 500}" => Command::Tap(Tap { repeat: 2, delay: Duration::from_millis(500), ..tap_text("a") });
    "doubleTapOn": "doubleTapOn: a" => Command::Tap(Tap { gesture: Gesture::DoubleTap, ..tap_text("a") });
    "doubleTapOn.delay": "doubleTapOn: {text: a, delay: 50}" => Command::Tap(Tap { gesture: Gesture::DoubleTap, delay: Duration::from_millis(50), ..tap_text("a") });
    "longPressOn": "longPressOn: {text: a, point: '10,10'}" => Command::Tap(Tap { gesture: Gesture::LongPress, point: point("10,10"), ..tap_text("a") });
    "swipe": "swipe: {direction: LEFT}" => swipe(SwipePath::Direction(Direction::Left));
    "swipe.direction": "swipe: {direction: up}" => swipe(SwipePath::Direction(Direction::Up));
    "swipe.from": "swipe: {from: {id: x}, direction: RIGHT}" => swipe(SwipePath::From(matching(Selector { id: Some(t("x")), ..none() }), Direction::Right));
    "swipe.start": "swipe: {start: '90%, 50%', end: '10%, 50%'}" => swipe(SwipePath::Points(point_text("90%, 50%"), point_text("10%, 50%")));
    "swipe.end": "swipe: {start: '100, 200', end: '${X}, 400'}" => swipe(SwipePath::Points(point_text("100, 200"), point_text("${X}, 400")));
    "swipe.duration": "swipe: {direction: DOWN, duration: 2000}" => swipe_for(2_000, None);
    "swipe.waitToSettleTimeoutMs": "swipe: {direction: DOWN, waitToSettleTimeoutMs: 99000}" => swipe_for(400, ms(30_000));
    "scroll": "scroll" => Command::Scroll;
    "scrollUntilVisible": "scrollUntilVisible: {element: a}" => scroll(|_| {});
    "scrollUntilVisible.element": "scrollUntilVisible: {element: {app: row}}" => scroll(|s| s.element = of_app("row").unwrap());
    "scrollUntilVisible.direction": "scrollUntilVisible: {element: a, direction: UP}" => scroll(|s| s.direction = Direction::Up);
    "scrollUntilVisible.timeout": "scrollUntilVisible: {element: a, timeout: 50_000}" => scroll(|s| s.timeout = t("50000"));
    "scrollUntilVisible.speed": "scrollUntilVisible: {element: a, speed: '${S}'}" => scroll(|s| s.speed = t("${S}"));
    "scrollUntilVisible.visibilityPercentage": "scrollUntilVisible: {element: a, visibilityPercentage: 50}" => scroll(|s| s.visibility = 50);
    "scrollUntilVisible.centerElement": "scrollUntilVisible: {element: a, centerElement: true}" => scroll(|s| s.center = true);
    "scrollUntilVisible.waitToSettleTimeoutMs": "scrollUntilVisible: {element: a, waitToSettleTimeoutMs: 10}" => scroll(|s| s.settle = ms(10));

    // Text and keys.
    "inputText": "inputText: hello ${NAME}" => Command::InputText(t("hello ${NAME}"));
    "inputText.text": "inputText: {text: 5}" => Command::InputText(t("5"));
    "inputRandomText": "inputRandomText" => Command::InputRandom(RandomText::Text(8));
    "inputRandomText.length": "inputRandomText: {length: 3}" => Command::InputRandom(RandomText::Text(3));
    "inputRandomNumber": "inputRandomNumber" => Command::InputRandom(RandomText::Number(8));
    "inputRandomNumber.length": "inputRandomNumber: {length: 4}" => Command::InputRandom(RandomText::Number(4));
    "inputRandomEmail": "inputRandomEmail" => Command::InputRandom(RandomText::Email);
    "inputRandomPersonName": "inputRandomPersonName" => Command::InputRandom(RandomText::PersonName);
    "inputRandomCityName": "inputRandomCityName" => Command::InputRandom(RandomText::CityName);
    "inputRandomCountryName": "inputRandomCountryName" => Command::InputRandom(RandomText::CountryName);
    "inputRandomColorName": "inputRandomColorName" => Command::InputRandom(RandomText::ColorName);
    "eraseText": "eraseText" => Command::EraseText(50);
    "eraseText.charactersToErase": "eraseText: 100" => Command::EraseText(100);
    "copyTextFrom": "copyTextFrom: {id: x}" => Command::CopyTextFrom(matching(Selector { id: Some(t("x")), ..none() }));
    "setClipboard": "setClipboard: a" => Command::SetClipboard(t("a"));
    "setClipboard.text": "setClipboard: {text: ''}" => Command::SetClipboard(t(""));
    "pasteText": "pasteText" => Command::PasteText;
    "hideKeyboard": "hide keyboard" => Command::HideKeyboard;
    "pressKey": "pressKey: enter" => Command::PressKey(Key::Enter);
    "pressKey.key": "pressKey: {key: Remote Dpad Down}" => Command::PressKey(Key::Code(20));
    "back": "back" => Command::PressKey(Key::Back);

    // What must be so.
    "assertVisible": "assertVisible: a" => assert(visible("a"), None);
    "assertNotVisible": "assertNotVisible: {text: a}" => assert(not_visible("a"), None);
    "assertTrue": "assertTrue: ${A}" => assert(truth("${A}"), None);
    "assertTrue.condition": "assertTrue: {condition: true}" => assert(truth("true"), None);
    "extendedWaitUntil": "extendedWaitUntil: {visible: a, timeout: 5000}" => assert(visible("a"), Some("5000"));
    "extendedWaitUntil.visible": "extendedWaitUntil: {visible: {text: a}}" => assert(visible("a"), None);
    "extendedWaitUntil.notVisible": "extendedWaitUntil: {notVisible: a}" => assert(not_visible("a"), None);
    "extendedWaitUntil.timeout": "extendedWaitUntil: {visible: a, timeout: '${T}'}" => assert(visible("a"), Some("${T}"));
    "waitForAnimationToEnd": "waitForAnimationToEnd" => Command::WaitForAnimationToEnd(None);
    "waitForAnimationToEnd.timeout": "waitForAnimationToEnd: {timeout: 5000}" => Command::WaitForAnimationToEnd(ms(5_000));
    "pause": "pause: 2000" => Command::Pause(t("2000"));
    "pause.milliseconds": "pause: {milliseconds: '${output.stay}'}" => Command::Pause(t("${output.stay}"));
    "takeScreenshot": "takeScreenshot: home" => Command::TakeScreenshot(t("home"));
    "takeScreenshot.path": "takeScreenshot: {path: 'home-${N}'}" => Command::TakeScreenshot(t("home-${N}"));

    // Links, files, the phone.
    "openLink": "openLink: https://example.org" => Command::OpenLink(Link::To(t("https://example.org")));
    "openLink.link": "openLink: {link: 'sample://user/${U}'}" => Command::OpenLink(Link::To(t("sample://user/${U}")));
    "openLink.app": "openLink: {app: user}" => Command::OpenLink(Link::OfApp("user".into()));
    "addMedia": "addMedia: [a.png, b.mp4]" => Command::AddMedia(vec![t("a.png"), t("b.mp4")]);
    "addMedia.files": "addMedia: {files: [a.png]}" => Command::AddMedia(vec![t("a.png")]);
    "shareMedia": "shareMedia: [/media/a.png]" => Command::ShareMedia(ShareMedia { files: vec![t("/media/a.png")], app: None });
    "shareMedia.files": "shareMedia: {files: '${MATERIAL_LIST}'}" => Command::ShareMedia(ShareMedia { files: vec![t("${MATERIAL_LIST}")], app: None });
    "shareMedia.appId": "shareMedia: {files: [a], appId: org.other}" => Command::ShareMedia(ShareMedia { files: vec![t("a")], app: Some(t("org.other")) });
    "setOrientation": "setOrientation: PORTRAIT" => Command::SetOrientation(Orientation::Portrait);
    "setOrientation.orientation": "setOrientation: {orientation: landscapeLeft}" => Command::SetOrientation(Orientation::LandscapeLeft);
    "setAirplaneMode": "setAirplaneMode: enabled" => Command::SetAirplaneMode(Airplane::On);
    "setAirplaneMode.value": "setAirplaneMode: {value: disabled}" => Command::SetAirplaneMode(Airplane::Off);
    "toggleAirplaneMode": "toggleAirplaneMode" => Command::ToggleAirplaneMode;
    "setLocation": "setLocation: {latitude: 52.5, longitude: 13.4}" => Command::SetLocation(Location { latitude: t("52.5"), longitude: t("13.4") });
    "setLocation.latitude": "setLocation: {latitude: '${LAT}', longitude: 0}" => Command::SetLocation(Location { latitude: t("${LAT}"), longitude: t("0") });
    "setLocation.longitude": "setLocation: {latitude: '-90', longitude: '-180'}" => Command::SetLocation(Location { latitude: t("-90"), longitude: t("-180") });

    // Flow.
    "runFlow": "runFlow: other.yaml" => run_file();
    "runFlow.file": "runFlow: {file: ./other.yaml}" => run_file();
    "runFlow.commands": "runFlow: {commands: [back]}" => run_inline(None, &[]);
    "runFlow.when": "runFlow: {when: {platform: iOS}, commands: [back]}" => run_inline(android(false), &[]);
    "repeat": "repeat: {commands: [back]}" => repeat(None, None);
    "repeat.times": "repeat: {times: 3, commands: [back]}" => repeat(Some("3"), None);
    "repeat.while": "repeat: {while: {notVisible: a}, commands: [back]}" => repeat(None, not_visible("a"));
    "repeat.commands": "repeat: {times: '${N}', commands: [back]}" => repeat(Some("${N}"), None);
    "retry": "retry: {commands: [back]}" => retry("1", inline());
    "retry.maxRetries": "retry: {maxRetries: 3, commands: [back]}" => retry("3", inline());
    "retry.file": "retry: {file: other.yaml}" => retry("1", other());
    "retry.commands": "retry: {maxRetries: '${N}', commands: [back]}" => retry("${N}", inline());
    "runScript": "runScript: other.js" => run_script(None);
    "runScript.file": "runScript: {file: other.js}" => run_script(None);
    "runScript.when": "runScript: {file: other.js, when: {visible: a}}" => run_script(visible("a"));
    "evalScript": "evalScript: ${output.x = 1}" => Command::EvalScript(t("${output.x = 1}"));
    "evalScript.script": "evalScript: {script: '${output.x = 1}'}" => Command::EvalScript(t("${output.x = 1}"));
};

fn size(width: Option<u32>, height: Option<u32>, tolerance: u32) -> Option<Size> {
    Some(Size {
        width,
        height,
        tolerance,
    })
}
