//! USB hubs that were lost: many phones of one path gone at nearly the same time are one cause.
//!
//! A path is `1-4.2`: the bus, then the port at each hub on the way. Phones of one hub share
//! all but the last port. Plain functions and state without a clock; the registry says what
//! each phone is like.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Serial, Timestamp};

/// So many phones at least make a hub.
const FEWEST: usize = 3;
/// Phones that went within this time of each other may have gone together, in milliseconds:
/// adb tells of each by itself, and its list is asked every three seconds.
const TOGETHER_MS: i64 = 5_000;

/// A phone on a cable.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plug<'a> {
    pub serial: &'a Serial,
    /// Index of the adb server, each of which has buses of its own.
    pub server: usize,
    pub path: &'a str,
    /// Since when it is gone; none: it is there.
    pub lost: Option<Timestamp>,
}

/// Where a hub is: the server, and what the paths of its phones begin with.
type Place = (usize, String);

#[derive(Debug)]
struct Loss {
    since: Timestamp,
    /// All that went with it, also those that are back.
    phones: BTreeSet<Serial>,
    /// How many are gone now.
    gone: usize,
}

/// A lost hub, to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LostHub<'a> {
    pub server: usize,
    pub path: &'a str,
    pub since: Timestamp,
    pub phones: usize,
    pub gone: usize,
}

/// The hubs that are lost now.
#[derive(Debug, Default)]
pub(super) struct Hubs {
    lost: BTreeMap<Place, Loss>,
}

impl Hubs {
    /// Takes how all phones are now.
    pub fn update(&mut self, plugs: &[Plug<'_>], now: Timestamp) {
        let recent = |plug: &Plug<'_>| {
            let lost = plug.lost.filter(|at| now.ms_since(*at) <= TOGETHER_MS);
            lost.is_some()
        };
        // Asked with every change of any phone, so what costs is done only after losses.
        let places = match plugs.iter().any(recent) {
            true => found(plugs, recent),
            false => Vec::new(),
        };
        for place in places {
            let mut loss = Loss {
                since: now,
                phones: BTreeSet::new(),
                gone: 0,
            };
            // A part of it that was told a moment ago is told as the whole from now on.
            self.lost.retain(|other, known| {
                let part = lies_in(&place, other.0, &other.1) || *other == place;
                if part {
                    loss.since = loss.since.min(known.since);
                    loss.phones.append(&mut known.phones);
                }
                !part
            });
            self.lost.insert(place, loss);
        }
        for (place, loss) in &mut self.lost {
            for plug in plugs.iter().filter(|p| lies_in(place, p.server, p.path)) {
                if let Some(at) = plug.lost.filter(|at| now.ms_since(*at) <= TOGETHER_MS) {
                    loss.since = loss.since.min(at);
                    loss.phones.insert(plug.serial.clone());
                }
            }
            let gone = plugs.iter().filter(|plug| plug.lost.is_some());
            loss.gone = gone.filter(|p| loss.phones.contains(p.serial)).count();
        }
        self.lost.retain(|_, loss| loss.gone > 0);
    }

    /// The hubs that are lost, by server and path.
    pub fn lost(&self) -> impl Iterator<Item = LostHub<'_>> {
        self.lost.iter().map(|((server, path), loss)| LostHub {
            server: *server,
            path,
            since: loss.since,
            phones: loss.phones.len(),
            gone: loss.gone,
        })
    }
}

/// The hubs of which at least three quarters of the phones that were there have just gone: of
/// hubs on one way the one with the most losses, and of those with the same the innermost.
fn found(plugs: &[Plug<'_>], recent: impl Fn(&Plug<'_>) -> bool) -> Vec<Place> {
    let mut sums: BTreeMap<Place, (usize, usize)> = BTreeMap::new();
    for plug in plugs.iter().filter(|p| p.lost.is_none() || recent(p)) {
        for hub in hubs_of(plug.path) {
            let sum = sums.entry((plug.server, hub.to_owned())).or_default();
            sum.0 += usize::from(plug.lost.is_some());
            sum.1 += 1;
        }
    }
    let mut candidates: Vec<(usize, Place)> = sums
        .into_iter()
        .filter(|(_, (lost, all))| *lost >= FEWEST && lost * 4 >= all * 3)
        .map(|(place, (lost, _))| (lost, place))
        .collect();
    candidates.sort_by_key(|(lost, place)| (usize::MAX - lost, usize::MAX - place.1.len()));
    let mut places: Vec<Place> = Vec::new();
    for (_, place) in candidates {
        let on_the_way = |a: &Place, b: &Place| a.0 == b.0 && lies_in(a, b.0, &b.1);
        if !places
            .iter()
            .any(|other| on_the_way(other, &place) || on_the_way(&place, other))
        {
            places.push(place);
        }
    }
    places
}

/// The hubs on the way to a phone, from the bus inwards: `1`, `1-4` for `1-4.2`.
fn hubs_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices(['-', '.'])
        .filter_map(|(at, _)| path.get(..at))
}

/// Whether a path goes through a hub.
fn lies_in(hub: &Place, server: usize, path: &str) -> bool {
    hub.0 == server
        && path
            .strip_prefix(hub.1.as_str())
            .is_some_and(|rest| rest.starts_with(['-', '.']))
}

#[cfg(test)]
#[path = "hubs_tests.rs"]
mod tests;
