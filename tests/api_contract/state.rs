//! Stop, retry and delete.

use axum::http::Method;
use farmhand::api::client::Client;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::common::{Site, ids};

#[tokio::test]
async fn a_stopped_task_is_failed_with_kind_stopped_and_answered() {
    let site = Site::start().await;
    let id = site.create(&["a"]).await[0];
    let answer = site.post(&format!("/task/{id}/stop"), json!({})).await;
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_eq!(
        (&answer.data["id"], &answer.data["status"]),
        (&json!(id), &json!(3))
    );
    assert_eq!(answer.data["error"]["kind"], "stopped");
    let again = site.post(&format!("/task/{id}/stop"), Value::Null).await;
    assert_eq!((again.code, again.http_status.as_u16()), (40901, 409));
}

#[tokio::test]
async fn a_failed_task_is_retried_under_the_same_id() {
    let site = Site::start().await;
    let id = site.create_failed(&["a"]).await[0];
    let answer = site.post(&format!("/task/{id}/retry"), Value::Null).await;
    assert_eq!((answer.code, &answer.data["id"]), (0, &json!(id)));
    assert_eq!(
        (
            &answer.data["status"],
            &answer.data["retry_count"],
            &answer.data["error"]
        ),
        (&json!(0), &json!(1), &Value::Null)
    );
    assert_eq!(
        site.post(&format!("/task/{id}/retry"), Value::Null)
            .await
            .code,
        40901
    );
}

#[tokio::test]
async fn what_does_not_exist_cannot_be_stopped_retried_or_deleted() {
    let site = Site::start().await;
    for path in ["/task/7/stop", "/task/7/retry"] {
        assert_eq!(site.post(path, Value::Null).await.code, 40401, "{path}");
    }
    assert_eq!(site.delete("/task/7").await.code, 40401);
    assert_eq!(site.post("/task/x/stop", Value::Null).await.code, 40001);
    assert_eq!(site.delete("/task/x").await.code, 40001);
}

#[tokio::test]
async fn retry_all_retries_all_that_are_failed() {
    let site = Site::start().await;
    let waiting = site.create(&["a"]).await;
    let failed = site.create_failed(&["a", "b", "c"]).await;
    let answer = site.post("/task/retry-all", Value::Null).await;
    assert_eq!((answer.code, &answer.data["retried_count"]), (0, &json!(3)));
    let mut retried = ids(&answer.data["task_ids"]);
    retried.sort_unstable();
    assert_eq!(retried, failed);
    let untouched = site.get(&format!("/task/{}", waiting[0])).await.data;
    assert_eq!(untouched["retry_count"], 0);
}

#[tokio::test]
async fn retry_all_with_nothing_failed_is_a_success_of_none() {
    let site = Site::start().await;
    let answer = site.post("/task/retry-all", json!({})).await;
    assert_eq!(answer.code, 0);
    assert_eq!(answer.data, json!({"retried_count": 0, "task_ids": []}));
}

#[tokio::test]
async fn retry_all_lists_at_most_a_thousand_ids() {
    let site = Site::start().await;
    let serials: Vec<String> = (0..1_003).map(|n| format!("s{n}")).collect();
    let serials: Vec<&str> = serials.iter().map(String::as_str).collect();
    let created = site.create(&serials).await;
    let mut clients = JoinSet::new();
    for ids in created.chunks(64) {
        let (client, ids) = (Client::new(site.address), ids.to_vec());
        clients.spawn(async move {
            for id in ids {
                let path = format!("/task/{id}/stop");
                client.call(Method::POST, &path, None, &[]).await.unwrap();
            }
        });
    }
    clients.join_all().await;
    let answer = site.post("/task/retry-all", Value::Null).await;
    assert_eq!(answer.data["retried_count"], 1_003);
    assert_eq!(ids(&answer.data["task_ids"]).len(), 1_000);
}

#[tokio::test]
async fn a_deleted_task_is_gone() {
    let site = Site::start().await;
    let id = site.create(&["a"]).await[0];
    let answer = site.delete(&format!("/task/{id}")).await;
    assert_eq!(answer.data, json!({"deleted_count": 1, "task_ids": [id]}));
    assert_eq!(site.get(&format!("/task/{id}")).await.code, 40401);
    assert_eq!(site.delete(&format!("/task/{id}")).await.code, 40401);
}

#[tokio::test]
async fn a_batch_deletes_what_exists_and_names_what_does_not_both_ways() {
    let site = Site::start().await;
    for (method, path) in [
        (Method::DELETE, "/task/batch"),
        (Method::POST, "/task/batch-delete"),
    ] {
        let created = site.create(&["a", "b"]).await;
        let body = json!({"task_ids": [created[1], 999_999, created[0], created[0]]});
        let answer = site
            .client
            .call(method, path, Some(&body), &[])
            .await
            .unwrap();
        assert_eq!(
            answer.data,
            json!({"deleted_count": 2, "task_ids": created, "not_found": [999_999]})
        );
    }
}

#[tokio::test]
async fn a_batch_of_which_nothing_exists_is_40401() {
    let site = Site::start().await;
    let answer = site
        .post("/task/batch-delete", json!({"task_ids": [7, 8]}))
        .await;
    assert_eq!(
        (answer.code, &answer.data["not_found"]),
        (40401, &json!([7, 8]))
    );
}

#[tokio::test]
async fn a_batch_never_means_all() {
    let site = Site::start().await;
    site.create(&["a"]).await;
    for body in [
        "",
        "null",
        "{}",
        r#"{"task_ids":[]}"#,
        r#"{"task_ids":null}"#,
        "[1]",
        r#"{"task_ids":["1"]}"#,
        r#"{"task_ids":[1.5]}"#,
        r#"{"task_ids":[-1]}"#,
        r#"{"task_ids":[1],"all":true}"#,
        r#"{"ids":[1]}"#,
    ] {
        for (method, path) in [
            (Method::DELETE, "/task/batch"),
            (Method::POST, "/task/batch-delete"),
        ] {
            let answer = site.send(method, path, body, &[]).await;
            assert_eq!(answer.code, 40001, "{body}: {answer:?}");
        }
    }
    assert_eq!(site.get("/task/stats").await.data["total"], 1);
}

#[tokio::test]
async fn stop_retry_and_retry_all_take_no_body_null_or_an_empty_object() {
    let site = Site::start().await;
    for body in ["", "null", "{}", " \r\n"] {
        let id = site.create(&["a"]).await[0];
        for action in ["stop", "retry"] {
            let answer = site
                .send(Method::POST, &format!("/task/{id}/{action}"), body, &[])
                .await;
            assert_eq!(answer.code, 0, "{action} with {body:?}: {answer:?}");
        }
        assert_eq!(
            site.send(Method::POST, "/task/retry-all", body, &[])
                .await
                .code,
            0
        );
    }
    for body in ["[]", "{\"force\":true}", "1", "{"] {
        let answer = site.send(Method::POST, "/task/retry-all", body, &[]).await;
        assert_eq!(answer.code, 40001, "{body}");
    }
}
