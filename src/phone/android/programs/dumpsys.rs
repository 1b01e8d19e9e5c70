//! `dumpsys`: what services tell about themselves, the lines that programs look for.

use super::super::keyboard;
use super::super::screen::Area;
use super::super::{Phone, State};
use super::{Context, Report, permission};

pub fn dumpsys(ctx: &Context, args: &[&str]) -> Report {
    match args {
        ["battery", ..] => Report::out(ctx.phone.battery().dump()),
        ["window", ..] => Report::out(window(ctx)),
        ["input", ..] => Report::out(input(ctx)),
        ["input_method", ..] => Report::out(input_method(ctx)),
        ["power", ..] => Report::out(power(ctx)),
        ["activity", "top", ..] => Report::out(top(ctx)),
        ["activity", ..] => Report::out(activities(ctx)),
        ["package", name, ..] if ctx.phone.state().packages.contains(name) => {
            Report::out(package(ctx, name))
        }
        ["package", name, ..] => Report::out(format!("Unable to find package: {name}\n")),
        [service, ..] => Report::err(format!("Can't find service: {service}\n"), 0),
        [] => Report::err("dumpsys: a service is expected\n", 1),
    }
}

/// The first API level that calls the activity in front `topResumedActivity`.
const RESUMED_ON_TOP: u32 = 31;

/// What has the focus: a window of the system by its name, or an activity.
fn focus(state: &State) -> String {
    if state.ui.is_locked() {
        return "NotificationShade".to_owned();
    }
    match state.ui.dialog() {
        Some(dialog) => dialog.window(),
        None => state.ui.focus().full(),
    }
}

/// `1080x2400` of an area.
fn size(area: Area) -> String {
    format!("{}x{}", area.width(), area.height())
}

fn window(ctx: &Context) -> String {
    let state = ctx.phone.state();
    let ui = &state.ui;
    let (init, now) = (ui.display(), ui.screen(&state.settings));
    let (short, long) = (init.width(), init.height());
    let locked = ui.is_locked();
    format!(
        "WINDOW MANAGER POLICY STATE (dumpsys window policy)\n    \
         KeyguardServiceDelegate\n      showing={locked}\n      inputRestricted={locked}\n      \
         occluded=false\n      secure={secure}\n      \
         KeyguardStateMonitor\n        mIsShowing={locked}\n\
         WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)\n  \
         Display: mDisplayId=0 (organized)\n    \
         init={init} 240dpi cur={cur} app={cur} rng={short}x{short}-{long}x{long}\n  \
         mCurrentRotation=ROTATION_{rotation}\n\
         WINDOW MANAGER WINDOWS (dumpsys window windows)\n  \
         mCurrentFocus=Window{{3e1c0d u0 {focus}}}\n  \
         mFocusedApp=ActivityRecord{{7d2a1f u0 {app} t12}}\n  \
         mDreamingLockscreen={locked} mShowingLockscreen={locked}\n",
        secure = ui.is_secure(),
        init = size(init),
        cur = size(now),
        rotation = u32::from(ui.rotation(&state.settings)) * 90,
        focus = focus(&state),
        app = ui.focus().short(),
    )
}

fn input(ctx: &Context) -> String {
    let state = ctx.phone.state();
    let rotation = state.ui.rotation(&state.settings);
    let display = state.ui.display();
    format!(
        "INPUT MANAGER (dumpsys input)\n\nEvent Hub State:\n  Devices:\n    2: virtual_touch\n      \
         SurfaceWidth: {}px\n      SurfaceHeight: {}px\n      SurfaceOrientation: {rotation}\n",
        display.width(),
        display.height(),
    )
}

fn input_method(ctx: &Context) -> String {
    let state = ctx.phone.state();
    let id = keyboard::chosen(&state.packages, &state.settings);
    let id = id.as_deref().unwrap_or("null");
    let shown = state.ui.is_keyboard_shown();
    format!(
        "Current Input Method Manager state:\n  Input Methods: mMethodMapUpdateCount=2\n  \
         mCurMethodId={id}\n  mCurId={id} mHaveConnection=true mBoundToMethod=true\n  mShowRequested={shown} mShowExplicitlyRequested=false \
         mShowForced=false mInputShown={shown}\n"
    )
}

fn power(ctx: &Context) -> String {
    let state = ctx.phone.state();
    let (wakefulness, display) = match state.ui.is_awake() {
        true => ("Awake", "ON"),
        false => ("Asleep", "OFF"),
    };
    let stay = state
        .settings
        .get("global", "stay_on_while_plugged_in")
        .unwrap_or_default();
    format!(
        "POWER MANAGER (dumpsys power)\n\nPower Manager State:\n  mWakefulness={wakefulness}\n  \
         mIsPowered=true\n  mStayOnWhilePluggedInSetting={stay}\n  Display Power: state={display}\n"
    )
}

/// `ActivityRecord{...}` of what apps show; `null` where the system does, or nobody.
fn resumed(state: &State) -> String {
    match state.ui.is_awake() && !state.ui.is_locked() {
        true => format!(
            "ActivityRecord{{7d2a1f u0 {} t12}}",
            state.ui.focus().short()
        ),
        false => "null".to_owned(),
    }
}

fn activities(ctx: &Context) -> String {
    let state = ctx.phone.state();
    let activity = resumed(&state);
    let resumed = match ctx.phone.spec.kind().sdk >= RESUMED_ON_TOP {
        true => format!("    topResumedActivity={activity}\n  ResumedActivity: {activity}\n"),
        false => format!("    mResumedActivity: {activity}\n  ResumedActivity: {activity}\n"),
    };
    let locked = state.ui.is_locked();
    format!(
        "ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)\n\
         Display #0 (activities from top to bottom):\n{resumed}  \
         KeyguardController:\n    mKeyguardShowing={locked}\n    mAodShowing=false\n    \
         mKeyguardGoingAway=false\n"
    )
}

fn top(ctx: &Context) -> String {
    let activity = ctx.phone.state().ui.focus();
    let pid = pid(&ctx.phone, &activity.package);
    format!(
        "TASK {} id=12 userId=0\n  ACTIVITY {} 7d2a1f pid={pid}\n",
        activity.package,
        activity.short()
    )
}

/// The pid of an app's process, as a text.
fn pid(phone: &Phone, package: &str) -> String {
    let processes = phone.processes();
    let found = processes.iter().find(|process| process.name() == package);
    found.map_or_else(|| "(not running)".to_owned(), |found| found.pid.to_string())
}

fn package(ctx: &Context, name: &str) -> String {
    format!(
        "Packages:\n  Package [{name}] (b2f1c7a):\n    versionCode=1 minSdk=26 targetSdk=34\n    \
         versionName=1.0\n{}",
        permission::dump(ctx, name)
    )
}
