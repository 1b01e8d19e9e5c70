//! The screen as a PNG: flat colours from a palette, quick to draw and small to pack.

use std::convert::Infallible;

use embedded_graphics::mono_font::iso_8859_1::FONT_10X20;
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::PixelColor;
use embedded_graphics::pixelcolor::raw::RawU8;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{Circle, PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Baseline, Text};

use super::elements::Look;
use super::{Element, Picture, SIZE};

/// A colour: an index into [`PALETTE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ink(u8);

impl PixelColor for Ink {
    type Raw = RawU8;
}

const BLACK: Ink = Ink(0);
const PAPER: Ink = Ink(1);
const TEXT: Ink = Ink(2);
const BAR: Ink = Ink(3);
const BAR_TEXT: Ink = Ink(4);
const BUTTON: Ink = Ink(5);
const FRAME: Ink = Ink(6);
const TOUCH: Ink = Ink(7);

/// Red, green and blue of each ink.
const PALETTE: [u8; 24] = [
    0, 0, 0, 245, 246, 248, 32, 36, 44, 38, 70, 110, 250, 250, 250, 60, 120, 190, 150, 158, 170,
    220, 70, 60,
];

const FONT: MonoFont<'static> = FONT_10X20;
/// Width and height of a letter.
const LETTER: (i32, i32) = (10, 20);

struct Canvas(Vec<u8>);

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(SIZE.0, SIZE.1)
    }
}

impl DrawTarget for Canvas {
    type Color = Ink;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Ink>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Infallible> {
        for Pixel(at, ink) in pixels {
            self.put(at, ink);
        }
        Ok(())
    }

    fn fill_solid(&mut self, area: &Rectangle, ink: Ink) -> Result<(), Infallible> {
        let area = area.intersection(&self.bounding_box());
        let width = area.size.width as usize;
        // The intersection lies on the canvas: its corner is not negative.
        let left = area.top_left.x.max(0) as usize;
        for row in area.rows() {
            let start = row.max(0) as usize * SIZE.0 as usize + left;
            if let Some(pixels) = self.0.get_mut(start..start + width) {
                pixels.fill(ink.0);
            }
        }
        Ok(())
    }
}

impl Canvas {
    fn put(&mut self, at: Point, ink: Ink) {
        let (Ok(x), Ok(y)) = (u32::try_from(at.x), u32::try_from(at.y)) else {
            return;
        };
        if x < SIZE.0
            && let Some(pixel) = self.0.get_mut((y * SIZE.0 + x) as usize)
        {
            *pixel = ink.0;
        }
    }

    fn element(&mut self, element: &Element) -> Result<(), Infallible> {
        let [left, top, right, bottom] = element.bounds;
        let area =
            Rectangle::with_corners(Point::new(left, top), Point::new(right - 1, bottom - 1));
        let ink = match element.look {
            Look::Bar => {
                self.fill_solid(&area, BAR)?;
                BAR_TEXT
            }
            Look::Button => {
                self.fill_solid(&area, BUTTON)?;
                BAR_TEXT
            }
            Look::Field => {
                area.into_styled(PrimitiveStyle::with_stroke(FRAME, 2))
                    .draw(self)?;
                TEXT
            }
            Look::Label | Look::Title => TEXT,
        };
        self.text(element, ink)?;
        if element.look == Look::Title {
            let line = Rectangle::new(
                Point::new(left, bottom - 3),
                Size::new((right - left) as u32, 3),
            );
            self.fill_solid(&line, BAR)?;
        }
        Ok(())
    }

    /// Text in its element, broken where it is full.
    fn text(&mut self, element: &Element, ink: Ink) -> Result<(), Infallible> {
        let [left, top, right, bottom] = element.bounds;
        let margin = 8;
        let columns = ((right - left - 2 * margin) / LETTER.0).max(1) as usize;
        let letters: Vec<char> = element.text.chars().collect();
        let lines = letters
            .split(|c| *c == '\n')
            .flat_map(|line| line.chunks(columns));
        let style = MonoTextStyle::new(&FONT, ink);
        let tops = (top + margin..=bottom - LETTER.1).step_by(LETTER.1 as usize);
        for (line, top) in lines.zip(tops) {
            let text: String = line.iter().collect();
            Text::with_baseline(&text, Point::new(left + margin, top), style, Baseline::Top)
                .draw(self)?;
        }
        Ok(())
    }
}

/// Draws a picture and packs it.
///
/// # Errors
/// [`png::EncodingError`] if the library refuses, which it has no reason to.
pub fn png(picture: &Picture) -> Result<Vec<u8>, png::EncodingError> {
    let ground = if picture.awake { PAPER } else { BLACK };
    let mut canvas = Canvas(vec![ground.0; (SIZE.0 * SIZE.1) as usize]);
    // Drawing on memory cannot fail: the error has no values.
    let Ok(()) = picture
        .elements
        .iter()
        .try_for_each(|element| canvas.element(element));
    for (x, y) in picture.taps.iter().filter(|_| picture.awake) {
        let mark = Circle::with_center(Point::new(*x, *y), 24);
        let Ok(()) = mark
            .into_styled(PrimitiveStyle::with_stroke(TOUCH, 4))
            .draw(&mut canvas);
    }
    let mut packed = Vec::with_capacity(16 * 1024);
    let mut encoder = png::Encoder::new(&mut packed, SIZE.0, SIZE.1);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(PALETTE.as_slice());
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&canvas.0)?;
    writer.finish()?;
    Ok(packed)
}
