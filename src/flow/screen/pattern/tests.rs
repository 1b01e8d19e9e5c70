//! The answers in the tables are those of OpenJDK 17, with the flags that Maestro sets, and with
//! Maestro's way to take what does not compile.

use std::time::{Duration, Instant};

use super::*;

/// Compares with what Java answers: pattern, text, whether it matches.
fn answers(table: &[(&str, &str, bool)]) {
    for (pattern, text, expected) in table {
        let compiled = Pattern::new(pattern).unwrap();
        assert_eq!(
            compiled.matches(text),
            Ok(*expected),
            "{pattern:?} on {text:?}"
        );
    }
}

fn refusal(pattern: &str) -> String {
    check(pattern).unwrap_err().reason
}

#[test]
fn plain_match_as_in_java() {
    answers(&[
        ("Log in", "LOG IN", true),
        ("Log in", "Log in now", false),
        ("Log in", " Log in", false),
        ("é", "É", true),
        ("straße", "STRASSE", false),
        ("straße", "STRAẞE", true),
        ("i", "\u{130}", true),
        ("i", "\u{131}", true),
        ("k", "\u{212a}", true),
        ("σας", "ΣΑΣ", true),
        ("Привет", "ПРИВЕТ", true),
        ("😀", "😀", true),
        ("", "x", false),
        ("", "", true),
    ]);
}

#[test]
fn dots_and_lines_match_as_in_java() {
    answers(&[
        (".*", "a\nb\u{2028}c", true),
        ("a.b", "a\r\nb", false),
        ("a..b", "a\r\nb", true),
        (".", "😀", true),
        ("(?-s).*", "a\nb", false),
        ("(?-s)a.b", "a\u{85}b", false),
        ("^a$\n^b$", "a\nb", true),
        ("^$", "", false),
        ("^", "", false),
        ("$", "", true),
        ("a\n^$", "a\n", false),
        ("a$\n", "a\n", true),
        ("a$\r\n", "a\r\n", true),
        ("a\r$\n", "a\r\n", false),
        ("a\r^\n", "a\r\n", false),
        ("(?-m)a$\n", "a\n", true),
        ("(?-m)a\n^b", "a\nb", false),
        ("a\\Z\n", "a\n", true),
        ("a\\z\n", "a\n", false),
        ("\\Aa\\z", "a", true),
    ]);
}

#[test]
fn classes_of_characters_match_as_in_java() {
    answers(&[
        ("\\d", "5", true),
        ("\\d", "\u{665}", false),
        ("\\w+", "naïve", false),
        ("\\w+", "nai_9", true),
        ("\\s", "\u{a0}", false),
        ("\\h", "\u{a0}", true),
        ("\\h", "\n", false),
        ("\\v", "\u{2028}", true),
        ("\\R", "\r\n", true),
        ("\\R.", "\r\n", true),
        ("\\D\\W\\S\\H\\V", "aé-xx", true),
        ("\\p{L}+", "Zoë", true),
        ("\\p{Lu}", "a", true),
        ("(?-i)\\p{Lu}", "a", false),
        ("\\p{Upper}", "a", true),
        ("\\p{Alpha}", "é", false),
        ("\\P{L}", "1", true),
        ("\\pN", "7", true),
        ("\\p{Punct}", "$", true),
        ("\\p{IsLatin}", "é", true),
        ("\\p{sc=Cyrillic}", "я", true),
        ("\\p{IsAlphabetic}", "я", true),
    ]);
}

#[test]
fn brackets_match_as_in_java() {
    answers(&[
        ("[a-c]", "B", true),
        ("[^a-c]", "B", false),
        ("[a-z]", "\u{17f}", true),
        ("[A-Z]", "\u{212a}", false),
        ("[A-Z]", "\u{131}", true),
        ("[é-ë]", "Ê", true),
        ("[]a]", "]", true),
        ("[^]a]", "]", false),
        ("[a-]", "-", true),
        ("[\\w.-]+", "a.b-c", true),
        ("[a-z&&[^aeiou]]", "b", true),
        ("[a-z&&[^aeiou]]", "E", false),
        ("[a-z&&d-f]", "e", true),
        ("[a[bc]]", "c", true),
        ("[a&b]", "&", true),
        ("[&&a]", "a", true),
        ("[\\Q^]\\E]", "^", true),
        ("[\\v-\\x0c]", "\u{c}", true),
        ("[\\x41-\\u0043]", "b", true),
        ("[$.*]", "$", true),
    ]);
}

#[test]
fn quantifiers_match_as_in_java() {
    answers(&[
        ("a{2}", "aa", true),
        ("a{2,}", "aaa", true),
        ("a{0,1}b", "b", true),
        ("ab{2}", "abab", false),
        ("a{2}{3}", "aa", true),
        ("{2}a", "a", true),
        ("a*+a", "aaa", false),
        ("(?:a|ab)?+b", "abb", false),
        ("(a|ab){2}+", "aba", false),
        ("a+?b??", "aaab", true),
        ("(?>a*)b", "aab", true),
        ("(|a)b", "b", true),
        ("a|", "", true),
    ]);
}

#[test]
fn groups_and_looks_match_as_in_java() {
    answers(&[
        ("(?=a)a", "a", true),
        ("(?!b)a", "a", true),
        ("a(?<=a)b", "ab", true),
        ("(?<!a)b", "b", true),
        ("(?<name>a)b", "ab", true),
        ("(?i:A)b", "aB", true),
        ("(?-i)Aa", "AA", false),
        ("a(?-i)B|c", "aB", true),
        ("a(?-i)B|c", "C", false),
        ("((?-i)A)b", "AB", true),
        ("((?-i)A)b", "aB", false),
        ("(?)a", "a", true),
        ("(?s-m:a.)", "a\n", true),
        ("\\bLog in\\b", "Log in", true),
        (".*\\bin\\b.*", "Log in now", true),
        (".*\\bin\\b.*", "blink", false),
        ("é\\b.*", "éa", false),
        ("a\\Bb", "ab", true),
    ]);
}

#[test]
fn escapes_match_as_in_java() {
    answers(&[
        ("\\$5\\.00", "$5.00", true),
        ("\\Q$5.00 (USD)\\E", "$5.00 (usd)", true),
        ("\\Qa\\Eb", "AB", true),
        ("\\Q1", "1", true),
        ("a\\Q\\E2", "a2", true),
        ("\\x41", "a", true),
        ("\\x{1F600}", "😀", true),
        ("\\u0041", "a", true),
        ("\\uD83D\\uDE00", "😀", true),
        ("\\0101", "a", true),
        ("\\07", "\u{7}", true),
        ("\\cA", "\u{1}", true),
        ("\\t\\n\\r\\f\\a\\e", "\t\n\r\u{c}\u{7}\u{1b}", true),
        ("\\_\\-\\ ", "_- ", true),
    ]);
}

#[test]
fn texts_that_do_not_compile_match_as_in_java() {
    answers(&[
        ("Price (USD", "price (usd", true),
        ("a{name}", "A{NAME}", true),
        ("*", "*", true),
        ("Really???*", "REALLY???*", true),
        ("[a", "[A", true),
        ("a)", "a)", true),
        ("C:\\Users", "c:\\users", true),
        ("a\\", "a\\", true),
        ("a**", "a**", true),
        ("(?P<n>a)", "(?P<n>a)", true),
        ("{a}", "{a}", true),
        ("[z-a]", "[z-a]", true),
        ("\\k<n>", "\\k<n>", true),
        ("(?<n>a)(?<n>b)", "(?<n>a)(?<n>b)", true),
        ("\\p{", "\\p{", true),
        ("a{3,2}", "a{3,2}", true),
        ("a{99999999999}", "a{99999999999}", true),
    ]);
}

#[test]
fn what_would_mean_something_else_is_refused_by_name() {
    for (pattern, reason) in [
        (r"(a)\1", "references to groups"),
        (r"(?<n>a)\k<n>", "references to groups"),
        (r"(?x)a b", "the flag x"),
        (r"(?U)\w", "the flag U"),
        (r"(?d).", "the flag d"),
        (r"(?-u)a", "the flag -u"),
        (r"\Xa", r"\X"),
        (r"\Ga", r"\G"),
        (r"\N{DIGIT ONE}", "characters by name"),
        (r"\b{g}", r"\b{g}"),
        (r"\p{InGreek}", r"\p{InGreek}"),
        (r"[\p{javaLowerCase}]", r"\p{javaLowerCase}"),
        (r"\uD800", "surrogate"),
        (r"(?<=a+)b", "lookbehind"),
        (r"^*a", "repeats"),
        (r"[a&&]", "nothing behind"),
        (r"[a-z&&[b]&c]", "behind an intersection"),
    ] {
        let found = refusal(pattern);
        assert!(found.contains(reason), "{pattern}: {found}");
    }
}

#[test]
fn a_refused_construct_in_what_java_does_not_compile_is_a_text() {
    answers(&[(r"\1 (", r"\1 (", true), (r"[\p{L}", r"[\p{L}", true)]);
}

#[test]
fn a_pattern_that_is_too_large_is_refused() {
    assert!(refusal(&"a".repeat(5_000)).contains("longer"));
    assert!(refusal("(?:(?:.{1000}){1000}){1000}").contains("too large"));
    assert!(refusal(&format!("{}a{}", "(".repeat(500), ")".repeat(500))).contains("deep"));
    assert!(refusal(&format!("{}a{}", "[".repeat(500), "]".repeat(500))).contains("deep"));
}

#[test]
fn a_pattern_that_goes_back_for_ever_is_given_up() {
    let evil = Pattern::new("(?:(?=a)a|a)*b").unwrap();
    let began = Instant::now();
    let text = "a".repeat(60);
    assert_eq!(evil.matches(&text), Err(TooCostly));
    assert!(began.elapsed() < Duration::from_secs(5));
    // Without a look ahead nothing goes back.
    let plain = Pattern::new("(a+)+b").unwrap();
    assert_eq!(plain.matches(&text), Ok(false));
}

#[test]
fn a_text_matches_with_its_lines_joined_too() {
    let pattern = Pattern::new("Log in").unwrap();
    assert_eq!(pattern.matches("Log\nin"), Ok(false));
    assert_eq!(pattern.matches_text("Log\nin"), Ok(true));
}

#[test]
fn a_text_matches_the_pattern_that_is_spelled_like_it() {
    let pattern = Pattern::new("What? (really)").unwrap();
    assert_eq!(pattern.matches("What? (really)"), Ok(false));
    assert_eq!(pattern.matches_text("What? (really)"), Ok(true));
    assert_eq!(pattern.matches_text("what? (really)"), Ok(false));
    assert_eq!(pattern.matches_text("What?\n(really)"), Ok(true));
}

#[test]
fn an_id_matches_whole_or_behind_its_last_slash() {
    let pattern = Pattern::new("follow.*").unwrap();
    assert_eq!(
        pattern.matches_id("org.app:id/follow_button"),
        Ok((false, true))
    );
    assert_eq!(pattern.matches_id("follow_button"), Ok((true, true)));
    assert_eq!(
        pattern.matches_id("org.app:id/unfollow"),
        Ok((false, false))
    );
}
