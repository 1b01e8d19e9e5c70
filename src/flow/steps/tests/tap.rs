use std::sync::atomic::{AtomicU64, Ordering};

use super::{BUTTON, Fake, button, element, run, screen};

async fn acts(phone: Fake, steps: &str) -> Vec<String> {
    let went = run(phone, steps).await;
    went.acts().into_iter().map(str::to_owned).collect()
}

#[tokio::test(start_paused = true)]
async fn a_tap_touches_the_middle_of_the_element() {
    let tapped = acts(Fake::still(button("Follow")), "- tapOn: {id: button}").await;
    assert_eq!(tapped, ["Tap((200, 230))"]);
}

#[tokio::test(start_paused = true)]
async fn a_tap_may_touch_another_point_of_the_element() {
    let tapped = acts(
        Fake::still(button("Follow")),
        "- tapOn: {text: Follow, point: '10%,50%'}\n- tapOn: {text: Follow, point: '5,7'}",
    )
    .await;
    assert_eq!(tapped, ["Tap((120, 230))", "Tap((105, 207))"]);
}

#[tokio::test(start_paused = true)]
async fn a_tap_may_touch_a_point_of_the_screen() {
    let tapped = acts(
        Fake::still(screen(&[])),
        "- tapOn: {point: '50%,10%'}\n- tapOn: {point: '100,200'}",
    )
    .await;
    assert_eq!(tapped, ["Tap((500, 200))", "Tap((100, 200))"]);
}

#[tokio::test(start_paused = true)]
async fn a_tap_is_repeated_with_the_delay_between() {
    let went = run(
        Fake::still(button("Follow")),
        "- tapOn: {text: Follow, repeat: 3, delay: 500}",
    )
    .await;
    assert_eq!(went.acts(), ["Tap((200, 230))"; 3]);
    went.took_about(1);
}

#[tokio::test(start_paused = true)]
async fn other_touches_are_long_or_double() {
    let touched = acts(
        Fake::still(button("Follow")),
        "- longPressOn: Follow\n- doubleTapOn: Follow",
    )
    .await;
    assert_eq!(
        touched,
        ["LongPress((200, 230), 3s)", "DoubleTap((200, 230))"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_tap_without_effect_is_repeated_once_if_asked_to() {
    let tapped = acts(
        Fake::still(button("Follow")),
        "- tapOn: {text: Follow, retryTapIfNoChange: true}",
    )
    .await;
    assert_eq!(tapped.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_tap_without_effect_is_not_repeated_by_itself() {
    let tapped = acts(Fake::still(button("Follow")), "- tapOn: Follow").await;
    assert_eq!(tapped.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_tap_that_changed_the_hierarchy_is_not_repeated() {
    let phone = Fake::new(|acts, _| match acts {
        [] => button("Follow"),
        _ => button("Following"),
    });
    let tapped = acts(phone, "- tapOn: {text: Follow, retryTapIfNoChange: true}").await;
    assert_eq!(tapped.len(), 1);
}

fn picture(shade: u8) -> Vec<u8> {
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, 2, 2);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[shade; 4]).unwrap();
    writer.finish().unwrap();
    png
}

#[tokio::test(start_paused = true)]
async fn a_tap_that_changed_only_a_color_is_not_repeated() {
    let mut phone = Fake::still(button("Follow"));
    phone.paint = |acts| picture(if acts.is_empty() { 0 } else { 200 });
    let tapped = acts(phone, "- tapOn: {text: Follow, retryTapIfNoChange: true}").await;
    assert_eq!(tapped.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_screen_is_given_as_long_to_settle_as_the_step_says() {
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    let restless = Fake::new(|_, _| {
        let n = LOOKS.fetch_add(1, Ordering::Relaxed);
        screen(&[
            element("", "Follow", BUTTON),
            element("", &n.to_string(), [0, 900, 100, 1000]),
        ])
    });
    let went = run(
        restless,
        "- tapOn: {text: Follow, waitToSettleTimeoutMs: 2000}",
    )
    .await;
    assert_eq!(went.acts().len(), 1);
    went.took_about(4);
}

#[tokio::test(start_paused = true)]
async fn what_moved_while_the_screen_settled_is_touched_where_it_is_now() {
    let mut looks = 0;
    let moving = Fake::new(move |_, _| {
        looks += 1;
        let top = if looks == 1 { 200 } else { 600 };
        screen(&[element("", "Follow", [100, top, 300, top + 60])])
    });
    let tapped = acts(
        moving,
        "- tapOn: {text: Follow, waitToSettleTimeoutMs: 2000}",
    )
    .await;
    assert_eq!(tapped, ["Tap((200, 630))"]);
}

#[tokio::test(start_paused = true)]
async fn a_covered_element_is_tapped_again_once_it_is_visible() {
    let phone = Fake::new(|_, time| {
        let under = element("", "Follow", BUTTON);
        match time.as_secs() {
            0..5 => screen(&[under, element("", "Wait", [0, 0, 1000, 2000])]),
            _ => screen(&[under]),
        }
    });
    let went = run(phone, "- tapOn: {text: Follow, waitUntilVisible: true}").await;
    assert_eq!(went.acts().len(), 2);
    went.took_about(5);
}

#[tokio::test(start_paused = true)]
async fn an_element_on_top_is_not_tapped_again() {
    let tapped = acts(
        Fake::still(button("Follow")),
        "- tapOn: {text: Follow, waitUntilVisible: true}",
    )
    .await;
    assert_eq!(tapped.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_point_that_an_expression_makes_is_checked() {
    let went = run(
        Fake::still(screen(&[])),
        "- tapOn: {point: '${\"200%,1%\"}'}",
    )
    .await;
    assert!(
        went.error().contains("'200%,1%' is no point"),
        "{}",
        went.error()
    );
}
