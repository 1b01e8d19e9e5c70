use super::*;

fn parsed(inner: &str) -> Hierarchy {
    Hierarchy::parse(&format!("<hierarchy rotation=\"1\">{inner}</hierarchy>")).unwrap()
}

/// The only element.
fn only(attributes: &str) -> Node {
    let screen = parsed(&format!("<node {attributes} />"));
    let (_, node) = screen.iter().next().unwrap();
    node.clone()
}

#[test]
fn a_dump_of_a_phone_is_read_whole() {
    let dump = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\
        <hierarchy rotation=\"3\"><node index=\"0\" text=\"\" resource-id=\"\" \
        class=\"android.widget.FrameLayout\" package=\"org.app\" content-desc=\"\" \
        checkable=\"false\" checked=\"false\" clickable=\"false\" enabled=\"true\" \
        focusable=\"false\" focused=\"false\" scrollable=\"false\" long-clickable=\"false\" \
        password=\"false\" selected=\"false\" bounds=\"[0,0][1080,2400]\" drawing-order=\"0\" \
        hint=\"\" display-id=\"0\"><node index=\"0\" text=\"Name\" \
        resource-id=\"org.app:id/name\" class=\"android.widget.EditText\" package=\"org.app\" \
        content-desc=\"Your name\" checkable=\"true\" checked=\"true\" clickable=\"true\" \
        enabled=\"false\" focusable=\"true\" focused=\"true\" scrollable=\"true\" \
        long-clickable=\"true\" password=\"true\" selected=\"true\" \
        bounds=\"[-5,100][1080,200]\" hint=\"Ann\" /></node></hierarchy>";
    let screen = Hierarchy::parse(dump).unwrap();
    assert_eq!((screen.rotation(), screen.size()), (3, (1080, 2400)));
    let window = screen.windows()[0];
    let field = screen.node(window).children[0];
    let node = screen.node(field);
    assert_eq!(node.parent, Some(window));
    assert_eq!(
        [&node.text, &node.hint, &node.description, &node.id].map(|text| text.as_deref()),
        [
            Some("Name"),
            Some("Ann"),
            Some("Your name"),
            Some("org.app:id/name")
        ]
    );
    assert_eq!(
        (&*node.class, &*node.package),
        ("android.widget.EditText", "org.app")
    );
    let bounds = node.bounds.unwrap();
    assert_eq!(
        (bounds.left, bounds.width(), bounds.height()),
        (-5, 1085, 100)
    );
    assert!(!node.enabled);
    let flags = [
        node.checked,
        node.focused,
        node.selected,
        node.clickable,
        node.checkable,
        node.scrollable,
        node.focusable,
        node.long_clickable,
        node.password,
    ];
    assert!(flags.iter().all(|flag| *flag));
}

#[test]
fn entities_and_newlines_in_texts_are_read() {
    let node = only("text=\"a &amp; &lt;b&gt;&#10;&quot;c&quot; &#128512;\"");
    assert_eq!(node.text.as_deref(), Some("a & <b>\n\"c\" \u{1f600}"));
}

#[test]
fn what_is_missing_is_none_and_what_is_odd_is_left_out() {
    let node = only("odd=\"1\" x:y=\"2\" xmlns:x=\"z\" bounds=\"[0,0]\" enabled=\"yes\"");
    assert_eq!((node.text, node.id, node.bounds), (None, None, None));
    assert!(!node.enabled);
}

#[test]
fn characters_that_xml_does_not_allow_do_not_spoil_a_dump() {
    let node = only("text=\"a\u{1}b&#2;c&#xb;d&#55357;&#56832;e&#55357;f\u{ffff}g\"");
    assert_eq!(node.text.as_deref(), Some("a.b.c.d\u{1f600}ef.g"));
}

#[test]
fn a_text_at_the_end_of_a_broken_dump_is_told_with_its_place() {
    let error = Hierarchy::parse("<hierarchy><node text=\"a\">").unwrap_err();
    assert!(matches!(error, ParseError::Xml(_)), "{error}");
    let error = Hierarchy::parse("ERROR: null root node returned").unwrap_err();
    assert!(matches!(error, ParseError::Xml(_)), "{error}");
}

#[test]
fn another_document_is_refused_by_its_name() {
    let error = Hierarchy::parse("<html/>").unwrap_err();
    assert!(error.to_string().contains("<html>"), "{error}");
}

#[test]
fn a_document_type_is_refused() {
    let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><hierarchy><node text='&a;'/></hierarchy>";
    assert!(Hierarchy::parse(bomb).is_err());
}

#[test]
fn a_dump_that_is_too_long_or_too_deep_or_has_too_many_elements_is_refused() {
    let long = " ".repeat(LONGEST + 1);
    assert!(matches!(
        Hierarchy::parse(&long),
        Err(ParseError::Size { .. })
    ));
    let nested = |depth: usize| {
        let (open, close) = ("<node>".repeat(depth), "</node>".repeat(depth));
        Hierarchy::parse(&format!("<hierarchy>{open}{close}</hierarchy>"))
    };
    assert!(nested(DEEPEST - 1).is_ok());
    assert!(matches!(nested(DEEPEST), Err(ParseError::Depth { .. })));
    assert!(matches!(nested(20_000), Err(ParseError::Depth { .. })));
    let many = "<node/>".repeat(MOST as usize);
    let error = Hierarchy::parse(&format!("<hierarchy>{many}</hierarchy>")).unwrap_err();
    assert!(matches!(error, ParseError::Xml(_)), "{error}");
}

#[test]
fn elements_lie_in_those_they_stand_in() {
    let screen = parsed("<node><node><node/></node><node/></node><node/>");
    let parents: Vec<_> = screen
        .iter()
        .map(|(_, node)| node.parent.unwrap().index())
        .collect();
    assert_eq!(parents, [0, 1, 2, 1, 0]);
    let second = screen.node(screen.windows()[0]).children[0];
    assert_eq!(screen.within(second).count(), 2);
    assert_eq!(screen.windows().len(), 2);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(xml in ".{0,200}") {
        let _ = Hierarchy::parse(&xml);
        let _ = Hierarchy::parse(&format!("<hierarchy><node text=\"{xml}\"/></hierarchy>"));
    }
}
