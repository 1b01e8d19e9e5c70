//! The screen as a PNG: flat colours from a palette, quick to draw and small to pack.

use std::convert::Infallible;

use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{Circle, PrimitiveStyle, Rectangle, RoundedRectangle};
use embedded_graphics::text::{Baseline, Text};

use super::area::Area;
use super::canvas::{
    ACCENT, BAR, BAR_TEXT, BLACK, Canvas, FAINT, FRAME, GROUND, Ink, KEYS, PAPER, TEXT, TOUCH, hue,
};
use super::elements::{Element, Look};
use super::text::{self, MARGIN};
use super::{Picture, canvas};

/// Draws a picture and packs it.
///
/// # Errors
/// [`png::EncodingError`] if the library refuses, which it has no reason to.
pub fn png(picture: &Picture) -> Result<Vec<u8>, png::EncodingError> {
    let ground = if picture.awake { GROUND } else { BLACK };
    let size = Size::new(picture.size.width() as u32, picture.size.height() as u32);
    let mut canvas = Canvas::new(size, ground);
    // Drawing on memory cannot fail: the error has no values.
    let Ok(()) = paint(&mut canvas, picture);
    canvas::pack(&canvas)
}

fn paint(canvas: &mut Canvas, picture: &Picture) -> Result<(), Infallible> {
    if !picture.awake {
        return Ok(());
    }
    for window in &picture.under {
        element(canvas, window)?;
    }
    if !picture.under.is_empty() {
        canvas.dim();
    }
    element(canvas, &picture.active)?;
    for above in &picture.over {
        element(canvas, above)?;
    }
    for (x, y) in &picture.taps {
        Circle::with_center(Point::new(*x, *y), 24)
            .into_styled(PrimitiveStyle::with_stroke(TOUCH, 4))
            .draw(canvas)?;
    }
    Ok(())
}

fn rectangle(area: Area) -> Rectangle {
    let size = Size::new(area.width() as u32, area.height() as u32);
    Rectangle::new(Point::new(area.left, area.top), size)
}

fn rounded(area: Area, radius: u32) -> RoundedRectangle {
    RoundedRectangle::with_equal_corners(rectangle(area), Size::new(radius, radius))
}

/// Draws an element, then what is in it.
fn element(canvas: &mut Canvas, element: &Element) -> Result<(), Infallible> {
    let area = element.area;
    let ink = block(canvas, element)?;
    match element.look {
        Look::Button | Look::Quiet | Look::Tab | Look::Key | Look::Avatar(_) => {
            middle(canvas, element, ink)?;
        }
        Look::Picture(_) | Look::Progress(_) => {}
        _ => letters(canvas, element, ink)?,
    }
    if element.look == Look::Title {
        let line = Area {
            top: area.bottom - 3,
            ..area
        };
        canvas.fill_solid(&rectangle(line), BAR)?;
    }
    if element.checked == Some(true) {
        let at = Point::new(area.right - 28, i32::midpoint(area.top, area.bottom));
        Circle::with_center(at, 16)
            .into_styled(PrimitiveStyle::with_fill(ACCENT))
            .draw(canvas)?;
    }
    for child in &element.children {
        self::element(canvas, child)?;
    }
    Ok(())
}

/// Draws what is behind an element's text, and gives the text's colour.
fn block(canvas: &mut Canvas, element: &Element) -> Result<Ink, Infallible> {
    let area = element.area;
    let filled = PrimitiveStyle::with_fill;
    let framed = |ink| PrimitiveStyle::with_stroke(ink, 2);
    Ok(match element.look {
        Look::Group | Look::Text | Look::Strong | Look::Title => TEXT,
        Look::Small => FAINT,
        Look::Page => {
            canvas.fill_solid(&rectangle(area), GROUND)?;
            TEXT
        }
        Look::Bar => {
            canvas.fill_solid(&rectangle(area), BAR)?;
            BAR_TEXT
        }
        Look::Card => {
            rounded(area, 10).into_styled(filled(PAPER)).draw(canvas)?;
            rounded(area, 10)
                .into_styled(PrimitiveStyle::with_stroke(FRAME, 1))
                .draw(canvas)?;
            TEXT
        }
        Look::Row => {
            let line = Area {
                top: area.bottom - 1,
                ..area
            };
            canvas.fill_solid(&rectangle(area), PAPER)?;
            canvas.fill_solid(&rectangle(line), FRAME)?;
            TEXT
        }
        Look::Field => {
            let frame = if element.focused { ACCENT } else { FRAME };
            rounded(area, 6).into_styled(filled(PAPER)).draw(canvas)?;
            rounded(area, 6).into_styled(framed(frame)).draw(canvas)?;
            TEXT
        }
        Look::Button => {
            let ground = if element.enabled { ACCENT } else { FRAME };
            rounded(area, 8).into_styled(filled(ground)).draw(canvas)?;
            BAR_TEXT
        }
        Look::Quiet => {
            rounded(area, 8).into_styled(filled(PAPER)).draw(canvas)?;
            rounded(area, 8).into_styled(framed(ACCENT)).draw(canvas)?;
            ACCENT
        }
        Look::Tab => {
            canvas.fill_solid(&rectangle(area), PAPER)?;
            if !element.selected {
                return Ok(FAINT);
            }
            let line = Area {
                top: area.bottom - 4,
                ..area
            };
            canvas.fill_solid(&rectangle(line), ACCENT)?;
            ACCENT
        }
        Look::Avatar(colour) => {
            let wide = area.width().min(area.height()) as u32;
            Circle::new(Point::new(area.left, area.top), wide)
                .into_styled(filled(hue(colour)))
                .draw(canvas)?;
            BAR_TEXT
        }
        Look::Picture(colour) => {
            pattern(canvas, area, colour)?;
            TEXT
        }
        Look::Progress(percent) => {
            let full = area.width() * i32::from(percent.min(100)) / 100;
            rounded(area, 5).into_styled(filled(FRAME)).draw(canvas)?;
            rounded(area.slice(0, full), 5)
                .into_styled(filled(ACCENT))
                .draw(canvas)?;
            TEXT
        }
        Look::Keyboard => {
            canvas.fill_solid(&rectangle(area), KEYS)?;
            TEXT
        }
        Look::Key => {
            rounded(area, 6).into_styled(filled(PAPER)).draw(canvas)?;
            TEXT
        }
    })
}

/// A landscape: sky, sun and a hill.
fn pattern(canvas: &mut Canvas, area: Area, colour: u8) -> Result<(), Infallible> {
    canvas.fill_solid(&rectangle(area), hue(colour))?;
    let (width, height) = (area.width(), area.height());
    let sun = (width / 4).min(height / 3);
    let at = area.left + width * (2 + i32::from(colour % 5)) / 8;
    let mut inside = canvas.clipped(&rectangle(area));
    Circle::with_center(Point::new(at, area.top + height / 3), sun as u32)
        .into_styled(PrimitiveStyle::with_fill(hue(colour.wrapping_add(3))))
        .draw(&mut inside)?;
    Circle::with_center(
        Point::new(area.left + width / 3, area.bottom + width / 3),
        width as u32,
    )
    .into_styled(PrimitiveStyle::with_fill(hue(colour.wrapping_add(5))))
    .draw(&mut inside)
}

/// Text in its element, broken where it is full.
fn letters(canvas: &mut Canvas, element: &Element, ink: Ink) -> Result<(), Infallible> {
    let (text, ink) = match element.text.is_empty() {
        true => (element.hint, FAINT),
        false => (element.text.as_str(), ink),
    };
    if text.is_empty() {
        return Ok(());
    }
    let area = element.area;
    let step = text::letter(element.look).1;
    let lines = text::lines(text, text::columns(element.look, area.width()));
    let tops = (area.top + MARGIN..=area.bottom - step).step_by(step as usize);
    for (line, top) in lines.iter().zip(tops) {
        row(
            canvas,
            element.look,
            line,
            Point::new(area.left + MARGIN, top),
            ink,
        )?;
    }
    Ok(())
}

/// A single line in the middle of its element; of an avatar its first letter.
fn middle(canvas: &mut Canvas, element: &Element, ink: Ink) -> Result<(), Infallible> {
    let first: String;
    let text = match element.look {
        Look::Avatar(_) => {
            first = element.description.chars().take(1).collect();
            first.as_str()
        }
        _ => element.text.as_str(),
    };
    let (width, height) = text::letter(element.look);
    let room = text::columns(element.look, element.area.width());
    let text: String = text.chars().take(room).collect();
    let place = element
        .area
        .middle(text.chars().count() as i32 * width, height);
    row(
        canvas,
        element.look,
        &text,
        Point::new(place.left, place.top),
        ink,
    )
}

/// One line; a letter that the font does not have is drawn as a box.
fn row(canvas: &mut Canvas, look: Look, line: &str, at: Point, ink: Ink) -> Result<(), Infallible> {
    let known = |letter: char| matches!(letter, ' '..='~' | '\u{a0}'..='\u{ff}');
    let shown: String = line
        .chars()
        .map(|letter| if known(letter) { letter } else { ' ' })
        .collect();
    let style = MonoTextStyle::new(text::font(look), ink);
    Text::with_baseline(&shown, at, style, Baseline::Top).draw(canvas)?;
    let (width, height) = text::letter(look);
    for (index, _) in line.chars().enumerate().filter(|(_, c)| !known(*c)) {
        let left = at.x + index as i32 * width;
        let place = Area::new(left, at.y, left + width, at.y + height).inset(2);
        rectangle(place)
            .into_styled(PrimitiveStyle::with_stroke(ink, 1))
            .draw(canvas)?;
    }
    Ok(())
}
