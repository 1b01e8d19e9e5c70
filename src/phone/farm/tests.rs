//! Sets of phones, their ports and their file of faults.

use std::net::Ipv4Addr;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::*;

const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const DEADLINE: Duration = Duration::from_secs(10);
const OFTEN: Duration = Duration::from_millis(5);

fn flags(texts: &[&str]) -> Vec<FaultFlag> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// Waits until the faults of a phone are as they should be.
async fn until(farm: &PhoneFarm, number: usize, is_so: fn(&Faults) -> bool) {
    let mut faults = farm.phones()[number - 1].watch_faults();
    let wait = timeout(DEADLINE, faults.wait_for(is_so)).await;
    wait.expect("the faults never came").unwrap();
}

async fn farm_with_file(text: &str) -> (PhoneFarm, TempDir, PathBuf) {
    let mut farm = PhoneFarm::new(3);
    farm.set_flags(&flags(&["2:offline"])).unwrap();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("faults.toml");
    std::fs::write(&path, text).unwrap();
    farm.follow_faults_every(path.clone(), OFTEN).await.unwrap();
    (farm, folder, path)
}

/// Replaces the file at once, so that no half of it is read.
fn replace(path: &Path, text: &str) {
    let draft = path.with_extension("draft");
    std::fs::write(&draft, text).unwrap();
    std::fs::rename(&draft, path).unwrap();
}

#[tokio::test]
async fn a_file_is_followed() {
    let (farm, _folder, path) = farm_with_file("[phone.1]\nhang = true\n").await;
    assert!(farm.phones()[0].faults().hang);
    replace(&path, "[phone.3]\ndrop = true\n");
    until(&farm, 1, |faults| !faults.hang).await;
    until(&farm, 3, |faults| faults.drop).await;
    assert!(farm.phones()[1].faults().offline);
}

#[tokio::test]
async fn flags_hold_again_once_the_file_says_nothing_of_a_phone() {
    let (farm, _folder, path) = farm_with_file("[phone.2]\nhang = true\n").await;
    assert!(!farm.phones()[1].faults().offline);
    replace(&path, "");
    until(&farm, 2, |faults| faults.offline && !faults.hang).await;
}

#[tokio::test]
async fn a_file_that_turns_wrong_leaves_the_last_good_faults() {
    let (farm, _folder, path) = farm_with_file("[phone.1]\nhang = true\n").await;
    replace(&path, "[phone.1]\nhang = 7\n");
    replace(&path, "[phone.1]\nhang = true\n[phone.3]\ndrop = true\n");
    until(&farm, 3, |faults| faults.drop).await;
    assert!(farm.phones()[0].faults().hang);
}

#[tokio::test]
async fn a_file_that_is_missing_at_the_start_is_named() {
    let farm = PhoneFarm::new(1);
    let error = farm.follow_faults("nowhere/faults.toml".into()).await;
    let text = error.unwrap_err().to_string();
    assert!(
        text.starts_with("the faults file nowhere/faults.toml cannot be read"),
        "{text}"
    );
}

#[tokio::test]
async fn faults_set_while_it_runs_stay_when_the_file_changes_others() {
    let (farm, _folder, path) = farm_with_file("").await;
    farm.phones()[0].set_faults(Faults {
        latency_ms: 5,
        ..Faults::default()
    });
    replace(&path, "[phone.3]\ndrop = true\n");
    until(&farm, 3, |faults| faults.drop).await;
    assert_eq!(farm.phones()[0].faults().latency_ms, 5);
}

#[test]
fn ports_follow_the_first() {
    assert_eq!(ports(7000, 3).unwrap(), [7000, 7001, 7002]);
    assert_eq!(ports(0, 2).unwrap(), [0, 0]);
}

#[test]
fn ports_beyond_the_last_are_refused() {
    let error = ports(65_534, 3).unwrap_err().to_string();
    assert!(
        error.starts_with("3 virtual phones need as many ports from 65534 on"),
        "{error}"
    );
}

#[test]
fn ports_that_adb_scans_are_refused() {
    let error = ports(5500, 100).unwrap_err().to_string();
    assert!(
        error.starts_with("port 5554 is one that adb servers scan"),
        "{error}"
    );
}

#[tokio::test]
async fn three_thousand_phones_have_doors_in_one_process() {
    let farm = PhoneFarm::new(3000);
    let addresses = farm.open_adbd(LOCALHOST, 0, Auth::Off).unwrap();
    farm.open_server(SocketAddr::new(LOCALHOST, 0)).unwrap();
    assert_eq!(addresses.len(), 3000);
    TcpStream::connect(addresses[2999]).await.unwrap();
    timeout(DEADLINE, farm.shutdown()).await.unwrap();
}

#[tokio::test]
async fn a_shutdown_closes_the_doors() {
    let farm = PhoneFarm::new(1);
    let door = farm.open_adbd(LOCALHOST, 0, Auth::Off).unwrap()[0];
    let server = farm.open_server(SocketAddr::new(LOCALHOST, 0)).unwrap();
    timeout(DEADLINE, farm.shutdown()).await.unwrap();
    assert!(TcpStream::connect(door).await.is_err());
    assert!(TcpStream::connect(server).await.is_err());
}
