//! Pixels in memory: a byte each, an index into a palette.

use std::convert::Infallible;

use embedded_graphics::pixelcolor::PixelColor;
use embedded_graphics::pixelcolor::raw::RawU8;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::Rectangle;

/// A colour: an index into [`PALETTE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink(u8);

impl PixelColor for Ink {
    type Raw = RawU8;
}

pub const BLACK: Ink = Ink(0);
pub const GROUND: Ink = Ink(1);
pub const TEXT: Ink = Ink(2);
pub const BAR: Ink = Ink(3);
pub const BAR_TEXT: Ink = Ink(4);
pub const ACCENT: Ink = Ink(5);
pub const FRAME: Ink = Ink(6);
pub const TOUCH: Ink = Ink(7);
pub const PAPER: Ink = Ink(8);
pub const FAINT: Ink = Ink(9);
pub const KEYS: Ink = Ink(10);
/// The first of the colours of avatars and pictures.
const HUES: u8 = 11;
/// How many there are.
const HUE_COUNT: u8 = 8;
/// Colours that are not dimmed; as many follow that are.
const BRIGHT: u8 = HUES + HUE_COUNT;

/// Red, green and blue of each ink.
const PALETTE: [[u8; 3]; BRIGHT as usize] = [
    [0, 0, 0],
    [238, 240, 244],
    [32, 36, 44],
    [38, 70, 110],
    [250, 250, 250],
    [45, 110, 190],
    [196, 202, 212],
    [220, 70, 60],
    [255, 255, 255],
    [112, 120, 134],
    [212, 216, 224],
    [206, 92, 78],
    [224, 158, 66],
    [110, 160, 84],
    [70, 152, 150],
    [84, 128, 196],
    [126, 102, 178],
    [190, 96, 150],
    [130, 120, 110],
];

/// A colour for avatars and pictures; any number gives one.
pub fn hue(number: u8) -> Ink {
    Ink(HUES + number % HUE_COUNT)
}

/// A drawing.
pub struct Canvas {
    pixels: Vec<u8>,
    size: Size,
}

impl Canvas {
    pub fn new(size: Size, ground: Ink) -> Self {
        Self {
            pixels: vec![ground.0; (size.width * size.height) as usize],
            size,
        }
    }

    /// Darkens all that is drawn so far.
    pub fn dim(&mut self) {
        for pixel in self.pixels.iter_mut().filter(|pixel| **pixel < BRIGHT) {
            *pixel += BRIGHT;
        }
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        self.size
    }
}

impl DrawTarget for Canvas {
    type Color = Ink;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Ink>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Infallible> {
        let width = self.size.width;
        for Pixel(at, ink) in pixels {
            if let (Ok(x), Ok(y)) = (u32::try_from(at.x), u32::try_from(at.y))
                && x < width
                && let Some(pixel) = self.pixels.get_mut((y * width + x) as usize)
            {
                *pixel = ink.0;
            }
        }
        Ok(())
    }

    fn fill_solid(&mut self, area: &Rectangle, ink: Ink) -> Result<(), Infallible> {
        let area = area.intersection(&self.bounding_box());
        let width = area.size.width as usize;
        // The intersection lies on the canvas: its corner is not negative.
        let left = area.top_left.x.max(0) as usize;
        for row in area.rows() {
            let start = row.max(0) as usize * self.size.width as usize + left;
            if let Some(pixels) = self.pixels.get_mut(start..start + width) {
                pixels.fill(ink.0);
            }
        }
        Ok(())
    }
}

/// Packs a drawing as a PNG.
///
/// # Errors
/// [`png::EncodingError`] if the library refuses, which it has no reason to.
pub fn pack(canvas: &Canvas) -> Result<Vec<u8>, png::EncodingError> {
    let dimmed = PALETTE.map(|colour| colour.map(|part| part / 2));
    let palette = [PALETTE, dimmed].concat().concat();
    let mut packed = Vec::with_capacity(32 * 1024);
    let mut encoder = png::Encoder::new(&mut packed, canvas.size.width, canvas.size.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette);
    encoder.set_compression(png::Compression::Fast);
    // Most rows are as the one above: nothing is gained by trying the other filters.
    encoder.set_filter(png::Filter::Up);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&canvas.pixels)?;
    writer.finish()?;
    Ok(packed)
}
