//! The task's account in the app.

use serde_json::json;

use crate::stage::{Stage, names};

#[tokio::test(flavor = "multi_thread")]
async fn the_app_is_switched_to_the_tasks_account_and_stays_so_for_the_next_task_of_it() {
    let Some(stage) = Stage::with(&[&["ann", "bob", "cem"]]).await else {
        return;
    };
    for (account, target) in [("cem", "mia"), ("ann", "tomasz"), ("ann", "yuki_m")] {
        stage
            .done(json!({
                "usernames": [account],
                "script_name": "follow",
                "script_config": { "target_user": target },
            }))
            .await;
        assert_eq!(stage.phone(1).sample().current.as_deref(), Some(account));
    }
    assert_eq!(stage.follows(1, "ann"), names(&["tomasz", "yuki_m"]));
    assert_eq!(stage.follows(1, "bob"), names(&[]));
    assert_eq!(stage.follows(1, "cem"), names(&["mia"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_the_app_is_not_signed_in_to_fails_clearly_and_nothing_is_done() {
    let Some(stage) = Stage::with(&[&["ann", "bob"]]).await else {
        return;
    };
    let account = json!({ "username": "zoe", "app": "sample", "serial": stage.serials[0] });
    let path = "/account";
    stage
        .program
        .call(axum::http::Method::POST, path, Some(account))
        .await;
    let ids = stage
        .create(json!({
            "usernames": ["zoe"],
            "script_name": "follow",
            "script_config": { "target_user": "mia" },
        }))
        .await;
    let task = stage.program.end_of(ids[0]).await;
    assert_eq!(task["status"], 3, "{task:#}");
    let error = &task["error"];
    assert_eq!(error["kind"], "assertion", "{task:#}");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("account zoe"), "{message}");
    assert!(message.contains("account.yaml:"), "{message}");
    assert!(
        error["step"].as_str().unwrap().contains("flow.yaml:"),
        "{task:#}"
    );
    assert!(stage.is_untouched(1));

    let evidence: Vec<_> = error["evidence"].as_array().unwrap().iter().collect();
    for name in ["report.json", "screen.png", "hierarchy.xml", "log.txt"] {
        assert!(evidence.iter().any(|e| **e == name), "{name}: {evidence:?}");
        assert!(!stage.home.evidence(ids[0], 1, name).is_empty(), "{name}");
    }
    let report = stage.home.evidence(ids[0], 1, "report.json");
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["account"], "zoe", "{report:#}");
}
