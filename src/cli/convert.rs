//! From settings to what the rooms are told.

use std::time::Duration;

use crate::api::{self, ApiConfig};
use crate::config::{HttpStatus, Settings};
use crate::farm::{DeviceRules, FarmConfig, StartServer, TaskRules};

const DAY: Duration = Duration::from_hours(24);

/// What the farm is told.
pub(super) fn farm(settings: &Settings) -> FarmConfig {
    let (tasks, devices) = (&settings.tasks, &settings.devices);
    FarmConfig {
        data: settings.folders.data.clone(),
        adb_servers: settings.adb.servers.clone(),
        start_server: if settings.adb.start_server {
            StartServer::Once
        } else {
            StartServer::Never
        },
        license: settings.license.in_force(),
        tasks: TaskRules {
            timeout: tasks.timeout,
            wait_limit: tasks.wait_limit,
            auto_retries: if tasks.auto_retry {
                tasks.max_retries
            } else {
                0
            },
            keep: DAY * tasks.keep_days,
            keep_tasks: tasks.keep_tasks,
            keep_bytes: tasks.keep_bytes,
            time_zone: tasks.time_zone.clone(),
        },
        devices: DeviceRules {
            max_temperature: devices.max_temperature,
            min_battery: devices.min_battery,
            min_free_mib: devices.min_free_mib,
            probe_timeout: devices.probe_timeout,
        },
        media_roots: settings.media.roots.clone(),
        media_library: settings.media.library.clone(),
        scripts_folder: settings.scripts.folder.clone(),
        apps_folder: settings.apps.folder.clone(),
        default_app: settings.apps.default_app.clone(),
        device_apps: settings.apps.devices.clone(),
    }
}

/// What the API is told.
pub(super) fn api(settings: &Settings) -> ApiConfig {
    let api = &settings.api;
    ApiConfig {
        listen: api.listen.clone(),
        body_limit: api.body_limit,
        time_limit: api.time_limit,
        hosts: api.hosts.clone(),
        origins: api.origins.clone(),
        http_status: match api.http_status {
            HttpStatus::Code => api::HttpStatus::Code,
            HttpStatus::Always200 => api::HttpStatus::Always200,
        },
        ..ApiConfig::default()
    }
}
