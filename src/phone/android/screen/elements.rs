//! What a screen is made of: a tree of elements, each with a place, a look and an effect.
//!
//! The tree is behind the drawing, the hierarchy and the touches alike. What an effect is
//! (`A`) only the app knows whose element it is.

use super::area::{Area, Point};
use super::text;

/// How an element looks; colours by number are the drawing's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Holds others and is not drawn.
    Group,
    /// The ground of a window.
    Page,
    /// A bar of its own colour.
    Bar,
    /// A raised block.
    Card,
    /// A row of a list, with a line below.
    Row,
    /// Text.
    Text,
    /// Small text in a weaker colour.
    Small,
    /// Text in bold letters.
    Strong,
    /// Large text.
    Title,
    /// Text in a frame.
    Field,
    /// Text on a coloured block.
    Button,
    /// Text in a coloured frame.
    Quiet,
    /// Text, underlined while it is selected.
    Tab,
    /// A disc with the first letter of its description.
    Avatar(u8),
    /// A picture, here a pattern of two colours.
    Picture(u8),
    /// A bar that is full at 100.
    Progress(u8),
    /// The ground of a keyboard.
    Keyboard,
    /// A letter of it.
    Key,
}

/// The effects of a scroll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scroll<A> {
    pub act: A,
    /// How far its content can be moved, in pixels.
    pub room: i32,
}

/// Something on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element<A = ()> {
    pub look: Look,
    pub class: &'static str,
    /// Resource id without its package; may be empty.
    pub id: &'static str,
    pub text: String,
    /// What an empty field shows.
    pub hint: &'static str,
    /// What a screen reader says in place of the text.
    pub description: String,
    pub area: Area,
    pub enabled: bool,
    pub focused: bool,
    pub selected: bool,
    /// Absent if it cannot be checked.
    pub checked: Option<bool>,
    /// What a tap does; absent if it is not clickable.
    pub tap: Option<A>,
    /// What a swipe does; absent if it is not scrollable.
    pub scroll: Option<Scroll<A>>,
    pub children: Vec<Self>,
}

impl<A> Element<A> {
    pub fn new(look: Look, id: &'static str, area: Area) -> Self {
        let class = match look {
            Look::Group | Look::Page | Look::Keyboard => "android.widget.FrameLayout",
            Look::Card | Look::Row => "android.widget.LinearLayout",
            Look::Field => "android.widget.EditText",
            Look::Button | Look::Quiet => "android.widget.Button",
            Look::Bar
            | Look::Text
            | Look::Small
            | Look::Strong
            | Look::Title
            | Look::Tab
            | Look::Key => "android.widget.TextView",
            Look::Avatar(_) | Look::Picture(_) => "android.widget.ImageView",
            Look::Progress(_) => "android.widget.ProgressBar",
        };
        Self {
            look,
            class,
            id,
            text: String::new(),
            hint: "",
            description: String::new(),
            area,
            enabled: true,
            focused: false,
            selected: false,
            checked: None,
            tap: None,
            scroll: None,
            children: Vec::new(),
        }
    }

    pub fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }

    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    pub fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    pub fn says(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    pub fn does(mut self, act: A) -> Self {
        self.tap = Some(act);
        self
    }

    pub fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    pub fn with(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// Makes it as high as its text needs in its width.
    pub fn fit(mut self) -> Self {
        let height = text::height(self.look, self.area.width(), &self.text);
        self.area.bottom = self.area.top + height;
        self
    }

    /// What a tap on a point meets: the clickable element that is drawn last there, as
    /// Android hands a touch from the top view down to one that takes it.
    pub fn tapped(&self, at: Point) -> Option<&Self> {
        self.topmost(at, &|element| element.tap.is_some())
    }

    /// What a swipe from a point moves.
    pub fn scrolled(&self, at: Point) -> Option<&Scroll<A>> {
        let found = self.topmost(at, &|element| element.scroll.is_some())?;
        found.scroll.as_ref()
    }

    fn topmost(&self, at: Point, takes: &dyn Fn(&Self) -> bool) -> Option<&Self> {
        if !self.area.holds(at) {
            return None;
        }
        let mut children = self.children.iter().rev();
        children
            .find_map(|child| child.topmost(at, takes))
            .or_else(|| takes(self).then_some(self))
    }

    /// Cuts it and all in it to an area; `None` if nothing is left, as a dump has no node for
    /// what is off the screen.
    pub fn clipped(mut self, to: Area) -> Option<Self> {
        self.area = self.area.meet(to);
        if self.area.is_empty() {
            return None;
        }
        let inside = self.area;
        let children = self.children.into_iter();
        self.children = children.filter_map(|child| child.clipped(inside)).collect();
        Some(self)
    }

    /// The same without its effects: all that can be seen.
    pub fn seen(self) -> Element {
        Element {
            look: self.look,
            class: self.class,
            id: self.id,
            text: self.text,
            hint: self.hint,
            description: self.description,
            area: self.area,
            enabled: self.enabled,
            focused: self.focused,
            selected: self.selected,
            checked: self.checked,
            tap: self.tap.map(|_| ()),
            scroll: self
                .scroll
                .map(|Scroll { room, .. }| Scroll { act: (), room }),
            children: self.children.into_iter().map(Self::seen).collect(),
        }
    }

    /// All elements of the tree, from the ground up.
    pub fn walk(&self) -> Vec<&Self> {
        let inner = self.children.iter().flat_map(Self::walk);
        std::iter::once(self).chain(inner).collect()
    }

    pub fn is_field(&self) -> bool {
        self.look == Look::Field
    }
}
