//! The drawing and the hierarchy are of the same screen.

use super::super::super::super::screen;
use super::hand::Hand;

/// Width, height, and the colour at a point.
struct Drawing {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Drawing {
    fn of(hand: &Hand) -> Self {
        let png = screen::png(&hand.phone.picture()).unwrap();
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        Self {
            width: info.width,
            height: info.height,
            pixels,
        }
    }

    fn at(&self, x: i32, y: i32) -> [u8; 3] {
        let start = (y as usize * self.width as usize + x as usize) * 3;
        self.pixels[start..start + 3].try_into().unwrap()
    }
}

const ACCENT: [u8; 3] = [45, 110, 190];
const WHITE: [u8; 3] = [255, 255, 255];

#[test]
fn a_button_is_drawn_where_the_hierarchy_has_it() {
    for turn in ["0", "1"] {
        let hand = Hand::new();
        hand.turn(turn);
        hand.open("sample://user/mia");
        let button = hand.node("follow_button").area;
        let drawing = Drawing::of(&hand);
        let middle = i32::midpoint(button.top, button.bottom);
        for x in [button.left + 2, button.right - 3] {
            assert_eq!(drawing.at(x, middle), ACCENT, "{turn}");
        }
        for x in [button.left - 3, button.right + 2] {
            assert_eq!(drawing.at(x, middle), WHITE, "{turn}");
        }
    }
}

#[test]
fn a_button_changes_its_look_with_its_text() {
    let hand = Hand::new();
    hand.open("sample://user/mia");
    hand.tap("follow_button");
    let button = hand.node("follow_button").area;
    let middle = i32::midpoint(button.top, button.bottom);
    assert_eq!(Drawing::of(&hand).at(button.left + 10, middle), WHITE);
}

#[test]
fn a_dialog_darkens_what_is_below_it() {
    let hand = Hand::new();
    hand.open("sample://user/mia");
    hand.tap("follow_button");
    let before = Drawing::of(&hand).at(5, 880);
    hand.tap("follow_button");
    let drawing = Drawing::of(&hand);
    assert_eq!(drawing.at(5, 880), before.map(|part| part / 2));
    let dialog = hand.see()[0].area;
    assert_eq!(drawing.at(dialog.left + 20, dialog.top + 10), WHITE);
}

#[test]
fn a_turned_phone_draws_a_wide_picture() {
    let hand = Hand::with_app();
    hand.turn("3");
    let drawing = Drawing::of(&hand);
    assert_eq!((drawing.width, drawing.height), (960, 540));
}
