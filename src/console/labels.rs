//! What phones are called, as a line that an operator types and reads:
//! `name="Rack 2 / 7" group=rack2 tags=a,b`.

use std::collections::BTreeSet;

use super::words::{fields, quoted, split};
use crate::model::{DeviceName, DevicePatch, InvalidId, Label, Labels};

/// The line that says what one phone is called now; of several, what they all have.
pub(super) fn line<'a>(mut all: impl Iterator<Item = &'a Labels>) -> String {
    let Some(first) = all.next() else {
        return String::new();
    };
    let others: Vec<_> = all.collect();
    let mut words = Vec::new();
    if others.is_empty() {
        let name = first.name.as_ref().map_or("", DeviceName::as_str);
        words.push(format!("name={}", quoted(name)));
    }
    if others.iter().all(|other| other.group == first.group) {
        let group = first.group.as_ref().map_or("", Label::as_str);
        words.push(format!("group={group}"));
    }
    if others.iter().all(|other| other.tags == first.tags) {
        words.push(format!("tags={}", first.tags_text()));
    }
    words.join(" ")
}

/// Reads such a line. A field that it does not name stays, one without a value is emptied;
/// `tags=+a,-b` adds and removes.
///
/// # Errors
/// What is wrong with it, and what is accepted.
pub(super) fn read(line: &str) -> Result<DevicePatch, String> {
    let words = split(line)?;
    let [name, group, tags] = fields(&words, ["name", "group", "tags"])?;
    let mut patch = DevicePatch {
        name: name.map(|text| one(&text, DeviceName::new)).transpose()?,
        group: group.map(|text| one(&text, Label::new)).transpose()?,
        ..DevicePatch::default()
    };
    if let Some(tags) = tags {
        read_tags(&tags, &mut patch)?;
    }
    Ok(patch)
}

fn one<T>(text: &str, read: fn(&str) -> Result<T, InvalidId>) -> Result<Option<T>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    read(text).map(Some).map_err(|error| error.to_string())
}

fn read_tags(text: &str, patch: &mut DevicePatch) -> Result<(), String> {
    let label = |text: &str| Label::new(text).map_err(|error| error.to_string());
    let mut whole = BTreeSet::new();
    for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        // A label may begin with a minus, but not in this line.
        if let Some(tag) = tag.strip_prefix('+') {
            patch.add_tags.insert(label(tag)?);
        } else if let Some(tag) = tag.strip_prefix('-') {
            patch.remove_tags.insert(label(tag)?);
        } else {
            whole.insert(label(tag)?);
        }
    }
    let signed = !patch.add_tags.is_empty() || !patch.remove_tags.is_empty();
    if signed && !whole.is_empty() {
        return Err("tags= takes all tags (a,b) or changes (+a,-b), not both".to_owned());
    }
    if !signed {
        patch.tags = Some(whole);
    }
    Ok(())
}

/// What of a patch would change these labels.
pub(super) fn changes(labels: Option<&Labels>, patch: DevicePatch) -> DevicePatch {
    let Some(labels) = labels else {
        return patch;
    };
    DevicePatch {
        name: patch.name.filter(|name| *name != labels.name),
        group: patch.group.filter(|group| *group != labels.group),
        tags: patch.tags.filter(|tags| *tags != labels.tags),
        ..patch
    }
}

/// What a patch does, for a question: `group rack2, no tags`.
pub(super) fn words(patch: &DevicePatch) -> String {
    let mut words = Vec::new();
    let mut one = |what: &str, value: Option<Option<String>>| match value {
        Some(Some(value)) => words.push(format!("{what} {value}")),
        Some(None) => words.push(format!("no {what}")),
        None => {}
    };
    let text = |label: &Option<Label>| label.as_ref().map(ToString::to_string);
    let name = patch.name.as_ref();
    one(
        "name",
        name.map(|name| name.as_ref().map(ToString::to_string)),
    );
    one("group", patch.group.as_ref().map(text));
    let list = |tags: &BTreeSet<Label>| {
        let tags: Vec<&str> = tags.iter().map(Label::as_str).collect();
        (!tags.is_empty()).then(|| tags.join(","))
    };
    one("tags", patch.tags.as_ref().map(list));
    one("also tags", list(&patch.add_tags).map(Some));
    one("without tags", list(&patch.remove_tags).map(Some));
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{changes, line, read, words};
    use crate::model::{DevicePatch, Labels};

    fn labels(text: &str) -> Labels {
        Labels::default().patched(read(text).unwrap()).unwrap()
    }

    #[test]
    fn what_a_phone_is_called_is_read_back_as_no_change() {
        for text in ["name=\"Rack 2 / 7\" group=rack2 tags=a,b", ""] {
            let labels = labels(text);
            let patch = read(&line([&labels].into_iter())).unwrap();
            assert_eq!(changes(Some(&labels), patch), DevicePatch::default());
        }
    }

    #[test]
    fn of_several_phones_the_line_says_what_they_share() {
        let (a, b) = (labels("name=a group=x tags=t"), labels("name=b group=x"));
        assert_eq!(line([&a, &b].into_iter()), "group=x");
    }

    #[test]
    fn a_field_without_a_value_is_emptied_and_an_absent_one_stays() {
        let patch = read("group=").unwrap();
        assert_eq!(
            (patch.group, patch.name, patch.tags),
            (Some(None), None, None)
        );
    }

    #[test]
    fn tags_with_signs_are_added_and_removed() {
        let after = labels("tags=a,b").patched(read("tags=+c,-a").unwrap());
        assert_eq!(after.unwrap().tags_text(), "b,c");
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, part) in [
            ("tags=a,+b", "not both"),
            ("group=\"rack 2\"", "letters, digits"),
            ("rack2", "names no field"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_patch_is_told_in_words() {
        let told = |text: &str| words(&read(text).unwrap());
        assert_eq!(told("group=rack2 tags="), "group rack2, no tags");
        assert_eq!(told("tags=+a,-b"), "also tags a, without tags b");
    }
}
