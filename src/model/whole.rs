//! Tasks with every stored fact, for recordings of the console: what a [`TaskView`] serialises
//! to by itself is the contract's task object, which leaves out what clients need not know.

use std::borrow::Cow;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Progress, Task, TaskView, WaitReason};

#[derive(Serialize, Deserialize)]
struct Whole<'a> {
    task: Arc<Task>,
    progress: Option<Cow<'a, Progress>>,
    waiting_for: Option<WaitReason>,
}

impl<'a> From<&'a TaskView> for Whole<'a> {
    fn from(view: &'a TaskView) -> Self {
        Self {
            task: Arc::clone(&view.task),
            progress: view.progress.as_ref().map(Cow::Borrowed),
            waiting_for: view.waiting_for,
        }
    }
}

impl From<Whole<'_>> for TaskView {
    fn from(whole: Whole<'_>) -> Self {
        Self {
            task: whole.task,
            progress: whole.progress.map(Cow::into_owned),
            waiting_for: whole.waiting_for,
        }
    }
}

/// For fields of type [`TaskView`]: `#[serde(with = "...")]`.
pub mod view {
    use super::{Deserialize, Deserializer, Serialize, Serializer, TaskView, Whole};

    /// Writes one.
    ///
    /// # Errors
    /// Those of the serialiser.
    pub fn serialize<S: Serializer>(view: &TaskView, serializer: S) -> Result<S::Ok, S::Error> {
        Whole::from(view).serialize(serializer)
    }

    /// Reads one.
    ///
    /// # Errors
    /// Those of the deserialiser.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TaskView, D::Error> {
        Whole::deserialize(deserializer).map(TaskView::from)
    }
}

/// For fields of type `Vec<TaskView>`.
pub mod views {
    use super::{Deserialize, Deserializer, Serializer, TaskView, Whole};

    /// Writes some.
    ///
    /// # Errors
    /// Those of the serialiser.
    pub fn serialize<S: Serializer>(views: &[TaskView], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(views.iter().map(Whole::from))
    }

    /// Reads some.
    ///
    /// # Errors
    /// Those of the deserialiser.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<TaskView>, D::Error> {
        let whole = Vec::<Whole<'_>>::deserialize(deserializer)?;
        Ok(whole.into_iter().map(TaskView::from).collect())
    }
}

/// For fields of type `Option<TaskView>`.
pub mod known {
    use super::{Deserialize, Deserializer, Serialize, Serializer, TaskView, Whole};

    /// Writes it, if there is one.
    ///
    /// # Errors
    /// Those of the serialiser.
    pub fn serialize<S: Serializer>(
        view: &Option<TaskView>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        view.as_ref().map(Whole::from).serialize(serializer)
    }

    /// Reads it, if there is one.
    ///
    /// # Errors
    /// Those of the deserialiser.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<TaskView>, D::Error> {
        Ok(Option::<Whole<'_>>::deserialize(deserializer)?.map(TaskView::from))
    }
}

/// For fields of type `Result<Vec<TaskView>, E>`.
pub mod found {
    use super::{
        Deserialize, DeserializeOwned, Deserializer, Serialize, Serializer, TaskView, Whole,
    };

    /// Writes some, or why there are none.
    ///
    /// # Errors
    /// Those of the serialiser.
    pub fn serialize<S: Serializer, E: Serialize>(
        found: &Result<Vec<TaskView>, E>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let found = found.as_ref();
        let whole = found.map(|views| views.iter().map(Whole::from).collect::<Vec<_>>());
        whole.serialize(serializer)
    }

    /// Reads some, or why there are none.
    ///
    /// # Errors
    /// Those of the deserialiser.
    pub fn deserialize<'de, D: Deserializer<'de>, E: DeserializeOwned>(
        deserializer: D,
    ) -> Result<Result<Vec<TaskView>, E>, D::Error> {
        let whole = Result::<Vec<Whole<'static>>, E>::deserialize(deserializer)?;
        Ok(whole.map(|views| views.into_iter().map(TaskView::from).collect()))
    }
}
