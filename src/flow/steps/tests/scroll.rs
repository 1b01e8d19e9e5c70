use super::{Fake, element, run, screen};

/// A list whose entry comes nearer with each swipe, 400 pixels each.
fn list(top: i32, swipes: usize) -> String {
    let top = top - 400 * i32::try_from(swipes).unwrap();
    screen(&[
        element("", "Title", [0, 0, 1000, 100]),
        element("", "Entry", [0, top, 1000, top + 200]),
    ])
}

#[tokio::test(start_paused = true)]
async fn swipes_go_where_they_say() {
    let steps = "- swipe: {direction: LEFT}\n- swipe: {start: '90%,50%', end: '10%,50%', \
                 duration: 700}\n- swipe: {start: '1,2', end: '3,4'}\n- swipe: {from: Title, \
                 direction: DOWN}\n- scroll";
    let went = run(Fake::still(list(1000, 0)), steps).await;
    assert_eq!(
        went.acts(),
        [
            "Swipe((900, 1000), (100, 1000), 400ms)",
            "Swipe((900, 1000), (100, 1000), 700ms)",
            "Swipe((1, 2), (3, 4), 400ms)",
            "Swipe((500, 50), (500, 1800), 400ms)",
            "Swipe((500, 1000), (500, 200), 400ms)",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_list_is_scrolled_until_the_element_is_there() {
    let phone = Fake::new(|acts, _| list(3000, acts.len()));
    let went = run(phone, "- scrollUntilVisible: {element: Entry}").await;
    assert_eq!(went.acts(), ["Swipe((500, 1000), (500, 200), 601ms)"; 3]);
}

#[tokio::test(start_paused = true)]
async fn an_element_that_is_there_already_is_not_scrolled_to() {
    let went = run(
        Fake::still(list(1000, 0)),
        "- scrollUntilVisible: {element: Entry}",
    )
    .await;
    assert_eq!(went.acts(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn direction_and_speed_are_the_steps() {
    let phone = Fake::new(|acts, _| match acts.len() {
        0 => screen(&[]),
        _ => list(1000, 0),
    });
    let step = "- scrollUntilVisible: {element: Entry, direction: RIGHT, speed: 90}";
    let went = run(phone, step).await;
    assert_eq!(went.acts(), ["Swipe((500, 1000), (100, 1000), 101ms)"]);
}

#[tokio::test(start_paused = true)]
async fn less_than_all_of_an_element_may_be_enough() {
    let phone = || Fake::new(|acts, _| list(2300, acts.len()));
    let half = "- scrollUntilVisible: {element: Entry, visibilityPercentage: 50}";
    assert_eq!(run(phone(), half).await.acts().len(), 1);
    let all = "- scrollUntilVisible: {element: Entry}";
    assert_eq!(run(phone(), all).await.acts().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_element_may_be_brought_to_the_middle() {
    let phone = Fake::new(|acts, _| list(1900, acts.len()));
    let step = "- scrollUntilVisible: {element: Entry, centerElement: true}";
    // From 1900 to 1100: less than a fifth of the screen below its middle.
    assert_eq!(run(phone, step).await.acts().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_last_element_of_a_list_need_not_reach_the_middle() {
    let step = "- scrollUntilVisible: {element: Entry, centerElement: true}";
    let went = run(Fake::still(list(1700, 0)), step).await;
    assert_eq!(went.acts().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_come_is_given_up_after_twenty_seconds() {
    let went = run(
        Fake::still(screen(&[])),
        "- scrollUntilVisible: {element: Entry}",
    )
    .await;
    assert_eq!(went.error(), "main.yaml:3: not found within 20 s");
    went.took_about(20);
}

#[tokio::test(start_paused = true)]
async fn what_comes_only_in_part_is_told_so() {
    let step = "- scrollUntilVisible: {element: Entry, timeout: 5000}";
    let went = run(Fake::still(list(1900, 0)), step).await;
    assert_eq!(
        went.error(),
        "main.yaml:3: found, but only 50 % of it came onto the screen within 5 s"
    );
}
