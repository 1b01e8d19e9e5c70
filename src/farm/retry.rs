//! When a failed attempt is tried again without anybody asking.

use std::time::Duration;

use super::settings::TaskRules;
use crate::flow::Script;
use crate::model::{ErrorKind, Task, Timestamp};

/// Pause before the first automatic retry; doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(10 * 60);

/// The moment of the next automatic retry, if there is to be one: only for scripts that
/// declare themselves repeatable, and only for failures that another try may mend.
pub(super) fn at(
    rules: &TaskRules,
    script: &Script,
    task: &Task,
    kind: ErrorKind,
    now: Timestamp,
) -> Option<Timestamp> {
    if !script.repeatable || task.auto_retries >= rules.auto_retries || !mendable(kind) {
        return None;
    }
    let doubled = FIRST_PAUSE.saturating_mul(1 << task.auto_retries.min(10));
    let pause = doubled.min(LONGEST_PAUSE);
    let ms = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
    // A farm that failed as one must not come back as one: up to a quarter more, drawn
    // from the task's own number, so that a replay finds the same.
    let spread = i64::try_from(mix(task.id.0 ^ u64::from(task.attempt)) % 256).unwrap_or(0);
    Some(now.plus_ms(ms + ms / 4 * spread / 256))
}

const fn mendable(kind: ErrorKind) -> bool {
    match kind {
        ErrorKind::Lost
        | ErrorKind::Interrupted
        | ErrorKind::TimedOut
        | ErrorKind::Device
        | ErrorKind::Assertion
        | ErrorKind::Script => true,
        ErrorKind::Stopped | ErrorKind::Expired | ErrorKind::Config => false,
    }
}

/// Spreads neighbouring numbers (the finaliser of SplitMix64).
const fn mix(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::farm::testing::{begun, farm};

    #[tokio::test]
    async fn pauses_grow_up_to_a_limit_and_tries_are_counted() {
        let (farm, _folder) = farm().await;
        let mut task = Task::clone(&*begun(&farm).await);
        let mut script = Script::clone(&farm.hub.scripts.get("screenshot").unwrap());
        let rules = TaskRules {
            auto_retries: 20,
            ..TaskRules::default()
        };
        let mut pause = |tried: u32| {
            task.auto_retries = tried;
            let next = at(&rules, &script, &task, ErrorKind::Lost, Timestamp(0));
            next.map(|at| at.0)
        };
        for (tried, least) in [(0, 10_000), (1, 20_000), (2, 40_000), (19, 600_000)] {
            let most = least * 5 / 4;
            let paused = pause(tried).unwrap();
            assert!((least..=most).contains(&paused), "{tried}: {paused}");
        }
        assert_eq!(pause(20), None);
        task.auto_retries = 0;
        for kind in ErrorKind::ALL {
            let expected = !matches!(
                kind,
                ErrorKind::Stopped | ErrorKind::Expired | ErrorKind::Config
            );
            let next = at(&rules, &script, &task, kind, Timestamp(0));
            assert_eq!(next.is_some(), expected, "{kind}");
        }
        script.repeatable = false;
        assert_eq!(
            at(&rules, &script, &task, ErrorKind::Lost, Timestamp(0)),
            None
        );
        farm.shutdown().await;
    }
}
