use std::fmt::Write as _;

use super::{Files, faults, lines};

#[test]
fn a_bomb_of_aliases_is_refused() {
    let mut head = String::from("env:\n  a: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for n in 1..10 {
        let many = vec![format!("*a{}", n - 1); 10].join(", ");
        writeln!(head, "  a{n}: &a{n} [{many}]").unwrap();
    }
    let files = Files::new([("flow.yaml", &format!("{head}---\n- back\n"))]);
    let told = lines(&files.faults("flow.yaml"));
    assert!(told.contains("the flow is too large"), "{told}");
}

#[test]
fn a_long_text_repeated_by_aliases_is_refused() {
    let long = "x".repeat(100_000);
    let aliases = "- inputText: *a\n".repeat(200);
    let told = faults(&format!("- inputText: &a {long}\n{aliases}"));
    assert!(told.contains("the flow is too large"), "{told}");
}

#[test]
fn an_alias_stands_for_what_it_names() {
    let steps = super::steps("- tapOn: &a {text: x}\n- assertVisible: *a\n");
    assert_eq!(steps.len(), 2);
    assert_eq!(faults("- tapOn: &a {below: *a}\n").lines().count(), 1);
}

#[test]
fn deep_nesting_is_refused_before_the_stack_ends() {
    let lists = format!("{}x\n", "- ".repeat(100_000));
    assert!(faults(&lists).contains("is nested deeper than 64 levels"));
    let flow = format!("- tapOn: {}a{}\n", "{below: ".repeat(200), "}".repeat(200));
    assert!(faults(&flow).contains("is nested deeper than 64 levels"));
}

#[test]
fn a_long_chain_of_files_is_refused() {
    let texts = (0..40).map(|n| {
        let text = format!("---\n---\n- runFlow: {}.yaml\n", n + 1);
        (format!("{n}.yaml"), text)
    });
    let told = lines(&Files(texts.collect()).faults("0.yaml"));
    assert_eq!(
        told,
        "15.yaml:3:12: more than 16 files run each other in a row"
    );
}

/// A flow that runs a file after each file that this one runs: each is known when it is run.
fn leaves_first(count: usize, step: impl Fn(usize) -> String) -> Files {
    let leaf = ("0.yaml".to_owned(), "---\n---\n- back\n".to_owned());
    let others = (1..count).map(|n| {
        (
            format!("{n}.yaml"),
            format!("---\n---\n- {}\n", step(n - 1)),
        )
    });
    let all: String = (0..count)
        .map(|n| format!("- runFlow: {n}.yaml\n"))
        .collect();
    let main = ("main.yaml".to_owned(), format!("---\n---\n{all}"));
    Files([leaf, main].into_iter().chain(others).collect())
}

#[test]
fn a_long_chain_of_files_that_were_read_before_is_refused() {
    let chain = |count| leaves_first(count, |n| format!("runFlow: {n}.yaml"));
    assert_eq!(chain(15).flow("main.yaml").steps.len(), 15);
    let told = lines(&chain(16).faults("main.yaml"));
    assert_eq!(
        told,
        "15.yaml:3:12: more than 16 files run each other in a row"
    );
}

#[test]
fn files_that_nest_deep_within_files_that_were_read_before_are_refused() {
    let (open, close) = ("{repeat: {commands: [".repeat(12), "]}}".repeat(12));
    let files = leaves_first(8, |n| format!("{open}{{runFlow: {n}.yaml}}{close}"));
    let told = lines(&files.faults("main.yaml"));
    assert!(told.contains("is nested too deep"), "{told}");
}

#[test]
fn files_that_nest_deep_within_each_other_are_refused() {
    let open = "{repeat: {commands: [".repeat(12);
    let close = "]}}".repeat(12);
    let texts = (0..8).map(|n| {
        let text = format!("---\n---\n- {open}{{runFlow: {}.yaml}}{close}\n", n + 1);
        (format!("{n}.yaml"), text)
    });
    let told = lines(&Files(texts.collect()).faults("0.yaml"));
    assert!(told.contains("is nested too deep"), "{told}");
}

#[test]
fn no_more_faults_are_told_than_anybody_reads() {
    assert_eq!(faults(&"- nothing\n".repeat(5_000)).lines().count(), 100);
}

#[test]
fn very_long_names_and_lists_of_variables_are_told_shortly() {
    let name = "x".repeat(100_000);
    assert!(faults(&format!("- {name}\n")).len() < 200);
    assert!(faults(&format!("- tapOn:\n    ? {name}\n    : 5\n    text: a\n")).len() < 500);
    let many: String = (0..1_001).map(|n| format!("      V{n}: a\n")).collect();
    let told = faults(&format!(
        "- runFlow:\n    commands: [back]\n    env:\n{many}"
    ));
    assert_eq!(told, "flow.yaml:6:7: 'env' has more than 1000 entries");
}

#[test]
fn a_text_of_many_unfinished_expressions_takes_no_time() {
    for unfinished in ["${", "${/*}", "${'", "${`${"] {
        let parts = super::t(&unfinished.repeat(100_000)).parts().len();
        assert!(parts > 0, "{unfinished}");
    }
}
