use super::*;
use crate::model::{Battery, Hold, Labels, Leftover, TaskId};

fn serial(name: &str) -> Serial {
    Serial::new(name).unwrap()
}

fn registry() -> Registry {
    let servers = vec!["127.0.0.1:5037".to_owned(), "127.0.0.1:5038".to_owned()];
    Registry::new(DeviceRules::default(), servers)
}

fn list(entries: &[(&str, DeviceState)]) -> BTreeMap<Serial, DeviceState> {
    entries
        .iter()
        .map(|(s, state)| (serial(s), *state))
        .collect()
}

fn record(name: &str) -> DeviceRecord {
    DeviceRecord {
        serial: serial(name),
        model: "Pixel".into(),
        android: "14".into(),
        first_seen: Timestamp(0),
        last_seen: Timestamp(0),
        hold: None,
        leftover: None,
        labels: Labels::default(),
    }
}

fn probe(r: &mut Registry, result: Result<Health, String>, at: i64) -> ProbeJob {
    let jobs = r.take_probes(Timestamp(at));
    let job = jobs.first().expect("a probe is due").clone();
    r.probed(&job, result, Timestamp(at));
    job
}

#[test]
fn a_phone_gets_work_only_after_it_answered() {
    let mut r = registry();
    let phone = serial("a");
    assert_eq!(r.blocked(&phone), Some(WaitReason::NeverSeen));
    let (changed, new) = r.listed(0, &list(&[("a", DeviceState::Online)]), Timestamp(1));
    assert_eq!(
        (changed.as_slice(), new.as_slice()),
        (&[phone.clone()][..], &[phone.clone()][..])
    );
    assert_eq!(r.blocked(&phone), Some(WaitReason::Probing));
    probe(&mut r, Ok(Health::default()), 2);
    assert_eq!(r.blocked(&phone), None);
}

#[test]
fn removal_is_seen_by_comparing_lists() {
    let mut r = registry();
    r.listed(
        0,
        &list(&[("a", DeviceState::Online), ("b", DeviceState::Online)]),
        Timestamp(1),
    );
    let (changed, new) = r.listed(0, &list(&[("b", DeviceState::Online)]), Timestamp(2));
    assert_eq!(changed, [serial("a")]);
    assert!(new.is_empty());
    assert_eq!(r.view(&serial("a")).unwrap().state, DeviceState::Gone);
}

#[test]
fn a_dead_server_is_one_incident_and_all_its_phones_go() {
    let mut r = registry();
    let names: Vec<String> = (0..50).map(|i| format!("p{i}")).collect();
    let all: Vec<_> = names
        .iter()
        .map(|n| (n.as_str(), DeviceState::Online))
        .collect();
    r.listed(0, &list(&all), Timestamp(1));
    assert_eq!(r.server_down(0, "refused", Timestamp(2)).len(), 50);
    r.server_down(0, "still refused", Timestamp(9));
    let incidents = r.incidents();
    assert_eq!(incidents.len(), 1);
    assert_eq!(
        (incidents[0].kind, incidents[0].since),
        (IncidentKind::AdbServer, Timestamp(2))
    );
    r.listed(0, &list(&all), Timestamp(10));
    assert!(r.incidents().is_empty());
}

#[test]
fn the_same_serial_on_two_servers_gets_no_work() {
    let mut r = registry();
    r.listed(0, &list(&[("a", DeviceState::Online)]), Timestamp(1));
    r.listed(1, &list(&[("a", DeviceState::Online)]), Timestamp(2));
    assert_eq!(r.blocked(&serial("a")), Some(WaitReason::Duplicate));
    assert_eq!(r.incidents()[0].kind, IncidentKind::DuplicateSerial);
    assert!(r.take_probes(Timestamp(3)).is_empty());
    r.listed(1, &list(&[]), Timestamp(4));
    assert_eq!(r.blocked(&serial("a")), Some(WaitReason::Probing));
}

#[test]
fn silence_is_retried_with_growing_pauses_and_becomes_an_incident() {
    let mut r = registry();
    r.listed(0, &list(&[("a", DeviceState::Online)]), Timestamp(0));
    let mut at = 0;
    for _ in 0..3 {
        probe(&mut r, Err("it does not answer".into()), at);
        let next = r.next_probe().unwrap();
        assert!(next > Timestamp(at));
        at = next.0;
    }
    assert_eq!(r.incidents()[0].kind, IncidentKind::Quarantine);
    assert_eq!(r.blocked(&serial("a")), Some(WaitReason::Probing));
    probe(&mut r, Ok(Health::default()), at);
    assert!(r.incidents().is_empty());
    assert_eq!(r.blocked(&serial("a")), None);
}

#[test]
fn what_an_attempt_left_behind_is_cleaned_first() {
    let mut r = registry();
    let mut dirty = record("a");
    dirty.leftover = Some(Leftover {
        task: TaskId(1),
        attempt: 1,
    });
    r.recorded(dirty, Timestamp(0));
    r.listed(0, &list(&[("a", DeviceState::Online)]), Timestamp(1));
    assert_eq!(r.blocked(&serial("a")), Some(WaitReason::Cleaning));
    let job = r.take_probes(Timestamp(1)).remove(0);
    assert!(job.clean);
    r.recorded(record("a"), Timestamp(2));
    r.probed(&job, Ok(Health::default()), Timestamp(2));
    assert_eq!(r.blocked(&serial("a")), None);
}

#[test]
fn an_answer_for_an_earlier_connection_proves_nothing() {
    let mut r = registry();
    r.listed(0, &list(&[("a", DeviceState::Online)]), Timestamp(1));
    let old = r.take_probes(Timestamp(1)).remove(0);
    r.listed(0, &list(&[("a", DeviceState::Offline)]), Timestamp(2));
    r.listed(0, &list(&[("a", DeviceState::Online)]), Timestamp(3));
    r.probed(&old, Ok(Health::default()), Timestamp(4));
    assert_eq!(r.blocked(&serial("a")), Some(WaitReason::Probing));
    assert_eq!(
        r.take_probes(Timestamp(4)).len(),
        1,
        "it is asked anew at once"
    );
}

#[test]
fn health_past_a_limit_holds_the_queue() {
    let mut r = registry();
    r.listed(0, &list(&[("a", DeviceState::Online)]), Timestamp(0));
    let with = |celsius, percent, free_mib| Health {
        battery: Some(Battery { percent, celsius }),
        free_mib: Some(free_mib),
        ..Health::default()
    };
    let cases = [
        (with(45.1, 80, 900), Some(WaitReason::TooHot)),
        (with(30.0, 9, 900), Some(WaitReason::BatteryLow)),
        (with(30.0, 80, 199), Some(WaitReason::StorageFull)),
        (with(45.0, 10, 200), None),
    ];
    for (i, (health, expected)) in cases.into_iter().enumerate() {
        probe(&mut r, Ok(health), i as i64 * 100_000);
        assert_eq!(r.blocked(&serial("a")), expected);
    }
}

#[test]
fn a_hold_keeps_work_away_and_lifting_it_asks_at_once() {
    let mut r = registry();
    r.listed(0, &list(&[("a", DeviceState::Online)]), Timestamp(0));
    probe(&mut r, Ok(Health::default()), 0);
    let mut held = record("a");
    held.hold = Some(Hold {
        reason: "screen broken".into(),
        since: Timestamp(1),
    });
    r.recorded(held, Timestamp(1));
    assert_eq!(r.blocked(&serial("a")), Some(WaitReason::Held));
    r.recorded(record("a"), Timestamp(2));
    assert_eq!(r.next_probe(), Some(Timestamp(2)));
}

#[test]
fn a_doubtful_end_of_an_attempt_is_followed_by_a_probe() {
    let mut r = registry();
    let phone = serial("a");
    r.listed(0, &list(&[("a", DeviceState::Online)]), Timestamp(0));
    probe(&mut r, Ok(Health::default()), 0);
    r.attempt_began(&phone);
    r.attempt_over(&phone, false, Timestamp(5));
    assert_eq!(r.blocked(&phone), Some(WaitReason::Probing));
    assert_eq!(r.take_probes(Timestamp(5)).len(), 1);
}

#[test]
fn a_duplicate_is_an_incident_since_the_second_listing() {
    let mut r = registry();
    r.listed(0, &list(&[("a", DeviceState::Online)]), Timestamp(1));
    r.listed(1, &list(&[("a", DeviceState::Online)]), Timestamp(2));
    r.listed(1, &list(&[("a", DeviceState::Offline)]), Timestamp(7));
    assert_eq!(r.incidents()[0].since, Timestamp(2));
    r.server_down(1, "refused", Timestamp(9));
    let kinds: Vec<_> = r.incidents().iter().map(|i| i.kind).collect();
    assert_eq!(kinds, [IncidentKind::AdbServer]);
    assert_eq!(
        r.take_probes(Timestamp(9)).len(),
        1,
        "it can be asked again"
    );
}

#[test]
fn a_server_that_came_back_unnoticed_has_all_its_phones_asked_anew() {
    let mut r = registry();
    let all = list(&[("a", DeviceState::Online)]);
    r.listed(0, &all, Timestamp(1));
    probe(&mut r, Ok(Health::default()), 1);
    assert_eq!(r.epoch_began(0, Timestamp(2)), [serial("a")]);
    assert_eq!(r.listed(0, &all, Timestamp(2)).0, [serial("a")]);
    assert_eq!(r.blocked(&serial("a")), Some(WaitReason::Probing));
}

#[test]
fn a_clock_that_went_back_delays_no_probe() {
    let mut r = registry();
    r.listed(
        0,
        &list(&[("a", DeviceState::Online)]),
        Timestamp(5_000_000),
    );
    probe(&mut r, Ok(Health::default()), 5_000_000);
    assert!(r.take_probes(Timestamp(5_000_001)).is_empty());
    assert_eq!(r.take_probes(Timestamp(1_000_000)).len(), 1);
}

#[test]
fn a_farm_that_comes_back_whole_is_asked_a_part_at_a_time() {
    let mut r = registry();
    let names: Vec<String> = (0..PROBES + 3).map(|i| format!("p{i:03}")).collect();
    let all: Vec<_> = names
        .iter()
        .map(|n| (n.as_str(), DeviceState::Online))
        .collect();
    r.listed(0, &list(&all), Timestamp(1));
    let jobs = r.take_probes(Timestamp(1));
    assert_eq!(jobs.len(), PROBES);
    assert_eq!(r.next_probe(), None, "the end of one is waited for");
    r.probed(&jobs[0], Ok(Health::default()), Timestamp(2));
    assert_eq!(r.next_probe(), Some(Timestamp(1)));
    assert_eq!(r.take_probes(Timestamp(2)).len(), 1);
    for job in &jobs[1..] {
        r.probed(job, Ok(Health::default()), Timestamp(3));
    }
    assert_eq!(r.take_probes(Timestamp(3)).len(), 2);
}
