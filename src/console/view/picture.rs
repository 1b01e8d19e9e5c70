//! A phone's screen: its picture, and beside it the elements it is made of.
//!
//! Half blocks are drawn here. For pictures of the terminal's own, only the place is kept free:
//! [`placed`] says what belongs there, and the runner puts it in.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::layout::Layout;
use super::tree;
use super::{put, span};
use crate::console::look::Role;
use crate::console::pixels::{Fit, Grain, Outline, Shot};
use crate::console::source::Sight;
use crate::console::state::{Looked, Mode, Picture, Side, State};
use crate::console::terminal::{Ability, Graphics};
use crate::console::text;

/// From this width on both are shown.
const WIDE: u16 = 100;

/// The upper half of a cell; its lower half is the background.
const UPPER_HALF: &str = "\u{2580}";

/// A picture that the terminal is to draw by itself.
#[derive(Debug)]
pub(in crate::console) struct Placed {
    /// Of which screen.
    pub of: Sight,
    /// Where, in cells.
    pub area: Rect,
    /// What.
    pub shot: Arc<Shot>,
    /// Lines around a part of it.
    pub outline: Option<Outline>,
    /// How.
    pub graphics: Graphics,
}

/// Where the parts lie.
struct Areas {
    /// The first line.
    title: Rect,
    /// Note and picture.
    picture: Option<Rect>,
    /// Note, elements and what is known of one.
    tree: Option<Rect>,
}

/// Whether there is room for both.
pub(in crate::console) fn shows_both(state: &State) -> bool {
    state.columns >= WIDE || !draws(state)
}

/// Whether a picture is drawn, now or soon.
fn draws(state: &State) -> bool {
    !matches!(state.ability(), Ability::No(_))
}

/// The place for the picture, whatever is in it.
fn room(state: &State, body: Rect) -> Rect {
    let below = Rect {
        y: body.y + 1,
        height: body.height.saturating_sub(1),
        ..body
    };
    if state.columns >= WIDE {
        let width = below.width / 2;
        return Rect { width, ..below };
    }
    below
}

fn areas(state: &State, picture: &Picture, body: Rect) -> Areas {
    let title = Rect { height: 1, ..body };
    let below = Rect {
        y: body.y + 1,
        height: body.height.saturating_sub(1),
        ..body
    };
    let (picture, tree) = if !draws(state) {
        (None, Some(below))
    } else if state.columns >= WIDE {
        let mut left = room(state, body);
        // A narrow picture leaves its room to the elements.
        if let Some(shot) = picture.shot.get() {
            left.width = left.width.min(shot.columns.max(left.width / 2));
        }
        let x = left.right() + 1;
        let right = Rect {
            x,
            width: below.right().saturating_sub(x),
            ..below
        };
        (Some(left), Some(right))
    } else {
        match picture.side {
            Side::Picture => (Some(below), None),
            Side::Tree => (None, Some(below)),
        }
    };
    Areas {
        title,
        picture,
        tree,
    }
}

/// The place that a picture is to be made for; none if none is drawn.
pub(in crate::console) fn fit(state: &State) -> Option<Fit> {
    let picture = state.picture.as_ref()?;
    let body = Layout::of(state)?.body();
    areas(state, picture, body).picture?;
    let room = room(state, body);
    let Ability::Draws(graphics, cell) = state.ability() else {
        return None;
    };
    Some(Fit {
        columns: room.width,
        // One for the note.
        rows: room.height.saturating_sub(1),
        cell,
        grain: match graphics {
            Graphics::Blocks => Grain::Halves,
            Graphics::Kitty | Graphics::Iterm2 | Graphics::Sixel => Grain::Fine,
        },
    })
}

/// How many elements the screen shows at once.
pub(in crate::console) fn rows(state: &State) -> usize {
    let picture = state.picture.as_ref();
    let body = Layout::of(state).map(|layout| layout.body());
    let area = picture
        .zip(body)
        .map(|(picture, body)| areas(state, picture, body));
    let tree = area.and_then(|areas| areas.tree);
    tree.map_or(1, |area| usize::from(tree::list(area).height))
}

/// The picture that the terminal is to draw by itself; none if it is to draw none.
pub(in crate::console) fn placed(state: &State) -> Option<Placed> {
    let picture = state.picture.as_ref()?;
    if state.viewer.is_some() || matches!(state.mode, Mode::Help(_)) {
        return None;
    }
    let Ability::Draws(graphics, _) = state.ability() else {
        return None;
    };
    let shot = picture.shot.get()?;
    if graphics == Graphics::Blocks || shot.fit.grain != Grain::Fine {
        return None;
    }
    let body = Layout::of(state)?.body();
    let area = place(areas(state, picture, body).picture?, shot)?;
    Some(Placed {
        of: picture.of.clone(),
        area,
        shot: Arc::clone(shot),
        outline: picture.outline(),
        graphics,
    })
}

/// Where in its area a picture lies; none while it is too large, after the screen shrank.
fn place(area: Rect, shot: &Shot) -> Option<Rect> {
    let below = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    (shot.columns <= below.width && shot.rows <= below.height).then_some(Rect {
        width: shot.columns,
        height: shot.rows,
        ..below
    })
}

pub(super) fn draw(state: &State, picture: &Picture, body: Rect, buffer: &mut Buffer) {
    let areas = areas(state, picture, body);
    put(
        buffer,
        areas.title,
        areas.title.y,
        &title(state, picture, areas.title),
    );
    if let Some(area) = areas.picture {
        draw_picture(state, picture, area, buffer);
    }
    if let Some(area) = areas.tree {
        tree::draw(state, picture, area, buffer);
    }
}

fn title(state: &State, picture: &Picture, area: Rect) -> Line<'static> {
    let look = state.options.look;
    let glyphs = look.glyphs();
    let (mut title, auto) = match &picture.of {
        Sight::Live(serial) => {
            let device = state.device(serial);
            let model = device.map_or("", |device| device.model.as_str());
            let model = match model {
                "" => String::new(),
                model => format!(" {} {model}", glyphs.dot),
            };
            (format!("screen of {serial}{model}"), picture.auto)
        }
        Sight::Left { task, attempt } => {
            let title = format!(
                "task {task} {} attempt {attempt}: where it ended",
                glyphs.dot
            );
            (title, false)
        }
    };
    if let Ability::No(why) = state.ability() {
        title.push_str(&format!(" {} {why}", glyphs.dot));
    } else if auto {
        let word = if state.frozen { "frozen" } else { "kept fresh" };
        title.push_str(&format!(" {} {word}", glyphs.dot));
    }
    let width = usize::from(area.width);
    let title = format!(
        " {} ",
        text::fit(&title, width.saturating_sub(4), glyphs.more)
    );
    let rest = width.saturating_sub(title.width() + 1);
    Line::from(vec![
        span(look, Role::Dim, glyphs.line),
        span(look, Role::Focus, &title),
        span(look, Role::Dim, &glyphs.line.repeat(rest)),
    ])
}

/// How old something is, or why there is nothing newer.
pub(super) fn note<T>(state: &State, looked: &Looked<T>, busy: &str) -> (Role, String) {
    if looked.asked.is_some() && looked.last.is_none() {
        return (Role::Busy, format!("{busy} ..."));
    }
    let age = looked.last.as_ref().map(|(_, at)| {
        let left = state.picture.as_ref().map(|picture| &picture.of);
        match left {
            Some(Sight::Left { .. }) => "left by the attempt".to_owned(),
            _ => format!("{} old", text::age(state.now.ms_since(*at))),
        }
    });
    match (&looked.error, age) {
        (Some(error), Some(age)) => (Role::Bad, format!("{age}: {error}")),
        (Some(error), None) => (Role::Bad, error.clone()),
        (None, Some(age)) => (Role::Dim, age),
        (None, None) => (Role::Dim, String::new()),
    }
}

fn draw_picture(state: &State, picture: &Picture, area: Rect, buffer: &mut Buffer) {
    let look = state.options.look;
    let (role, said) = match state.ability() {
        Ability::Unknown => (
            Role::Busy,
            "asking the terminal what it can draw ...".to_owned(),
        ),
        _ => note(state, &picture.shot, "taking a picture"),
    };
    if picture.shot.last.is_none() {
        // There is room for all of an error.
        let lines = text::wrap(&said, area.width.into());
        for (y, line) in (area.y..area.bottom()).zip(lines) {
            put(buffer, area, y, &Line::from(span(look, role, &line)));
        }
        return;
    }
    let said = text::fit(&said, area.width.into(), look.glyphs().more);
    put(buffer, area, area.y, &Line::from(span(look, role, &said)));
    let Some(shot) = picture.shot.get() else {
        return;
    };
    let blocks = matches!(state.ability(), Ability::Draws(Graphics::Blocks, _));
    if let Some(place) = place(area, shot)
        && blocks
        && shot.fit.grain == Grain::Halves
    {
        draw_halves(state, shot, picture.outline(), place, buffer);
    }
}

/// Two pixels a cell.
fn draw_halves(
    state: &State,
    shot: &Shot,
    outline: Option<Outline>,
    area: Rect,
    buffer: &mut Buffer,
) {
    let colour = |x, y| {
        let rgb = shot.pixels.outlined_at(x, y, outline);
        if state.options.drawing.hints.true_colour {
            Color::Rgb(rgb[0], rgb[1], rgb[2])
        } else {
            Color::Indexed(nearest(rgb))
        }
    };
    for (row, y) in (0..).zip(area.y..area.bottom()) {
        for (column, x) in (0..).zip(area.x..area.right()) {
            let (upper, lower) = (colour(column, row * 2), colour(column, row * 2 + 1));
            let Some(cell) = buffer.cell_mut((x, y)) else {
                continue;
            };
            if upper == lower {
                // A space in one colour costs fewest bytes.
                cell.set_symbol(" ").set_bg(lower);
            } else {
                cell.set_symbol(UPPER_HALF).set_fg(upper).set_bg(lower);
            }
        }
    }
}

/// The nearest of xterm's 256 colours: of the cube from 16 on, and of the greys from 232 on.
fn nearest([red, green, blue]: [u8; 3]) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let step = |value: u8| {
        let far = |step: &(u8, u8)| step.1.abs_diff(value);
        let nearest = (0..).zip(STEPS).min_by_key(far);
        nearest.unwrap_or((0, 0))
    };
    let cube = [step(red), step(green), step(blue)];
    let mean = (u16::from(red) + u16::from(green) + u16::from(blue)) / 3;
    let level = (mean.saturating_sub(3) / 10).min(23) as u8;
    let grey = 8 + level * 10;
    let far = |colour: [u8; 3]| -> u32 {
        let sides = colour.into_iter().zip([red, green, blue]);
        sides.map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    if far([grey; 3]) < far(cube.map(|(_, value)| value)) {
        232 + level
    } else {
        let [red, green, blue] = cube.map(|(step, _)| step);
        16 + 36 * red + 6 * green + blue
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::nearest;
    use crate::console::event::Event;
    use crate::console::look::{Charset, Look, Palette};
    use crate::console::state::Options;
    use crate::console::terminal::{CellSize, Drawing, Hints, Report};
    use crate::console::testing::{Screen, lines};

    fn options(look: Look) -> Options {
        let hints = Hints {
            true_colour: true,
            ..Hints::default()
        };
        Options {
            look,
            drawing: Drawing {
                hints,
                ..Drawing::default()
            },
            ..Options::default()
        }
    }

    #[test]
    fn the_picture_stands_beside_what_it_is_made_of() {
        let mut screen = Screen::of(120, 24, options(Look::default()));
        screen.keys("ijj");
        let text = screen.text();
        let right: Vec<String> = text
            .lines()
            .map(|line| line.chars().skip(31).collect())
            .collect();
        assert_eq!(
            right[2..7],
            [
                "0s old \u{b7} element 3 of 4",
                "FrameLayout",
                "  TextView \"It's Ann\"",
                "  Button \"Follow\" #follow clickable",
                "  TextView \"Far away\"",
            ],
            "{text}"
        );
        let step = lines(&text, 14, 3);
        assert!(step[0].ends_with("- tapOn:"), "{text}");
        assert!(step[1].ends_with("    id: follow"), "{text}");
        let buffer = screen.buffer();
        let (upper, lower) = (buffer[(0, 4)].fg, buffer[(0, 4)].bg);
        assert_eq!(lower, Color::Rgb(0, 0, 255));
        assert_eq!((upper, buffer[(0, 4)].symbol()), (Color::Reset, " "));
    }

    #[test]
    fn the_element_under_the_cursor_has_a_line_around_it() {
        let mut screen = Screen::of(120, 40, options(Look::default()));
        let lined = |screen: &Screen| {
            let red = Color::Rgb(255, 0, 80);
            let buffer = screen.buffer();
            let mut cells = buffer.content.iter();
            cells.any(|cell| cell.fg == red || cell.bg == red)
        };
        screen.keys("i");
        assert!(!lined(&screen));
        screen.keys("jj");
        assert!(lined(&screen));
    }

    #[test]
    fn without_colour_or_utf_8_only_the_elements_are_shown_and_why() {
        for (look, why) in [
            (Look::new(Palette::NoColor, Charset::Unicode), "NO_COLOR"),
            (Look::new(Palette::Theme, Charset::Ascii), "UTF-8"),
        ] {
            let mut screen = Screen::of(80, 24, options(look));
            screen.keys("i");
            let text = screen.text();
            assert!(text.contains(why) && text.contains("Follow"), "{text}");
            assert_eq!(screen.model.pictures, []);
        }
    }

    #[test]
    fn a_picture_of_the_terminals_own_has_its_place_kept_free() {
        let mut screen = Screen::of(120, 40, options(Look::default()));
        let (width, height) = (10, 20);
        screen.send(Event::Terminal(Report::Cell(CellSize { width, height })));
        screen.send(Event::Terminal(Report::Attributes { sixel: true }));
        screen.keys("ij");
        let placed = super::placed(&screen.state).unwrap();
        assert_eq!((placed.area.width, placed.area.height), (32, 36));
        assert_eq!(placed.shot.pixels.size(), (320, 720));
        assert!(placed.outline.is_some());
        let buffer = screen.buffer();
        let mut cells = placed.area.positions().map(|at| &buffer[at]);
        assert!(cells.all(|cell| *cell == ratatui::buffer::Cell::EMPTY));
        // Behind the help there is none.
        screen.keys("?");
        assert!(super::placed(&screen.state).is_none());
    }

    #[test]
    fn colours_are_the_nearest_of_256() {
        for (rgb, index) in [
            ([0, 0, 0], 16),
            ([255, 255, 255], 231),
            ([255, 0, 0], 196),
            ([95, 135, 175], 67),
            ([128, 128, 128], 244),
            ([8, 8, 8], 232),
            ([250, 10, 5], 196),
        ] {
            assert_eq!(nearest(rgb), index, "{rgb:?}");
        }
    }
}
