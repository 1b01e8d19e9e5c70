//! `GET /task`.

use serde_json::{Value, json};

use super::common::{Site, ids, shell};

async fn found(site: &Site, query: &str) -> Vec<u64> {
    let answer = site.get(&format!("/task?{query}")).await;
    assert_eq!(answer.code, 0, "{query}: {answer:?}");
    let tasks = answer.data["tasks"].as_array().unwrap();
    assert_eq!(answer.data["total"], tasks.len(), "{query}");
    tasks
        .iter()
        .map(|task| task["id"].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn a_list_has_rows_total_page_and_size_newest_first() {
    let site = Site::start().await;
    let mut created = site.create(&["a", "b", "c"]).await;
    created.reverse();
    let answer = site.get("/task").await;
    let data = answer.data.as_object().unwrap();
    assert_eq!(
        data.keys().collect::<Vec<_>>(),
        ["tasks", "total", "page", "page_size"]
    );
    assert_eq!(
        (&data["total"], &data["page"], &data["page_size"]),
        (&json!(3), &json!(1), &json!(20))
    );
    assert_eq!(found(&site, "").await, created);
}

#[tokio::test]
async fn filters_combine() {
    let site = Site::start().await;
    let failed = site.create_failed(&["a", "b"]).await;
    let waiting = site.create(&["a", "b"]).await;
    let follow = json!({"serials": ["a"], "script_name": "follow",
        "script_config": {"target_users": ["x"]}});
    let follow = ids(&site.post("/task", follow).await.data["task_ids"])[0];
    for (query, expected) in [
        ("status=0", vec![follow, waiting[1], waiting[0]]),
        ("status=3", vec![failed[1], failed[0]]),
        ("status=1", vec![]),
        ("serial=a", vec![follow, waiting[0], failed[0]]),
        ("script_name=follow", vec![follow]),
        ("source=ui", vec![]),
        ("source=api&serial=b", vec![waiting[1], failed[1]]),
        ("status=0&serial=a&script_name=shell", vec![waiting[0]]),
        (
            "status=3&serial=a&script_name=shell&source=api",
            vec![failed[0]],
        ),
        ("status=3&script_name=follow", vec![]),
        ("serial=nowhere", vec![]),
        ("script_name=nothing", vec![]),
    ] {
        assert_eq!(found(&site, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn pages_cover_everything_once() {
    let site = Site::start().await;
    let serials: Vec<String> = (0..25).map(|n| format!("s{n}")).collect();
    let serials: Vec<&str> = serials.iter().map(String::as_str).collect();
    let mut expected = site.create(&serials).await;
    expected.reverse();
    let mut seen = Vec::new();
    for (page, rows) in [(1, 10), (2, 10), (3, 5), (4, 0)] {
        let answer = site.get(&format!("/task?page={page}&page_size=10")).await;
        let tasks = answer.data["tasks"].as_array().unwrap();
        assert_eq!(
            (tasks.len(), &answer.data["total"]),
            (rows, &json!(25)),
            "page {page}"
        );
        seen.extend(tasks.iter().map(|task| task["id"].as_u64().unwrap()));
    }
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_page_far_past_the_end_is_empty_with_the_right_total() {
    let site = Site::start().await;
    site.create(&["a"]).await;
    for page in ["2", "9223372036854775807", "18446744073709551615"] {
        let answer = site.get(&format!("/task?page={page}&page_size=100")).await;
        assert_eq!(answer.code, 0, "{answer:?}");
        assert_eq!(
            (&answer.data["tasks"], &answer.data["total"]),
            (&json!([]), &json!(1))
        );
    }
}

#[tokio::test]
async fn parameters_out_of_their_range_are_refused_by_name() {
    let site = Site::start().await;
    for (query, field) in [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=x", "page"),
        ("page=1.0", "page"),
        ("page=18446744073709551616", "page"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=%2B5", "page_size"),
        ("status=4", "status"),
        ("status=-1", "status"),
        ("status=pending", "status"),
        ("status=", "status"),
        ("status", "status"),
        ("status=0&status=0", "status"),
        ("source=console", "source"),
        ("source=API", "source"),
        ("serial=%20", "serial"),
        ("serial=%FF", "serial"),
        ("statsu=0", "statsu"),
        ("=1", ""),
    ] {
        let answer = site.get(&format!("/task?{query}")).await;
        assert_eq!(
            (answer.code, answer.http_status.as_u16()),
            (40001, 400),
            "{query}"
        );
        assert_eq!(answer.data["field"], field, "{query}: {}", answer.message);
    }
}

#[tokio::test]
async fn a_task_has_all_of_its_fields_null_if_empty() {
    let site = Site::start().await;
    let id = site.create(&["a"]).await[0];
    let task = site.get("/task").await.data["tasks"][0].clone();
    let expected = [
        "id",
        "serial",
        "username",
        "script_name",
        "script_config",
        "status",
        "status_text",
        "source",
        "start_time",
        "scheduled_at",
        "created_at",
        "updated_at",
        "started_at",
        "finished_at",
        "attempt",
        "retry_count",
        "progress",
        "waiting_for",
        "remark",
        "error",
    ];
    assert_eq!(
        task.as_object().unwrap().keys().collect::<Vec<_>>(),
        expected
    );
    for (field, value) in [
        ("id", json!(id)),
        ("serial", json!("a")),
        ("username", Value::Null),
        ("script_name", json!("shell")),
        ("status", json!(0)),
        ("status_text", json!("pending")),
        ("source", json!("api")),
        ("started_at", Value::Null),
        ("attempt", json!(0)),
        ("retry_count", json!(0)),
        ("error", Value::Null),
    ] {
        assert_eq!(task[field], value, "{field}");
    }
    assert_eq!(task["script_config"]["command"], "true");
    let created = task["created_at"].as_str().unwrap();
    assert!(created.len() == 24 && created.ends_with('Z'), "{created}");
}

#[tokio::test]
async fn one_task_comes_with_its_attempts() {
    let site = Site::start().await;
    let id = site.create(&["a"]).await[0];
    let answer = site.get(&format!("/task/{id}")).await;
    assert_eq!(
        (&answer.data["id"], &answer.data["attempts"]),
        (&json!(id), &json!([]))
    );
    assert_eq!(answer.data.as_object().unwrap().len(), 21);
}

#[tokio::test]
async fn an_id_that_is_not_one_is_40001_and_an_unknown_one_40401() {
    let site = Site::start().await;
    for id in [
        "x",
        "-1",
        "+1",
        "1.0",
        "9223372036854775808",
        "%31x",
        "1%2F2",
        "%FF",
    ] {
        let answer = site.get(&format!("/task/{id}")).await;
        assert_eq!(answer.code, 40001, "{id}: {answer:?}");
    }
    for id in ["0", "12345", "9223372036854775807"] {
        let answer = site.get(&format!("/task/{id}")).await;
        assert_eq!(
            (answer.code, answer.http_status.as_u16()),
            (40401, 404),
            "{id}"
        );
    }
}

#[tokio::test]
async fn rows_and_total_are_of_one_moment() {
    let site = Site::start().await;
    let serials: Vec<String> = (0..7).map(|n| format!("s{n}")).collect();
    let serials: Vec<&str> = serials.iter().map(String::as_str).collect();
    let writer = async {
        for _ in 0..12 {
            assert_eq!(site.post("/task", shell(&serials)).await.code, 0);
        }
    };
    let reader = async {
        for _ in 0..60 {
            let data = site.get("/task?page_size=100").await.data;
            let total = data["total"].as_u64().unwrap();
            assert_eq!(data["tasks"].as_array().unwrap().len() as u64, total);
            assert_eq!(total % 7, 0, "a request is seen whole or not at all");
        }
    };
    tokio::join!(writer, reader);
}
