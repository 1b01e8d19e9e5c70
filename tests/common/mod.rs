//! A farm without phones behind a real server, in a folder of its own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use axum::http::Method;
use bytes::Bytes;
use farmhand::api::client::{Client, Envelope};
use farmhand::api::{ApiConfig, Server};
use farmhand::farm::{
    self, DeviceRules, Farm, FarmConfig, License, Plan, Running, StartServer, TaskRules,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// For everything that should happen soon, on a machine that is busy.
pub const SOON: Duration = Duration::from_secs(30);

/// Settings of a farm and its server, to be changed before they start.
pub struct Settings {
    pub farm: FarmConfig,
    pub api: ApiConfig,
}

/// A running farm with its API. Ends when dropped; [`Site::end`] ends it in order.
pub struct Site {
    /// The first address it listens on.
    pub address: SocketAddr,
    /// All of them.
    pub addresses: Vec<SocketAddr>,
    pub client: Client,
    pub shutdown: CancellationToken,
    server: JoinHandle<()>,
    farm: Option<Running>,
    folder: TempDir,
}

impl Site {
    /// A new farm with usual settings.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A new farm with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::open(tempfile::tempdir().unwrap(), change).await
    }

    /// A farm on a folder that may have been used before.
    pub async fn open(folder: TempDir, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings(&folder);
        change(&mut settings);
        let farm = farm::start(settings.farm).await.unwrap();
        let server = Server::bind(settings.api, farm.farm.clone()).unwrap();
        let addresses = server.addresses().to_vec();
        let address = addresses[0];
        let shutdown = CancellationToken::new();
        Self {
            address,
            addresses,
            client: Client::new(address),
            server: tokio::spawn(server.run(shutdown.clone())),
            shutdown,
            farm: Some(farm),
            folder,
        }
    }

    /// Where it lives.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends server and farm in order and gives the folder back.
    pub async fn end(mut self) -> TempDir {
        self.end_server().await;
        self.end_farm().await;
        self.folder
    }

    /// Ends the server alone, in order.
    pub async fn end_server(&mut self) {
        self.shutdown.cancel();
        timeout(SOON, &mut self.server).await.unwrap().unwrap();
    }

    /// Ends the farm alone, in order.
    pub async fn end_farm(&mut self) {
        let farm = self.farm.take().expect("the farm runs");
        timeout(SOON, farm.shutdown()).await.unwrap();
    }

    /// The farm behind the server.
    pub fn farm(&self) -> &Farm {
        &self.farm.as_ref().expect("the farm runs").farm
    }

    pub async fn get(&self, path: &str) -> Envelope {
        self.client
            .call(Method::GET, path, None, &[])
            .await
            .unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Envelope {
        self.client
            .call(Method::POST, path, Some(&body), &[])
            .await
            .unwrap()
    }

    pub async fn delete(&self, path: &str) -> Envelope {
        self.client
            .call(Method::DELETE, path, None, &[])
            .await
            .unwrap()
    }

    /// Sends bytes as they are.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: impl Into<Bytes>,
        headers: &[(&str, &str)],
    ) -> Envelope {
        self.client
            .send(method, path, body.into(), headers)
            .await
            .unwrap()
    }

    /// Creates one task for each of these phones, which nobody has ever seen: they wait.
    pub async fn create(&self, serials: &[&str]) -> Vec<u64> {
        let answer = self.post("/task", shell(serials)).await;
        assert_eq!(answer.code, 0, "{answer:?}");
        ids(&answer.data["task_ids"])
    }

    /// Creates tasks and stops them: failed ones.
    pub async fn create_failed(&self, serials: &[&str]) -> Vec<u64> {
        let ids = self.create(serials).await;
        for id in &ids {
            let answer = self.post(&format!("/task/{id}/stop"), Value::Null).await;
            assert_eq!(answer.code, 0, "{answer:?}");
        }
        ids
    }
}

/// The body of a `shell` task for these phones.
pub fn shell(serials: &[&str]) -> Value {
    json!({"serials": serials, "script_name": "shell", "script_config": {"command": "true"}})
}

/// A list of ids in an answer.
pub fn ids(value: &Value) -> Vec<u64> {
    let list = value
        .as_array()
        .unwrap_or_else(|| panic!("a list of ids: {value}"));
    list.iter().map(|id| id.as_u64().unwrap()).collect()
}

fn settings(folder: &TempDir) -> Settings {
    let data = folder.path().canonicalize().unwrap();
    Settings {
        farm: FarmConfig {
            adb_servers: Vec::new(),
            start_server: StartServer::Never,
            license: License {
                plan: Plan::Business,
                device_limit: Some(100),
            },
            tasks: TaskRules::default(),
            devices: DeviceRules::default(),
            media_roots: vec![data.clone()],
            media_library: data.join("media"),
            scripts_folder: data.join("scripts"),
            apps_folder: data.join("apps"),
            default_app: "sample".into(),
            device_apps: BTreeMap::new(),
            data,
        },
        api: ApiConfig {
            listen: vec!["127.0.0.1:0".parse().unwrap()],
            ..ApiConfig::default()
        },
    }
}
