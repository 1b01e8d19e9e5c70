//! Asks the farm what the console wants to know, off its thread, each with a deadline; the
//! answers come back as events.

use std::future::Future;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::files::{self, Places};
use super::paint::Encoded;
use super::save;
use crate::console::event::{Answer, Ask, Event, RequestNo};
use crate::console::pixels::{Fit, Shot};
use crate::console::source::{Command, Done, Import, Sight, Source, SourceError};
use crate::model::Existing;

/// The longest a question may take.
const READ_LIMIT: Duration = Duration::from_secs(10);
/// The longest a look at a phone may take: the farm gives up before.
const LOOK_LIMIT: Duration = Duration::from_secs(40);
/// The longest a change may take; stopping many tasks waits for their phones.
const CHANGE_LIMIT: Duration = Duration::from_secs(120);

/// Something for the console's thread.
#[derive(Debug)]
pub(super) enum Incoming {
    /// For the state.
    Event(Event),
    /// The terminal may have another size.
    Resized,
    /// A picture is ready to be sent.
    Encoded(Encoded),
}

/// The way to the console's thread.
#[derive(Clone)]
pub(super) struct Mailbox {
    sender: mpsc::Sender<Incoming>,
    wake: Arc<UnixStream>,
}

impl Mailbox {
    /// `wake` is the writing end of the pair that the thread polls; it must not block.
    pub fn new(sender: mpsc::Sender<Incoming>, wake: UnixStream) -> Self {
        Self {
            sender,
            wake: Arc::new(wake),
        }
    }

    /// Delivers it once there is room. False: the console has ended.
    pub async fn send(&self, incoming: Incoming) -> bool {
        let delivered = self.sender.send(incoming).await.is_ok();
        // A full pipe means that the thread is about to look anyway.
        let _ = (&*self.wake).write(&[0]);
        delivered
    }
}

/// Asks a source on a runtime.
pub(super) struct Asker {
    source: Arc<dyn Source>,
    runtime: Handle,
    mailbox: Mailbox,
    places: Arc<Places>,
    /// The question for rows that is under way.
    page: Option<AbortHandle>,
}

impl Asker {
    /// Asks `source` by tasks of `runtime`; the operator's own files lie in `places`.
    pub fn new(source: Arc<dyn Source>, runtime: Handle, mailbox: Mailbox, places: Places) -> Self {
        Self {
            source,
            runtime,
            mailbox,
            places: Arc::new(places),
            page: None,
        }
    }

    /// Asks; the answer comes by the mailbox. A question for rows overtakes the one before it:
    /// nobody waits for that any more, and its answer may be the end of a long search.
    pub fn ask(&mut self, no: RequestNo, ask: Ask) {
        let source = Arc::clone(&self.source);
        let mailbox = self.mailbox.clone();
        let places = Arc::clone(&self.places);
        let is_page = matches!(ask, Ask::Page(_));
        let task = self.runtime.spawn(async move {
            let answer = answer(&*source, &places, ask).await;
            let event = Event::Answer { no, answer };
            mailbox.send(Incoming::Event(event)).await;
        });
        if is_page && let Some(before) = self.page.replace(task.abort_handle()) {
            before.abort();
        }
    }
}

async fn answer(source: &dyn Source, places: &Places, ask: Ask) -> Answer {
    match ask {
        Ask::Page(query) => Answer::Page(read(source.page(query)).await),
        Ask::Everything(query) => Answer::Everything(read(source.page(query)).await),
        Ask::Between(query) => Answer::Between(read(source.between(query)).await),
        Ask::Known(ids) => Answer::Known(read(source.tasks(ids)).await),
        Ask::Task(id) => {
            let info = read(source.task(id)).await;
            Answer::Task(info.map(|info| info.map(Box::new)))
        }
        Ask::Accounts => Answer::Accounts(read(source.accounts()).await),
        Ask::History(account) => {
            let history = read(source.history(account)).await;
            Answer::History(history.map(Box::new))
        }
        Ask::Search(query) => Answer::Hits(read(source.search(query)).await),
        Ask::Part(query) => Answer::Part(read(source.part(query)).await),
        Ask::Import { path, existing } => Answer::Imported(import(source, &path, existing).await),
        Ask::Export { path } => Answer::Exported(export(source, &path).await),
        Ask::TasksOf(query) => {
            let rows = read(source.page(query)).await;
            Answer::TasksOf(rows.map(|rows| rows.page))
        }
        Ask::Facts(serial) => Answer::Facts(read(source.facts(serial)).await),
        Ask::Shell(order) => {
            Answer::Shell(limited(CHANGE_LIMIT, SourceError::Unknown, source.shell(order)).await)
        }
        Ask::Outputs(queries) => Answer::Outputs(read(source.outputs(queries)).await),
        Ask::Scripts => Answer::Scripts(read(source.scripts()).await),
        Ask::Foresee(tasks) => {
            let foreseen = timeout(READ_LIMIT, source.foresee(tasks)).await;
            Answer::Foreseen(
                foreseen.unwrap_or_else(|_| Err(SourceError::Failed(too_late(READ_LIMIT)).into())),
            )
        }
        Ask::Submit(submission) => {
            let created = timeout(CHANGE_LIMIT, source.submit(submission)).await;
            let late = || Err(SourceError::Unknown(too_late(CHANGE_LIMIT)).into());
            Answer::Created(created.unwrap_or_else(|_| late()))
        }
        Ask::Theme(name) => {
            Answer::Theme(read(files::theme(places.themes.as_deref(), &name)).await)
        }
        Ask::Remember(lines) => {
            Answer::Remembered(read(files::remember(places.history.as_deref(), &lines)).await)
        }
        Ask::Save { path, what } => {
            let saved = save::save(source, &path, what);
            Answer::Saved(limited(CHANGE_LIMIT, SourceError::Failed, saved).await)
        }
        Ask::Picture { of, fit } => Answer::Picture(picture(source, of, fit).await),
        Ask::Tree(of) => {
            let tree = limited(LOOK_LIMIT, SourceError::Failed, source.tree(of)).await;
            Answer::Tree(tree.map(Arc::new))
        }
        Ask::Statistics => Answer::Statistics(read(source.statistics()).await),
        Ask::Failures => Answer::Failures(read(source.failures()).await),
        Ask::Command(command) => Answer::Done(change(source, command).await),
    }
}

async fn import(
    source: &dyn Source,
    path: &str,
    existing: Existing,
) -> Result<Import, SourceError> {
    let file = read(files::read(path)).await?;
    limited(
        CHANGE_LIMIT,
        SourceError::Unknown,
        source.import(file.into(), existing),
    )
    .await
}

async fn export(source: &dyn Source, path: &str) -> Result<(), SourceError> {
    let accounts = read(source.export()).await?;
    // A file that could not be finished in time is removed again.
    read(files::write_new(path, &accounts)).await
}

/// Scaled off the workers: a picture of a large screen takes tens of milliseconds.
async fn picture(source: &dyn Source, of: Sight, fit: Fit) -> Result<Arc<Shot>, SourceError> {
    let png = limited(LOOK_LIMIT, SourceError::Failed, source.picture(of)).await?;
    let scaled = tokio::task::spawn_blocking(move || Shot::of(&png, fit)).await;
    let scaled = scaled.map_err(|e| SourceError::Failed(format!("scaling ended badly: {e}")))?;
    let shot = scaled.map_err(|error| SourceError::Failed(error.to_string()))?;
    Ok(Arc::new(shot))
}

async fn read<T>(asked: impl Future<Output = Result<T, SourceError>>) -> Result<T, SourceError> {
    limited(READ_LIMIT, SourceError::Failed, asked).await
}

async fn change(source: &dyn Source, command: Command) -> Result<Done, SourceError> {
    limited(CHANGE_LIMIT, SourceError::Unknown, source.command(command)).await
}

async fn limited<T>(
    limit: Duration,
    late: fn(String) -> SourceError,
    asked: impl Future<Output = Result<T, SourceError>>,
) -> Result<T, SourceError> {
    let answer = timeout(limit, asked).await;
    answer.unwrap_or_else(|_| Err(late(too_late(limit))))
}

fn too_late(limit: Duration) -> String {
    format!("no answer within {} s", limit.as_secs())
}
