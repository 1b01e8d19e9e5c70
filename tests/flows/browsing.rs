//! `account_warmup`.

use std::time::Duration;

use serde_json::json;

use crate::stage::{Stage, posts_about, took};

/// Seconds that a busy machine may take for the steps around a stay.
const SLACK: u64 = 20;

#[tokio::test(flavor = "multi_thread")]
async fn browsing_a_topic_stays_on_its_posts_as_long_as_asked_and_does_nothing_else() {
    let Some(stage) = Stage::with(&[&["ann"]]).await else {
        return;
    };
    let tasks = stage
        .done(json!({
            "serials": stage.serials,
            "script_name": "account_warmup",
            "script_config": {
                "task_duration": 6,
                "topic": "cycling",
                "min_duration": 2,
                "max_duration": 2,
            },
        }))
        .await;
    let did = stage.account(1, "ann");
    let stayed: Vec<_> = did
        .views
        .iter()
        .filter(|view| view.lasted >= Duration::from_secs(2))
        .collect();
    assert!(!stayed.is_empty(), "{:?} in {:#?}", did.views, tasks[0]);
    let about = posts_about("cycling");
    for view in stayed {
        assert!(
            about.contains(&view.post),
            "{view:?} is about something else"
        );
        assert!(view.lasted < Duration::from_secs(2 + SLACK), "{view:?}");
    }
    let took = took(&tasks[0]);
    assert!((6..6 + 2 + SLACK).contains(&took), "{took} s");
    assert!(did.follows.is_empty() && did.comments.is_empty() && did.posts.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn browsing_without_a_topic_goes_through_the_feed() {
    let Some(stage) = Stage::with(&[&["ann"]]).await else {
        return;
    };
    stage
        .done(json!({
            "serials": stage.serials,
            "script_name": "account_warmup",
            "script_config": { "task_duration": 4, "min_duration": 1, "max_duration": 1 },
        }))
        .await;
    let did = stage.account(1, "ann");
    assert!(!did.views.is_empty());
    assert!(did.follows.is_empty() && did.comments.is_empty() && did.posts.is_empty());
}
