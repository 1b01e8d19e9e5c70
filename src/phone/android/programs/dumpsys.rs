//! `dumpsys`: what services tell about themselves, the lines that programs look for.

use super::{Context, Report};

pub fn dumpsys(ctx: &Context, args: &[&str]) -> Report {
    match args {
        ["battery", ..] => Report::out(ctx.phone.battery().dump()),
        ["window", ..] => Report::out(window(ctx)),
        ["input", ..] => Report::out(input(ctx)),
        ["power", ..] => Report::out(power(ctx)),
        ["activity", ..] => Report::out(activity(ctx)),
        ["package", name, ..] if ctx.phone.state().packages.contains(name) => Report::out(format!(
            "Packages:\n  Package [{name}] (b2f1c7a):\n    versionCode=1 minSdk=26 targetSdk=34\n    versionName=1.0\n"
        )),
        ["package", name, ..] => Report::out(format!("Unable to find package: {name}\n")),
        [service, ..] => Report::err(format!("Can't find service: {service}\n"), 0),
        [] => Report::err("dumpsys: a service is expected\n", 1),
    }
}

fn window(ctx: &Context) -> String {
    let state = ctx.phone.state();
    let ui = &state.ui;
    let rotation = ui.rotation(&state.settings);
    let (width, height) = super::super::screen::SIZE;
    let focus = match ui.is_locked() {
        true => "NotificationShade".to_owned(),
        false => ui.focus().full(),
    };
    format!(
        "WINDOW MANAGER WINDOWS (dumpsys window windows)\n  \
         Display: mDisplayId=0\n    \
         init={width}x{height} 240dpi cur={width}x{height} app={width}x{height} rng={width}x{width}-{height}x{height}\n  \
         mCurrentFocus=Window{{3e1c0d u0 {focus}}}\n  \
         mFocusedApp=ActivityRecord{{7d2a1f u0 {} t12}}\n  \
         mCurrentRotation=ROTATION_{}\n  \
         mDreamingLockscreen={} mShowingLockscreen={}\n",
        ui.focus().short(),
        u32::from(rotation) * 90,
        ui.is_locked(),
        ui.is_locked(),
    )
}

fn input(ctx: &Context) -> String {
    let state = ctx.phone.state();
    let rotation = state.ui.rotation(&state.settings);
    let (width, height) = super::super::screen::SIZE;
    format!(
        "INPUT MANAGER (dumpsys input)\n\nEvent Hub State:\n  Devices:\n    2: virtual_touch\n      \
         SurfaceWidth: {width}px\n      SurfaceHeight: {height}px\n      SurfaceOrientation: {rotation}\n"
    )
}

fn power(ctx: &Context) -> String {
    let state = ctx.phone.state();
    let wakefulness = if state.ui.is_awake() {
        "Awake"
    } else {
        "Asleep"
    };
    let stay = state
        .settings
        .get("global", "stay_on_while_plugged_in")
        .unwrap_or_default();
    format!(
        "POWER MANAGER (dumpsys power)\n\nPower Manager State:\n  mWakefulness={wakefulness}\n  \
         mIsPowered=true\n  mStayOnWhilePluggedInSetting={stay}\n"
    )
}

fn activity(ctx: &Context) -> String {
    let state = ctx.phone.state();
    let activity = state.ui.focus().short();
    format!(
        "ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)\n  \
         topResumedActivity=ActivityRecord{{7d2a1f u0 {activity} t12}}\n  \
         mResumedActivity: ActivityRecord{{7d2a1f u0 {activity} t12}}\n"
    )
}
