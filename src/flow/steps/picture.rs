//! Whether two pictures of a screen show the same.

use std::io::Cursor;

use png::{ColorType, Decoder, Transformations};

/// Mean difference of colors, in percent, from which on two pictures differ: Maestro's
/// `SCREENSHOT_DIFF_THRESHOLD`, over the `differencePercent` of its image comparison.
const THRESHOLD: f64 = 0.005;

/// Most bytes of a decoded picture: more than an 8K screen is a defect.
const LARGEST: usize = 256 << 20;

/// Whether two PNGs show the same, as far as an eye can tell. `None` if they cannot be
/// compared: of other sizes, or no pictures. Costs some milliseconds a megapixel: call it
/// off the async workers.
pub(super) fn are_alike(one: &[u8], other: &[u8]) -> Option<bool> {
    if one == other {
        return Some(true);
    }
    let (one, other) = (Pixels::decode(one)?, Pixels::decode(other)?);
    if (one.size, one.channels) != (other.size, other.channels) || one.bytes.is_empty() {
        return None;
    }
    // Line by line: the sum of one cannot overflow.
    let difference: u64 = one
        .bytes
        .chunks(1 << 16)
        .zip(other.bytes.chunks(1 << 16))
        .map(|(one, other)| {
            let pairs = one.iter().zip(other);
            pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>()
        })
        .sum();
    #[expect(
        clippy::cast_precision_loss,
        reason = "a share of a percent needs no more than 52 bits"
    )]
    let percent = difference as f64 * 100.0 / (one.bytes.len() as f64 * 255.0);
    Some(percent <= THRESHOLD)
}

struct Pixels {
    size: (u32, u32),
    channels: ColorType,
    bytes: Vec<u8>,
}

impl Pixels {
    fn decode(png: &[u8]) -> Option<Self> {
        let mut decoder = Decoder::new(Cursor::new(png));
        decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
        let mut reader = decoder.read_info().ok()?;
        let size = reader.output_buffer_size()?;
        if size > LARGEST {
            return None;
        }
        let mut bytes = vec![0; size];
        let frame = reader.next_frame(&mut bytes).ok()?;
        bytes.truncate(frame.buffer_size());
        Some(Self {
            size: (frame.width, frame.height),
            channels: frame.color_type,
            bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::are_alike;

    fn picture(width: u32, height: u32, dots: &[usize]) -> Vec<u8> {
        let mut bytes = vec![0; (width * height * 3) as usize];
        for dot in dots {
            bytes[dot * 3] = 255;
        }
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, width, height);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&bytes).unwrap();
        writer.finish().unwrap();
        png
    }

    #[test]
    fn the_same_picture_is_alike() {
        assert_eq!(
            are_alike(&picture(9, 9, &[]), &picture(9, 9, &[])),
            Some(true)
        );
    }

    #[test]
    fn a_stray_dot_on_a_large_screen_is_no_difference() {
        let blank = picture(400, 400, &[]);
        assert_eq!(are_alike(&blank, &picture(400, 400, &[7])), Some(true));
        let line: Vec<usize> = (0..400).collect();
        assert_eq!(are_alike(&blank, &picture(400, 400, &line)), Some(false));
    }

    #[test]
    fn pictures_of_other_sizes_cannot_be_compared() {
        assert_eq!(are_alike(&picture(9, 9, &[]), &picture(9, 8, &[])), None);
        assert_eq!(are_alike(b"no picture", &picture(9, 8, &[])), None);
    }
}
