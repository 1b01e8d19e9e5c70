//! `base64`, and the decoder that Android's `Base64.decode` is.

use bytes::BytesMut;

use super::{Context, Ending, text};

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Characters of a line, as toybox breaks them.
const LINE: usize = 76;

/// `base64 [-d] [-w COLUMNS] [FILE...]`
pub async fn base64(ctx: Context, args: Vec<String>) -> Ending {
    let (mut decodes, mut columns, mut names) = (false, LINE, Vec::new());
    let mut words = args.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "-d" | "-di" => decodes = true,
            "-i" => {}
            "-w" => columns = words.next().and_then(|n| n.parse().ok()).unwrap_or(LINE),
            name => names.push(name),
        }
    }
    let (sources, code) = text::open(&ctx, "base64", &names).await?;
    for (_, source) in sources {
        let mut bytes = BytesMut::new();
        while let Some(chunk) = source.chunk().await {
            bytes.extend_from_slice(&chunk);
        }
        if !decodes {
            ctx.io
                .stdout
                .write(wrapped(&encode(&bytes), columns))
                .await?;
            continue;
        }
        match decode(&String::from_utf8_lossy(&bytes)) {
            Some(plain) => ctx.io.stdout.write(plain).await?,
            None => {
                ctx.io.stderr.write("base64: invalid input\n").await?;
                return Ok(1);
            }
        }
    }
    Ok(code)
}

fn wrapped(text: &str, columns: usize) -> String {
    if columns == 0 {
        return text.to_owned();
    }
    let mut lines = String::with_capacity(text.len() + text.len() / columns + 1);
    for (index, digit) in text.chars().enumerate() {
        if index > 0 && index % columns == 0 {
            lines.push('\n');
        }
        lines.push(digit);
    }
    if !lines.is_empty() {
        lines.push('\n');
    }
    lines
}

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - group.len()));
        for place in 0..4 {
            let value = (bits >> (18 - 6 * place) & 63) as usize;
            let digit = DIGITS.get(value).filter(|_| place <= group.len());
            text.push(digit.map_or('=', |digit| char::from(*digit)));
        }
    }
    text
}

/// Decodes, skipping white space; `None` if it is not base64.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let end = digits
        .iter()
        .position(|b| *b == b'=')
        .unwrap_or(digits.len());
    let (digits, padding) = digits.split_at(end);
    let whole = padding.is_empty() || (digits.len() + padding.len()).is_multiple_of(4);
    if !whole || padding.len() > 2 || padding.iter().any(|b| *b != b'=') || digits.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for group in digits.chunks(4) {
        let mut bits = 0_u32;
        for digit in group {
            let value = DIGITS.iter().position(|known| known == digit)?;
            bits = bits << 6 | value as u32;
        }
        bits <<= 6 * (4 - group.len());
        let three = [(bits >> 16) as u8, (bits >> 8) as u8, bits as u8];
        bytes.extend(three.iter().take(group.len() - 1));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_is_decoded_again() {
        for text in ["", "a", "ab", "abc", "grüße 🎉\n"] {
            let encoded = encode(text.as_bytes());
            assert_eq!(
                decode(&encoded).as_deref(),
                Some(text.as_bytes()),
                "{encoded}"
            );
        }
        assert_eq!(encode(b"ab"), "YWI=");
        assert_eq!(decode("YW\nI").as_deref(), Some(&b"ab"[..]));
        assert_eq!(wrapped("aaaa", 3), "aaa\na\n");
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        for text in ["a", "ab=c", "a===", "ä", "YWI=="] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
