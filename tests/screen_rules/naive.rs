//! Maestro's rules, transcribed one by one from its sources without a thought for speed: lists
//! of trees that are compared by value. The benchmark measures against it too.

use std::collections::HashSet;
use std::rc::Rc;

use fancy_regex::Regex;
use farmhand::flow::lang::{Selector, Trait};
use farmhand::flow::screen::{Bounds, Hierarchy, NodeId};

/// Maestro's `TreeNode`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Tree {
    pub looks: Looks,
    pub children: Vec<Rc<Tree>>,
}

/// What it is apart from its children.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Looks {
    texts: [Option<String>; 3],
    id: Option<String>,
    class: String,
    bounds: Option<Bounds>,
    /// Clickable, enabled, focused, checked, selected, scrollable.
    flags: [bool; 6],
}

type List = Vec<Rc<Tree>>;
type Filter<'s> = Box<dyn Fn(&List) -> List + 's>;

/// What a selector finds, or nothing where Maestro says that there is no such element.
pub fn find(screen: &Hierarchy, selector: &Selector<String>) -> Vec<Looks> {
    let found = matches(screen, selector).unwrap_or_default();
    match found.first() {
        Some(first) if first.looks.bounds.is_some() => found
            .iter()
            .filter(|tree| tree.looks.bounds.is_some())
            .map(|tree| tree.looks.clone())
            .collect(),
        _ => Vec::new(),
    }
}

pub fn looks(screen: &Hierarchy, id: NodeId) -> Looks {
    let node = screen.node(id);
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    Looks {
        texts: [text(&node.text), text(&node.hint), text(&node.description)],
        id: text(&node.id),
        class: node.class.to_string(),
        bounds: node.bounds,
        flags: [
            node.clickable,
            node.enabled,
            node.focused,
            node.checked,
            node.selected,
            node.scrollable,
        ],
    }
}

/// `ViewHierarchy.from`.
pub fn hierarchy(screen: &Hierarchy) -> Rc<Tree> {
    let windows: List = screen
        .windows()
        .iter()
        .map(|id| tree(screen, *id))
        .collect();
    let root = Rc::new(Tree {
        looks: Looks {
            texts: [None, None, None],
            id: None,
            class: String::new(),
            bounds: None,
            flags: [false; 6],
        },
        children: windows,
    });
    filter_out_of_bounds(&root, screen.size()).unwrap_or(root)
}

fn tree(screen: &Hierarchy, id: NodeId) -> Rc<Tree> {
    let children = &screen.node(id).children;
    Rc::new(Tree {
        looks: looks(screen, id),
        children: children.iter().map(|id| tree(screen, *id)).collect(),
    })
}

fn filter_out_of_bounds(tree: &Rc<Tree>, size: (i32, i32)) -> Option<Rc<Tree>> {
    if tree.looks.class == "android.widget.Toast" {
        return Some(Rc::clone(tree));
    }
    let children = tree.children.iter();
    let filtered: List = children
        .filter_map(|child| filter_out_of_bounds(child, size))
        .collect();
    let visible = tree
        .looks
        .bounds
        .map_or(0.0, |bounds| visible_percentage(bounds, size));
    if visible < 0.1 && filtered.is_empty() {
        return None;
    }
    Some(Rc::new(Tree {
        looks: tree.looks.clone(),
        children: filtered,
    }))
}

fn visible_percentage(bounds: Bounds, (width, height): (i32, i32)) -> f64 {
    let (w, h) = (bounds.width(), bounds.height());
    if w == 0 && h == 0 {
        return 0.0;
    }
    let (x, y) = (bounds.left, bounds.top);
    if x <= 0 && y <= 0 && x + w >= width && y + h >= height {
        return 1.0;
    }
    let visible_x = 0.max((x + w).min(width) - x.max(0));
    let visible_y = 0.max((y + h).min(height) - y.max(0));
    f64::from(visible_x * visible_y) / f64::from(w * h)
}

fn aggregate(tree: &Rc<Tree>) -> List {
    let mut list = vec![Rc::clone(tree)];
    list.extend(tree.children.iter().flat_map(aggregate));
    list
}

/// `Orchestra.findElement`, without its waiting: none if an element that it needs is missing.
fn matches(screen: &Hierarchy, selector: &Selector<String>) -> Option<List> {
    let root = match &selector.child_of {
        Some(outer) => hierarchy_of(screen, outer)?,
        None => hierarchy(screen),
    };
    Some(build(screen, selector)?(&aggregate(&root)))
}

/// `findElementViewHierarchy`.
fn hierarchy_of(screen: &Hierarchy, selector: &Selector<String>) -> Option<Rc<Tree>> {
    let first = matches(screen, selector)?.into_iter().next()?;
    first.looks.bounds?;
    Some(first)
}

/// `Orchestra.buildFilter`.
fn build<'s>(screen: &Hierarchy, selector: &'s Selector<String>) -> Option<Filter<'s>> {
    let mut filters: Vec<Filter<'s>> = Vec::new();
    if let Some(pattern) = &selector.text {
        let regex = regex(pattern);
        let texts = move |nodes: &List| text_matches(nodes, &regex);
        filters.push(Box::new(move |nodes| deepest(&texts, nodes)));
    }
    if let Some(pattern) = &selector.id {
        let regex = regex(pattern);
        let ids = move |nodes: &List| id_matches(nodes, &regex);
        filters.push(Box::new(move |nodes| deepest(&ids, nodes)));
    }
    if let Some(size) = selector.size {
        filters.push(keep(move |tree| {
            let Some(bounds) = tree.looks.bounds else {
                return false;
            };
            let near = |wanted: Option<u32>, found: i32| {
                wanted.is_none_or(|wanted| {
                    (found - i32::try_from(wanted).unwrap()).unsigned_abs() <= size.tolerance
                })
            };
            near(size.width, bounds.width()) && near(size.height, bounds.height())
        }));
    }
    type Holds = fn(Bounds, Bounds) -> bool;
    let relations: [(_, Holds); 4] = [
        (&selector.below, |one, other| one.top > other.top),
        (&selector.above, |one, other| one.top < other.top),
        (&selector.left_of, |one, other| one.left < other.left),
        (&selector.right_of, |one, other| one.left > other.left),
    ];
    for (other, holds) in relations {
        if let Some(other) = other {
            let other = build(screen, other)?;
            filters.push(Box::new(move |nodes| relative_to(nodes, &other, holds)));
        }
    }
    if let Some(child) = &selector.contains_child {
        let child = hierarchy_of(screen, child)?;
        filters.push(keep(move |tree| tree.children.contains(&child)));
    }
    if !selector.contains_descendants.is_empty() {
        let inner = selector.contains_descendants.iter();
        let inner: Vec<Filter> = inner.map(|s| build(screen, s)).collect::<Option<_>>()?;
        filters.push(keep(move |tree| {
            let within = |filter: &Filter| tree.children.iter().any(|child| holds(filter, child));
            inner.iter().all(within)
        }));
    }
    for kind in &selector.traits {
        filters.push(keep(move |tree| has_trait(tree, *kind)));
    }
    for (wanted, flag) in [
        (selector.enabled, 1),
        (selector.selected, 4),
        (selector.checked, 3),
        (selector.focused, 2),
    ] {
        if let Some(wanted) = wanted {
            filters.push(keep(move |tree| tree.looks.flags[flag] == wanted));
        }
    }
    let index = selector
        .index
        .as_ref()
        .map(|index| index.parse::<f64>().unwrap() as usize);
    Some(Box::new(move |nodes| {
        let mut result = intersect(&filters, nodes);
        match index {
            Some(index) => {
                result.sort_by_key(|tree| match tree.looks.bounds {
                    Some(bounds) => (bounds.top, bounds.left),
                    None => (i32::MAX, i32::MAX),
                });
                result.get(index).cloned().into_iter().collect()
            }
            None => {
                result.sort_by_key(|tree| !tree.looks.flags[0]);
                result
            }
        }
    }))
}

fn keep<'s>(predicate: impl Fn(&Tree) -> bool + 's) -> Filter<'s> {
    Box::new(move |nodes| {
        nodes
            .iter()
            .filter(|tree| predicate(tree))
            .cloned()
            .collect()
    })
}

/// In the order of its first ones, as Kotlin's sets are.
fn set(nodes: impl IntoIterator<Item = Rc<Tree>>) -> List {
    let mut seen = HashSet::new();
    let mut set = List::new();
    for node in nodes {
        if seen.insert(Rc::clone(&node)) {
            set.push(node);
        }
    }
    set
}

fn intersect(filters: &[Filter<'_>], nodes: &List) -> List {
    let sets = filters.iter().map(|filter| set(filter(nodes)));
    let both = |one: List, other: List| -> List {
        let other: HashSet<Rc<Tree>> = other.into_iter().collect();
        one.into_iter()
            .filter(|tree| other.contains(tree))
            .collect()
    };
    sets.reduce(both).unwrap_or_else(|| nodes.clone())
}

fn deepest(filter: &dyn Fn(&List) -> List, nodes: &List) -> List {
    let stands_for = |tree: Rc<Tree>| deepest(filter, &tree.children).pop().unwrap_or(tree);
    filter(nodes).into_iter().map(stands_for).collect()
}

fn holds(filter: &Filter<'_>, tree: &Rc<Tree>) -> bool {
    !filter(&vec![Rc::clone(tree)]).is_empty()
        || tree.children.iter().any(|child| holds(filter, child))
}

/// The patterns of these tests mean the same in Java and here.
fn regex(pattern: &str) -> Regex {
    Regex::new(&format!("(?ism)\\A(?:{pattern})\\z")).unwrap()
}

fn text_matches(nodes: &List, regex: &Regex) -> List {
    let matching = |which: usize| {
        nodes.iter().filter(move |tree| {
            tree.looks.texts[which].as_ref().is_some_and(|value| {
                let stripped = value.replace('\n', " ");
                regex.is_match(value).unwrap() || regex.is_match(&stripped).unwrap()
            })
        })
    };
    set((0..3).flat_map(matching).cloned())
}

fn id_matches(nodes: &List, regex: &Regex) -> List {
    let whole = |tree: &&Rc<Tree>| {
        tree.looks
            .id
            .as_ref()
            .is_some_and(|id| regex.is_match(id).unwrap())
    };
    let short = |tree: &&Rc<Tree>| {
        tree.looks.id.as_ref().is_some_and(|id| {
            let short = id.rsplit('/').next().unwrap();
            regex.is_match(short).unwrap()
        })
    };
    set(nodes
        .iter()
        .filter(whole)
        .chain(nodes.iter().filter(short))
        .cloned())
}

fn relative_to(nodes: &List, other: &Filter<'_>, holds: fn(Bounds, Bounds) -> bool) -> List {
    let others: Vec<Bounds> = other(nodes)
        .iter()
        .filter_map(|tree| tree.looks.bounds)
        .collect();
    let mut related = Vec::new();
    for tree in nodes {
        let Some(own) = tree.looks.bounds else {
            continue;
        };
        for other in others.iter().filter(|other| holds(own, **other)) {
            let ((x, y), (other_x, other_y)) = (own.center(), other.center());
            let square = f64::from(x - other_x).powi(2) + f64::from(y - other_y).powi(2);
            related.push((Rc::clone(tree), square.sqrt() as f32));
        }
    }
    related.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    related.into_iter().map(|(tree, _)| tree).collect()
}

fn has_trait(tree: &Tree, kind: Trait) -> bool {
    let text = &tree.looks.texts[0];
    match kind {
        Trait::Text => text.is_some(),
        Trait::LongText => text.as_ref().map_or(0, |text| text.encode_utf16().count()) > 200,
        Trait::Square => tree.looks.bounds.is_some_and(|bounds| {
            (1.0 - bounds.width() as f32 / bounds.height() as f32).abs() < 0.03
        }),
    }
}
