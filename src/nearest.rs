//! The known word that a mistyped one was probably meant to be.

/// The candidate that resembles `word` most, if any is close enough to be worth naming.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    /// Below this similarity (0 to 1) a guess confuses more than it helps.
    const CLOSE: f64 = 0.75;
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(similarity, _)| *similarity >= CLOSE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// `did you mean 'timeout'? accepted: timeout, wait_limit`, or the second half alone.
pub(crate) fn advice<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    let guess = nearest(word, candidates.clone())
        .map(|guess| format!("did you mean '{guess}'? "))
        .unwrap_or_default();
    let all: Vec<&str> = candidates.into_iter().collect();
    format!("{guess}accepted: {}", all.join(", "))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typo_finds_its_word_and_nonsense_finds_none() {
        let keys = ["timeout", "wait_limit", "max_retries"];
        assert_eq!(nearest("timeot", keys), Some("timeout"));
        assert_eq!(nearest("retries_max", keys), None);
        assert_eq!(nearest("max_retrys", keys), Some("max_retries"));
        assert_eq!(nearest("zzz", keys), None);
    }
}
