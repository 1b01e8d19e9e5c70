//! A screen as plain data: what a console or a client shows of it, with the step of a flow that
//! would find each element.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::flow::lang::tap_on;
use crate::flow::screen::{Bounds, Hierarchy, Namer, Node, NodeId};

/// The most elements that are told: a crowded screen has two thousand.
const MOST: usize = 5_000;

/// How long selectors are looked for. A usual screen takes a tenth of a second.
const NAMING: Duration = Duration::from_secs(3);

/// The longest text of an element that is told, in characters.
const LONGEST: usize = 2_000;

/// What a screen is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenTree {
    /// Width in pixels, as the screen is turned.
    pub width: i32,
    /// Height in pixels, as the screen is turned.
    pub height: i32,
    /// Its elements, parents before their children, in the order of the dump.
    pub nodes: Vec<ScreenNode>,
    /// How many there are, also those that are not told.
    pub total: usize,
}

/// An element of a screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenNode {
    /// In how many others it lies.
    pub depth: usize,
    /// Its widget class.
    pub class: String,
    /// The package that drew it.
    pub package: String,
    /// Its resource id.
    pub id: Option<String>,
    /// Its text.
    pub text: Option<String>,
    /// What an empty field says that it wants.
    pub hint: Option<String>,
    /// What it is called to those who do not see it.
    pub description: Option<String>,
    /// Where it is, in pixels.
    pub bounds: Option<ScreenBounds>,
    /// What is special about it.
    pub flags: Vec<ScreenFlag>,
    /// How a flow would find it.
    pub step: Step,
}

/// A rectangle in pixels of the screen; its right and bottom edges lie outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenBounds {
    /// Left edge.
    pub left: i32,
    /// Top edge.
    pub top: i32,
    /// Right edge.
    pub right: i32,
    /// Bottom edge.
    pub bottom: i32,
}

/// Something special about an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScreenFlag {
    /// Takes no input.
    Disabled,
    /// Reacts to a tap.
    Clickable,
    /// Reacts to a long press.
    LongClickable,
    /// Can be ticked, and is not.
    Unchecked,
    /// Is ticked.
    Checked,
    /// Has the input focus.
    Focused,
    /// Can be scrolled.
    Scrollable,
    /// Is selected.
    Selected,
    /// Hides what is typed.
    Password,
}

/// How a flow would find an element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// By this step, in YAML; it finds this element and no other.
    TapOn(String),
    /// By none: it is not on the screen, or as good as not.
    NotOnScreen,
    /// Not looked for: the screen has too many elements.
    NotTried,
}

impl ScreenTree {
    /// Tells a hierarchy. Takes some milliseconds, at worst seconds: call it off the workers.
    #[must_use]
    pub fn of(hierarchy: &Hierarchy) -> Self {
        let (width, height) = hierarchy.size();
        let mut namer = Namer::new(hierarchy);
        let began = Instant::now();
        let mut depths: HashMap<NodeId, usize> = HashMap::new();
        let mut nodes = Vec::new();
        let mut total = 0;
        for (id, node) in hierarchy.iter() {
            total += 1;
            if nodes.len() >= MOST {
                continue;
            }
            let above = node.parent.and_then(|parent| depths.get(&parent));
            let depth = above.map_or(0, |above| above + 1);
            depths.insert(id, depth);
            let step = if began.elapsed() > NAMING {
                Step::NotTried
            } else {
                let selector = namer.selector(id);
                selector.map_or(Step::NotOnScreen, |found| Step::TapOn(tap_on(&found)))
            };
            nodes.push(ScreenNode::of(node, depth, step));
        }
        Self {
            width,
            height,
            nodes,
            total,
        }
    }
}

impl ScreenNode {
    fn of(node: &Node, depth: usize, step: Step) -> Self {
        let told = |text: &Option<Box<str>>| {
            let text = text.as_deref().filter(|text| !text.is_empty())?;
            Some(text.chars().take(LONGEST).collect::<String>())
        };
        Self {
            depth,
            class: node.class.to_string(),
            package: node.package.to_string(),
            id: told(&node.id),
            text: told(&node.text),
            hint: told(&node.hint),
            description: told(&node.description),
            bounds: node.bounds.map(ScreenBounds::from),
            flags: flags(node),
            step,
        }
    }
}

fn flags(node: &Node) -> Vec<ScreenFlag> {
    let flags = [
        (ScreenFlag::Disabled, !node.enabled),
        (ScreenFlag::Clickable, node.clickable),
        (ScreenFlag::LongClickable, node.long_clickable),
        (ScreenFlag::Unchecked, node.checkable && !node.checked),
        (ScreenFlag::Checked, node.checked),
        (ScreenFlag::Focused, node.focused),
        (ScreenFlag::Scrollable, node.scrollable),
        (ScreenFlag::Selected, node.selected),
        (ScreenFlag::Password, node.password),
    ];
    let set = flags.into_iter().filter(|(_, set)| *set);
    set.map(|(flag, _)| flag).collect()
}

impl ScreenFlag {
    /// Its name for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Clickable => "clickable",
            Self::LongClickable => "long-clickable",
            Self::Unchecked => "unchecked",
            Self::Checked => "checked",
            Self::Focused => "focused",
            Self::Scrollable => "scrollable",
            Self::Selected => "selected",
            Self::Password => "password",
        }
    }
}

impl From<Bounds> for ScreenBounds {
    fn from(bounds: Bounds) -> Self {
        Self {
            left: bounds.left,
            top: bounds.top,
            right: bounds.right,
            bottom: bounds.bottom,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ScreenFlag, ScreenTree, Step};
    use crate::flow::screen::Hierarchy;

    #[test]
    fn a_hierarchy_is_told_with_the_step_that_finds_each_element() {
        let xml = r#"<hierarchy rotation="0"><node bounds="[0,0][100,200]" enabled="true">
            <node text="Ok" class="Button" bounds="[0,0][10,10]" enabled="false"/>
            <node text="Away" bounds="[0,900][10,910]" enabled="true"/></node></hierarchy>"#;
        let hierarchy = Hierarchy::parse(xml).unwrap().on_screen(100, 200);
        let tree = ScreenTree::of(&hierarchy);
        assert_eq!((tree.width, tree.height, tree.total), (100, 200, 3));
        let told: Vec<_> = tree
            .nodes
            .iter()
            .map(|node| (node.depth, &node.step))
            .collect();
        let step = |text: &str| Step::TapOn(text.to_owned());
        assert_eq!(
            told,
            [
                (0, &step("- tapOn:\n    containsChild:\n      text: Ok")),
                (1, &step("- tapOn: Ok")),
                (1, &Step::NotOnScreen),
            ]
        );
        assert_eq!(tree.nodes[1].flags, [ScreenFlag::Disabled]);
    }
}
