//! A [`Source`] over the model, that delays and fails as it is told.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;

use super::Model;
use crate::console::event::{Answer, Ask};
use crate::console::info::{History, LogHits, LogQuery};
use crate::console::new_tasks::{Created, NewTasks, Outlook, ScriptInfo, Submission, SubmitError};
use crate::console::source::{
    Answered, BoxFuture, Command, Done, Import, PageQuery, PartQuery, RangeQuery, Sight, Source,
    SourceError, TaskInfo, TaskRows, TextPart,
};
use crate::farm::{Failures, FarmState, ScreenTree, Statistics, TaskPage};
use crate::model::{Account, AccountKey, Existing, TaskId, TaskView};

/// How the next answers come.
#[derive(Debug, Clone, Default)]
pub(in crate::console) struct Mood {
    /// Every answer takes this long.
    pub delay: Duration,
    /// Every answer is this failure.
    pub failure: Option<SourceError>,
    /// No answer comes at all.
    pub silent: bool,
}

/// A farm in memory behind the console's trait.
#[derive(Clone)]
pub(in crate::console) struct Fake {
    model: Arc<Mutex<Model>>,
    mood: Arc<Mutex<Mood>>,
    sender: watch::Sender<Arc<FarmState>>,
}

impl Fake {
    pub fn new(mut model: Model) -> Self {
        let sender = watch::Sender::new(model.state());
        Self {
            model: Arc::new(Mutex::new(model)),
            mood: Arc::default(),
            sender,
        }
    }

    pub fn model(&self) -> MutexGuard<'_, Model> {
        self.model.lock().unwrap()
    }

    pub fn mood(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// Tells everybody how the farm is now.
    pub fn tell(&self) {
        let state = self.model().state();
        self.sender.send_replace(state);
    }

    fn answer<T: Send + 'static>(
        &self,
        ask: Ask,
        take: impl FnOnce(Answer) -> Option<Result<T, SourceError>> + Send + 'static,
    ) -> Answered<T> {
        let fake = self.clone();
        Box::pin(async move {
            let mood = fake.mood.lock().unwrap().clone();
            if mood.silent {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(mood.delay).await;
            if let Some(failure) = mood.failure {
                return Err(failure);
            }
            let answer = fake.model().answer(&ask);
            if matches!(ask, Ask::Command(_)) {
                fake.tell();
            }
            take(answer).unwrap()
        })
    }
}

impl Source for Fake {
    fn watch(&self) -> watch::Receiver<Arc<FarmState>> {
        self.sender.subscribe()
    }

    fn between(&self, query: RangeQuery) -> Answered<Option<TaskPage>> {
        self.answer(Ask::Between(query), |answer| match answer {
            Answer::Between(result) => Some(result),
            _ => None,
        })
    }

    fn page(&self, query: PageQuery) -> Answered<TaskRows> {
        self.answer(Ask::Page(query), |answer| match answer {
            Answer::Page(result) => Some(result),
            _ => None,
        })
    }

    fn tasks(&self, ids: Vec<TaskId>) -> Answered<Vec<TaskView>> {
        self.answer(Ask::Known(ids), |answer| match answer {
            Answer::Known(result) => Some(result),
            _ => None,
        })
    }

    fn task(&self, id: TaskId) -> Answered<Option<TaskInfo>> {
        self.answer(Ask::Task(id), |answer| match answer {
            Answer::Task(result) => Some(result.map(|info| info.map(|info| *info))),
            _ => None,
        })
    }

    fn accounts(&self) -> Answered<Vec<Account>> {
        self.answer(Ask::Accounts, |answer| match answer {
            Answer::Accounts(result) => Some(result),
            _ => None,
        })
    }

    fn history(&self, account: AccountKey) -> Answered<History> {
        self.answer(Ask::History(account), |answer| match answer {
            Answer::History(result) => Some(result.map(|history| *history)),
            _ => None,
        })
    }

    fn search(&self, query: LogQuery) -> Answered<LogHits> {
        self.answer(Ask::Search(query), |answer| match answer {
            Answer::Hits(result) => Some(result),
            _ => None,
        })
    }

    fn part(&self, query: PartQuery) -> Answered<TextPart> {
        self.answer(Ask::Part(query), |answer| match answer {
            Answer::Part(result) => Some(result),
            _ => None,
        })
    }

    fn picture(&self, of: Sight) -> Answered<Bytes> {
        let png = Bytes::from(super::screen::png(&of));
        // Whoever scales a picture is not the source.
        self.answer(Ask::Tree(of), |answer| match answer {
            Answer::Tree(result) => Some(result.map(|_| png)),
            _ => None,
        })
    }

    fn tree(&self, of: Sight) -> Answered<ScreenTree> {
        self.answer(Ask::Tree(of), |answer| match answer {
            Answer::Tree(result) => Some(result.map(|tree| (*tree).clone())),
            _ => None,
        })
    }

    fn import(&self, file: Bytes, existing: Existing) -> Answered<Import> {
        // The text in the place of the file's name: whoever reads files is not the source.
        let path = String::from_utf8(file.into()).unwrap();
        self.answer(Ask::Import { path, existing }, |answer| match answer {
            Answer::Imported(result) => Some(result),
            _ => None,
        })
    }

    fn export(&self) -> Answered<Bytes> {
        let path = "accounts".to_owned();
        self.answer(Ask::Export { path }, |answer| match answer {
            Answer::Exported(result) => Some(result.map(|()| Bytes::from_static(b"accounts"))),
            _ => None,
        })
    }

    fn scripts(&self) -> Answered<Vec<ScriptInfo>> {
        self.answer(Ask::Scripts, |answer| match answer {
            Answer::Scripts(result) => Some(result),
            _ => None,
        })
    }

    fn statistics(&self) -> Answered<Statistics> {
        self.answer(Ask::Statistics, |answer| match answer {
            Answer::Statistics(result) => Some(result),
            _ => None,
        })
    }

    fn foresee(&self, tasks: NewTasks) -> BoxFuture<Result<Outlook, SubmitError>> {
        let foreseen = self.answer(Ask::Foresee(tasks), |answer| match answer {
            Answer::Foreseen(result) => Some(Ok(result)),
            _ => None,
        });
        Box::pin(async move { foreseen.await? })
    }

    fn submit(&self, submission: Submission) -> BoxFuture<Result<Created, SubmitError>> {
        let created = self.answer(Ask::Submit(submission), |answer| match answer {
            Answer::Created(result) => Some(Ok(result)),
            _ => None,
        });
        Box::pin(async move { created.await? })
    }

    fn failures(&self) -> Answered<Failures> {
        self.answer(Ask::Failures, |answer| match answer {
            Answer::Failures(result) => Some(result),
            _ => None,
        })
    }

    fn command(&self, command: Command) -> Answered<Done> {
        self.answer(Ask::Command(command), |answer| match answer {
            Answer::Done(result) => Some(result),
            _ => None,
        })
    }
}
