use std::time::{Duration, Instant};

use super::*;
use crate::flow::lang::Template;

fn engine() -> Engine {
    Engine::new(Limits::default())
}

/// One that gives up soon, for scripts that never end.
fn hasty() -> Engine {
    Engine::new(Limits {
        time: Duration::from_millis(200),
        ..Limits::default()
    })
}

async fn value(engine: &mut Engine, script: &str) -> String {
    engine.eval(script).await.unwrap()
}

async fn resolved(engine: &mut Engine, template: &str) -> String {
    engine.resolve(&Template::new(template)).await.unwrap()
}

async fn failure(engine: &mut Engine, script: &str) -> JsError {
    engine.eval(script).await.unwrap_err()
}

mod limits;
mod scopes;
mod texts;
