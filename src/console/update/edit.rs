//! Which keys edit a line, wherever one is typed.

use tui_input::InputRequest;

use crate::console::key::{Code, Key};

/// What a key does to a line; none: nothing.
pub(super) fn request(key: Key) -> Option<InputRequest> {
    Some(match (key.code, key.ctrl, key.alt) {
        (Code::Char(c), false, false) => InputRequest::InsertChar(c),
        (Code::Backspace, false, false) | (Code::Char('h'), true, false) => {
            InputRequest::DeletePrevChar
        }
        (Code::Backspace, _, true) | (Code::Char('w'), true, false) => InputRequest::DeletePrevWord,
        (Code::Delete, ..) => InputRequest::DeleteNextChar,
        (Code::Left, false, false) => InputRequest::GoToPrevChar,
        (Code::Right, false, false) => InputRequest::GoToNextChar,
        (Code::Left, ..) => InputRequest::GoToPrevWord,
        (Code::Right, ..) => InputRequest::GoToNextWord,
        (Code::Home, ..) => InputRequest::GoToStart,
        (Code::End, ..) | (Code::Char('e'), true, false) => InputRequest::GoToEnd,
        (Code::Char('u'), true, false) => InputRequest::DeleteLine,
        (Code::Char('k'), true, false) => InputRequest::DeleteTillEnd,
        _ => return None,
    })
}
