//! Layers, their order, and what wrong settings are told.

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::model::Serial;

/// A folder with a settings file, and what is needed to load it.
struct Case {
    folder: TempDir,
    flags: Flags,
    variables: Vec<(String, String)>,
}

impl Case {
    fn new(toml: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("farmhand.toml");
        std::fs::write(&file, toml).unwrap();
        let flags = Flags {
            config: Some(file),
            ..Flags::default()
        };
        let home = folder.path().join("home").display().to_string();
        Self {
            folder,
            flags,
            variables: vec![("HOME".into(), home)],
        }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("farmhand.toml")
    }

    fn try_load(&self) -> Result<Loaded, ConfigError> {
        load(&self.flags, &self.variables.iter().cloned().collect())
    }

    fn load(&self) -> Settings {
        self.try_load().unwrap().settings
    }

    fn problems(&self) -> Vec<String> {
        match self.try_load().unwrap_err() {
            ConfigError::Wrong(problems) => problems.iter().map(ToString::to_string).collect(),
            other => panic!("{other}"),
        }
    }

    /// The only problem, without the folder of the file.
    fn problem(&self) -> String {
        let problems = self.problems();
        assert_eq!(problems.len(), 1, "{problems:#?}");
        let folder = format!("{}/", self.folder.path().display());
        problems[0].replace(&folder, "")
    }
}

#[test]
fn an_empty_file_gives_the_defaults() {
    let case = Case::new("");
    let settings = case.load();
    assert_eq!(settings, Settings::defaults(settings.folders.clone()));
}

#[test]
fn the_old_name_of_a_way_to_draw_pictures_is_taken() {
    let s = Case::new("[console]\npicture = \"halfblocks\"").load();
    assert_eq!(s.console.picture, Picture::Blocks);
}

#[test]
fn the_defaults_are_those_of_the_documentation() {
    let s = Case::new("").load();
    let listen: Vec<String> = s.api.listen.iter().map(ToString::to_string).collect();
    assert_eq!(listen, ["127.0.0.1:50809", "[::1]:50809"]);
    assert_eq!(s.adb.servers, ["127.0.0.1:5037".parse().unwrap()]);
    assert_eq!(s.license.in_force().device_limit, Some(100));
    assert_eq!(s.tasks.timeout, Duration::from_secs(1_800));
    assert_eq!(s.tasks.keep_bytes, 5_368_709_120);
    assert_eq!(s.media.roots, [s.folders.home.clone().unwrap()]);
    assert_eq!(s.media.library, s.folders.data.join("media"));
    assert_eq!(s.scripts.folder, s.folders.config.join("scripts"));
}

#[test]
fn every_section_can_be_set() {
    let s = Case::new(
        r#"
        [api]
        listen = ["127.0.0.1:0"]
        body_limit = "2 MiB"
        hosts = "Farm.example.net"
        http_status = "always_200"
        [adb]
        servers = ["127.0.0.1:5137", "[::1]:5037"]
        start_server = false
        [license]
        plan = "pro"
        device_limit = "none"
        [tasks]
        timeout = 90
        wait_limit = "1 h 30 min"
        time_zone = "UTC"
        [devices]
        max_temperature = 41
        [media]
        roots = ["~/videos", "here"]
        [apps]
        default_app = "Sample"
        devices = { "R58M1" = "sample", "127.0.0.1:7000" = "Other" }
        [console]
        picture = "off"
        [log]
        format = "json"
        "#,
    )
    .load();
    assert_eq!(s.api.body_limit, 2 << 20);
    assert_eq!(s.api.hosts, ["farm.example.net"]);
    assert_eq!(s.api.http_status, HttpStatus::Always200);
    assert_eq!(s.adb.servers.len(), 2);
    assert_eq!(s.license.in_force().device_limit, None);
    assert_eq!(s.tasks.timeout, Duration::from_secs(90));
    assert_eq!(s.tasks.wait_limit, Duration::from_secs(5_400));
    assert!((s.devices.max_temperature - 41.0).abs() < f32::EPSILON);
    let home = s.folders.home.clone().unwrap();
    assert_eq!(
        s.media.roots,
        [home.join("videos"), s.folders.config.join("here")]
    );
    assert_eq!(s.apps.default_app, "sample");
    let apps: Vec<(&str, &str)> = s
        .apps
        .devices
        .iter()
        .map(|(serial, app)| (serial.as_str(), app.as_str()))
        .collect();
    assert_eq!(apps, [("127.0.0.1:7000", "other"), ("R58M1", "sample")]);
    assert_eq!(s.console.picture, Picture::Off);
    assert_eq!(s.log.format, LogFormat::Json);
}

#[test]
fn apps_of_devices_can_be_a_section_of_their_own_or_a_variable() {
    let s = Case::new("[apps.devices]\nR58M1 = \"sample\"").load();
    let serial = Serial::new("R58M1").unwrap();
    assert_eq!(s.apps.devices.get(&serial).unwrap(), "sample");
    let s = Case::new("")
        .with("FARMHAND_APPS_DEVICES", "a=one, 127.0.0.1:7000=two")
        .load();
    assert_eq!(s.apps.devices.len(), 2);
    assert!(s.apps.devices.values().eq(["two", "one"]));
}

#[test]
fn a_device_or_an_app_that_cannot_be_is_named_by_its_own_line() {
    let problem = Case::new("[apps.devices]\na = \"one\"\n\"b c\" = \"two\"").problem();
    assert!(
        problem.starts_with("farmhand.toml:3: [apps] devices: the serial \"b c\""),
        "{problem}"
    );
    let problem = Case::new("[apps.devices]\na = 5").problem();
    assert!(
        problem.starts_with("farmhand.toml:2: [apps] devices: 5 is not accepted; accepted: apps"),
        "{problem}"
    );
    let problem = Case::new("").with("FARMHAND_APPS_DEVICES", "a").problem();
    assert!(problem.contains("'a' is not KEY=VALUE"), "{problem}");
}

#[test]
fn a_variable_wins_over_the_file() {
    let case = Case::new("[tasks]\ntimeout = 10").with("FARMHAND_TASKS_TIMEOUT", "20 s");
    assert_eq!(case.load().tasks.timeout, Duration::from_secs(20));
}

#[test]
fn a_flag_wins_over_a_variable() {
    let mut case = Case::new("").with("FARMHAND_API_LISTEN", "127.0.0.1:1,127.0.0.1:2");
    assert_eq!(case.load().api.listen.len(), 2);
    case.flags.listen = vec!["127.0.0.1:3".parse().unwrap()];
    assert_eq!(case.load().api.listen, case.flags.listen);
}

#[test]
fn the_data_folder_is_a_flag_then_a_variable_then_xdg_then_home() {
    let mut case = Case::new("");
    let home = case.folder.path().join("home");
    assert_eq!(case.load().folders.data, home.join(".local/share/farmhand"));
    case = case.with("XDG_DATA_HOME", "/xdg");
    assert_eq!(case.load().folders.data, PathBuf::from("/xdg/farmhand"));
    case = case.with("FARMHAND_DATA", "/variable");
    assert_eq!(case.load().folders.data, PathBuf::from("/variable"));
    case.flags.data = Some("/flag".into());
    assert_eq!(case.load().folders.data, PathBuf::from("/flag"));
}

#[test]
fn the_file_is_found_in_the_xdg_config_folder() {
    let folder = TempDir::new().unwrap();
    let config = folder.path().join("farmhand");
    std::fs::create_dir(&config).unwrap();
    std::fs::write(config.join("farmhand.toml"), "[log]\nkeep = 3").unwrap();
    let variables = [
        ("HOME", folder.path().as_os_str()),
        ("XDG_CONFIG_HOME", folder.path().as_os_str()),
    ];
    let loaded = load(&Flags::default(), &variables.into_iter().collect()).unwrap();
    assert_eq!(loaded.settings.log.keep, 3);
}

#[test]
fn a_missing_file_is_an_error_only_if_it_was_asked_for() {
    let folder = TempDir::new().unwrap();
    let variables: Variables = [("HOME", folder.path())].into_iter().collect();
    assert!(load(&Flags::default(), &variables).is_ok());
    let flags = Flags {
        config: Some(folder.path().join("none.toml")),
        ..Flags::default()
    };
    let error = load(&flags, &variables).unwrap_err();
    assert!(error.to_string().contains("none.toml"), "{error}");
}

#[test]
fn without_home_the_message_says_what_to_give() {
    let error = load(&Flags::default(), &Variables::default()).unwrap_err();
    assert!(error.to_string().contains("--config FILE"), "{error}");
}

#[test]
fn adbs_own_variable_is_honoured() {
    for (socket, address) in [
        ("tcp:5038", "127.0.0.1:5038"),
        ("tcp:127.0.0.2:5039", "127.0.0.2:5039"),
    ] {
        let s = Case::new("").with("ADB_SERVER_SOCKET", socket).load();
        assert_eq!(s.adb.servers, [address.parse().unwrap()]);
    }
}

#[test]
fn adbs_own_variable_with_another_kind_of_socket_is_refused() {
    let case = Case::new("").with("ADB_SERVER_SOCKET", "localfilesystem:/tmp/adb");
    assert!(case.problem().contains("tcp:HOST:PORT"));
}

#[test]
fn a_mistyped_key_names_line_key_and_the_nearest() {
    let problem = Case::new("[tasks]\n\ntimeot = 5").problem();
    assert!(
        problem
            .starts_with("farmhand.toml:3: [tasks] timeot: unknown key; did you mean 'timeout'?"),
        "{problem}"
    );
    assert!(problem.contains("wait_limit"), "{problem}");
}

#[test]
fn a_mistyped_section_names_the_nearest() {
    let problem = Case::new("\n[device]\nmin_battery = 5").problem();
    assert!(
        problem.starts_with("farmhand.toml:2: [device]: unknown section; did you mean 'devices'?"),
        "{problem}"
    );
}

#[test]
fn a_key_outside_of_a_section_is_told_so() {
    let problem = Case::new("timeout = 5").problem();
    assert!(
        problem.starts_with("farmhand.toml:1: timeout: not a section"),
        "{problem}"
    );
}

#[test]
fn a_wrong_type_names_what_is_accepted() {
    let problem = Case::new("[tasks]\ntimeout = true").problem();
    assert!(
        problem.starts_with(
            "farmhand.toml:2: [tasks] timeout: true is not accepted; accepted: a duration"
        ),
        "{problem}"
    );
}

#[test]
fn a_value_out_of_range_names_the_range() {
    let problem = Case::new("[devices]\nmin_battery = 101").problem();
    assert!(
        problem.contains("101 is out of range (0 to 100)"),
        "{problem}"
    );
    let problem = Case::new("[api]\nbody_limit = \"1 GiB\"").problem();
    assert!(
        problem.contains("1 GiB is out of range (1 KiB to 64 MiB)"),
        "{problem}"
    );
}

#[test]
fn an_element_of_a_list_is_named_by_its_own_line() {
    let problem = Case::new("[api]\nlisten = [\n  \"127.0.0.1:1\",\n  \"nowhere\",\n]").problem();
    assert!(
        problem.starts_with("farmhand.toml:4: [api] listen: \"nowhere\""),
        "{problem}"
    );
}

#[test]
fn all_problems_are_told_at_once() {
    let case = Case::new("[log]\nkeep = 0\nlevel = \"loud\"").with("FARMHAND_TASKS_TIMEOUT", "x");
    assert_eq!(case.problems().len(), 3);
}

#[test]
fn a_file_that_is_not_toml_names_the_line() {
    let case = Case::new("[api]\nlisten = = 5");
    let error = case.try_load().unwrap_err().to_string();
    let place = format!("{}:2: not TOML", case.file().display());
    assert!(error.starts_with(&place), "{error}");
}

#[test]
fn a_wrong_variable_is_named() {
    let problem = Case::new("").with("FARMHAND_LOG_LEVEL", "loud").problem();
    assert!(
        problem.starts_with("FARMHAND_LOG_LEVEL: [log] level: 'loud' is not accepted"),
        "{problem}"
    );
}

#[test]
fn a_mistyped_variable_of_a_known_section_is_refused() {
    let problem = Case::new("").with("FARMHAND_TASKS_TIMEOT", "5").problem();
    assert!(problem.contains("did you mean 'timeout'?"), "{problem}");
}

#[test]
fn a_foreign_variable_is_only_warned_about() {
    let loaded = Case::new("")
        .with("FARMHAND_SERVICE_HOST", "10.0.0.1")
        .try_load()
        .unwrap();
    assert_eq!(loaded.warnings.len(), 1);
}

#[test]
fn a_zone_that_does_not_exist_is_refused() {
    let problem = Case::new("[tasks]\ntime_zone = \"Mars/Olympus\"").problem();
    assert!(problem.contains("Europe/Berlin"), "{problem}");
}

#[test]
fn the_settings_in_the_readme_are_the_defaults() {
    let readme = include_str!("../../README.md");
    let section = readme.split("## Settings\n").nth(1).unwrap();
    let block = section.split("```toml\n").nth(1).unwrap();
    let toml = block.split("```").next().unwrap();
    let of = |toml: &str| {
        let case = Case::new(toml);
        let folder = case.folder.path().display().to_string();
        format!("{:?}", case.load()).replace(&folder, "FOLDER")
    };
    assert_eq!(of(toml), of(""));
}
