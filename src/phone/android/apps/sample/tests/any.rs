//! Whatever is done to a phone, its screen can be read.

use std::time::Duration;

use proptest::prelude::*;

use super::super::super::super::super::Faults;
use super::super::super::super::intent::{SEND, SEND_MULTIPLE};
use super::super::super::super::screen::{self, Area, Key};
use super::hand::Hand;

/// Something that is done to a phone.
#[derive(Debug, Clone)]
enum Deed {
    Touch((i32, i32), (i32, i32), u64),
    /// Touches the element of this number.
    Pick(usize),
    Key(String),
    Text(String),
    Link(String),
    Share(usize),
    Launch,
    Turn(u8),
    Stop,
    Clear,
    Trouble(Faults),
}

fn deed() -> impl Strategy<Value = Deed> {
    let point = || (-20..1_000, -20..1_000);
    let links = prop_oneof![
        Just("sample://user/mia".to_owned()),
        Just("sample://user/me".to_owned()),
        Just("sample://post/5".to_owned()),
        Just("sample://post/me-1".to_owned()),
        Just("sample://search?q=coffee".to_owned()),
        "sample://[a-z/?=%&]{0,12}",
        "https://sample.test/p/.{0,4}",
    ];
    let troubles =
        (0..4u32, any::<[bool; 2]>(), 0..2u64).prop_map(|(every, [crash, fails], slow)| {
            Deed::Trouble(Faults {
                rate_dialog_every: every,
                crash_app: crash,
                upload_fails: fails,
                slow_screen_ms: slow * 1_000_000,
                ..Faults::default()
            })
        });
    prop_oneof![
        4 => (point(), point(), 0..1_000u64).prop_map(|(from, to, ms)| Deed::Touch(from, to, ms)),
        8 => any::<usize>().prop_map(Deed::Pick),
        4 => (0..321u32).prop_map(|code| Deed::Key(code.to_string())),
        2 => Just(Deed::Key("BACK".to_owned())),
        2 => any::<String>().prop_map(Deed::Text),
        4 => links.prop_map(Deed::Link),
        1 => (0..30usize).prop_map(Deed::Share),
        2 => Just(Deed::Launch),
        1 => (0..5u8).prop_map(Deed::Turn),
        1 => Just(Deed::Stop),
        1 => Just(Deed::Clear),
        1 => troubles,
    ]
}

fn do_to(hand: &Hand, deed: Deed) {
    match deed {
        Deed::Touch(from, to, ms) => hand.phone.touch(from, to, Duration::from_millis(ms)),
        Deed::Pick(number) => {
            let nodes = hand.see();
            let area = nodes[number % nodes.len()].area;
            hand.tap_at(super::hand::middle(area));
        }
        Deed::Key(name) => hand.press(Key::parse(&name).unwrap()),
        Deed::Text(text) => hand.write(&text),
        Deed::Link(link) => hand.open(&link),
        Deed::Share(count) => {
            let files: Vec<String> = (0..count).map(|n| format!("file:///sdcard/{n}")).collect();
            let action = if count == 1 { SEND } else { SEND_MULTIPLE };
            hand.share(action, &files, None);
        }
        Deed::Launch => hand.launch(),
        Deed::Turn(quarter) => hand.turn(&quarter.to_string()),
        Deed::Stop => hand.phone.stop_app("org.farmhand.sample"),
        Deed::Clear => hand.phone.clear_app("org.farmhand.sample"),
        Deed::Trouble(faults) => hand.set(faults),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_deeds_leave_a_screen_that_can_be_read(deeds in prop::collection::vec(deed(), 1..40)) {
        let hand = Hand::with_app();
        for deed in deeds {
            do_to(&hand, deed);
            let wide = hand.dump().contains("rotation=\"1\"") || hand.dump().contains("rotation=\"3\"");
            let screen = if wide { Area::new(0, 0, 960, 540) } else { Area::new(0, 0, 540, 960) };
            for node in hand.see() {
                prop_assert!(!node.area.is_empty(), "{node:?}");
                prop_assert_eq!(node.area.meet(screen), node.area);
            }
            hand.saved();
        }
        screen::png(&hand.phone.picture()).unwrap();
    }
}
