use super::{Hubs, Plug};
use crate::model::{Serial, Timestamp};

/// Phones by path, and since when each is lost.
struct Farm(Vec<(Serial, String, Option<Timestamp>)>);

impl Farm {
    fn new(paths: &[&str]) -> Self {
        let phones = paths.iter().map(|path| {
            let serial = Serial::new(&format!("on-{path}")).unwrap();
            (serial, (*path).to_owned(), None)
        });
        Self(phones.collect())
    }

    fn lose(&mut self, under: &str, at: i64) {
        for (_, path, lost) in &mut self.0 {
            if path.starts_with(under) {
                *lost = Some(Timestamp(at));
            }
        }
    }

    fn find(&mut self, under: &str) {
        for (_, path, lost) in &mut self.0 {
            if path.starts_with(under) {
                *lost = None;
            }
        }
    }

    /// `PATH: GONE of ALL since WHEN` for each lost hub.
    fn tell(&self, hubs: &mut Hubs, at: i64) -> Vec<String> {
        let plugs: Vec<_> = self
            .0
            .iter()
            .map(|(serial, path, lost)| Plug {
                serial,
                server: 0,
                path,
                lost: *lost,
            })
            .collect();
        hubs.update(&plugs, Timestamp(at));
        hubs.lost()
            .map(|l| format!("{}: {} of {} since {}", l.path, l.gone, l.phones, l.since.0))
            .collect()
    }
}

const TWO_HUBS: [&str; 8] = [
    "1-4.1", "1-4.2", "1-4.3", "1-4.4", "1-5.1", "1-5.2", "1-5.3", "1-5.4",
];

#[test]
fn a_hub_whose_phones_go_together_is_one_loss() {
    let (mut farm, mut hubs) = (Farm::new(&TWO_HUBS), Hubs::default());
    assert!(farm.tell(&mut hubs, 0).is_empty());
    farm.lose("1-4", 1_000);
    assert_eq!(farm.tell(&mut hubs, 1_000), ["1-4: 4 of 4 since 1000"]);
    assert_eq!(farm.tell(&mut hubs, 9_000_000), ["1-4: 4 of 4 since 1000"]);
}

#[test]
fn phones_that_are_told_one_by_one_are_one_loss_in_the_end() {
    let (mut farm, mut hubs) = (Farm::new(&TWO_HUBS), Hubs::default());
    for (n, path) in TWO_HUBS.iter().take(4).enumerate() {
        let at = 1_000 + 100 * i64::try_from(n).unwrap();
        farm.lose(path, at);
        let told = farm.tell(&mut hubs, at);
        assert_eq!(told.len(), usize::from(n >= 2), "{told:?}");
    }
    assert_eq!(farm.tell(&mut hubs, 2_000), ["1-4: 4 of 4 since 1000"]);
}

#[test]
fn phones_here_and_there_are_no_hub() {
    let (mut farm, mut hubs) = (Farm::new(&TWO_HUBS), Hubs::default());
    for path in ["1-4.1", "1-4.2", "1-5.3", "1-5.4"] {
        farm.lose(path, 1_000);
    }
    assert!(farm.tell(&mut hubs, 1_000).is_empty());
}

#[test]
fn phones_that_go_over_a_day_are_no_hub() {
    let (mut farm, mut hubs) = (Farm::new(&TWO_HUBS), Hubs::default());
    for (at, path) in (0..).step_by(60_000).zip(TWO_HUBS) {
        farm.lose(path, at);
        assert!(farm.tell(&mut hubs, at).is_empty());
    }
}

#[test]
fn a_loss_counts_down_and_ends_when_all_are_back() {
    let (mut farm, mut hubs) = (Farm::new(&TWO_HUBS), Hubs::default());
    farm.lose("1-4", 1_000);
    farm.tell(&mut hubs, 1_000);
    farm.find("1-4.2");
    farm.find("1-4.3");
    farm.find("1-4.4");
    assert_eq!(farm.tell(&mut hubs, 60_000), ["1-4: 1 of 4 since 1000"]);
    farm.find("1-4.1");
    assert!(farm.tell(&mut hubs, 61_000).is_empty());
}

#[test]
fn a_hub_of_hubs_is_told_as_the_one_that_all_hang_on() {
    let paths = [
        "1-4.1.1", "1-4.1.2", "1-4.1.3", "1-4.2.1", "1-4.2.2", "1-4.2.3", "1-7",
    ];
    let (mut farm, mut hubs) = (Farm::new(&paths), Hubs::default());
    farm.lose("1-4.1", 1_000);
    assert_eq!(farm.tell(&mut hubs, 1_000), ["1-4.1: 3 of 3 since 1000"]);
    farm.lose("1-4.2", 2_000);
    assert_eq!(farm.tell(&mut hubs, 2_000), ["1-4: 6 of 6 since 1000"]);
}

#[test]
fn phones_that_were_gone_before_do_not_hide_a_loss() {
    let (mut farm, mut hubs) = (Farm::new(&TWO_HUBS), Hubs::default());
    farm.lose("1-4.1", 0);
    farm.tell(&mut hubs, 0);
    for path in ["1-4.2", "1-4.3", "1-4.4"] {
        farm.lose(path, 3_600_000);
    }
    assert_eq!(
        farm.tell(&mut hubs, 3_600_000),
        ["1-4: 3 of 3 since 3600000"]
    );
}

#[test]
fn a_whole_bus_is_told_as_such() {
    let (mut farm, mut hubs) = (Farm::new(&TWO_HUBS), Hubs::default());
    farm.lose("1-", 5);
    assert_eq!(farm.tell(&mut hubs, 5), ["1: 8 of 8 since 5"]);
}
