//! A phone's picture as plain pixels, as many as are shown and no more: what is sent to the
//! terminal, kept and recorded is bounded by the screen it is seen on, not by the phone's.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Cursor;

use image::{DynamicImage, ImageFormat, ImageReader, Limits, RgbImage};
use serde::{Deserialize, Serialize};

use super::terminal::CellSize;

/// The longest side of a phone's picture that is read, in pixels.
const LARGEST: u32 = 8_192;
/// Memory that reading one may take, in bytes.
const MEMORY: u64 = 256 << 20;
/// The longest side of a picture that is drawn, in pixels: xterm draws no larger ones, and a
/// larger one would be many times more than a link can carry.
const SIDE: u32 = 1_000;

/// Colour of the lines around an element: seen on light and on dark.
const LINE: [u8; 3] = [255, 0, 80];

/// Pixels of 8-bit red, green and blue.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Png", into = "Png")]
pub struct Pixels {
    image: RgbImage,
}

/// How pixels are recorded.
#[derive(Serialize, Deserialize)]
struct Png(#[serde(with = "super::text_bytes")] Vec<u8>);

/// The room that a picture is to fit in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fit {
    /// Columns of the screen.
    pub columns: u16,
    /// Rows of the screen.
    pub rows: u16,
    /// Size of a cell.
    pub cell: CellSize,
    /// How fine it is drawn.
    pub grain: Grain,
}

/// How fine a picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grain {
    /// Two pixels a cell, one above the other.
    Halves,
    /// Pixels of the terminal's own.
    Fine,
}

/// A picture of a phone's screen, scaled for a place on the operator's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shot {
    /// The pixels.
    pub pixels: Pixels,
    /// Width on the operator's screen, in cells.
    pub columns: u16,
    /// Height on the operator's screen, in cells.
    pub rows: u16,
    /// Size of the phone's screen in pixels, as it is turned.
    pub of: (u32, u32),
    /// The place it was made for.
    pub fit: Fit,
    /// Tells it from other pictures.
    pub print: u64,
}

/// A rectangle of pixels; its right and bottom edges lie outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Outline {
    /// Left edge.
    pub left: u32,
    /// Top edge.
    pub top: u32,
    /// Right edge.
    pub right: u32,
    /// Bottom edge.
    pub bottom: u32,
}

/// A picture that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the picture cannot be read: {0}")]
pub struct PictureError(#[from] image::ImageError);

impl Shot {
    /// Reads a PNG and scales it down. Takes tens of milliseconds: call it off the workers.
    ///
    /// # Errors
    /// [`PictureError`] if it is no picture, or larger than any phone's.
    pub fn of(png: &[u8], fit: Fit) -> Result<Self, PictureError> {
        let image = read(png)?;
        let of = (image.width(), image.height());
        let (columns, rows) = fit.cells(of);
        let (width, height) = match fit.grain {
            Grain::Halves => (u32::from(columns), u32::from(rows) * 2),
            Grain::Fine => (
                u32::from(columns) * u32::from(fit.cell.width),
                u32::from(rows) * u32::from(fit.cell.height),
            ),
        };
        let image = image.thumbnail_exact(width, height).into_rgb8();
        let mut hasher = DefaultHasher::new();
        (of, columns, rows, image.as_raw()).hash(&mut hasher);
        Ok(Self {
            pixels: Pixels { image },
            columns,
            rows,
            of,
            fit,
            print: hasher.finish(),
        })
    }

    /// The pixels of this picture that lie around what has these bounds on the phone's screen.
    #[must_use]
    pub fn outline(&self, left: i32, top: i32, right: i32, bottom: i32) -> Outline {
        let (width, height) = self.pixels.size();
        let scaled = |at: i32, from: u32, to: u32| {
            let at = u64::from(u32::try_from(at).unwrap_or(0).min(from));
            u32::try_from(at * u64::from(to) / u64::from(from.max(1))).unwrap_or(to)
        };
        let (left, top) = (
            scaled(left, self.of.0, width).min(width.saturating_sub(1)),
            scaled(top, self.of.1, height).min(height.saturating_sub(1)),
        );
        Outline {
            left,
            top,
            right: scaled(right, self.of.0, width).max(left + 1),
            bottom: scaled(bottom, self.of.1, height).max(top + 1),
        }
    }
}

fn read(png: &[u8]) -> Result<DynamicImage, PictureError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LARGEST);
    limits.max_image_height = Some(LARGEST);
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(png), ImageFormat::Png);
    reader.limits(limits);
    Ok(reader.decode()?)
}

impl Fit {
    /// How many columns and rows a picture of this size takes, not bent and at least one each.
    fn cells(self, (width, height): (u32, u32)) -> (u16, u16) {
        let (width, height) = (u64::from(width.max(1)), u64::from(height.max(1)));
        let cell = (u64::from(self.cell.width), u64::from(self.cell.height));
        let side = |cells: u16, cell: u64| match self.grain {
            Grain::Fine => (u64::from(cells) * cell).min(u64::from(SIDE)),
            Grain::Halves => u64::from(cells) * cell,
        };
        let room = (side(self.columns, cell.0), side(self.rows, cell.1));
        // The side that fills its room decides: width / height against room.0 / room.1.
        let (wide, high) = if width * room.1 > height * room.0 {
            (room.0, room.0 * height / width)
        } else {
            (room.1 * width / height, room.1)
        };
        let cells = |pixels: u64, cell: u64, most: u16| {
            let cells = (pixels + cell / 2) / cell.max(1);
            u16::try_from(cells).unwrap_or(most).clamp(1, most.max(1))
        };
        (
            cells(wide, cell.0, self.columns),
            cells(high, cell.1, self.rows),
        )
    }
}

impl Pixels {
    /// Width and height.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        self.image.dimensions()
    }

    /// The colour of a pixel; black outside.
    #[must_use]
    pub fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let pixel = self.image.get_pixel_checked(x, y);
        pixel.map_or([0; 3], |pixel| pixel.0)
    }

    /// The picture with lines around a part of it.
    #[must_use]
    pub fn outlined(&self, outline: Option<Outline>) -> DynamicImage {
        let mut image = self.image.clone();
        if let Some(outline) = outline {
            // A line of one pixel is lost on a picture of many.
            let thick = 1 + image.width() / 200;
            for (x, y, pixel) in image.enumerate_pixels_mut() {
                if outline.is_edge(x, y, thick) {
                    pixel.0 = LINE;
                }
            }
        }
        DynamicImage::ImageRgb8(image)
    }

    /// The colour of a pixel of the picture with lines of one pixel around a part of it.
    #[must_use]
    pub fn outlined_at(&self, x: u32, y: u32, outline: Option<Outline>) -> [u8; 3] {
        match outline {
            Some(outline) if outline.is_edge(x, y, 1) => LINE,
            _ => self.at(x, y),
        }
    }
}

impl Outline {
    fn is_edge(self, x: u32, y: u32, thick: u32) -> bool {
        let inside = (self.left..self.right).contains(&x) && (self.top..self.bottom).contains(&y);
        let near = |at: u32, low: u32, high: u32| at < low + thick || at + thick >= high;
        inside && (near(x, self.left, self.right) || near(y, self.top, self.bottom))
    }
}

impl TryFrom<Png> for Pixels {
    type Error = PictureError;

    fn try_from(png: Png) -> Result<Self, PictureError> {
        let image = read(&png.0)?.into_rgb8();
        Ok(Self { image })
    }
}

impl From<Pixels> for Png {
    fn from(pixels: Pixels) -> Self {
        let mut png = Vec::new();
        // Writing to memory fails for sizes that are no picture's only: nothing is kept of it.
        let _ = pixels
            .image
            .write_to(&mut Cursor::new(&mut png), ImageFormat::Png);
        Self(png)
    }
}

impl fmt::Debug for Pixels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (width, height) = self.size();
        write!(f, "Pixels({width}x{height})")
    }
}

impl fmt::Debug for Shot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (columns, rows) = (self.columns, self.rows);
        write!(f, "Shot({:?} in {columns}x{rows} cells)", self.pixels)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Cursor;

    use image::{ImageFormat, Rgb, RgbImage};

    use super::{Fit, Grain, Outline, Shot};
    use crate::console::terminal::CellSize;

    /// A PNG, its upper half of one colour and its lower half of another.
    pub fn png(width: u32, height: u32, upper: [u8; 3], lower: [u8; 3]) -> Vec<u8> {
        let image = RgbImage::from_fn(width, height, |_, y| {
            Rgb(if y < height / 2 { upper } else { lower })
        });
        let mut png = Vec::new();
        image
            .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
            .unwrap();
        png
    }

    fn fit(columns: u16, rows: u16, grain: Grain) -> Fit {
        let cell = CellSize::USUAL;
        Fit {
            columns,
            rows,
            cell,
            grain,
        }
    }

    const RED: [u8; 3] = [255, 0, 0];
    const BLUE: [u8; 3] = [0, 0, 255];

    #[test]
    fn a_picture_is_scaled_to_what_is_shown_and_not_bent() {
        let png = png(1080, 2400, RED, BLUE);
        let shot = Shot::of(&png, fit(60, 40, Grain::Halves)).unwrap();
        assert_eq!((shot.columns, shot.rows), (36, 40));
        assert_eq!(shot.pixels.size(), (36, 80));
        assert_eq!([shot.pixels.at(0, 0), shot.pixels.at(35, 79)], [RED, BLUE]);
        let shot = Shot::of(&png, fit(10, 40, Grain::Fine)).unwrap();
        assert_eq!((shot.columns, shot.rows), (10, 11));
        assert_eq!(shot.pixels.size(), (100, 220));
    }

    #[test]
    fn a_picture_on_a_very_large_screen_has_a_limit() {
        let png = png(900, 900, RED, BLUE);
        let shot = Shot::of(&png, fit(400, 200, Grain::Fine)).unwrap();
        assert_eq!(shot.pixels.size(), (1_000, 1_000));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let fit = fit(10, 10, Grain::Halves);
        for bytes in [&b""[..], b"\x89PNG\r\n\x1a\n", &png(9_000, 1, RED, RED)] {
            assert!(Shot::of(bytes, fit).is_err());
        }
    }

    #[test]
    fn the_bounds_of_an_element_are_scaled_with_the_picture() {
        let png = png(1_000, 2_000, RED, BLUE);
        let shot = Shot::of(&png, fit(10, 10, Grain::Fine)).unwrap();
        assert_eq!(shot.pixels.size(), (100, 200));
        let outline = shot.outline(100, 200, 500, 400);
        let expected = Outline {
            left: 10,
            top: 20,
            right: 50,
            bottom: 40,
        };
        assert_eq!(outline, expected);
        let image = shot.pixels.outlined(Some(outline)).into_rgb8();
        assert_eq!(image.get_pixel(10, 30).0, super::LINE);
        assert_eq!(image.get_pixel(30, 30).0, RED);
        // Of what lies outside, the nearest edge is shown.
        let away = shot.outline(-50, 5_000, -20, 6_000);
        assert!(away.right <= 100 && away.bottom <= 200, "{away:?}");
    }

    #[test]
    fn a_recorded_picture_is_the_same() {
        let shot = Shot::of(&png(90, 200, RED, BLUE), fit(9, 10, Grain::Halves)).unwrap();
        let text = serde_json::to_string(&shot).unwrap();
        assert_eq!(serde_json::from_str::<Shot>(&text).unwrap(), shot);
    }
}
