//! An attempt's log: written as the output comes, and bounded, with the middle cut out. The
//! beginning says what was done, the end how it went; what lies between is worth least.

use std::collections::VecDeque;
use std::io;
use std::path::Path;

use tokio::fs::File;
use tokio::io::AsyncWriteExt;

/// Bytes kept of the beginning.
const HEAD: usize = 768 << 10;
/// Bytes kept of the end; they wait in memory until then.
const TAIL: usize = 256 << 10;

/// A log file that is being written. A write that fails ends the writing, not the task.
pub(in crate::flow) struct Log {
    file: Result<File, io::Error>,
    bounded: Bounded,
}

impl Log {
    /// Creates the file.
    pub(in crate::flow) async fn create(path: &Path) -> Self {
        Self {
            file: File::create(path).await,
            bounded: Bounded::new(HEAD, TAIL),
        }
    }

    /// A log that takes nothing: in the place of one that is being closed.
    pub(in crate::flow) fn closed() -> Self {
        Self {
            file: Err(io::ErrorKind::NotConnected.into()),
            bounded: Bounded::new(0, 0),
        }
    }

    /// Adds output.
    pub(in crate::flow) async fn write(&mut self, output: &[u8]) {
        let head = self.bounded.push(output);
        self.put(head).await;
    }

    /// Adds a line of farmhand's own.
    pub(in crate::flow) async fn line(&mut self, line: &str) {
        self.write(format!("{line}\n").as_bytes()).await;
    }

    /// Writes what was held back and brings all of it to the disk.
    ///
    /// # Errors
    /// The first one that any write had.
    pub(in crate::flow) async fn close(mut self) -> io::Result<()> {
        let rest = self.bounded.end();
        self.put(&rest).await;
        self.file?.sync_all().await
    }

    async fn put(&mut self, bytes: &[u8]) {
        let Ok(file) = &mut self.file else { return };
        if bytes.is_empty() {
            return;
        }
        let written = async {
            file.write_all(bytes).await?;
            file.flush().await
        };
        if let Err(error) = written.await {
            self.file = Err(error);
        }
    }
}

/// Decides what of a stream is kept: its first and its last bytes.
struct Bounded {
    /// Bytes of the head still to come.
    head: usize,
    tail: VecDeque<u8>,
    most: usize,
    cut: u64,
}

impl Bounded {
    const fn new(head: usize, tail: usize) -> Self {
        Self {
            head,
            tail: VecDeque::new(),
            most: tail,
            cut: 0,
        }
    }

    /// Takes some output and gives back the part that belongs to the head.
    fn push<'a>(&mut self, output: &'a [u8]) -> &'a [u8] {
        let (head, rest) = output.split_at(output.len().min(self.head));
        self.head -= head.len();
        // Of more than a tail's worth only the last part can stay.
        let (skipped, rest) = rest.split_at(rest.len().saturating_sub(self.most));
        let over = (self.tail.len() + rest.len()).saturating_sub(self.most);
        self.tail.drain(..over);
        self.tail.extend(rest);
        self.cut += (skipped.len() + over) as u64;
        head
    }

    /// What comes after the head: the mark, if anything was cut, and the tail.
    fn end(&mut self) -> Vec<u8> {
        let tail: Vec<u8> = std::mem::take(&mut self.tail).into();
        if self.cut == 0 {
            return tail;
        }
        let mut end = format!("\n... {} bytes cut ...\n", self.cut).into_bytes();
        end.extend(tail);
        end
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounded, HEAD, Log, TAIL};

    fn kept(chunks: &[&str], head: usize, tail: usize) -> String {
        let mut bounded = Bounded::new(head, tail);
        let mut kept = Vec::new();
        for chunk in chunks {
            kept.extend(bounded.push(chunk.as_bytes()));
        }
        kept.extend(bounded.end());
        String::from_utf8(kept).unwrap()
    }

    #[test]
    fn what_fits_is_kept_whole() {
        assert_eq!(kept(&["abc", "", "def", "g"], 4, 3), "abcdefg");
    }

    #[test]
    fn the_middle_is_cut_out_and_marked() {
        assert_eq!(
            kept(&["abc", "defgh", "ij"], 4, 3),
            "abcd\n... 3 bytes cut ...\nhij"
        );
    }

    #[test]
    fn a_chunk_larger_than_everything_is_cut_too() {
        assert_eq!(
            kept(&["abcdefghijkl", "m"], 4, 3),
            "abcd\n... 6 bytes cut ...\nklm"
        );
    }

    #[tokio::test]
    async fn a_file_holds_one_mebibyte_of_output_at_most() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.txt");
        let mut log = Log::create(&path).await;
        for _ in 0..40 {
            log.write(&vec![b'x'; 50_000]).await;
        }
        log.close().await.unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let mark = format!("\n... {} bytes cut ...\n", 2_000_000 - (1 << 20));
        assert_eq!(text.len(), HEAD + TAIL + mark.len());
        assert!(text.contains(&mark));
    }

    #[tokio::test]
    async fn a_log_that_cannot_be_written_tells_it_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::create(&folder.path().join("none/log.txt")).await;
        log.line("hello").await;
        assert!(log.close().await.is_err());
    }
}
