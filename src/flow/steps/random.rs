//! `inputRandomText` and its kin: words that are made up anew each time.

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::flow::lang::RandomText;

/// Most characters that are made up at once.
const LONGEST: u32 = 1000;

const LETTERS: &[char] = &[
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's',
    't', 'u', 'v', 'w', 'x', 'y', 'z',
];
const FIRST_NAMES: &[&str] = &[
    "Ada", "Bela", "Chiara", "Dmitri", "Emil", "Fatima", "Grace", "Hiro", "Ines", "Jonas",
];
const LAST_NAMES: &[&str] = &[
    "Adler", "Brandt", "Costa", "Dubois", "Ekberg", "Fischer", "Garcia", "Hansen", "Ito", "Jansen",
];
const CITIES: &[&str] = &[
    "Athens", "Bergen", "Cusco", "Dakar", "Eger", "Faro", "Graz", "Hanoi", "Izmir", "Jaipur",
];
const COUNTRIES: &[&str] = &[
    "Albania", "Brazil", "Chile", "Denmark", "Egypt", "Fiji", "Ghana", "Hungary", "India", "Japan",
];
const COLORS: &[&str] = &[
    "amber", "blue", "coral", "denim", "ebony", "fuchsia", "green", "indigo", "khaki", "lime",
];
/// Reserved for examples (RFC 2606): a mail to a made-up address must reach nobody.
const MAIL_DOMAIN: &str = "example.com";

/// Makes up a text. At most 1,000 characters.
pub(super) fn text(kind: RandomText) -> String {
    match kind {
        RandomText::Text(length) => letters(length),
        RandomText::Number(length) => number(length),
        RandomText::Email => {
            let name = format!("{}.{}", pick(FIRST_NAMES), pick(LAST_NAMES));
            format!("{}.{}@{MAIL_DOMAIN}", name.to_lowercase(), letters(4))
        }
        RandomText::PersonName => format!("{} {}", pick(FIRST_NAMES), pick(LAST_NAMES)),
        RandomText::CityName => pick(CITIES).into(),
        RandomText::CountryName => pick(COUNTRIES).into(),
        RandomText::ColorName => pick(COLORS).into(),
    }
}

fn letters(length: u32) -> String {
    (0..length.min(LONGEST))
        .map(|_| choose(LETTERS).copied().unwrap_or('x'))
        .collect()
}

/// Digits; the first is no zero, so that a field for numbers keeps them all.
fn number(length: u32) -> String {
    (0..length.min(LONGEST))
        .map(|at| {
            let digit = if at == 0 { 1 + bits() % 9 } else { bits() % 10 };
            digit.to_string()
        })
        .collect()
}

fn pick(words: &'static [&'static str]) -> &'static str {
    choose(words).copied().unwrap_or_default()
}

fn choose<T>(from: &[T]) -> Option<&T> {
    let count = u64::try_from(from.len()).unwrap_or(u64::MAX).max(1);
    from.get(usize::try_from(bits() % count).unwrap_or_default())
}

/// 64 bits from the standard library's randomly keyed hasher: enough for words.
fn bits() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, text};
    use crate::flow::lang::RandomText;

    #[test]
    fn letters_and_digits_are_as_many_as_asked_for() {
        let letters = text(RandomText::Text(8));
        assert_eq!(letters.len(), 8);
        assert!(letters.bytes().all(|b| b.is_ascii_lowercase()), "{letters}");
        let digits = text(RandomText::Number(12));
        assert_eq!(digits.len(), 12);
        assert!(digits.bytes().all(|b| b.is_ascii_digit()), "{digits}");
        assert!(!digits.starts_with('0'), "{digits}");
    }

    #[test]
    fn what_is_made_up_is_bounded() {
        let longest = LONGEST as usize;
        assert_eq!(text(RandomText::Text(u32::MAX)).len(), longest);
        assert_eq!(text(RandomText::Number(u32::MAX)).len(), longest);
    }

    #[test]
    fn two_texts_differ() {
        assert_ne!(text(RandomText::Text(20)), text(RandomText::Text(20)));
    }

    #[test]
    fn a_made_up_address_reaches_nobody() {
        let mail = text(RandomText::Email);
        let (name, domain) = mail.split_once('@').unwrap();
        assert_eq!(domain, "example.com");
        assert!(name.is_ascii() && !name.contains(' '), "{mail}");
    }

    #[test]
    fn names_are_two_words_and_places_and_colors_are_some() {
        assert_eq!(text(RandomText::PersonName).split(' ').count(), 2);
        for kind in [
            RandomText::CityName,
            RandomText::CountryName,
            RandomText::ColorName,
        ] {
            assert!(!text(kind).is_empty());
        }
    }
}
