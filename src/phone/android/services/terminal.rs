//! The terminal in front of an interactive shell: what a PTY does with what a person types.
//!
//! Lines are echoed and can be corrected before they are sent; control-C interrupts,
//! control-D on an empty line ends the input. Nothing else is simulated.

use bytes::Bytes;

const INTERRUPT: u8 = 0x03;
const END: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const DELETE: u8 = 0x7f;

/// Bytes that a line takes, as a Linux terminal.
const LONGEST_LINE: usize = 4_096;

/// What typing has led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// A line with its newline.
    Line(Bytes),
    /// Control-C.
    Interrupt,
    /// Control-D on an empty line.
    End,
}

/// A terminal with the line being typed.
#[derive(Default)]
pub struct Terminal {
    line: Vec<u8>,
}

impl Terminal {
    /// Takes what was typed; gives what to show, and what it led to.
    pub fn take(&mut self, typed: &[u8]) -> (Vec<u8>, Vec<Typed>) {
        let (mut shown, mut events) = (Vec::new(), Vec::new());
        for byte in typed {
            match *byte {
                b'\r' | b'\n' => {
                    shown.push(b'\n');
                    self.line.push(b'\n');
                    events.push(Typed::Line(std::mem::take(&mut self.line).into()));
                }
                INTERRUPT => {
                    shown.extend(b"^C\n");
                    self.line.clear();
                    events.push(Typed::Interrupt);
                }
                END if self.line.is_empty() => events.push(Typed::End),
                END => {}
                BACKSPACE | DELETE => {
                    let erased: &[u8] = match self.line.pop() {
                        Some(_) => b"\x08 \x08",
                        None => b"",
                    };
                    shown.extend(erased);
                }
                byte if self.line.len() < LONGEST_LINE => {
                    shown.push(byte);
                    self.line.push(byte);
                }
                _ => {}
            }
        }
        (shown, events)
    }
}

/// What a terminal shows of a program's output: newlines return the carriage.
pub fn on_screen(output: &[u8]) -> Bytes {
    let mut shown = Vec::with_capacity(output.len() + 16);
    for byte in output {
        if *byte == b'\n' {
            shown.push(b'\r');
        }
        shown.push(*byte);
    }
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_echoed_corrected_and_sent_when_it_is_whole() {
        let mut terminal = Terminal::default();
        assert_eq!(terminal.take(b"lx\x7f"), (b"lx\x08 \x08".to_vec(), vec![]));
        let (shown, events) = terminal.take(b"s\r");
        assert_eq!(
            (shown, events),
            (b"s\n".to_vec(), vec![Typed::Line("ls\n".into())])
        );
    }

    #[test]
    fn control_c_forgets_the_line_and_control_d_ends_an_empty_one() {
        let mut terminal = Terminal::default();
        let (_, events) = terminal.take(b"abc\x04\x03\x04");
        assert_eq!(events, [Typed::Interrupt, Typed::End]);
    }
}
