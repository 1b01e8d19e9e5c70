//! What an app's file may say, and what it is told when it says something else.

use serde_json::json;

use crate::flow::ManifestError;
use crate::flow::apps::testing::{HEAD, app};
use crate::flow::apps::{App, Apps, LINKS, Origin, SELECTORS, parse};
use crate::flow::lang::{Size, Trait};

fn parsed(rest: &str) -> Result<App, ManifestError> {
    parse::parse("mine", &format!("{HEAD}{rest}"), Origin::BuiltIn)
}

/// What is wrong with what follows the head, as `LINE KEY: MESSAGE`; the head has two lines.
fn refused(rest: &str) -> String {
    let error = parsed(rest).unwrap_err();
    format!("{} {}: {}", error.line, error.key, error.message)
}

#[test]
fn the_sample_app_has_every_link_and_selector_of_the_built_in_scripts() {
    let sample = Apps::load(None).unwrap().get("sample").unwrap();
    assert_eq!(sample.package, "org.farmhand.sample");
    assert_eq!(sample.origin, Origin::BuiltIn);
    let links: Vec<&str> = sample.links.keys().map(String::as_str).collect();
    let mut expected = LINKS;
    expected.sort_unstable();
    assert_eq!(links, expected);
    for known in SELECTORS {
        assert!(sample.selectors.contains_key(known.name), "{}", known.name);
    }
    assert_eq!(sample.selectors.len(), SELECTORS.len());
    assert!(sample.examples.user.is_some() && sample.examples.post.is_some());
}

#[test]
fn flows_see_the_app_with_its_links_as_written() {
    let app = app(
        "[links]\nuser = 'mine://u/${TARGET}?a=\\${b}'\n[texts]\nposted = 'Posted'\n[selectors]\nfollow = 'Follow'",
    );
    let expected = json!({
        "name": "mine",
        "package": "com.example.mine",
        "links": { "user": "mine://u/${TARGET}?a=\\${b}" },
        "texts": { "posted": "Posted" },
        "selectors": { "follow": true },
    });
    assert_eq!(app.as_js(), expected);
}

#[test]
fn a_selector_has_the_fields_that_it_has_in_a_flow() {
    let app = app(r#"
[selectors.follow]
id = "follow"
text = "Follow ${TARGET}"
index = 1
enabled = true
below = { id = "name" }
childOf = "Profile"
containsDescendants = [{ text = "a" }, "b"]
width = 200
tolerance = 5
traits = "text square"
"#);
    let selector = app.selectors.get("follow").unwrap();
    let text = |template: &Option<crate::flow::lang::Template>| {
        template
            .as_ref()
            .and_then(|t| t.as_text().map(str::to_owned))
    };
    assert_eq!(text(&selector.id).as_deref(), Some("follow"));
    assert_eq!(selector.text.as_ref().unwrap().parts().len(), 2);
    assert_eq!(text(&selector.index).as_deref(), Some("1"));
    assert_eq!(selector.enabled, Some(true));
    assert_eq!(
        text(&selector.below.as_ref().unwrap().id).as_deref(),
        Some("name")
    );
    assert_eq!(
        text(&selector.child_of.as_ref().unwrap().text).as_deref(),
        Some("Profile")
    );
    assert_eq!(selector.contains_descendants.len(), 2);
    let size = Size {
        width: Some(200),
        height: None,
        tolerance: 5,
    };
    assert_eq!(selector.size, Some(size));
    assert_eq!(selector.traits, [Trait::Text, Trait::Square]);
}

#[test]
fn names_of_ones_own_stand_apart() {
    let app =
        app("[own.selectors]\nstory_ring = { id = 'ring' }\n[own.links]\nstories = 'mine://s'");
    assert!(app.selectors.contains_key("story_ring"));
    assert!(app.links.contains_key("stories"));
}

#[test]
fn a_mistyped_name_is_told_the_nearest_known_one() {
    for (rest, expected) in [
        (
            "[selectors]\n\nfolow = 'x'",
            "5 selectors.folow: no built-in script knows this name; did you mean 'follow'?",
        ),
        (
            "[links]\nusr = 'x'",
            "4 links.usr: no built-in script knows this name; did you mean 'user'?",
        ),
        (
            "pakage = 'x'",
            "3 pakage: unknown key; did you mean 'package'?",
        ),
        (
            "[check]\nqueri = 'x'",
            "4 check.queri: unknown key; did you mean 'query'?",
        ),
        (
            "[own.link]",
            "3 own.link: unknown key; did you mean 'links'?",
        ),
        (
            "[selectors.follow]\nid = 'x'\nbelow = { texxt = 'y' }",
            "5 selectors.follow.below.texxt: 'texxt' is no field of below; did you mean 'text'?",
        ),
        (
            "[selectors]\nfollow = { traits = 'squar' }",
            "4 selectors.follow.traits: 'squar' is no trait: text, long-text or square",
        ),
    ] {
        let told = refused(rest);
        assert!(told.starts_with(expected), "{told}");
    }
}

#[test]
fn a_wrong_value_is_told_what_is_expected() {
    for (rest, expected) in [
        (
            "[links]\nuser = 5",
            "4 links.user: text is expected, not an integer",
        ),
        ("[links]\nuser = ' '", "4 links.user: must not be blank"),
        ("links = 'x'", "3 links: a table is expected, not a string"),
        (
            "[selectors]\nfollow = { enabled = 'yes' }",
            "4 selectors.follow.enabled: 'enabled' must be true or false",
        ),
        (
            "[selectors]\nfollow = {}",
            "4 selectors.follow: a selector names no element: by text, id",
        ),
        (
            "[selectors]\nfollow = { width = -1 }",
            "4 selectors.follow.width: 'width' must be a whole number from 0",
        ),
        (
            "[own.selectors]\nfollow = 'x'",
            "4 own.selectors.follow: the built-in scripts use this name: it belongs in [selectors]",
        ),
        (
            "[own.selectors]\nFollow = 'x'",
            "4 own.selectors.Follow: is no name",
        ),
        ("[links]\nuser = = 5", "4 user: not TOML"),
    ] {
        let told = refused(rest);
        assert!(told.starts_with(expected), "{told}");
    }
}

#[test]
fn title_and_package_cannot_be_left_out() {
    let read = |text: &str| parse::parse("mine", text, Origin::BuiltIn).unwrap_err();
    assert_eq!(read("package = 'com.example.mine'").key, "title");
    assert_eq!(read("title = 'Mine'").key, "package");
    let wrong = read("title = 'Mine'\npackage = 'mine'");
    assert_eq!((wrong.line, wrong.key.as_str()), (2, "package"));
}

#[test]
fn a_file_is_called_as_accounts_call_the_app() {
    let read = |name: &str| parse::parse(name, HEAD, Origin::BuiltIn);
    assert!(read("mine-2.beta").is_ok());
    let error = read("Mine").unwrap_err();
    assert!(error.message.contains("mine.toml"), "{error}");
    assert!(read("my app").is_err());
}
