use super::super::{Point, Selector};
use super::{by_text, t};

fn refused(toml: &str) -> String {
    let table: toml::Value = toml::from_str(toml).unwrap();
    let faults = Selector::decode(&table).unwrap_err();
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

#[test]
fn a_table_of_toml_makes_the_selector_that_a_flow_would() {
    let table: toml::Value =
        toml::from_str("id = 'x'\nindex = 1\nenabled = true\nbelow = { text = 'a' }").unwrap();
    let expected = Selector {
        id: Some(t("x")),
        index: Some(t("1")),
        enabled: Some(true),
        below: Some(Box::new(by_text("a"))),
        ..Selector::default()
    };
    assert_eq!(Selector::decode(&table), Ok(expected));
}

#[test]
fn a_text_is_a_selector_by_text() {
    assert_eq!(Selector::decode(&"a"), Ok(by_text("a")));
    assert_eq!(Selector::decode(&toml::Value::from("a")), Ok(by_text("a")));
}

#[test]
fn what_is_wrong_in_a_table_is_told_with_its_path() {
    for (toml, told) in [
        (
            "txt = 'a'\nid = 'b'",
            "txt: 'txt' is no field of a selector; did you mean 'text'?",
        ),
        (
            "below = { enabled = 1 }",
            "below.enabled: 'enabled' must be true or false, not 1",
        ),
        (
            "containsDescendants = ['a', { id = [1] }]",
            "containsDescendants[1].id: 'id' must be a text, not a list",
        ),
        (
            "app = 'x'\nid = 'b'",
            "app: 'app' is no field of a selector; it takes text, id",
        ),
        (
            "text = 'a'\ncss = 'b'",
            "css: 'css' of a selector is not supported",
        ),
        (
            "",
            "a selector names no element: by text, id, below or the like",
        ),
    ] {
        let all = refused(toml);
        assert!(all.starts_with(told), "{toml}: {all}");
    }
}

#[test]
fn points_are_pixels_or_percentages() {
    assert_eq!("100, 200".parse(), Ok(Point::Pixels(100, 200)));
    assert_eq!("50%,100%".parse(), Ok(Point::Percent(50, 100)));
    assert_eq!("50%,20".parse(), Ok(Point::Percent(50, 20)));
    for wrong in ["", "5", "1,2,3", "-1,5", "101%,5%", "a,b"] {
        assert!(wrong.parse::<Point>().is_err(), "{wrong}");
    }
}
