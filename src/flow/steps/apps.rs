//! Apps and what goes to them: started, stopped, given links, files and permissions.

use std::path::{Path, PathBuf};

use tokio::time::Instant;

use super::error::StepError;
use super::ui::{Act, Ui};
use super::walk::{Effect, Walk};
use super::words::quoted;
use crate::flow::driver::{Extra, LaunchOptions};
use crate::flow::files::Roots;
use crate::flow::lang::{Argument, LaunchApp, Link, Permission, Permissions, ShareMedia, Template};

impl<U: Ui> Walk<'_, U> {
    /// `launchApp`.
    pub(super) async fn launch(&mut self, launch: &LaunchApp) -> Result<Effect, StepError> {
        let package = self.package(launch.app.as_ref()).await?;
        self.announce(&format!("launchApp {package}"));
        let mut arguments = Vec::with_capacity(launch.arguments.len());
        for (name, argument) in &launch.arguments {
            let extra = match argument {
                Argument::Text(text) => Extra::Text(self.text(text).await?),
                Argument::Bool(value) => Extra::Bool(*value),
                Argument::Int(value) => Extra::Int(*value),
                Argument::Long(value) => Extra::Long(*value),
                Argument::Double(value) => Extra::Double(*value),
            };
            arguments.push((name.clone(), extra));
        }
        let options = LaunchOptions {
            clear_state: launch.clear_state,
            stop_app: launch.stop_app,
            permissions: match &launch.permissions {
                Some(permissions) => permissions.clone(),
                None => vec![("all".to_owned(), Permission::Allow)],
            },
            arguments,
        };
        self.launched = Instant::now();
        self.act(Act::Launch(&package, &options)).await
    }

    /// `stopApp`.
    pub(super) async fn stop(&mut self, app: Option<&Template>) -> Result<Effect, StepError> {
        let package = self.package(app).await?;
        self.announce(&format!("stopApp {package}"));
        self.act(Act::Stop(&package)).await
    }

    /// `killApp`.
    pub(super) async fn kill(&mut self, app: Option<&Template>) -> Result<Effect, StepError> {
        let package = self.package(app).await?;
        self.announce(&format!("killApp {package}"));
        self.act(Act::Kill(&package)).await
    }

    /// `clearState`: the app's data, and what it was allowed.
    pub(super) async fn clear(&mut self, app: Option<&Template>) -> Result<Effect, StepError> {
        let package = self.package(app).await?;
        self.announce(&format!("clearState {package}"));
        self.act(Act::Clear(&package)).await?;
        let unset = [("all".to_owned(), Permission::Unset)];
        self.act(Act::Permit(&package, &unset)).await
    }

    /// `setPermissions`.
    pub(super) async fn permissions(
        &mut self,
        app: Option<&Template>,
        permissions: &Permissions,
    ) -> Result<Effect, StepError> {
        let package = self.package(app).await?;
        self.announce(&format!("setPermissions {package}"));
        self.act(Act::Permit(&package, permissions)).await
    }

    /// `openLink`.
    pub(super) async fn open_link(&mut self, link: &Link) -> Result<Effect, StepError> {
        let (url, package) = match link {
            Link::To(link) => (self.text(link).await?, None),
            Link::OfApp(name) => {
                let (template, package) = self.app_link(name)?;
                (self.text(&template).await?, Some(package))
            }
        };
        self.announce(&format!("openLink {}", quoted(&url)));
        self.act(Act::Open(&url, package.as_deref())).await
    }

    fn app_link(&self, name: &str) -> Result<(Template, String), StepError> {
        let app = self.on.app.as_ref().ok_or_else(|| {
            StepError::Config(format!(
                "the link '{name}' is of the task's app, and it has none"
            ))
        })?;
        let link = app.links.get(name).ok_or_else(|| {
            StepError::Config(format!(
                "the app '{}' has no link '{name}': [links] of its file is to name it",
                app.name
            ))
        })?;
        Ok((link.clone(), app.package.clone()))
    }

    /// `addMedia`.
    pub(super) async fn add_media(&mut self, files: &[Template]) -> Result<Effect, StepError> {
        let files = self.files(files).await?;
        self.announce(&format!("addMedia {}", names(&files)));
        self.act(Act::AddMedia(&files)).await
    }

    /// `shareMedia`.
    pub(super) async fn share_media(&mut self, share: &ShareMedia) -> Result<Effect, StepError> {
        let files = self.files(&share.files).await?;
        let package = self.package(share.app.as_ref()).await?;
        self.announce(&format!("shareMedia {} to {package}", names(&files)));
        self.act(Act::ShareMedia(&files, &package)).await
    }

    /// Files of the farm's host, one or more a text; only what lies under a media root.
    async fn files(&mut self, texts: &[Template]) -> Result<Vec<PathBuf>, StepError> {
        let mut named = Vec::new();
        for text in texts {
            let text = self.text(text).await?;
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            named.extend(lines.map(str::to_owned));
        }
        if named.is_empty() {
            return Err(StepError::Value("no file is named".to_owned()));
        }
        let roots = self.on.media_roots.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let roots = Roots::new(roots.iter().map(PathBuf::as_path));
            let files = named.iter().map(|file| roots.readable(file));
            files.collect::<Result<Vec<_>, _>>()
        });
        let looked = looked.await.unwrap_or_else(|error| Err(error.to_string()));
        looked.map_err(StepError::Config)
    }
}

/// The first file's name, and how many more there are.
fn names(files: &[PathBuf]) -> String {
    let first = files
        .first()
        .map(PathBuf::as_path)
        .and_then(Path::file_name);
    let first = first.unwrap_or_default().to_string_lossy();
    match files.len() {
        0 | 1 => first.into_owned(),
        count => format!("{first} and {} more", count - 1),
    }
}
