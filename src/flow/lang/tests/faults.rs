use super::faults;

#[test]
fn everything_that_is_wrong_in_a_file_is_told_in_order() {
    let told = faults(
        "\
- tapon: a
- tapOn:
    txt: a
    repeat: 0
- swipe:
    direction: UP
    start: 1,1
- back: 5
",
    );
    assert_eq!(
        told,
        "\
flow.yaml:3:3: 'tapon' is no command; did you mean 'tapOn'?
flow.yaml:5:5: 'txt' is no field of tapOn; did you mean 'text'?
flow.yaml:6:13: 'repeat' must be a whole number from 1 to 1000, not 0
flow.yaml:9:5: swipe takes 'direction' or 'start', not both
flow.yaml:10:9: back cannot be 5; it takes label, optional"
    );
}

#[test]
fn each_fault_is_told_at_its_place_with_what_is_accepted() {
    for (body, told) in [
        (
            "- frobnicate\n",
            "3:3: 'frobnicate' is no command; 'farmhand flow commands' lists all",
        ),
        (
            "- scrol\n",
            "3:3: 'scrol' is no command; did you mean 'scroll'?",
        ),
        (
            "- tapOn\n",
            "3:3: tapOn needs more: it takes text, id, index",
        ),
        (
            "- tapOn:\n",
            "3:3: tapOn has nothing after its ':'; it takes text, id",
        ),
        (
            "- back:\n",
            "3:3: back has nothing after its ':'; write - back without ':'",
        ),
        ("- 5\n", "3:3: a step must be a command, not 5"),
        ("- [back]\n", "3:3: a step must be a command, not a list"),
        ("- {}\n", "3:3: a step must be a command, not an empty map"),
        (
            "- back: {}\n  scroll: {}\n",
            "4:3: a step is one command: 'scroll' needs a '-' of its own",
        ),
        (
            "- tapOn: a\n  label: b\n",
            "4:3: a step is one command: 'label' belongs below 'tapOn', further right",
        ),
        (
            "back\n",
            "3:1: the commands of a flow must be a list (- launchApp), not the text \"back\"",
        ),
        (
            "- tapOn: {text: a, text: b}\n",
            "3:20: 'text' is there twice",
        ),
        (
            "- launchApp: {appId: a, url: b}\n",
            "3:25: 'appId' is there twice",
        ),
        (
            "- back: {optional: 'true'}\n",
            "3:20: 'optional' must be true or false without quotes, not the text \"true\"",
        ),
        (
            "- back: {optional: '${A}'}\n",
            "3:20: 'optional' must be true or false",
        ),
        (
            "- tapOn: {repeat: 1001, text: a}\n",
            "3:19: 'repeat' must be a whole number from 1 to 1000, not 1001",
        ),
        (
            "- tapOn: {repeat: 1.5, text: a}\n",
            "'repeat' must be a whole number from 1 to 1000, not 1.5",
        ),
        (
            "- waitForAnimationToEnd: {timeout: -1}\n",
            "3:36: 'timeout' must be a whole number of milliseconds, not -1",
        ),
        (
            "- inputText: {text: [a]}\n",
            "3:21: 'text' must be a text, not a list",
        ),
        (
            "- inputText: {text: }\n",
            "'text' must be a text, not nothing",
        ),
        (
            "- inputText: hello ${NAME\n",
            "3:14: a '${' has no '}' that ends it; for the characters themselves write '\\${'",
        ),
        (
            "- scrollUntilVisible: {element: a, speed: 101}\n",
            "3:43: 'speed' must be a number from 0 to 100, not 101",
        ),
        (
            "- scrollUntilVisible: {element: a, timeout: -5}\n",
            "'timeout' must be a number, 0 or more, not -5",
        ),
        (
            "- setLocation: {latitude: 91, longitude: 0}\n",
            "'latitude' must be a number from -90 to 90, not 91",
        ),
        (
            "- pressKey: Retrun\n",
            "3:13: 'key' must be the name of a key",
        ),
        (
            "- pressKey: Entr\n",
            "(did you mean 'Enter'?), not the text \"Entr\"",
        ),
        (
            "- swipe: {direction: sideways}\n",
            "3:22: 'direction' must be UP or DOWN or LEFT or RIGHT, not the text \"sideways\"",
        ),
        (
            "- swipe: {start: '101%,0%', end: '0%,0%'}\n",
            "3:18: 'start' must be two numbers or percentages, as 100,200 or 50%,50%",
        ),
        (
            "- swipe: {start: '1,1'}\n",
            "3:3: swipe needs 'direction', with or without 'from', or 'start' and 'end'",
        ),
        ("- swipe: {from: a}\n", "3:3: swipe needs 'direction'"),
        (
            "- swipe: {from: a, start: '1,1', end: '2,2'}\n",
            "3:20: swipe takes 'from' or 'start', not both",
        ),
        ("- tapOn: {tolerance: 5}\n", "3:3: tapOn names no element"),
        (
            "- tapOn: {text: a, tolerance: 5}\n",
            "3:20: 'tolerance' is that of 'width' and 'height', and neither is here",
        ),
        (
            "- tapOn: {traits: round}\n",
            "3:19: 'round' is no trait: text, long-text or square",
        ),
        (
            "- tapOn: {containsDescendants: []}\n",
            "'containsDescendants' must be a list of one selector or more, not a list",
        ),
        (
            "- tapOn: {app: a, text: b}\n",
            "3:11: 'app' names the whole element: no other field of a selector beside it",
        ),
        (
            "- tapOn: {below: {app: a}}\n",
            "3:19: 'app' is no field of below",
        ),
        (
            "- assertVisible: {text: a, repeat: 2}\n",
            "3:28: 'repeat' is no field of assertVisible; it takes text, id",
        ),
        (
            "- extendedWaitUntil: {visible: {id: a, optional: true}}\n",
            "'optional' of visible is not supported: it belongs to the command",
        ),
        (
            "- extendedWaitUntil: {timeout: 5}\n",
            "3:3: extendedWaitUntil needs 'visible' or 'notVisible'",
        ),
        (
            "- openLink: {}\n",
            "3:3: openLink needs 'link', or 'app': the name of a link of the task's app",
        ),
        (
            "- openLink: {link: a, app: b}\n",
            "3:23: openLink takes 'link' or 'app', not both",
        ),
        ("- openLink: ''\n", "3:13: 'link' must not be empty"),
        ("- addMedia: []\n", "3:13: 'files' must not be empty"),
        (
            "- launchApp: {permissions: {camera: perhaps}}\n",
            "3:37: 'camera' must be allow, deny or unset",
        ),
        (
            "- launchApp: {permissions: {a: allow, a: deny}}\n",
            "3:39: 'a' is there twice",
        ),
        (
            "- launchApp: {arguments: {a: [1]}}\n",
            "3:30: 'a' must be a text, a number, true or false, not a list",
        ),
        ("- runFlow: {}\n", "3:3: runFlow needs 'file' or 'commands'"),
        (
            "- runFlow: {file: other.yaml, commands: [back]}\n",
            "3:31: runFlow takes 'file' or 'commands', not both",
        ),
        (
            "- runFlow: {file: '${F}.yaml'}\n",
            "3:19: 'file' must be a name without expressions",
        ),
        (
            "- runFlow: {when: {timeout: 5}, commands: [back]}\n",
            "3:19: 'when' holds no condition",
        ),
        (
            "- runFlow: {when: {}, commands: [back]}\n",
            "3:19: 'when' holds no condition",
        ),
        (
            "- runFlow: {env: {a-b: c}, commands: [back]}\n",
            "3:19: 'a-b' is no name of a variable: letters, digits and '_'",
        ),
        (
            "- runFlow: {env: {a: }, commands: [back]}\n",
            "'a' must be a text, not nothing",
        ),
        (
            "- repeat: {times: often, commands: [back]}\n",
            "3:19: 'times' must be a number, not the text \"often\"",
        ),
        (
            "- evalScript: output.x = 1\n",
            "3:15: 'script' holds no ${...}, so there is nothing to run",
        ),
        (
            "- tapOn: !mine a\n",
            "the tag !mine means nothing in a flow",
        ),
        ("- tapOn: *a\n", "3:10: is no YAML"),
        ("- tapOn: 'a\n", "is no YAML"),
        ("- {[a]: b}\n", "a key must be a word, not a list"),
    ] {
        let all = faults(body);
        let found = all.lines().any(|line| {
            let place = line.strip_prefix("flow.yaml:").unwrap_or(line);
            place.starts_with(told) || (!told.starts_with("3:") && place.contains(told))
        });
        assert!(found, "{body}wanted: {told}\ntold:   {all}");
    }
}

#[test]
fn text_of_the_file_is_repeated_shortened_and_on_one_line() {
    let told = faults(&format!(
        "- swipe: {{direction: \"{}\\n\"}}\n",
        "x".repeat(100)
    ));
    assert!(
        told.ends_with(&format!("not the text \"{}...\"", "x".repeat(60))),
        "{told}"
    );
}
