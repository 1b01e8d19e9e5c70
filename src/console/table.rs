//! A list with a selected row and marks, for any kind of row.
//!
//! Everything goes by the row's id, never by its index: a refresh, a sort or a filter between
//! looking and pressing must not hit another row. It does not know what the rows show.

use std::collections::BTreeSet;

/// What is selected as long as the operator has chosen nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unchosen {
    /// The first row: right where rows stay in their places.
    First,
    /// No row: where rows arrive at the head, a row selected by itself would be carried off
    /// with the list after it, and an action could hit a row that nobody chose.
    Nothing,
}

/// A range that is being marked: from its anchor to the selected row.
#[derive(Debug, Clone)]
struct Range<Id> {
    anchor: Id,
    /// The marks that were there before it.
    before: BTreeSet<Id>,
}

/// Ids in the order they are shown, one of them selected, some marked.
#[derive(Debug, Clone)]
pub struct Table<Id> {
    unchosen: Unchosen,
    order: Vec<Id>,
    selected: Option<Id>,
    marks: BTreeSet<Id>,
    range: Option<Range<Id>>,
    top: usize,
    /// Where the selected row last was: most often it still is there, and a thousand rows need
    /// not be looked through several times an event.
    at: usize,
}

impl<Id> Default for Table<Id> {
    fn default() -> Self {
        Self {
            unchosen: Unchosen::First,
            order: Vec::new(),
            selected: None,
            marks: BTreeSet::new(),
            range: None,
            top: 0,
            at: 0,
        }
    }
}

impl<Id: Clone + Ord> Table<Id> {
    /// A list whose new rows arrive at its head: nothing is selected until the operator
    /// moves, and till then it shows its head.
    #[must_use]
    pub fn live() -> Self {
        Self {
            unchosen: Unchosen::Nothing,
            ..Self::default()
        }
    }

    /// Lets go of the selected row; a live list shows its head again. Says whether it did.
    pub fn release(&mut self) -> bool {
        let live = self.unchosen == Unchosen::Nothing && self.selected.is_some();
        if live {
            self.selected = None;
        }
        live
    }

    /// The ids in the order they are shown.
    #[must_use]
    pub fn order(&self) -> &[Id] {
        &self.order
    }

    /// The selected row.
    #[must_use]
    pub fn selected(&self) -> Option<&Id> {
        self.selected.as_ref()
    }

    /// Index of the selected row in [`Table::order`].
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        let selected = self.selected.as_ref()?;
        if self.order.get(self.at) == Some(selected) {
            return Some(self.at);
        }
        self.order.iter().position(|id| id == selected)
    }

    /// Index of the first row on the screen.
    #[must_use]
    pub const fn top(&self) -> usize {
        self.top
    }

    /// The marked rows, also those that are not shown.
    #[must_use]
    pub const fn marks(&self) -> &BTreeSet<Id> {
        &self.marks
    }

    /// Takes the rows as they are now. The selected row stays selected; if it is not there
    /// any more, the nearest one that is takes its place, and the lost id is returned.
    ///
    /// The selected row stays on its line of the screen, unless the list shows its head: then
    /// the head stays in sight, so that new rows are seen to arrive.
    pub fn refresh(&mut self, order: Vec<Id>) -> Option<Id> {
        let before = self.index();
        let old = std::mem::replace(&mut self.order, order);
        let Some(selected) = self.selected.take() else {
            if self.unchosen == Unchosen::First {
                self.selected = self.order.first().cloned();
            }
            return None;
        };
        if self.order.contains(&selected) {
            self.selected = Some(selected);
            self.follow(before);
            return None;
        }
        let at = before.unwrap_or(0);
        let present: BTreeSet<&Id> = self.order.iter().collect();
        let after = old.iter().skip(at);
        let ahead = old.iter().take(at).rev();
        let neighbour = after.chain(ahead).find(|id| present.contains(id)).cloned();
        self.selected = neighbour.or_else(|| {
            let same_place = at.min(self.order.len().checked_sub(1)?);
            self.order.get(same_place).cloned()
        });
        self.follow(before);
        Some(selected)
    }

    fn follow(&mut self, before: Option<usize>) {
        if self.top == 0 {
            return;
        }
        if let (Some(before), Some(now)) = (before, self.index()) {
            self.top = (self.top + now).saturating_sub(before);
        }
    }

    /// Scrolls so that the selected row is among the `height` rows on the screen; to the head
    /// if there is none.
    pub fn settle(&mut self, height: usize) {
        let height = height.max(1);
        let last_top = self.order.len().saturating_sub(height);
        self.top = self.top.min(last_top);
        self.top = match self.index() {
            Some(at) => {
                self.at = at;
                self.top.clamp((at + 1).saturating_sub(height), at)
            }
            None => 0,
        };
    }

    /// Selects the row `by` further down (up if negative), at most the last or first. Where
    /// none is selected, one step selects the first.
    pub fn step(&mut self, by: isize) {
        let at = match self.index() {
            None if by == 1 => 0,
            at => at.unwrap_or(0).saturating_add_signed(by),
        };
        self.select_at(at);
    }

    /// Selects the row at this index, at most the last.
    pub fn select_at(&mut self, index: usize) {
        let last = self.order.len().saturating_sub(1);
        self.selected = self.order.get(index.min(last)).cloned();
    }

    /// Selects this row; if it is not there (any more), nothing changes.
    pub fn select(&mut self, id: &Id) {
        if self.order.contains(id) {
            self.selected = Some(id.clone());
        }
    }

    /// Scrolls `by` rows (up if negative) on a screen that shows `height` of them. The selected
    /// row stays the same as long as it is seen, else the nearest that is takes its place.
    pub fn scroll(&mut self, by: isize, height: usize) {
        let height = height.max(1);
        let last_top = self.order.len().saturating_sub(height);
        self.top = self.top.saturating_add_signed(by).min(last_top);
        let (first, last) = (self.top, self.top + height - 1);
        match self.index() {
            // A live list of which nothing is selected shows its head, whatever is scrolled.
            None if self.top == 0 => {}
            at => self.select_at(at.unwrap_or(first).clamp(first, last)),
        }
    }

    /// Marks the selected row or removes its mark, and advances. Where none is selected, it
    /// selects the first: what is marked must have been looked at.
    pub fn mark(&mut self) {
        if let Some(id) = self.selected.clone()
            && !self.marks.remove(&id)
        {
            self.marks.insert(id);
        }
        self.step(1);
    }

    /// Marks these too. They stay marked whatever becomes of a range.
    pub fn mark_all(&mut self, ids: impl IntoIterator<Item = Id>) {
        for id in ids {
            if let Some(range) = &mut self.range {
                range.before.insert(id.clone());
            }
            self.marks.insert(id);
        }
    }

    /// Removes the marks of rows that `keep` refuses.
    pub fn keep_marks(&mut self, keep: impl Fn(&Id) -> bool) {
        if let Some(range) = &mut self.range {
            range.before.retain(&keep);
        }
        self.marks.retain(keep);
    }

    /// Begins to mark a range at the selected row. Says whether there is one.
    pub fn begin_range(&mut self) -> bool {
        self.range = self.selected.clone().map(|anchor| Range {
            anchor,
            before: self.marks.clone(),
        });
        self.range.is_some()
    }

    /// Where the range that is being marked began.
    #[must_use]
    pub fn anchor(&self) -> Option<&Id> {
        self.range.as_ref().map(|range| &range.anchor)
    }

    /// The rows of the range, if both its ends are among the rows here.
    #[must_use]
    pub fn range(&self) -> Option<&[Id]> {
        let anchor = self.anchor()?;
        let anchor = self.order.iter().position(|id| id == anchor)?;
        let at = self.index()?;
        self.order.get(anchor.min(at)..=anchor.max(at))
    }

    /// Marks these rows as the range, and nothing else besides what was marked before it.
    pub fn mark_range(&mut self, ids: impl IntoIterator<Item = Id>) {
        if let Some(range) = &self.range {
            self.marks.clone_from(&range.before);
            self.marks.extend(ids);
        }
    }

    /// How many rows were marked before the range.
    #[must_use]
    pub fn marked_before(&self) -> usize {
        self.range.as_ref().map_or(0, |range| range.before.len())
    }

    /// Ends the range: what it marked stays marked. Says whether there was one.
    pub fn end_range(&mut self) -> bool {
        self.range.take().is_some()
    }

    /// Gives the range up: what it marked is not marked any more. Says whether there was one.
    pub fn drop_range(&mut self) -> bool {
        let range = self.range.take();
        let was = range.is_some();
        if let Some(range) = range {
            self.marks = range.before;
        }
        was
    }

    /// Removes all marks, and ends the range, which would mark its rows again.
    pub fn unmark(&mut self) {
        self.range = None;
        self.marks.clear();
    }

    /// The marked rows if there are any, else all that are shown; in the order they are shown,
    /// those that are not shown behind them.
    #[must_use]
    pub fn wanted(&self) -> Vec<&Id> {
        if self.marks.is_empty() {
            return self.order.iter().collect();
        }
        let shown = self.order.iter().filter(|id| self.marks.contains(id));
        let order: BTreeSet<&Id> = self.order.iter().collect();
        let hidden = self.marks.iter().filter(|id| !order.contains(id));
        shown.chain(hidden).collect()
    }

    /// What an action is for: the marked rows if there are any, else the selected one.
    #[must_use]
    pub fn targets(&self) -> Vec<Id> {
        if self.marks.is_empty() {
            return self.selected.iter().cloned().collect();
        }
        self.marks.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    fn table(order: &[u32], selected: usize) -> Table<u32> {
        let mut table = Table::default();
        table.refresh(order.to_vec());
        table.select_at(selected);
        table
    }

    #[test]
    fn the_selection_stays_on_its_id_when_rows_move() {
        let mut table = table(&[1, 2, 3], 1);
        assert_eq!(table.refresh(vec![9, 3, 8, 2, 1]), None);
        assert_eq!(table.selected(), Some(&2));
    }

    #[test]
    fn the_next_row_takes_the_place_of_one_that_went() {
        let mut table = table(&[1, 2, 3, 4], 1);
        assert_eq!(table.refresh(vec![1, 4]), Some(2));
        assert_eq!(table.selected(), Some(&4));
    }

    #[test]
    fn the_row_before_takes_the_place_of_the_last_one() {
        let mut table = table(&[1, 2, 3], 2);
        assert_eq!(table.refresh(vec![1, 2]), Some(3));
        assert_eq!(table.selected(), Some(&2));
    }

    #[test]
    fn nothing_is_selected_in_an_empty_list() {
        let mut table = table(&[1], 0);
        assert_eq!(table.refresh(vec![]), Some(1));
        assert_eq!(table.selected(), None);
        table.step(5);
        table.mark();
        assert_eq!(table.targets(), Vec::<u32>::new());
    }

    #[test]
    fn the_selected_row_keeps_its_line_on_the_screen() {
        let mut table = table(&[1, 2, 3, 4, 5, 6, 7, 8], 5);
        table.settle(3);
        assert_eq!(table.top(), 3);
        table.refresh(vec![0, 1, 2, 3, 4, 5, 6, 7, 8]);
        table.settle(3);
        assert_eq!(table.top(), 4);
    }

    #[test]
    fn the_head_stays_in_sight_while_it_can() {
        let mut table = table(&[3, 2, 1], 0);
        table.settle(2);
        table.refresh(vec![4, 3, 2, 1]);
        table.settle(2);
        assert_eq!((table.top(), table.selected()), (0, Some(&3)));
    }

    #[test]
    fn a_live_list_shows_its_head_until_somebody_moves() {
        let mut table = Table::live();
        table.refresh(vec![3, 2, 1]);
        table.refresh(vec![4, 3, 2, 1]);
        table.settle(2);
        assert_eq!((table.top(), table.selected()), (0, None));
        assert_eq!(table.targets(), Vec::<u32>::new());
        table.step(1);
        table.refresh(vec![5, 4, 3, 2, 1]);
        assert_eq!(table.selected(), Some(&4));
    }

    #[test]
    fn a_live_list_let_go_shows_its_head_again() {
        let mut table = Table::live();
        table.refresh(vec![4, 3, 2, 1]);
        table.step(isize::MAX);
        table.settle(2);
        assert!(table.release());
        table.settle(2);
        assert_eq!((table.top(), table.selected()), (0, None));
        assert!(!table.release());
    }

    #[test]
    fn what_nobody_looked_at_is_not_marked() {
        let mut table = Table::live();
        table.refresh(vec![2, 1]);
        table.mark();
        assert!(table.marks().is_empty());
        assert_eq!(table.selected(), Some(&2));
    }

    #[test]
    fn a_range_goes_from_where_it_began_to_the_selected_row() {
        let mut table = table(&[1, 2, 3, 4, 5], 4);
        table.mark();
        table.select_at(1);
        assert!(table.begin_range());
        table.select_at(3);
        assert_eq!(table.range(), Some(&[2, 3, 4][..]));
        table.mark_range([2, 3, 4]);
        assert_eq!(table.targets(), [2, 3, 4, 5]);
        table.select_at(0);
        table.mark_range([1, 2]);
        assert_eq!(table.targets(), [1, 2, 5]);
        assert!(table.drop_range());
        assert_eq!(table.targets(), [5]);
        assert!(!table.end_range());
    }

    #[test]
    fn what_is_marked_or_unmarked_while_a_range_is_open_stays_so() {
        let mut table = table(&[1, 2, 3, 4], 1);
        table.begin_range();
        table.mark_all([4]);
        table.mark_range([2, 3]);
        assert_eq!(table.targets(), [2, 3, 4]);
        table.unmark();
        table.mark_range([2, 3]);
        assert!(table.marks().is_empty());
    }

    #[test]
    fn a_range_whose_first_row_went_has_no_rows() {
        let mut table = table(&[1, 2, 3], 0);
        table.begin_range();
        table.select_at(2);
        table.refresh(vec![2, 3]);
        assert_eq!((table.anchor(), table.range()), (Some(&1), None));
    }

    #[test]
    fn marks_are_what_an_action_is_for_if_there_are_any() {
        let mut table = table(&[1, 2, 3], 0);
        assert_eq!(table.targets(), [1]);
        table.mark();
        table.mark();
        assert_eq!(table.selected(), Some(&3));
        assert_eq!(table.targets(), [1, 2]);
        table.keep_marks(|id| *id != 1);
        assert_eq!(table.targets(), [2]);
        table.unmark();
        assert_eq!(table.targets(), [3]);
    }
}
