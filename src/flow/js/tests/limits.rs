use super::*;

/// More than any limit here, less than a test's patience.
const SOON: Duration = Duration::from_secs(20);

async fn fails(engine: &mut Engine, script: &str) -> JsErrorKind {
    let began = Instant::now();
    let error = failure(engine, script).await;
    assert!(
        began.elapsed() < SOON,
        "{script} took {:?}",
        began.elapsed()
    );
    error.kind
}

#[tokio::test]
async fn endless_scripts_are_ended() {
    for script in [
        "while (true) {}",
        "for (;;) { try { throw 1 } catch {} finally { continue } }",
        "function again() { Promise.resolve().then(again) } again()",
        "({ toString() { while (true) {} } })",
        "/^(a+)+$/.test('a'.repeat(50) + 'b')",
        "[...Array(1e6).keys()].sort(() => { for (;;) {} })",
    ] {
        assert_eq!(
            fails(&mut hasty(), script).await,
            JsErrorKind::Time,
            "{script}"
        );
    }
}

#[tokio::test]
async fn an_engine_goes_on_after_an_endless_script() {
    let mut engine = hasty();
    value(&mut engine, "output.kept = 1").await;
    fails(&mut engine, "while (true) {}").await;
    assert_eq!(value(&mut engine, "output.kept").await, "1");
}

#[tokio::test]
async fn built_in_calls_that_would_take_for_ever_are_refused() {
    let mut engine = Engine::new(Limits {
        time: SOON,
        ..Limits::default()
    });
    for script in [
        "[].indexOf.call({ length: 2 ** 53 - 1 }, 1)",
        "[].reverse.call({ length: 2 ** 53 - 1 })",
        "[].shift.call({ length: 2 ** 53 - 1 })",
        "new Array(2 ** 32 - 1).join('')",
        "'a'.repeat(4e6).indexOf('a'.repeat(2e6) + 'b')",
        "'a'.repeat(4e6).indexOf({ toString: () => 'a'.repeat(2e6) + 'b' })",
        "[].concat({ length: 2 ** 53 - 2, [Symbol.isConcatSpreadable]: true })",
        "[].concat(new Array(2 ** 32 - 1))",
        "[new Array(2 ** 32 - 1)].flat()",
        "[1].flatMap(() => new Array(2 ** 32 - 1))",
        "let n = 0; [].fill.call({ get length() { return n++ && 2 ** 53 - 1 } })",
        "new Proxy([], { get: (_, name) => name })",
        "Proxy.revocable([], {})",
        "Reflect.apply = (f) => f; [].indexOf.call(new Array(2 ** 32 - 1), 1)",
        "JSON.stringify({}, new Array(2 ** 32 - 1))",
        "new Set(new Array(2 ** 32 - 1))",
        "Math.max.apply(null, { length: 2 ** 32 - 1 })",
    ] {
        assert_eq!(
            fails(&mut engine, script).await,
            JsErrorKind::Threw,
            "{script}"
        );
    }
}

#[tokio::test]
async fn a_length_that_grows_is_read_once() {
    let script = "let asked = 0;
        const list = { get length() { return asked++ ? 2 ** 53 - 1 : 0 } };
        [].indexOf.call(list, 1) + ' ' + asked";
    assert_eq!(value(&mut engine(), script).await, "-1 1");
}

#[tokio::test]
async fn guarded_built_in_calls_do_what_they_do_elsewhere() {
    for (script, expected) in [
        (
            "JSON.stringify([1, , 2].concat(3, [4, [5]]))",
            "[1,null,2,3,4,[5]]",
        ),
        ("JSON.stringify([1, [2, [3, [4]]]].flat())", "[1,2,[3,[4]]]"),
        (
            "JSON.stringify([1, [2, [3, [4]]]].flat(Infinity))",
            "[1,2,3,4]",
        ),
        (
            "JSON.stringify([1, 2].flatMap((n) => [n, [n]]))",
            "[1,[1],2,[2]]",
        ),
        (
            "(function () { return [].slice.call(arguments, 1).join() })(1, 2, 3)",
            "2,3",
        ),
        ("[].map.call('abc', (c) => c + c).join('')", "aabbcc"),
        ("[...[1, 2, 3].values()].reverse().join()", "3,2,1"),
        (
            "'a-b-c'.split('-').join() + 'a1b'.split(/\\d/).join()",
            "a,b,ca,b",
        ),
        (
            "'aab'.replace('a', 'c') + 'aab'.replaceAll(/a/g, 'c')",
            "cabccb",
        ),
        ("'aab'.includes('ab') + ' ' + 'aab'.indexOf('b')", "true 2"),
        ("new Proxy({}, { get: (_, name) => name }).seen", "seen"),
        ("JSON.stringify({ a: 1, b: 2 }, ['a'])", "{\"a\":1}"),
    ] {
        assert_eq!(value(&mut engine(), script).await, expected, "{script}");
    }
}

#[tokio::test]
async fn scripts_that_take_all_memory_are_ended() {
    for script in [
        "let a = []; for (;;) a.push(new Array(1000).fill(1))",
        "let a = []; for (;;) a.push('x'.repeat(1e5))",
        "new ArrayBuffer(1e9)",
        "'x'.repeat(1e9)",
    ] {
        let mut engine = Engine::new(Limits {
            time: SOON,
            ..Limits::default()
        });
        assert_eq!(
            fails(&mut engine, script).await,
            JsErrorKind::Memory,
            "{script}"
        );
        assert_eq!(value(&mut engine, "1 + 1").await, "2");
    }
}

#[tokio::test]
async fn calls_that_nest_too_deep_throw() {
    let mut engine = engine();
    for script in [
        "(function f() { f() })()",
        "JSON.parse('['.repeat(1e6))",
        "eval('('.repeat(1e5))",
        "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; JSON.stringify(a)",
    ] {
        assert_eq!(
            fails(&mut engine, script).await,
            JsErrorKind::Threw,
            "{script}"
        );
    }
}

#[tokio::test]
async fn a_value_too_long_to_be_a_text_is_refused() {
    let error = failure(&mut engine(), "'x'.repeat(2e6)").await;
    assert!(error.message.contains("longer than"), "{error}");
}

#[tokio::test]
async fn a_flood_of_log_lines_is_bounded() {
    let mut engine = engine();
    value(
        &mut engine,
        "for (let i = 0; i < 2e4; i++) console.log('line ' + i)",
    )
    .await;
    value(&mut engine, "console.log('x'.repeat(1e6))").await;
    let log = engine.take_log();
    assert!(log.iter().map(String::len).sum::<usize>() < 300_000);
    assert!(log.last().unwrap().contains("dropped"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_engines_go_on_beside_an_endless_script() {
    let endless = tokio::spawn(async {
        Engine::new(Limits {
            time: SOON,
            ..Limits::default()
        })
        .eval("for (;;) {}")
        .await
    });
    let mut other = engine();
    for _ in 0..20 {
        assert_eq!(value(&mut other, "1 + 1").await, "2");
    }
    assert!(!endless.is_finished());
    endless.abort();
}

#[tokio::test]
async fn a_script_that_nobody_waits_for_is_ended_at_once() {
    let mut engine = Engine::new(Limits {
        time: SOON,
        ..Limits::default()
    });
    value(&mut engine, "output.kept = 1").await;
    let env = [("A".to_owned(), "1".to_owned())];
    let waited = tokio::time::timeout(Duration::from_millis(50), engine.run("for (;;) {}", &env));
    assert!(waited.await.is_err());
    let began = Instant::now();
    assert_eq!(
        value(&mut engine, "output.kept + typeof A").await,
        "1undefined"
    );
    assert!(began.elapsed() < SOON / 4);
}
