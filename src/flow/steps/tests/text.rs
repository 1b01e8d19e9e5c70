use super::{BUTTON, Fake, Flow, button, element, run, screen};

#[tokio::test(start_paused = true)]
async fn text_is_typed_with_its_expressions_evaluated() {
    let went = run(Fake::still(screen(&[])), "- inputText: a ${1 + 1} b").await;
    assert_eq!(went.acts(), ["Type(\"a 2 b\")"]);
}

#[tokio::test(start_paused = true)]
async fn random_text_is_as_long_as_asked_for() {
    let went = run(Fake::still(screen(&[])), "- inputRandomNumber: {length: 5}").await;
    let typed = went.acts()[0].trim_start_matches("Type(\"");
    assert_eq!(typed.trim_end_matches("\")").len(), 5);
}

#[tokio::test(start_paused = true)]
async fn fifty_characters_are_erased_if_no_number_is_given() {
    let went = run(Fake::still(screen(&[])), "- eraseText\n- eraseText: 3").await;
    assert_eq!(went.acts(), ["Erase(50)", "Erase(3)"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_copied_can_be_pasted_and_seen_by_expressions() {
    let went = run(
        Fake::still(button("Follow")),
        "- copyTextFrom: {id: button}\n- pasteText\n- inputText: ${maestro.copiedText + '!'}",
    )
    .await;
    assert_eq!(went.acts(), ["Type(\"Follow\")", "Type(\"Follow!\")"]);
}

#[tokio::test(start_paused = true)]
async fn the_clipboard_can_be_set() {
    let went = run(
        Fake::still(screen(&[])),
        "- pasteText\n- setClipboard: hello\n- pasteText",
    )
    .await;
    assert_eq!(went.acts(), ["Type(\"hello\")"]);
}

#[tokio::test(start_paused = true)]
async fn an_element_without_text_cannot_be_copied() {
    let blank = element("org.example:id/blank", "", BUTTON).replace("content-desc=\"\"", "");
    let blank = screen(&[blank]);
    let went = run(Fake::still(blank), "- copyTextFrom: {id: blank}").await;
    assert_eq!(went.error(), "main.yaml:3: the element has no text to copy");
}

#[tokio::test(start_paused = true)]
async fn what_variables_hold_is_typed_and_not_told() {
    let steps = "- inputText: ${PASSWORD}\n- setClipboard: ${PASSWORD}\n- pasteText";
    let went = Flow::new(steps)
        .set("PASSWORD", "hunter2")
        .run(Fake::still(screen(&[])))
        .await;
    assert_eq!(went.acts(), ["Type(\"hunter2\")", "Type(\"hunter2\")"]);
    assert_eq!(
        went.labels,
        [
            "1/3 inputText '${PASSWORD}'",
            "2/3 setClipboard '${PASSWORD}'",
            "3/3 pasteText",
        ]
    );
    assert!(!went.log.contains("hunter2"), "{}", went.log);
}
