//! `am broadcast`: the receivers on a phone are the media scanner and ADBKeyboard.

use super::super::intent::{Component, Extra, Intent};
use super::super::keyboard;
use super::super::packages::ADB_KEYBOARD;
use super::super::screen::Key;
use super::intent_args::{self, FROM_SHELL, Known, shown};
use super::service::{Answer, Arguments, Exception};
use super::{Context, Report, base64};

/// What only the system may tell everybody.
const PROTECTED: [&str; 6] = [
    "android.intent.action.AIRPLANE_MODE",
    "android.intent.action.BATTERY_CHANGED",
    "android.intent.action.BOOT_COMPLETED",
    "android.intent.action.MEDIA_MOUNTED",
    "android.intent.action.SCREEN_OFF",
    "android.intent.action.SCREEN_ON",
];

/// `am broadcast INTENT`. That it completed says nothing of whether anybody listened.
pub fn send(ctx: &Context, arguments: &mut Arguments<'_, '_>) -> Answer {
    let mut intent = intent_args::parse(arguments, |option, arguments| {
        match option {
            "--async" => {}
            "--user" | "--receiver-permission" => drop(arguments.required()?),
            _ => return Ok(Known::No),
        }
        Ok(Known::Yes)
    })?;
    intent.flags |= FROM_SHELL;
    let action = intent.action.as_deref().unwrap_or_default();
    if PROTECTED.contains(&action) {
        return Err(Exception::security(format!(
            "Permission Denial: not allowed to send broadcast {action} from pid={}, uid=2000",
            ctx.pid
        )));
    }
    match action {
        "android.intent.action.MEDIA_SCANNER_SCAN_FILE" => {
            let file = intent.data.as_deref().unwrap_or_default();
            if let Some(path) = file.strip_prefix("file://") {
                let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
                ctx.phone.scan_media(&path);
            }
        }
        action if action.starts_with("ADB_") => to_keyboard(ctx, &intent),
        _ => {}
    }
    Ok(Report::out(format!(
        "Broadcasting: {}\nBroadcast completed: result=0\n",
        shown(&intent)
    )))
}

/// What ADBKeyboard does with a broadcast while it is the chosen input method.
fn to_keyboard(ctx: &Context, intent: &Intent) {
    let phone = &ctx.phone;
    let chosen = {
        let state = phone.state();
        keyboard::chosen(&state.packages, &state.settings)
    };
    let chosen = chosen.and_then(|id| Component::parse(&id));
    if chosen.is_none_or(|chosen| chosen.package != ADB_KEYBOARD) {
        return;
    }
    let message = intent.text("msg");
    match intent.action.as_deref().unwrap_or_default() {
        "ADB_INPUT_TEXT" => phone.type_text(message.unwrap_or_default()),
        "ADB_INPUT_B64" => {
            // What is no base64 ends the keyboard; Android starts it again.
            if let Some(bytes) = message.and_then(base64::decode) {
                phone.type_text(&String::from_utf8_lossy(&bytes));
            }
        }
        "ADB_INPUT_CHARS" => {
            if let Some(Extra::Array(chars)) = intent.extra("chars") {
                let chars = chars.iter().filter_map(|code| match code {
                    Extra::Integer(code) => char::from_u32(code.cast_unsigned()),
                    _ => None,
                });
                phone.type_text(&chars.collect::<String>());
            }
        }
        "ADB_INPUT_CODE" => {
            if let Some(Extra::Integer(code)) = intent.extra("code")
                && let Some(key) = Key::parse(&code.to_string())
            {
                phone.press(key);
            }
        }
        // Whatever the action is, a field has one.
        "ADB_EDITOR_CODE" | "ADB_ACTION_SEARCH" | "ADB_ACTION_GO" | "ADB_ACTION_DONE"
        | "ADB_ACTION_NEXT" | "ADB_ACTION_SEND" => phone.press(Key::Enter),
        "ADB_CLEAR_TEXT" => phone.clear_text(),
        _ => {}
    }
}
