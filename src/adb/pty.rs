//! The output of a phone without `shell_v2`: a terminal, with both outputs merged, `\r\n` for
//! every newline, and no exit code. Our shell line prints a marker and `$?` at its end; here
//! they are found again, whatever pieces they arrive in.

use bytes::{Bytes, BytesMut};

/// Takes a terminal's bytes, gives output and at last the exit code.
#[derive(Debug)]
pub(super) struct Pty {
    marker: String,
    held: BytesMut,
    /// The last byte was `\r`: whether it belongs to a newline shows with the next one.
    pending_cr: bool,
}

/// What came out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PtyPart {
    Data(Bytes),
    Exit(i32),
    /// Nothing without more bytes.
    More,
}

impl Pty {
    /// Waits for `MARKER CODE` and a newline.
    pub fn new(marker: String) -> Self {
        Self {
            marker,
            held: BytesMut::new(),
            pending_cr: false,
        }
    }

    /// Takes all of `bytes`.
    pub fn feed(&mut self, bytes: &mut BytesMut) {
        for byte in bytes.split() {
            if self.pending_cr && byte != b'\n' {
                self.held.extend_from_slice(b"\r");
            }
            self.pending_cr = byte == b'\r';
            if !self.pending_cr {
                self.held.extend_from_slice(&[byte]);
            }
        }
    }

    /// The next piece of output, or the exit code.
    pub fn next(&mut self) -> PtyPart {
        let (start, code) = self.find();
        if start > 0 {
            return PtyPart::Data(self.held.split_to(start).freeze());
        }
        code.map_or(PtyPart::More, PtyPart::Exit)
    }

    /// Where the marker, or what may become it, begins; and the code behind a whole one.
    fn find(&self) -> (usize, Option<i32>) {
        let marker = self.marker.as_bytes();
        let mut from = 0;
        while let Some(tail) = self.held.get(from..) {
            let Some(at) = tail.iter().position(|b| Some(b) == marker.first()) else {
                break;
            };
            from += at;
            let tail = tail.get(at..).unwrap_or_default();
            if marker.starts_with(tail) {
                return (from, None);
            }
            if let Some(rest) = tail.strip_prefix(marker) {
                let line = rest.split(|b| *b == b'\n').next().unwrap_or_default();
                let whole = rest.len() > line.len();
                let code = std::str::from_utf8(line).ok().map(str::trim);
                match code.and_then(|c| c.parse().ok()) {
                    Some(code) if whole => return (from, Some(code)),
                    _ if !whole && line.len() <= 4 => return (from, None),
                    _ => {}
                }
            }
            from += 1;
        }
        (self.held.len(), None)
    }
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;

    use super::{Pty, PtyPart};

    fn run(pieces: &[&[u8]]) -> (Vec<u8>, Option<i32>) {
        let mut pty = Pty::new("fh12e".into());
        let mut out = Vec::new();
        for piece in pieces {
            pty.feed(&mut BytesMut::from(*piece));
            loop {
                match pty.next() {
                    PtyPart::Data(data) => out.extend_from_slice(&data),
                    PtyPart::Exit(code) => return (out, Some(code)),
                    PtyPart::More => break,
                }
            }
        }
        (out, None)
    }

    #[test]
    fn output_and_exit_code_are_found_however_they_are_cut() {
        let whole = b"fh one\r\ntwo\rfh12fh12e 17\r\n";
        for cut in 0..whole.len() {
            let (a, b) = whole.split_at(cut);
            let got = run(&[a, b]);
            assert_eq!(
                got,
                (b"fh one\ntwo\rfh12".to_vec(), Some(17)),
                "cut at {cut}"
            );
        }
        let bytes: Vec<&[u8]> = whole.chunks(1).collect();
        assert_eq!(run(&bytes).1, Some(17));
    }

    #[test]
    fn output_is_not_held_back_without_need() {
        assert_eq!(run(&[b"ready: f"]).0, b"ready: ");
        assert_eq!(run(&[b"ready: "]).0, b"ready: ");
    }

    #[test]
    fn a_marker_without_a_number_is_output() {
        assert_eq!(run(&[b"fh12e soon\n"]), (b"fh12e soon\n".to_vec(), None));
    }
}
