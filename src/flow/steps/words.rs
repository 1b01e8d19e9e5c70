//! What steps are called on screens, in logs and in errors.

use crate::flow::lang::{Command, Condition, Gesture, Link, Step};

/// The command's name as a flow writes it.
pub(super) const fn name(command: &Command) -> &'static str {
    match command {
        Command::LaunchApp(_) => "launchApp",
        Command::StopApp(_) => "stopApp",
        Command::KillApp(_) => "killApp",
        Command::ClearState(_) => "clearState",
        Command::Tap(tap) => match tap.gesture {
            Gesture::Tap => "tapOn",
            Gesture::DoubleTap => "doubleTapOn",
            Gesture::LongPress => "longPressOn",
        },
        Command::InputText(_) => "inputText",
        Command::InputRandom(_) => "inputRandom",
        Command::EraseText(_) => "eraseText",
        Command::PasteText => "pasteText",
        Command::CopyTextFrom(_) => "copyTextFrom",
        Command::SetClipboard(_) => "setClipboard",
        Command::HideKeyboard => "hideKeyboard",
        Command::PressKey(_) => "pressKey",
        Command::Swipe(_) => "swipe",
        Command::Scroll => "scroll",
        Command::ScrollUntilVisible(_) => "scrollUntilVisible",
        Command::Assert(assert) => match (&assert.timeout, &assert.condition) {
            (Some(_), _) => "extendedWaitUntil",
            (None, condition) => assertion(condition),
        },
        Command::WaitForAnimationToEnd(_) => "waitForAnimationToEnd",
        Command::Pause(_) => "pause",
        Command::TakeScreenshot(_) => "takeScreenshot",
        Command::OpenLink(Link::To(_) | Link::OfApp(_)) => "openLink",
        Command::AddMedia(_) => "addMedia",
        Command::ShareMedia(_) => "shareMedia",
        Command::SetOrientation(_) => "setOrientation",
        Command::SetAirplaneMode(_) => "setAirplaneMode",
        Command::ToggleAirplaneMode => "toggleAirplaneMode",
        Command::SetPermissions(..) => "setPermissions",
        Command::SetLocation(_) => "setLocation",
        Command::RunFlow(_) => "runFlow",
        Command::Repeat(_) => "repeat",
        Command::Retry(_) => "retry",
        Command::RunScript(_) => "runScript",
        Command::EvalScript(_) => "evalScript",
    }
}

const fn assertion(condition: &Condition) -> &'static str {
    if condition.visible.is_some() {
        "assertVisible"
    } else if condition.not_visible.is_some() {
        "assertNotVisible"
    } else {
        "assertTrue"
    }
}

/// How many steps people see of a flow: those of its top level.
pub(super) fn count(blocks: [&[Step]; 3]) -> u32 {
    let steps: usize = blocks.iter().map(|steps| steps.len()).sum();
    u32::try_from(steps).unwrap_or(u32::MAX)
}

/// A text in quotes, cut to what fits into a line.
pub(super) fn quoted(text: &str) -> String {
    const MOST: usize = 40;
    let cut: String = text.chars().take(MOST).collect();
    if cut.len() < text.len() {
        format!("'{cut}...'")
    } else {
        format!("'{cut}'")
    }
}

/// The last part of a file's name.
pub(super) fn file_name(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::{file_name, quoted};

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(quoted("hello"), "'hello'");
        assert_eq!(quoted(&"é".repeat(50)), format!("'{}...'", "é".repeat(40)));
    }

    #[test]
    fn labels_name_files_without_their_folder() {
        assert_eq!(file_name("shared/follow.yaml"), "follow.yaml");
        assert_eq!(file_name("follow.yaml"), "follow.yaml");
    }
}
