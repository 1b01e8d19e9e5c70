//! Counts, the plan and phones.

use farmhand::farm::{License, Plan};
use serde_json::json;

use super::common::Site;

#[tokio::test]
async fn stats_count_each_status() {
    let site = Site::start().await;
    site.create(&["a", "b"]).await;
    site.create_failed(&["a"]).await;
    assert_eq!(
        site.get("/task/stats").await.data,
        json!({"total": 3, "pending": 2, "running": 0, "completed": 0, "failed": 1})
    );
}

#[tokio::test]
async fn the_license_tells_plan_and_limit() {
    for (plan, device_limit, name, limit) in [
        (Plan::Pro, Some(20), "Pro", 20),
        (Plan::Team, Some(50), "Team", 50),
        (Plan::Business, None, "Business", 2_147_483_647_u32),
        (Plan::Business, Some(7), "Business", 7),
    ] {
        let site = Site::with(|s| s.farm.license = License { plan, device_limit }).await;
        assert_eq!(
            site.get("/license/check").await.data,
            json!({"plan_name": name, "api_enabled": true, "device_limit": limit,
                "message": "API access enabled"})
        );
    }
}

#[tokio::test]
async fn a_farm_without_phones_lists_none() {
    let site = Site::start().await;
    let answer = site.get("/device").await;
    assert_eq!(answer.data, json!({"devices": [], "total": 0}));
    assert_eq!(site.get("/device/nowhere").await.code, 40401);
    assert_eq!(site.get("/device/a%20b").await.code, 40001);
}
