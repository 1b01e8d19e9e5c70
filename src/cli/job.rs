//! The main job without its face: lock, farm and API, begun and ended in order.

use std::net::SocketAddr;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::convert;
use super::instance::{Instance, RunFile};
use crate::api;
use crate::config::Settings;
use crate::farm::{self, Farm, Running};
use crate::model::Timestamp;

/// A farm at work with its API.
pub(super) struct Job {
    addresses: Vec<SocketAddr>,
    api: JoinHandle<()>,
    closing: CancellationToken,
    running: Running,
    instance: Instance,
}

impl Job {
    /// Opens the store, begins to work, and listens.
    pub async fn start(settings: &Settings, mut instance: Instance) -> anyhow::Result<Self> {
        let running = farm::start(convert::farm(settings)).await?;
        let server = match api::Server::bind(convert::api(settings), running.farm.clone()) {
            Ok(server) => server,
            Err(error) => {
                running.shutdown().await;
                return Err(error.into());
            }
        };
        let addresses = server.addresses().to_vec();
        let run = RunFile {
            pid: std::process::id(),
            addresses: addresses.clone(),
            started_at: Timestamp(jiff::Timestamp::now().as_millisecond()),
            version: env!("CARGO_PKG_VERSION").into(),
        };
        // Bound already: whoever reads the note and connects waits until it is served.
        if let Err(error) = instance.publish(&run) {
            running.shutdown().await;
            return Err(error.into());
        }
        let closing = CancellationToken::new();
        let api = tokio::spawn(server.run(closing.clone()));
        tracing::info!(
            pid = run.pid,
            version = run.version,
            ?addresses,
            data = %settings.folders.data.display(),
            "farmhand runs"
        );
        Ok(Self {
            addresses,
            api,
            closing,
            running,
            instance,
        })
    }

    /// The way in.
    pub const fn farm(&self) -> &Farm {
        &self.running.farm
    }

    /// Where a client finds the API.
    pub fn url(&self) -> String {
        match self.addresses.first() {
            Some(address) => format!("http://{address}/api/v1/"),
            None => "nowhere".into(),
        }
    }

    /// Ends in order: the API accepts nothing more, tasks get a moment and are then ended on
    /// their phones, the store closes, and only then is the data folder free.
    pub async fn end(self) {
        tracing::info!("ending");
        self.closing.cancel();
        if let Err(error) = self.api.await {
            tracing::error!(%error, "the API ended badly");
        }
        self.running.shutdown().await;
        drop(self.instance);
        tracing::info!("ended");
    }
}
