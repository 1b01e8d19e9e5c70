use std::time::Duration;

use super::{BUTTON, Fake, button, button_after, element, run, screen};

#[tokio::test(start_paused = true)]
async fn an_element_that_comes_late_is_waited_for() {
    let went = run(button_after(16), "- tapOn: Follow").await;
    assert_eq!(went.acts(), ["Tap((200, 230))"]);
    went.took_about(16);
}

#[tokio::test(start_paused = true)]
async fn an_element_that_does_not_come_is_given_up_after_seventeen_seconds() {
    let went = run(button_after(60), "- tapOn: Follow").await;
    assert_eq!(went.error(), "main.yaml:3: not found within 17 s");
    went.took_about(17);
}

#[tokio::test(start_paused = true)]
async fn an_optional_step_waits_seven_seconds_and_the_flow_goes_on() {
    let went = run(
        button_after(60),
        "- tapOn: {text: Follow, optional: true}\n- back",
    )
    .await;
    assert_eq!(went.acts(), ["Press(Back)"]);
    assert_eq!(went.record.warnings(), 1);
    assert!(
        went.log.contains("warning: main.yaml:3: not found"),
        "{}",
        went.log
    );
    went.took_about(7);
}

#[tokio::test(start_paused = true)]
async fn waiting_is_counted_from_the_last_interaction() {
    let phone = Fake::new(|_, time| match time.as_secs() {
        0..10 => screen(&[]),
        _ => button("Follow"),
    });
    let went = run(phone, "- assertVisible: Follow\n- assertVisible: Other").await;
    assert!(
        went.error().starts_with("main.yaml:4: not found"),
        "{}",
        went.error()
    );
    went.took_about(17);
}

#[tokio::test(start_paused = true)]
async fn an_interaction_begins_the_wait_anew() {
    let phone = Fake::new(|_, time| match time.as_secs() {
        0..10 => screen(&[]),
        _ => button("Follow"),
    });
    let went = run(phone, "- tapOn: Follow\n- assertVisible: Other").await;
    assert!(
        went.error().starts_with("main.yaml:4: not found"),
        "{}",
        went.error()
    );
    went.took_about(27);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_must_stay_away_for_a_moment() {
    let flicker = Fake::new(|_, time| match time.as_millis() {
        0..2000 => button("Loading"),
        2000..2200 => screen(&[]),
        2200..4000 => button("Loading"),
        _ => screen(&[]),
    });
    let went = run(flicker, "- assertNotVisible: Loading").await;
    went.acts();
    went.took_about(4);
}

#[tokio::test(start_paused = true)]
async fn what_stays_fails_an_assertion_that_it_is_gone() {
    let went = run(
        Fake::still(button("Loading")),
        "- assertNotVisible: Loading",
    )
    .await;
    assert_eq!(went.error(), "main.yaml:3: still on the screen after 17 s");
    went.took_about(17);
}

#[tokio::test(start_paused = true)]
async fn an_extended_wait_takes_as_long_as_it_says() {
    let wait = "- extendedWaitUntil: {visible: Follow, timeout: 30000}";
    run(button_after(29), wait).await.acts();
    let went = run(button_after(60), wait).await;
    assert_eq!(went.error(), "main.yaml:3: not found within 30 s");
    went.took_about(30);
}

#[tokio::test(start_paused = true)]
async fn an_expression_must_be_true() {
    run(Fake::still(screen(&[])), "- assertTrue: ${1 + 1 == 2}")
        .await
        .acts();
    let went = run(Fake::still(screen(&[])), "- assertTrue: ${1 == 2}").await;
    assert_eq!(went.error(), "main.yaml:3: is false");
    assert_eq!(went.phone.looks, 1, "only that of the evidence");
}

#[tokio::test(start_paused = true)]
async fn a_tap_costs_one_look() {
    let went = run(
        Fake::still(button("Follow")),
        "- tapOn: Follow\n- tapOn: Follow",
    )
    .await;
    went.acts();
    assert_eq!(went.phone.looks, 2);
}

#[tokio::test(start_paused = true)]
async fn what_acts_blindly_looks_first_if_something_was_done() {
    let went = run(
        Fake::still(button("Follow")),
        "- tapOn: Follow\n- inputText: hi",
    )
    .await;
    assert_eq!(went.acts(), ["Tap((200, 230))", "Type(\"hi\")"]);
    assert_eq!(went.phone.looks, 2);
}

#[tokio::test(start_paused = true)]
async fn an_animation_is_waited_for_until_two_pictures_agree() {
    let mut phone = Fake::still(screen(&[]));
    phone.paint = |_| b"the same".to_vec();
    let went = run(phone, "- waitForAnimationToEnd").await;
    went.acts();
    assert_eq!(went.took.as_secs(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_animation_without_end_is_no_failure() {
    let mut phone = Fake::still(screen(&[]));
    // No pictures at all: never known to agree.
    phone.paint = |_| {
        use std::hash::{BuildHasher, RandomState};
        RandomState::new().hash_one(0).to_le_bytes().to_vec()
    };
    let went = run(phone, "- waitForAnimationToEnd: {timeout: 3000}").await;
    went.acts();
    went.took_about(3);
}

#[tokio::test(start_paused = true)]
async fn a_screen_that_is_never_idle_can_be_swiped_once_its_size_is_known() {
    let mut idle = true;
    let phone = Fake::new(move |_, _| {
        assert!(std::mem::take(&mut idle), "only one look succeeds");
        screen(&[element("", "Feed", BUTTON)])
    });
    let went = run(
        phone,
        "- assertVisible: Feed\n- swipe: {direction: UP}\n- evalScript: ${output.x = 1}",
    )
    .await;
    assert_eq!(went.acts(), ["Swipe((500, 1000), (500, 200), 400ms)"]);
}

#[tokio::test(start_paused = true)]
async fn a_screen_that_is_never_idle_cannot_be_asserted() {
    let mut phone = Fake::still(screen(&[]));
    phone.restless = Duration::MAX;
    let went = run(phone, "- assertVisible: Feed").await;
    assert!(
        went.error().contains("could not get idle state"),
        "{}",
        went.error()
    );
}

#[tokio::test(start_paused = true)]
async fn a_screen_that_comes_to_rest_late_is_waited_for() {
    for (shown, step) in [
        ("Follow", "- assertVisible: Follow"),
        ("Other", "- assertNotVisible: Follow"),
    ] {
        let mut phone = Fake::still(button(shown));
        phone.restless = Duration::from_secs(5);
        let went = run(phone, step).await;
        went.acts();
        went.took_about(5);
    }
}

#[tokio::test(start_paused = true)]
async fn keys_reach_a_screen_that_is_never_idle() {
    let mut phone = Fake::still(screen(&[]));
    phone.restless = Duration::MAX;
    let went = run(phone, "- back\n- back").await;
    assert_eq!(went.acts(), ["Press(Back)", "Press(Back)"]);
    assert_eq!(went.phone.looks, 1, "it is not asked again and again");
}

#[tokio::test(start_paused = true)]
async fn a_pause_takes_as_long_as_it_says() {
    let went = run(Fake::still(screen(&[])), "- pause: 3000").await;
    went.acts();
    went.took_about(3);
}

#[tokio::test(start_paused = true)]
async fn a_condition_may_say_how_long_it_waits() {
    let step = "- runFlow:\n    when:\n      visible: Follow\n      timeout: 2000\n    \
                commands:\n      - back";
    let went = run(Fake::still(screen(&[])), step).await;
    assert_eq!(went.acts().len(), 0);
    went.took_about(2);
}
