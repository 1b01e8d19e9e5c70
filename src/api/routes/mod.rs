//! The endpoints: each takes a request apart, asks the farm, and writes the answer.

mod account;
mod account_csv;
mod app;
mod create;
mod device;
mod evidence;
mod extract;
mod farm;
mod screen;
mod script;
mod task;

use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use axum::http::Uri;
use axum::routing::{delete, get, post};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{Instrument, Span};

use extract::Name;

use super::error::ApiError;
use super::follow::FOLLOWERS;
use super::gate::panic_text;
use crate::farm::{CommandError, Farm};

/// What the endpoints share.
#[derive(Clone)]
pub struct Api {
    /// The farm.
    pub farm: Farm,
    /// Changes that go on although their client may have left.
    pub changes: TaskTracker,
    /// Ends answers that would go on.
    pub closing: CancellationToken,
    /// Places for answers that go on.
    pub followers: Arc<Semaphore>,
}

impl Api {
    /// What the endpoints of this farm share; `closing` ends answers that would go on.
    pub fn new(farm: Farm, changes: TaskTracker, closing: CancellationToken) -> Self {
        Self {
            farm,
            changes,
            closing,
            followers: Arc::new(Semaphore::new(FOLLOWERS)),
        }
    }

    /// Runs a change to its end, whether or not the client waits for it: a connection that
    /// drops must not leave half of it.
    async fn change<T, F>(&self, command: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, CommandError>> + Send + 'static,
    {
        let command = self.changes.spawn(command.instrument(Span::current()));
        match command.await {
            Ok(result) => Ok(result?),
            Err(error) => Err(ApiError::Internal(match error.try_into_panic() {
                Ok(panic) => format!("panic in a command: {}", panic_text(&*panic)),
                Err(error) => format!("a command was cancelled: {error}"),
            })),
        }
    }
}

/// All endpoints below `/api/v1`.
pub fn router(api: Api) -> Router {
    Router::new()
        .route("/api/v1/task", get(task::list).post(create::create))
        .route("/api/v1/task/stats", get(farm::stats))
        .route("/api/v1/task/batch", delete(task::delete_batch))
        .route("/api/v1/task/batch-delete", post(task::delete_batch))
        .route("/api/v1/task/retry-all", post(task::retry_all))
        .route(
            "/api/v1/task/{id}",
            get(task::show).delete(task::delete_one),
        )
        .route("/api/v1/task/{id}/stop", post(task::stop))
        .route("/api/v1/task/{id}/retry", post(task::retry))
        .route("/api/v1/task/{id}/evidence", get(evidence::list))
        .route("/api/v1/task/{id}/evidence/{name}", get(evidence::show))
        .route("/api/v1/task/{id}/log", get(evidence::log))
        .route("/api/v1/account", get(account::list).post(account::add))
        .route(
            "/api/v1/account/{username}",
            get(account::show)
                .patch(account::patch)
                .delete(account::remove),
        )
        .route(
            "/api/v1/account/import",
            post(account_csv::import)
                .get(|api, query| account::show(api, name("import"), query))
                .patch(|api, body| account::patch(api, name("import"), body))
                .delete(|api, query| account::remove(api, name("import"), query)),
        )
        .route(
            "/api/v1/account/export",
            // An account of this name is read as `@export`.
            get(account_csv::export)
                .patch(|api, body| account::patch(api, name("export"), body))
                .delete(|api, query| account::remove(api, name("export"), query)),
        )
        .route("/api/v1/device", get(device::list))
        .route(
            "/api/v1/device/{serial}",
            get(device::show).patch(device::patch),
        )
        .route(
            "/api/v1/device/{serial}/properties",
            get(device::properties),
        )
        .route("/api/v1/device/{serial}/hold", post(device::hold))
        .route("/api/v1/device/{serial}/release", post(device::release))
        .route("/api/v1/device/{serial}/screen", get(screen::picture))
        .route("/api/v1/device/{serial}/hierarchy", get(screen::hierarchy))
        .route("/api/v1/app", get(app::list))
        .route("/api/v1/app/{name}", get(app::show))
        .route("/api/v1/script", get(script::list))
        .route("/api/v1/script/{name}", get(script::show))
        .route("/api/v1/license/check", get(farm::license))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .with_state(Arc::new(api))
}

/// The account whose name is also that of an endpoint.
fn name(name: &str) -> Name {
    Name(name.to_owned())
}

async fn unknown_path(uri: Uri) -> ApiError {
    ApiError::not_found(format!(
        "there is nothing at {}; the API is below /api/v1/",
        uri.path()
    ))
}

async fn wrong_method(method: Method, uri: Uri) -> ApiError {
    ApiError::Method(format!(
        "{method} is not allowed on {}: the header Allow lists what is",
        uri.path()
    ))
}
