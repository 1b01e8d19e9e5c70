//! Measures two sides in turn and prints their ratio: on a shared machine single numbers
//! drift, but two sides measured in turn drift together.

#![allow(dead_code, reason = "each benchmark uses its own part")]

use std::time::{Duration, Instant};

/// One side's rounds.
pub struct Side {
    name: String,
    rates: Vec<f64>,
}

/// Rounds a side, unless `FARMHAND_BENCH_ROUNDS` says otherwise.
pub fn rounds() -> usize {
    std::env::var("FARMHAND_BENCH_ROUNDS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(5)
}

/// How long a round of a side lasts at least.
pub const ROUND: Duration = Duration::from_millis(1_000);

/// Operations a second of `operation`, which does `each` operations a call.
pub fn rate(each: usize, mut operation: impl FnMut()) -> f64 {
    let began = Instant::now();
    let mut count = 0;
    while began.elapsed() < ROUND {
        operation();
        count += each;
    }
    count as f64 / began.elapsed().as_secs_f64()
}

impl Side {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            rates: Vec::new(),
        }
    }

    pub fn add(&mut self, rate: f64) {
        self.rates.push(rate);
    }

    pub fn median(&self) -> f64 {
        median(self.rates.clone())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Prints a row: what, ours, the other side, and the median of the rounds' ratios.
pub fn compare(what: &str, ours: &Side, other: &Side) {
    let ratios: Vec<f64> = ours
        .rates
        .iter()
        .zip(&other.rates)
        .map(|(a, b)| a / b)
        .collect();
    let (low, high) = ratios
        .iter()
        .fold((f64::INFINITY, 0.0_f64), |(l, h), r| (l.min(*r), h.max(*r)));
    println!(
        "| {what} | {} {:.0}/s | {} {:.0}/s | **{:.2}** ({low:.2} to {high:.2}) |",
        ours.name,
        ours.median(),
        other.name,
        other.median(),
        median(ratios),
    );
}

/// Prints the head of a table of [`compare`] rows.
pub fn head() {
    println!("| what | ours | beside it | ratio (lowest to highest) |");
    println!("|---|---|---|---|");
}
