//! A list that scrolls: rows below each other, of which those on the screen are made.

use super::area::Area;
use super::elements::{Element, Look, Scroll};

type Make<'a, A> = Box<dyn FnOnce(Area) -> Element<A> + 'a>;

/// The rows of a list, from the top.
pub struct List<'a, A> {
    area: Area,
    rows: Vec<(i32, Make<'a, A>)>,
}

impl<'a, A> List<'a, A> {
    pub fn new(area: Area) -> Self {
        Self {
            area,
            rows: Vec::new(),
        }
    }

    /// How wide its rows are.
    pub fn width(&self) -> i32 {
        self.area.width()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds a row of a height; it is made when it is on the screen.
    pub fn row(&mut self, height: i32, make: impl FnOnce(Area) -> Element<A> + 'a) {
        self.rows.push((height, Box::new(make)));
    }

    /// The list as it is seen when its content is moved up by `offset`, or as far as it can
    /// be. A swipe does `act`.
    pub fn show(self, id: &'static str, offset: i32, act: A) -> Element<A> {
        let content: i32 = self.rows.iter().map(|(height, _)| height).sum();
        let room = (content - self.area.height()).max(0);
        let mut top = -offset.clamp(0, room);
        let mut list = Element::new(Look::Group, id, self.area)
            .class("androidx.recyclerview.widget.RecyclerView");
        list.scroll = (room > 0).then_some(Scroll { act, room });
        for (height, make) in self.rows {
            let place = self.area.band(top, height);
            top += height;
            if !place.meet(self.area).is_empty() {
                list.children.extend(make(place).clipped(self.area));
            }
        }
        list
    }
}
