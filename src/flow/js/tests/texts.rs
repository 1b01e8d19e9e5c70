use super::*;

#[tokio::test]
async fn values_become_texts_as_in_javascript() {
    let mut engine = engine();
    for (script, text) in [
        ("1 + 1", "2"),
        ("0.5", "0.5"),
        ("parseInt('1')", "1"),
        ("null", "null"),
        ("undefined", "undefined"),
        ("true", "true"),
        ("[1, [2, 3]]", "1,2,3"),
        ("({})", "[object Object]"),
        ("({ toString() { return 'mine' } })", "mine"),
        ("'\\ud800'", "\u{fffd}"),
        ("var x = 1", "undefined"),
        ("2n ** 64n", "18446744073709551616"),
    ] {
        assert_eq!(value(&mut engine, script).await, text, "{script}");
    }
}

#[tokio::test]
async fn a_template_holds_the_values_of_its_scripts_in_order() {
    let mut engine = engine();
    engine.set("USER", "ann");
    let text = resolved(&mut engine, "hi ${USER}, ${1 + 1}\\${x}${''}!").await;
    assert_eq!(text, "hi ann, 2${x}!");
}

#[tokio::test]
async fn a_name_of_a_variable_needs_no_javascript() {
    let mut engine = Engine::new(Limits {
        // Too little for QuickJS to start.
        memory: 1_000,
        ..Limits::default()
    });
    engine.set("A", "1");
    engine.enter();
    engine.set("B", "2");
    assert_eq!(resolved(&mut engine, "a${A}b${ B }").await, "a1b2");
    engine.leave();
    assert_eq!(resolved(&mut engine, "plain").await, "plain");
    assert_eq!(failure(&mut engine, "B").await.kind, JsErrorKind::Memory);
}

#[tokio::test]
async fn a_variable_that_scripts_changed_is_read_anew() {
    for change in [
        "NAME = 'new'",
        "var NAME = 'new'",
        "globalThis['NA' + 'ME'] = 'new'",
        "this['NA' + 'ME'] = 'new'",
        "N\\u0041ME = 'new'",
        "(0, eval)('NA' + 'ME = \"new\"')",
    ] {
        let mut engine = engine();
        engine.set("NAME", "old");
        value(&mut engine, change).await;
        assert_eq!(resolved(&mut engine, "${NAME}").await, "new", "{change}");
    }
}

#[tokio::test]
async fn a_function_of_before_may_change_a_variable_set_after_it() {
    let mut engine = engine();
    value(&mut engine, "var f = () => { NAME = 'new' }").await;
    engine.set("NAME", "old");
    value(&mut engine, "f()").await;
    assert_eq!(resolved(&mut engine, "${NAME}").await, "new");
}

#[tokio::test]
async fn conditions_are_true_as_maestro_says() {
    let mut engine = engine();
    for text in [
        "",
        "  ",
        "\u{a0}",
        "false",
        "FALSE",
        "undefined",
        "null",
        "0",
        "0.0",
        "-0",
        " 0 ",
        "0f",
    ] {
        assert!(
            !engine.truth(&Template::new(text)).await.unwrap(),
            "{text:?}"
        );
    }
    for text in [
        "1",
        "true",
        "no",
        "Undefined",
        "NULL",
        " false",
        "0x",
        "NaN",
        "inf",
    ] {
        assert!(
            engine.truth(&Template::new(text)).await.unwrap(),
            "{text:?}"
        );
    }
    assert!(!engine.truth(&Template::new("${MISSING}")).await.unwrap());
    assert!(engine.truth(&Template::new("${1 < 2}")).await.unwrap());
}

#[tokio::test]
async fn errors_tell_message_and_line() {
    let mut engine = engine();
    let error = failure(&mut engine, "let a = 1;\n\nthrow new TypeError('bad')").await;
    assert_eq!(error.to_string(), "TypeError: bad (line 3 of the script)");
    let error = failure(&mut engine, "\nlet = = 2").await;
    assert_eq!((error.kind, error.line), (JsErrorKind::Threw, Some(2)));
    let error = failure(&mut engine, "function f() {\n  null.x\n}\nf()").await;
    assert_eq!(error.line, Some(2));
    let error = failure(&mut engine, "\nhttp.get('x')").await;
    assert_eq!(error.line, Some(2));
    let error = failure(&mut engine, "throw 'only a text'").await;
    assert_eq!(error.to_string(), "only a text");
}

#[tokio::test]
async fn what_a_script_throws_does_not_end_the_engine() {
    let mut engine = engine();
    failure(&mut engine, "throw 1").await;
    assert_eq!(value(&mut engine, "1 + 1").await, "2");
}
