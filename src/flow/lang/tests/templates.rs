use super::t;
use crate::flow::lang::{Part, Template};

fn text(text: &str) -> Part {
    Part::Text(text.to_owned())
}

fn script(text: &str) -> Part {
    Part::Script(text.to_owned())
}

#[test]
fn expressions_are_cut_out_of_their_text() {
    for (template, parts) in [
        ("", vec![]),
        ("plain $5 {a}", vec![text("plain $5 {a}")]),
        ("${a}", vec![script("a")]),
        (
            "x ${ a + 1 } y",
            vec![text("x "), script(" a + 1 "), text(" y")],
        ),
        ("${a}${b}", vec![script("a"), script("b")]),
    ] {
        assert_eq!(t(template).parts(), parts, "{template}");
    }
}

#[test]
fn an_escaped_expression_stands_for_itself() {
    assert_eq!(t(r"\${a} ${b}").parts(), [text("${a} "), script("b")]);
    assert_eq!(t(r"\${a").parts(), [text("${a")]);
}

#[test]
fn a_blank_expression_is_nothing_as_in_maestro() {
    assert_eq!(t("a${ }b").parts(), [text("ab")]);
    assert_eq!(t("a${}b${c}").parts(), [text("ab"), script("c")]);
}

#[test]
fn what_maestro_cuts_to_valid_javascript_is_cut_the_same() {
    for whole in [
        "({a: {b: 1}}).a.b",
        r#""}".length"#,
        r#"'it\'s }' + "}""#,
        "x.replace(/}/g, '')",
        "x.replace(/[/}]/g, '')",
        "(() => { return /}/.test(x) })()",
        "a / b / c",
        "a /* } */ + b",
        "f(function () { if (a) { return 1 } })",
        "x // no more }",
    ] {
        let parts = t(&format!("<${{{whole}}}")).parts().to_vec();
        assert_eq!(parts, [text("<"), script(whole)], "{whole}");
    }
}

#[test]
fn what_maestro_cuts_wrongly_ends_where_its_braces_are_balanced() {
    assert_eq!(t("${a} and {b}").parts(), [script("a"), text(" and {b}")]);
    assert_eq!(
        t("${`x${y}${`{`}`} z").parts(),
        [script("`x${y}${`{`}`"), text(" z")]
    );
    assert_eq!(
        t("${x.replace('$', '')}!").parts(),
        [script("x.replace('$', '')"), text("!")]
    );
}

#[test]
fn what_is_not_balanced_is_cut_as_maestro_does() {
    assert_eq!(t("${it's} ok").parts(), [script("it's"), text(" ok")]);
    assert_eq!(t("${a[ } b").parts(), [script("a[ "), text(" b")]);
}

#[test]
fn an_expression_without_end_stands_for_itself_and_is_noticed() {
    assert_eq!(t("a ${b").parts(), [text("a ${b")]);
    assert_eq!(t("a ${b ${c}").parts(), [text("a ${b "), script("c")]);
    assert!(Template::is_unclosed("a ${b ${c}"));
    assert!(!Template::is_unclosed(r"a \${b ${c}"));
}

#[test]
fn only_a_text_without_expressions_is_one() {
    assert_eq!(t("").as_text(), Some(""));
    assert_eq!(t("a").as_text(), Some("a"));
    assert_eq!(t("a${b}").as_text(), None);
}
