//! Touches, keys and typing, by what a text field of the sample app holds.

use std::time::Duration;

use super::{SAMPLE, Seen, Stand, refused, text_of, touch, unsupported};
use crate::flow::driver::{Driver, DriverError, Keyboard};
use crate::flow::lang::Key;
use crate::phone::PhoneSpec;

/// With the field of a post's comments in focus.
async fn commenting(stand: &Stand) -> Driver {
    let mut driver = stand.at("sample://post/p001").await;
    touch(&mut driver, "comment_field").await;
    driver
}

fn with_keyboard() -> Stand {
    let mut spec = PhoneSpec::numbered(1);
    spec.adb_keyboard = true;
    Stand::of(spec)
}

#[tokio::test]
async fn ascii_arrives_as_it_is() {
    let stand = Stand::new();
    let mut driver = commenting(&stand).await;
    let text = "It's \"100% sure\", $(reboot) `id` %s %%s \\n & | ; < > # ! ~ end ";
    driver.type_text(text).await.unwrap();
    assert_eq!(text_of(&mut driver, "comment_field").await, text);
    assert!(stand.inside().setting("global", "none").is_none());
}

#[tokio::test]
async fn a_long_text_arrives_whole() {
    let stand = Stand::new();
    let mut driver = commenting(&stand).await;
    let text: String = (0..60).map(|n| format!("word {n}, ")).collect();
    driver.type_text(&text).await.unwrap();
    assert_eq!(text_of(&mut driver, "comment_field").await, text);
}

#[tokio::test]
async fn any_text_arrives_by_the_other_keyboard_and_the_former_one_comes_back() {
    let stand = with_keyboard();
    let former = stand.setting("secure", "default_input_method");
    let enabled = stand.says("ime list -s").await;
    let mut driver = commenting(&stand).await;
    let text = "café 😀 “quotes” $(reboot) 'x' 日本語";
    driver.type_text(text).await.unwrap();
    assert_eq!(text_of(&mut driver, "comment_field").await, text);
    assert!(
        stand
            .setting("secure", "default_input_method")
            .contains("adbkeyboard")
    );
    driver.close().await.unwrap();
    assert_eq!(stand.setting("secure", "default_input_method"), former);
    assert_eq!(stand.says("ime list -s").await, enabled);
}

#[tokio::test]
async fn text_that_no_keyboard_of_the_phone_can_type_is_refused_by_character() {
    let stand = Stand::new();
    let mut driver = commenting(&stand).await;
    let error = driver.type_text("plain, then é").await.unwrap_err();
    assert!(error.to_string().contains("'é' (U+00E9)"), "{error}");
    assert!(unsupported(&error).contains("ADBKeyBoard"), "{error}");
    let field = driver.look().await.unwrap();
    assert!(!field.xml.contains("plain, then"), "nothing is typed");
}

#[tokio::test]
async fn characters_are_erased_from_the_end() {
    let stand = Stand::new();
    let mut driver = commenting(&stand).await;
    driver.type_text("abcdef").await.unwrap();
    driver.erase(4).await.unwrap();
    assert_eq!(text_of(&mut driver, "comment_field").await, "ab");
    let error = driver.erase(1_000_000).await.unwrap_err();
    assert!(matches!(error, DriverError::Invalid(_)), "{error}");
}

#[tokio::test]
async fn the_keyboard_is_hidden_only_where_it_is_shown() {
    let stand = Stand::new();
    let mut driver = commenting(&stand).await;
    assert_eq!(driver.hide_keyboard().await.unwrap(), Keyboard::Hidden);
    assert_eq!(driver.hide_keyboard().await.unwrap(), Keyboard::WasHidden);
    // Back did not leave the page.
    let looked = driver.look().await.unwrap();
    assert!(looked.element("comment_field").is_some());
}

#[tokio::test]
async fn a_key_does_what_it_says() {
    let stand = Stand::new();
    let mut driver = commenting(&stand).await;
    driver.key(Key::Home).await.unwrap();
    let front = driver.foreground().await.unwrap().unwrap();
    assert_ne!(front.package, SAMPLE);
}

#[tokio::test]
async fn a_swipe_scrolls_and_a_hold_is_a_swipe_that_stays() {
    let stand = Stand::new();
    let mut driver = stand.at("sample://feed").await;
    let before = driver.look().await.unwrap().texts("post_text");
    let time = Duration::from_millis(200);
    driver.swipe((270, 800), (270, 300), time).await.unwrap();
    assert_ne!(driver.look().await.unwrap().texts("post_text"), before);
    driver.long_press((270, 600), time).await.unwrap();
    driver.double_tap((270, 600)).await.unwrap();
    let error = driver.long_press((1, 1), Duration::from_secs(600)).await;
    assert!(matches!(error, Err(DriverError::Invalid(_))));
}

#[tokio::test]
async fn a_command_that_the_phone_does_not_know_is_told_in_its_words() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    let error = driver
        .shell
        .act("dancing", "input dance")
        .await
        .unwrap_err();
    assert!(refused(&error).contains("dance"), "{error}");
}
