//! Keys, text and input methods.

use std::sync::Arc;

use super::super::super::testing::{out, phone, run};
use super::super::super::{Phone, PhoneSpec};
use super::{attribute, tap};

/// Opens the sample app's search and puts the cursor into its field.
async fn search(phone: &Arc<Phone>) {
    let link =
        "wm dismiss-keyguard; am start -a android.intent.action.VIEW -d 'sample://search?q='";
    // With the app in front already, there is a warning.
    run(phone, link).await;
    tap(phone, "search_field").await;
}

async fn typed(phone: &Arc<Phone>) -> String {
    let of = async |name| attribute(phone, "search_field", name).await;
    let text = of("text").await.expect("a search field");
    // An empty field shows its hint for a text.
    if of("hint").await.as_deref() == Some(&text) {
        return String::new();
    }
    text
}

fn with_keyboard() -> Arc<Phone> {
    Phone::new(PhoneSpec {
        adb_keyboard: true,
        ..PhoneSpec::numbered(1)
    })
}

const ADB: &str = "com.android.adbkeyboard/.AdbIME";
const LATIN: &str = "com.android.inputmethod.latin/.LatinIME";

#[tokio::test]
async fn text_goes_to_the_field_in_focus_with_spaces_for_percent_s() {
    let phone = phone();
    search(&phone).await;
    out(
        &phone,
        "input text 'a%sb%%\"c\"'; input keyevent 67 KEYCODE_DEL DEL",
    )
    .await;
    assert_eq!(typed(&phone).await, "a b%%");
}

#[tokio::test]
async fn text_without_a_field_in_focus_goes_nowhere() {
    let phone = phone();
    out(
        &phone,
        "wm dismiss-keyguard; monkey -p org.farmhand.sample 1; input text lost",
    )
    .await;
    search(&phone).await;
    assert_eq!(typed(&phone).await, "");
}

#[tokio::test]
async fn text_beyond_ascii_throws_and_types_nothing() {
    let phone = phone();
    search(&phone).await;
    let output = run(&phone, "input text 'caf\u{e9}'").await;
    assert!(
        output.stderr.starts_with(
            "\nException occurred while executing 'text':\njava.lang.NullPointerException: \
             Attempt to get length of null array\n\tat \
             com.android.server.input.InputShellCommand.sendText("
        ),
        "{output:?}"
    );
    assert_eq!(output.exit, Some(255));
    assert_eq!(typed(&phone).await, "");
}

#[tokio::test]
async fn keys_are_pressed_in_turn_and_what_is_no_key_does_nothing() {
    let phone = phone();
    search(&phone).await;
    out(
        &phone,
        "input keyevent 29 KEYCODE_B NONSENSE C; input keyevent --longpress 67",
    )
    .await;
    assert_eq!(typed(&phone).await, "ab");
    out(&phone, "input keyevent KEYCODE_HOME").await;
    assert_eq!(attribute(&phone, "search_field", "text").await, None);
}

#[tokio::test]
async fn input_that_is_none_is_refused_or_unknown() {
    let phone = phone();
    let output = run(&phone, "input tap here there").await;
    let why = "java.lang.IllegalArgumentException: Error: Invalid arguments for command: tap\n";
    assert!(output.stderr.contains(why), "{output:?}");
    assert_eq!(output.exit, Some(255));
    assert_eq!(out(&phone, "input dance").await, "Unknown command: dance\n");
    assert!(out(&phone, "input").await.starts_with("Usage: input "));
}

#[tokio::test]
async fn a_finger_goes_down_and_up_in_two_calls() {
    let phone = phone();
    out(
        &phone,
        "input motionevent DOWN 270 800; input motionevent MOVE 270 500; input motionevent UP 270 200",
    )
    .await;
    let locked = out(&phone, "dumpsys window policy | grep showing").await;
    assert_eq!(locked, "      showing=false\n");
}

#[tokio::test]
async fn the_keyboard_is_up_while_a_field_has_the_focus() {
    let phone = phone();
    let shown = "dumpsys input_method | grep -o mInputShown; dumpsys input_method | \
                 grep -c mInputShown=true";
    let shown = shown.replace("grep -o mInputShown; dumpsys input_method | ", "");
    assert_eq!(run(&phone, &shown).await.stdout, "0\n");
    search(&phone).await;
    assert_eq!(run(&phone, &shown).await.stdout, "1\n");
    out(&phone, "input keyevent 4").await;
    assert_eq!(run(&phone, &shown).await.stdout, "0\n");
}

#[tokio::test]
async fn input_methods_are_listed_enabled_chosen_and_reset() {
    let phone = with_keyboard();
    assert_eq!(out(&phone, "ime list -s").await, format!("{LATIN}\n"));
    assert_eq!(
        out(&phone, "ime list -s -a").await,
        format!("{LATIN}\n{ADB}\n")
    );
    let early = run(&phone, &format!("ime set {ADB}")).await;
    assert_eq!(
        early.stderr,
        format!("Unknown input method {ADB} cannot be selected for user #0\n")
    );
    assert_eq!(early.exit, Some(255));
    assert_eq!(
        out(
            &phone,
            &format!("ime enable {ADB}; ime enable {ADB}; ime set {ADB}")
        )
        .await,
        format!(
            "Input method {ADB}: now enabled for user #0\n\
             Input method {ADB}: already enabled for user #0\n\
             Input method {ADB} selected for user #0\n"
        )
    );
    let settings =
        "settings get secure default_input_method; settings get secure enabled_input_methods";
    assert_eq!(
        out(&phone, settings).await,
        format!("{ADB}\n{LATIN}:{ADB}\n")
    );
    out(&phone, "ime reset").await;
    assert_eq!(out(&phone, settings).await, format!("{LATIN}\n{LATIN}\n"));
}

#[tokio::test]
async fn a_phone_without_the_keyboard_does_not_know_it() {
    let phone = phone();
    assert_eq!(out(&phone, "ime list -a -s").await, format!("{LATIN}\n"));
    let output = run(&phone, &format!("ime enable {ADB}")).await;
    assert_eq!(
        output.stderr,
        format!("Unknown input method {ADB} cannot be enabled for user #0\n")
    );
}

#[tokio::test]
async fn a_disabled_or_removed_input_method_gives_way_to_another() {
    let phone = with_keyboard();
    out(
        &phone,
        &format!("ime enable {ADB}; ime set {ADB}; ime disable {ADB}"),
    )
    .await;
    let chosen = "settings get secure default_input_method";
    assert_eq!(out(&phone, chosen).await, format!("{LATIN}\n"));
    let gone = format!("ime enable {ADB}; ime set {ADB}; pm uninstall com.android.adbkeyboard");
    out(&phone, &gone).await;
    assert_eq!(out(&phone, chosen).await, format!("{LATIN}\n"));
    assert_eq!(out(&phone, "ime list -a -s").await, format!("{LATIN}\n"));
}

#[tokio::test]
async fn adb_keyboard_types_any_text_while_it_is_chosen() {
    let phone = with_keyboard();
    search(&phone).await;
    // "grüße 🎉"
    let broadcast =
        "am broadcast -a ADB_INPUT_B64 -p com.android.adbkeyboard --es msg Z3LDvMOfZSDwn46J";
    let said = out(&phone, broadcast).await;
    assert_eq!(
        said,
        "Broadcasting: Intent { act=ADB_INPUT_B64 flg=0x400000 pkg=com.android.adbkeyboard \
         (has extras) }\nBroadcast completed: result=0\n"
    );
    // It completes with the same result whether or not anybody listens.
    assert_eq!(typed(&phone).await, "");
    out(&phone, &format!("ime enable {ADB}; ime set {ADB}")).await;
    assert_eq!(out(&phone, broadcast).await, said);
    assert_eq!(typed(&phone).await, "grüße 🎉");
    out(
        &phone,
        "am broadcast -a ADB_INPUT_TEXT --es msg ' $(reboot)'",
    )
    .await;
    out(
        &phone,
        "am broadcast -a ADB_INPUT_CHARS --eia chars 128049,33",
    )
    .await;
    assert_eq!(typed(&phone).await, "grüße 🎉 $(reboot)🐱!");
    out(&phone, "am broadcast -a ADB_CLEAR_TEXT").await;
    assert_eq!(typed(&phone).await, "");
}

#[tokio::test]
async fn base64_goes_both_ways() {
    let phone = phone();
    assert_eq!(
        out(&phone, "printf 'grüße' | base64").await,
        "Z3LDvMOfZQ==\n"
    );
    assert_eq!(out(&phone, "echo Z3LDvMOfZQ== | base64 -d").await, "grüße");
    assert_eq!(run(&phone, "echo '?' | base64 -d").await.exit, Some(1));
}
