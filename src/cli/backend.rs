//! Where commands go: to the farmhand that holds the data folder, or, while none does, to the
//! same API over the same farm in this process. Nothing ever goes past the queue.

use std::net::SocketAddr;

use anyhow::{anyhow, bail};
use axum::http::Method;
use bytes::Bytes;
use serde_json::Value;

use super::convert;
use super::instance::{self, Instance, Occupancy, RunFile};
use crate::api::InProcess;
use crate::api::client::{self, Client, Envelope, Fetched, File};
use crate::config::Settings;
use crate::farm::{self, Running};

/// Where commands go.
pub(super) enum Backend {
    /// The farmhand that runs.
    Remote(Client),
    /// The store itself, opened without scheduler, and held against others meanwhile.
    Local(Box<Local>),
}

/// A farm that is open for one command.
pub(super) struct Local {
    api: InProcess,
    running: Running,
    _instance: Instance,
}

/// An answer that is an error.
#[derive(Debug, thiserror::Error)]
#[error("{message} (code {code})")]
pub(super) struct Refused {
    /// The contract's code.
    pub code: u32,
    /// What was wrong and what is accepted.
    pub message: String,
}

impl Backend {
    /// Finds out who holds the data folder.
    pub async fn open(settings: &Settings) -> anyhow::Result<Self> {
        let data = &settings.folders.data;
        match instance::occupy(data).await? {
            Occupancy::Theirs(run) => Ok(Self::Remote(client_of(&run)?)),
            Occupancy::Ours(held) => {
                let running = farm::open_offline(convert::farm(settings)).await?;
                Ok(Self::Local(Box::new(Local {
                    api: InProcess::new(running.farm.clone()),
                    running,
                    _instance: held,
                })))
            }
        }
    }

    /// Calls `path` below `/api/v1` and answers its data.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let answer = match self {
            Self::Remote(client) => {
                client
                    .call(method, path, body, &[client::FROM_A_PERSON])
                    .await?
            }
            Self::Local(local) => local.api.call(method, path, body).await?,
        };
        data(answer)
    }

    /// Calls `path` with a body as it is, and answers what came of it.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
        content_type: &str,
    ) -> anyhow::Result<Envelope> {
        Ok(match self {
            Self::Remote(client) => {
                let headers = [client::FROM_A_PERSON, ("content-type", content_type)];
                client.send(method, path, body, &headers).await?
            }
            Self::Local(local) => local.api.send(method, path, body).await?,
        })
    }

    /// Gets the file at `path`.
    pub async fn fetch(&self, path: &str) -> anyhow::Result<File> {
        let fetched = match self {
            Self::Remote(client) => client.fetch(path, &[client::FROM_A_PERSON]).await?,
            Self::Local(local) => local.api.fetch(path).await?,
        };
        match fetched {
            Fetched::File(file) => Ok(file),
            Fetched::Envelope(answer) => {
                data(answer)?;
                bail!("there is no file at {path}")
            }
        }
    }

    /// `GET` of `path`.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.call(Method::GET, path, None).await
    }

    /// `POST` to `path`.
    pub async fn post(&self, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        self.call(Method::POST, path, body).await
    }

    /// Whether tasks run there.
    pub const fn works(&self) -> bool {
        matches!(self, Self::Remote(_))
    }

    /// Ends what was opened for the command.
    pub async fn close(self) {
        if let Self::Local(local) = self {
            local.running.shutdown().await;
        }
    }
}

/// A client of the farmhand that runs.
pub(super) fn client_of(run: &RunFile) -> anyhow::Result<Client> {
    let address: SocketAddr = *run
        .addresses
        .first()
        .ok_or_else(|| anyhow!("process {} runs without an API", run.pid))?;
    Ok(Client::new(address))
}

/// The data of an answer, or the error that it is.
pub(super) fn data(answer: Envelope) -> anyhow::Result<Value> {
    if answer.code == 0 {
        return Ok(answer.data);
    }
    Err(Refused {
        code: answer.code,
        message: answer.message,
    }
    .into())
}
