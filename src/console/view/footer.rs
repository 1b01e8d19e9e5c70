//! The last line: a prompt, a question, a message, or the keys that act here. A text too long
//! for one line takes more, over what lies above: a question cut short would not be true.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::picture::shows_both;
use super::typed::{self, Cursor, Seen};
use super::{help, key_of, line, put, scripts, span};
use crate::console::action::{Action, Context, Shown};
use crate::console::chord::names;
use crate::console::key::{Code, Key};
use crate::console::look::Role;
use crate::console::source::Sight;
use crate::console::state::{Begun, By, Mode, Page, Panel, Prompt, State, Subject};
use crate::console::text;
use crate::console::update::{letters, question};
use crate::model::Serial;

/// The most lines of a message.
const LINES: usize = 3;

pub(super) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    match (&state.mode, &state.message) {
        (Mode::Normal, _) if state.begun.is_some() => {
            put(buffer, area, area.y, &hints(state, area.width));
        }
        (Mode::Prompt(prompt), _) => draw_prompt(state, prompt, area, buffer),
        (Mode::Line(line), _) => line::draw(state, line, area, buffer),
        (Mode::Scripts(picker), _) => scripts::draw_typed(state, picker, area, buffer),
        (Mode::Confirm(asked), _) => {
            let lines = text::wrap(&question(state, asked), area.width.into());
            let above = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.y);
            raise(state, &lines, Role::Warn, area, above, buffer);
            put(buffer, area, area.y, &hints(state, area.width));
        }
        (Mode::Help(_), _) => put(buffer, area, area.y, &hints(state, area.width)),
        (Mode::Sort, _) => {
            let lines = text::wrap(&choice(state), area.width.into());
            let above = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.y);
            raise(state, &lines, Role::Warn, area, above, buffer);
            put(buffer, area, area.y, &hints(state, area.width));
        }
        (Mode::Normal | Mode::Form, Some(message)) => {
            let mut lines = text::wrap(&message.text, area.width.into());
            lines.truncate(LINES);
            let above = u16::try_from(lines.len().saturating_sub(1)).unwrap_or(0);
            raise(state, &lines, message.role, area, above, buffer);
        }
        (Mode::Form, None) => put(buffer, area, area.y, &hints(state, area.width)),
        (Mode::Normal, None) => match state.doing.values().next() {
            Some(command) => {
                let text = format!("{} ...", command.under_way());
                let line = Line::from(span(state.options.look, Role::Busy, &text));
                put(buffer, area, area.y, &line);
            }
            None => put(buffer, area, area.y, &hints(state, area.width)),
        },
    }
}

/// The columns to sort by, each behind its letter.
fn choice(state: &State) -> String {
    let columns = letters(state)
        .into_iter()
        .map(|(letter, column)| format!("{letter} {}", column.title));
    let columns: Vec<_> = columns.collect();
    format!("sort {} by: {}", state.panel.title(), columns.join("  "))
}

/// Puts lines at the bottom, the first one `above` lines above the last of the screen.
fn raise(state: &State, lines: &[String], role: Role, area: Rect, above: u16, buffer: &mut Buffer) {
    let blank = " ".repeat(area.width.into());
    for (y, line) in (area.y - above..=area.y).zip(lines) {
        buffer.set_string(area.x, y, &blank, Style::reset());
        put(
            buffer,
            area,
            y,
            &Line::from(span(state.options.look, role, line)),
        );
    }
}

/// The keys that act here, as many as there is room for. The last two are those for help and
/// for leaving: they stay.
fn hints(state: &State, width: u16) -> Line<'static> {
    let contexts = state.contexts();
    if let Some(begun) = &state.begun
        && begun.contexts == contexts
    {
        return continuations(state, begun);
    }
    let look = state.options.look;
    let mut hints: Vec<(String, &str)> = help::actions(state)
        .map(|action| (action, action.info()))
        .filter(|(_, info)| contexts.contains(&info.context))
        .filter_map(|(action, info)| match info.shown {
            Shown::Hint(word) => Some((key_of(state, action), word_for(state, action, word)?)),
            Shown::Help => None,
        })
        .collect();
    let key = key_of(state, Action::Down);
    if contexts.contains(&Context::List) && !state.selects() && !key.is_empty() {
        hints.insert(0, (key, "select"));
    }
    let columns = |hints: &[(String, &str)]| -> usize {
        let each = hints
            .iter()
            .map(|(key, word)| key.width() + word.width() + 3);
        each.sum::<usize>().saturating_sub(2)
    };
    while hints.len() > 2 && columns(&hints) > usize::from(width) {
        hints.remove(hints.len() - 3);
    }
    let spans = hints.iter().flat_map(|(key, word)| {
        [
            span(look, Role::Key, key),
            span(look, Role::Plain, &format!(" {word}  ")),
        ]
    });
    Line::from(spans.collect::<Vec<_>>())
}

/// How a sequence of keys that has begun can go on.
fn continuations(state: &State, begun: &Begun) -> Line<'static> {
    let look = state.options.look;
    let mut spans = vec![span(look, Role::Head, &format!("{} ", names(&begun.keys)))];
    let next = state.keymap.continuations(begun.contexts, &begun.keys);
    let usable = next.filter(|(_, action)| help::allowed(state, *action));
    for (keys, action) in usable {
        spans.push(span(look, Role::Key, &format!(" {}", names(keys))));
        spans.push(span(
            look,
            Role::Plain,
            &format!(" {} ", action.info().name),
        ));
    }
    spans.push(span(look, Role::Key, &format!(" {}", Key::from(Code::Esc))));
    spans.push(span(look, Role::Plain, " cancel"));
    Line::from(spans)
}

/// What a key would do now, in a word; `None` if it would do nothing.
fn word_for(state: &State, action: Action, word: &'static str) -> Option<&'static str> {
    let detail = state.detail.is_some();
    let over = detail || covered(state);
    if let Some(page) = state.page.as_ref().filter(|_| !over) {
        return on_page(state, page, action, word);
    }
    let can = match action {
        Action::Stop | Action::Retry | Action::Delete => {
            detail || state.selects() || state.marked() > 0
        }
        Action::Open | Action::Mark | Action::DeviceTasks | Action::DeviceScreen | Action::Log => {
            detail || state.selects()
        }
        Action::Statistics => state.panel == Panel::Devices && !detail,
        Action::Reasons => {
            let failed = state.newest().map_or(0, |farm| farm.stats.failed);
            state.panel == Panel::Tasks && failed > 0 && !detail
        }
        Action::Enable | Action::Disable | Action::Remove => state.selects() || state.marked() > 0,
        Action::NextFile => {
            let file = state
                .viewer
                .as_ref()
                .and_then(|viewer| viewer.file.as_ref());
            file.is_some_and(|file| file.names.len() > 1)
        }
        Action::FindNext => {
            let viewer = state.viewer.as_ref();
            viewer.is_some_and(|viewer| !viewer.search.is_empty())
        }
        Action::Release => state.aimed_devices().any(|device| device.hold.is_some()),
        Action::StopOn => state.aimed_devices().any(|device| device.task.is_some()),
        Action::Shell | Action::Hold | Action::Label => {
            detail || state.selects() || state.marked() > 0
        }
        Action::ChangeAccount => state.selects(),
        Action::OutputStop => state.outputs.as_ref().is_some_and(|o| !o.open().is_empty()),
        Action::OutputRetry => state
            .outputs
            .as_ref()
            .is_some_and(|o| !o.failed().is_empty()),
        Action::LookOn => {
            let of = state.picture.as_ref().map(|picture| &picture.of);
            matches!(of, Some(Sight::Live(_)))
        }
        Action::Next if state.picture.is_some() => {
            return (!shows_both(state)).then_some("picture or elements");
        }
        Action::Back => return back_word(state),
        Action::DetailGo => goes(state),
        Action::HitsOpen => state
            .hits
            .as_ref()
            .is_some_and(|hits| !hits.found.is_empty()),
        Action::Quit if over => return Some("back"),
        _ => true,
    };
    can.then_some(word)
}

/// Whether something on the whole screen lies over the lists.
const fn covered(state: &State) -> bool {
    state.viewer.is_some()
        || state.picture.is_some()
        || state.hits.is_some()
        || state.outputs.is_some()
}

/// The same on a page.
fn on_page(state: &State, page: &Page, action: Action, word: &'static str) -> Option<&'static str> {
    let can = match (action, page) {
        (Action::StopOnPhone, _) => state.task_on_page().is_some(),
        (Action::StatScreen, Page::Statistics(page)) => {
            page.by == By::Device && page.devices.selected().is_some()
        }
        (Action::RetryReason | Action::DeleteReason, _) => page.selects() || page.marked() > 0,
        (Action::Open, _) => page.selects(),
        (Action::Mark, Page::Reasons(_)) => page.selects(),
        (Action::Filter | Action::Failures | Action::Mark, _) => false,
        (Action::Statistics, Page::Statistics(_)) | (Action::Reasons, Page::Reasons(_)) => false,
        (Action::Next, Page::Statistics(page)) => {
            return Some(match page.by {
                By::Device => "by script",
                By::Script => "by phone",
            });
        }
        (Action::Back, _) if page.marked() > 0 => return Some("unmark"),
        (Action::Back, _) => false,
        (Action::Quit, _) => return Some("back"),
        _ => true,
    };
    can.then_some(word)
}

/// Whether what the detail is of leads on to something.
fn goes(state: &State) -> bool {
    let subject = state.detail.as_ref().map(|detail| &detail.subject);
    match subject {
        Some(Subject::Task(_)) => true,
        Some(Subject::Device(serial)) => state.device(serial).is_some_and(|d| d.task.is_some()),
        Some(Subject::Account(key)) => {
            let account = state.account_rows.iter().find(|a| a.key == *key);
            account.is_some_and(|account| account.serial.is_some())
        }
        Some(Subject::Incident((_, subject))) => {
            Serial::new(subject).is_ok_and(|serial| state.device(&serial).is_some())
        }
        None => false,
    }
}

/// What the innermost thing is that can be left.
fn back_word(state: &State) -> Option<&'static str> {
    if state.detail.is_some() || covered(state) {
        return None;
    }
    if !state.filter(state.panel).is_off() {
        return Some("show all");
    }
    if state.marked() > 0 {
        return Some("unmark");
    }
    (state.panel == Panel::Tasks && state.selects()).then_some("live")
}

fn draw_prompt(state: &State, prompt: &Prompt, area: Rect, buffer: &mut Buffer) {
    let look = state.options.look;
    let label = prompt.purpose.label(state);
    put(
        buffer,
        area,
        area.y,
        &Line::from(span(look, Role::Key, &label)),
    );
    let label = u16::try_from(label.width()).unwrap_or(u16::MAX);
    let right = Rect {
        x: area.x.saturating_add(label),
        width: area.width.saturating_sub(label),
        ..area
    };
    typed::draw(
        look,
        &prompt.input,
        Seen::Plain,
        Cursor::Here,
        right,
        buffer,
    );
    let offered = prompt.completion.as_ref().map(|completion| {
        let words = completion.list().iter();
        let words: Vec<_> = words.map(|candidate| candidate.shown.as_str()).collect();
        (Role::Plain, words.join("  "))
    });
    let wrong = prompt.error.clone().map(|error| (Role::Bad, error));
    if let Some((role, told)) = offered.or(wrong) {
        let mut lines = text::wrap(&text::clean(&told), area.width.into());
        lines.truncate(LINES);
        let above = u16::try_from(lines.len()).unwrap_or(0).min(area.y);
        let upper = Rect {
            y: area.y - 1,
            ..area
        };
        raise(state, &lines, role, upper, above.saturating_sub(1), buffer);
    }
}

#[cfg(test)]
mod tests {
    use crate::console::state::{KeymapFile, Options};
    use crate::console::testing::Screen;

    fn last(screen: &Screen, n: usize) -> Vec<String> {
        let text = screen.text();
        let lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines[lines.len() - n..].to_vec()
    }

    #[test]
    fn the_keys_that_act_here_are_hinted() {
        let mut screen = Screen::new(120, 24);
        assert_eq!(
            last(&screen, 1),
            [
                "i screen  t its tasks  ! shell  s stop  enter detail  / filter  z failures  space mark  n new  X numbers  ? help  q quit"
            ]
        );
        screen.keys("2j");
        assert!(
            last(&screen, 1)[0].starts_with("s stop  r retry  R retry all  D delete  l log  enter")
        );
    }

    #[test]
    fn keys_that_would_do_nothing_are_not_hinted() {
        let mut screen = Screen::new(120, 24);
        screen.keys("2");
        assert_eq!(
            last(&screen, 1),
            [
                "j select  R retry all  / filter  z failures  n new  F why  tab panel  ? help  q quit"
            ]
        );
        screen.keys("1jjj");
        assert!(last(&screen, 1)[0].contains("u release"));
    }

    #[test]
    fn the_hint_for_back_says_what_it_leaves() {
        let mut screen = Screen::new(160, 24);
        screen.keys("2jz ");
        for word in ["esc show all", "esc unmark", "esc live"] {
            let hints = last(&screen, 1).concat();
            assert!(hints.contains(word), "{word}: {hints}");
            screen.keys("\u{1b}");
        }
        assert!(!last(&screen, 1)[0].contains("esc"));
    }

    #[test]
    fn on_a_narrow_screen_help_and_quit_stay_hinted() {
        let mut screen = Screen::new(60, 24);
        screen.keys("2j");
        assert_eq!(
            last(&screen, 1),
            ["s stop  r retry  R retry all  D delete  ? help  q quit"]
        );
    }

    #[test]
    fn a_long_question_is_shown_whole() {
        let mut screen = Screen::new(60, 24);
        screen.keys("2*j /state=failed\nD");
        assert_eq!(
            last(&screen, 3),
            [
                "Delete 11 tasks (8 hidden by the filter, 2 running: they are",
                "stopped first)?",
                "y do it  n leave it",
            ]
        );
    }

    #[test]
    fn a_filter_that_cannot_be_read_says_why_above_the_prompt() {
        let mut screen = Screen::new(80, 24);
        screen.keys("2/state=away");
        assert_eq!(
            last(&screen, 2),
            [
                "state is one of pending, running, stopping, completed, failed, not 'away'",
                "filter tasks: state=away",
            ]
        );
    }

    #[test]
    fn a_bad_keymap_is_told_and_the_default_keys_work() {
        let options = Options {
            keymap: Some(KeymapFile {
                name: "my.toml".into(),
                text: "[task]\nstop = [\"D\"]\n".into(),
            }),
            ..Options::default()
        };
        let mut screen = Screen::of(80, 24, options);
        let shown = last(&screen, 2).concat();
        assert!(
            shown.starts_with("my.toml:2: 'D' for stop of [task] clashes with delete"),
            "{shown}"
        );
        screen.keys("2\u{1b}j");
        assert!(last(&screen, 1)[0].starts_with("s stop"));
    }

    #[test]
    fn quitting_names_what_it_would_stop() {
        let mut screen = Screen::new(80, 24);
        screen.keys("q");
        assert_eq!(
            last(&screen, 2),
            [
                "Quit, and end the farm? It stops 2 running tasks: 11 on emu-1, 12 on emu-2.",
                "y do it  n leave it",
            ]
        );
    }
}
