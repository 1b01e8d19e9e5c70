//! Redirections: `>`, `>>`, `<`, `2>&1`, here-documents.

use brush_parser::ast::{IoFileRedirectKind, IoFileRedirectTarget, IoRedirect};
use bytes::Bytes;

use super::super::files::{Content, Start};
use super::{Io, Leave, Shell, Sink, Source};

impl Shell {
    /// Applies one redirection; `false` if its file could not be opened, which was said.
    pub(super) async fn redirect(
        &mut self,
        redirect: &IoRedirect,
        io: &mut Io,
    ) -> Result<bool, Leave> {
        match redirect {
            IoRedirect::File(fd, kind, target) => self.redirect_file(*fd, kind, target, io).await,
            IoRedirect::HereDocument(None | Some(0), document) => {
                let text = if document.requires_expansion {
                    self.heredoc(&document.doc.value).await?
                } else {
                    document.doc.value.clone()
                };
                io.stdin = Source::file(Content::from(Bytes::from(text)));
                Ok(true)
            }
            IoRedirect::HereString(None | Some(0), word) => {
                let text = self.text(&word.value).await?;
                io.stdin = Source::file(Content::from(format!("{text}\n")));
                Ok(true)
            }
            IoRedirect::OutputAndError(word, append) => {
                let start = if *append { Start::End } else { Start::Empty };
                let path = self.text(&word.value).await?;
                let Some(sink) = self.open_sink(&path, start).await else {
                    return Ok(false);
                };
                io.stdout = sink.clone();
                io.stderr = sink;
                Ok(true)
            }
            IoRedirect::HereDocument(..) | IoRedirect::HereString(..) => Err(self
                .fail("only the file descriptors 0, 1 and 2 are supported")
                .await),
        }
    }

    async fn redirect_file(
        &mut self,
        fd: Option<i32>,
        kind: &IoFileRedirectKind,
        target: &IoFileRedirectTarget,
        io: &mut Io,
    ) -> Result<bool, Leave> {
        let name = match target {
            IoFileRedirectTarget::Filename(word) | IoFileRedirectTarget::Duplicate(word) => {
                self.text(&word.value).await?
            }
            IoFileRedirectTarget::Fd(number) => number.to_string(),
            IoFileRedirectTarget::ProcessSubstitution(..) => {
                return Err(self
                    .fail("<(...) is not supported by the virtual phone")
                    .await);
            }
        };
        match kind {
            IoFileRedirectKind::Read => {
                let Some(source) = self.open_source(&name, io).await else {
                    return Ok(false);
                };
                io.stdin = source;
            }
            IoFileRedirectKind::Write | IoFileRedirectKind::Clobber => {
                let Some(sink) = self.open_sink(&name, Start::Empty).await else {
                    return Ok(false);
                };
                self.assign(fd.unwrap_or(1), sink, io).await?;
            }
            IoFileRedirectKind::Append => {
                let Some(sink) = self.open_sink(&name, Start::End).await else {
                    return Ok(false);
                };
                self.assign(fd.unwrap_or(1), sink, io).await?;
            }
            IoFileRedirectKind::DuplicateOutput => {
                let sink = match name.as_str() {
                    "1" => io.stdout.clone(),
                    "2" => io.stderr.clone(),
                    "-" => Sink::Null,
                    other => return Err(self.fail(&format!("{other}: bad file descriptor")).await),
                };
                self.assign(fd.unwrap_or(1), sink, io).await?;
            }
            IoFileRedirectKind::DuplicateInput if name == "-" => io.stdin = Source::nothing(),
            IoFileRedirectKind::DuplicateInput if name == "0" => {}
            IoFileRedirectKind::DuplicateInput | IoFileRedirectKind::ReadAndWrite => {
                return Err(self.fail("this redirection is not supported").await);
            }
        }
        Ok(true)
    }

    async fn assign(&mut self, fd: i32, sink: Sink, io: &mut Io) -> Result<(), Leave> {
        match fd {
            1 => io.stdout = sink,
            2 => io.stderr = sink,
            other => return Err(self.fail(&format!("{other}: bad file descriptor")).await),
        }
        Ok(())
    }

    async fn open_sink(&mut self, name: &str, start: Start) -> Option<Sink> {
        if name == "/dev/null" {
            return Some(Sink::Null);
        }
        let path = self.ctx.resolve(name);
        match self.ctx.phone.open_for_writing(&path, start) {
            Ok(()) => Some(Sink::File(self.ctx.phone.clone(), path)),
            Err(error) => {
                self.complain(&format!("can't create {name}: {error}"))
                    .await;
                self.status = 1;
                None
            }
        }
    }

    async fn open_source(&mut self, name: &str, io: &Io) -> Option<Source> {
        match name {
            "/dev/null" => return Some(Source::nothing()),
            "/dev/zero" => return Some(Source::zeros()),
            "/dev/stdin" => return Some(io.stdin.clone()),
            _ => {}
        }
        match self.ctx.phone.read_path(&self.ctx.resolve(name)) {
            Ok(content) => Some(Source::file(content)),
            Err(error) => {
                self.complain(&format!("can't open {name}: {error}")).await;
                self.status = 1;
                None
            }
        }
    }
}
