use super::*;

#[tokio::test]
async fn variables_are_texts_kept_as_they_are() {
    let mut engine = engine();
    engine.set("CAPTION", "it's\n\\ \"$(reboot)\" \u{1f600}");
    let text = value(&mut engine, "'' + CAPTION").await;
    assert_eq!(text, "it's\n\\ \"$(reboot)\" \u{1f600}");
}

#[tokio::test]
async fn variables_of_a_scope_shadow_those_outside_and_end_with_it() {
    let mut engine = engine();
    engine.set("NAME", "outer");
    assert_eq!(value(&mut engine, "NAME + ''").await, "outer");
    engine.enter();
    engine.set("NAME", "inner");
    assert_eq!(value(&mut engine, "NAME + ''").await, "inner");
    engine.leave();
    assert_eq!(value(&mut engine, "NAME + ''").await, "outer");
}

#[tokio::test]
async fn what_a_script_declares_is_seen_by_later_ones_and_in_scopes_inside() {
    let mut engine = engine();
    value(
        &mut engine,
        "var a = 1; let b = 2; const c = 3; function d() { return 4 }",
    )
    .await;
    assert_eq!(value(&mut engine, "a + b + c + d()").await, "10");
    engine.enter();
    engine.enter();
    assert_eq!(value(&mut engine, "a + b + c + d()").await, "10");
}

#[tokio::test]
async fn what_is_declared_in_a_scope_ends_with_it() {
    let mut engine = engine();
    engine.enter();
    value(&mut engine, "var a = 1; const b = 2").await;
    engine.leave();
    assert_eq!(
        value(&mut engine, "typeof a + typeof b").await,
        "undefinedundefined"
    );
}

#[tokio::test]
async fn a_scope_changes_variables_outside_of_it() {
    let mut engine = engine();
    engine.set("NAME", "before");
    value(&mut engine, "var count = 1; let list = []").await;
    engine.enter();
    engine.enter();
    value(&mut engine, "count += 1; list.push('x'); NAME = 'after'").await;
    engine.leave();
    engine.leave();
    assert_eq!(
        value(&mut engine, "[count, list, NAME].join()").await,
        "2,x,after"
    );
    assert_eq!(resolved(&mut engine, "${NAME}").await, "after");
}

#[tokio::test]
async fn a_loop_may_declare_a_constant_in_each_of_its_rounds() {
    let mut engine = engine();
    for _ in 0..3 {
        engine.enter();
        value(&mut engine, "const round = 1").await;
        engine.leave();
    }
}

#[tokio::test]
async fn a_constant_cannot_be_declared_twice_in_a_scope() {
    let mut engine = engine();
    value(&mut engine, "const once = 1").await;
    let error = failure(&mut engine, "const once = 2").await;
    assert_eq!(error.kind, JsErrorKind::Threw);
    assert!(error.message.contains("once"), "{error}");
}

#[tokio::test]
async fn a_file_s_script_leaves_nothing_but_output() {
    let mut engine = engine();
    let env = [("GREETING".to_owned(), "hello".to_owned())];
    engine
        .run("var local = 1; output.said = GREETING", &env)
        .await
        .unwrap();
    let left = value(&mut engine, "output.said + typeof local + typeof GREETING").await;
    assert_eq!(left, "helloundefinedundefined");
}

#[tokio::test]
async fn output_is_shared_by_all_scopes() {
    let mut engine = engine();
    engine.enter();
    value(&mut engine, "output.shop = { price: 5 }").await;
    engine.leave();
    assert_eq!(value(&mut engine, "output.shop.price").await, "5");
}

#[tokio::test]
async fn a_variable_that_nobody_declared_is_undefined() {
    let mut engine = engine();
    assert_eq!(resolved(&mut engine, "${MISSING}").await, "undefined");
    assert_eq!(value(&mut engine, "MISSING || 'default'").await, "default");
    engine.enter();
    assert_eq!(value(&mut engine, "typeof MISSING").await, "undefined");
}

#[tokio::test]
async fn maestro_s_own_names_are_there() {
    let mut engine = engine();
    assert_eq!(value(&mut engine, "maestro.platform").await, "android");
    assert_eq!(value(&mut engine, "maestro.copiedText").await, "");
    engine.set_copied_text("it's\nhere");
    assert_eq!(value(&mut engine, "maestro.copiedText").await, "it's\nhere");
    assert_eq!(value(&mut engine, "json('{\"a\": [7]}').a[0]").await, "7");
    assert_eq!(
        value(&mut engine, "relativePoint(0.251, 0.5)").await,
        "26%,50%"
    );
}

#[tokio::test]
async fn copied_text_outlives_the_scope_it_was_copied_in() {
    let mut engine = engine();
    engine.enter();
    engine.set_copied_text("kept");
    engine.leave();
    assert_eq!(value(&mut engine, "maestro.copiedText").await, "kept");
}

#[tokio::test]
async fn a_value_that_is_no_text_can_be_set() {
    let mut engine = engine();
    engine.set_json("app", &serde_json::json!({"texts": {"follow": "Follow"}}));
    assert_eq!(resolved(&mut engine, "${app.texts.follow}").await, "Follow");
}

#[tokio::test]
async fn what_is_logged_is_taken_once() {
    let mut engine = engine();
    value(&mut engine, "console.log('a', 1); console.log({})").await;
    assert_eq!(engine.take_log(), ["a 1", "[object Object]"]);
    assert!(engine.take_log().is_empty());
}

#[tokio::test]
async fn the_network_is_refused_by_name() {
    let error = failure(&mut engine(), "http.get('http://localhost')").await;
    assert!(
        error.message.contains("no access to the network"),
        "{error}"
    );
}

#[tokio::test]
async fn nothing_of_the_host_is_there() {
    let mut engine = engine();
    let kinds = "[typeof require, typeof process, typeof std, typeof os, typeof fetch].join()";
    let expected = ["undefined"; 5].join(",");
    assert_eq!(value(&mut engine, kinds).await, expected);
    value(
        &mut engine,
        "import('fs').catch((e) => { output.refused = 'yes' }); 0",
    )
    .await;
    assert_eq!(value(&mut engine, "output.refused").await, "yes");
}

#[tokio::test]
async fn engines_share_nothing() {
    let (mut one, mut other) = (engine(), engine());
    one.set("SECRET", "1");
    value(
        &mut one,
        "output.a = 1; globalThis.b = 2; Array.prototype.c = 3; SECRET + ''",
    )
    .await;
    let seen = value(
        &mut other,
        "[output.a, typeof b, [].c, typeof SECRET].join()",
    )
    .await;
    assert_eq!(seen, ",undefined,,undefined");
}
