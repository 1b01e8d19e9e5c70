//! The answers in the tables are those of OpenJDK 17, with the flags that Maestro sets, and with
//! Maestro's way to take what does not compile.

use std::time::{Duration, Instant};

use super::*;

/// Compares with what Java answers: pattern, text, whether it matches.
fn answers(table: &[(&str, &str, bool)]) {
    for (pattern, text, expected) in table {
        let compiled = Pattern::new(pattern).unwrap();
        assert_eq!(
            compiled.matches(text),
            Ok(*expected),
            "{pattern:?} on {text:?}"
        );
    }
}

fn refusal(pattern: &str) -> String {
    check(pattern).unwrap_err().reason
}
