//! Rectangles of the screen, in pixels.

/// A point of the screen: x to the right, y down.
pub type Point = (i32, i32);

/// A rectangle; its right and lower edges lie outside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Area {
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
}

impl Area {
    pub const fn new(left: i32, top: i32, right: i32, bottom: i32) -> Self {
        Self {
            left,
            top,
            right,
            bottom,
        }
    }

    pub fn width(self) -> i32 {
        (self.right - self.left).max(0)
    }

    pub fn height(self) -> i32 {
        (self.bottom - self.top).max(0)
    }

    pub fn is_empty(self) -> bool {
        self.width() == 0 || self.height() == 0
    }

    pub fn holds(self, (x, y): Point) -> bool {
        (self.left..self.right).contains(&x) && (self.top..self.bottom).contains(&y)
    }

    /// What lies in both.
    pub fn meet(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }

    /// Smaller by a margin on each side.
    pub fn inset(self, margin: i32) -> Self {
        Self::new(
            self.left + margin,
            self.top + margin,
            self.right - margin,
            self.bottom - margin,
        )
    }

    /// A part of the same width: from `top`, `height` high, both counted from its upper edge.
    pub fn band(self, top: i32, height: i32) -> Self {
        let top = self.top + top;
        Self::new(self.left, top, self.right, top + height)
    }

    /// A part of the same height: from `left`, `width` wide, both counted from its left edge.
    pub fn slice(self, left: i32, width: i32) -> Self {
        let left = self.left + left;
        Self::new(left, self.top, left + width, self.bottom)
    }

    /// Splits it at `height` from its upper edge.
    pub fn cut_top(self, height: i32) -> (Self, Self) {
        let at = self.top + height;
        (Self { bottom: at, ..self }, Self { top: at, ..self })
    }

    /// Splits it at `height` from its lower edge; the upper part comes first.
    pub fn cut_bottom(self, height: i32) -> (Self, Self) {
        self.cut_top(self.height() - height)
    }

    /// A rectangle of this size in its middle.
    pub fn middle(self, width: i32, height: i32) -> Self {
        let left = self.left + (self.width() - width) / 2;
        let top = self.top + (self.height() - height) / 2;
        Self::new(left, top, left + width, top + height)
    }

    /// One of `count` columns of the same width.
    pub fn column(self, index: i32, count: i32) -> Self {
        let edge = |at: i32| self.left + self.width() * at / count;
        Self::new(edge(index), self.top, edge(index + 1), self.bottom)
    }
}
