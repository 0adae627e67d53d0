//! The table's columns: which the user wants, in which order and how wide, and where those of them stand that a table has
//! room for. It knows neither jobs nor what they say.

use std::ops::RangeInclusive;

use crate::{policy, store::Column};

/// The columns of the table as the user wants them. There is always one; those that are pinned stand first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    chosen: Vec<Chosen>,
    /// Each is as wide as what it holds on the screen.
    pub wide: bool,
}

/// A column that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// Which column.
    pub column: Column,
    /// It stands at the left, and is the last to go where room is short.
    pub pinned: bool,
    /// Cells wide; none: as the table has room.
    pub width: Option<u16>,
}

/// A column's place: its first cell from the table's left edge, and its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Which column.
    pub column: Column,
    /// Cells from the table's left edge.
    pub x: u16,
    /// Cells wide.
    pub width: u16,
}

/// The selection's mark stands left of the columns, the scrollbar right of them.
const MARK: u16 = 1;
const SCROLLBAR: u16 = 1;
/// Columns in the order in which a growing table takes them in, with the width that each begins with.
const BY_WORTH: [(Column, u16); 12] = [
    (Column::Status, 13),
    (Column::Type, 12),
    (Column::Failed, 7),
    (Column::Started, 15),
    (Column::Skipped, 8),
    (Column::Took, 8),
    (Column::Finished, 15),
    (Column::Service, 12),
    (Column::Total, 8),
    (Column::Id, 19),
    (Column::Ok, 8),
    (Column::Comment, 16),
];
/// From this table width on there is room for the portal's whole words.
const WHOLE_WORDS: u16 = 150;
const TYPE_IDEAL: u16 = 24;
const SERVICE_IDEAL: u16 = 18;

impl Default for Columns {
    fn default() -> Self {
        let is_extra = |column: &Column| matches!(column, Column::Service | Column::Finished);
        let usual = Column::ALL.into_iter().filter(|column| !is_extra(column));
        Self { chosen: usual.map(Chosen::new).collect(), wide: false }
    }
}

impl Chosen {
    /// A column as nobody has changed it.
    pub fn new(column: Column) -> Self {
        Self { column, pinned: false, width: None }
    }
}

impl Columns {
    /// These columns, each once, the pinned ones first; none where there are none.
    pub fn of(wanted: impl IntoIterator<Item = Chosen>, wide: bool) -> Option<Self> {
        let mut chosen: Vec<Chosen> = Vec::new();
        for one in wanted {
            if chosen.iter().all(|other| other.column != one.column) {
                let bounds = widths(one.column);
                let width = one.width.map(|width| width.clamp(*bounds.start(), *bounds.end()));
                chosen.push(Chosen { width, ..one });
            }
        }
        chosen.sort_by_key(|one| !one.pinned);
        (!chosen.is_empty()).then_some(Self { chosen, wide })
    }

    /// The columns in their order, from left to right.
    pub fn chosen(&self) -> &[Chosen] {
        &self.chosen
    }

    /// Whether they are other ones than at first, or in another order.
    pub fn are_other(&self) -> bool {
        let names = |columns: &Self| columns.chosen.iter().map(|one| one.column).collect::<Vec<_>>();
        names(self) != names(&Self::default())
    }

    /// Makes a column so wide, as far as it may be.
    pub fn set_width(&mut self, column: Column, width: u16) {
        let bounds = widths(column);
        if let Some(one) = self.chosen.iter_mut().find(|one| one.column == column) {
            one.width = Some(width.clamp(*bounds.start(), *bounds.end()));
        }
    }

    /// Those that fit into a table of `width` cells, never half cut. `needs` tells how wide a column is with all that it holds on
    /// the screen; it is asked in wide mode alone.
    pub fn slots(&self, width: u16, needs: impl Fn(Column) -> u16) -> Vec<Slot> {
        let room = width.saturating_sub(MARK + SCROLLBAR);
        let (mut taken, mut used): (Vec<(usize, u16)>, u16) = (Vec::new(), 0);
        for (at, one) in self.by_worth() {
            let (least, wanted) = self.ask(one, width, &needs);
            let gap = u16::from(!taken.is_empty());
            // Those that never drop take what they need at least from those before them.
            let behind: u16 = self.pinned_but(&taken, at).map(|other| self.ask(other, width, &needs).0 + 1).sum();
            let left = room.saturating_sub(used + gap);
            if left < least + self.reserve(one, taken.len()) && !taken.is_empty() {
                break;
            }
            let got = wanted.min(left.saturating_sub(behind)).max(least).min(left);
            used += gap + got;
            taken.push((at, got));
        }
        if !self.wide {
            self.grow(&mut taken, room.saturating_sub(used));
        }
        self.place(taken)
    }

    /// The pinned ones, the first one, then the others in the order of their worth.
    fn by_worth(&self) -> Vec<(usize, Chosen)> {
        let worth = |column: Column| BY_WORTH.iter().position(|(other, _)| *other == column);
        let mut all: Vec<(usize, Chosen)> = self.chosen.iter().copied().enumerate().collect();
        all.sort_by_key(|(at, one)| if one.pinned || *at == 0 { (0, Some(*at)) } else { (1, worth(one.column)) });
        all
    }

    /// The pinned columns that have no place yet.
    fn pinned_but<'a>(&'a self, taken: &'a [(usize, u16)], but: usize) -> impl Iterator<Item = Chosen> + 'a {
        let waits = move |at: usize| at != but && taken.iter().all(|(other, _)| *other != at);
        self.chosen.iter().enumerate().filter(move |(at, one)| one.pinned && waits(*at)).map(|(_, one)| *one)
    }

    /// How wide a column must be, and how wide it would be.
    fn ask(&self, one: Chosen, width: u16, needs: &impl Fn(Column) -> u16) -> (u16, u16) {
        let usual = usual(one.column, width);
        if self.wide {
            let wanted = needs(one.column).max(heads(one.column));
            let least = if is_text(one.column) { wanted.min(usual) } else { wanted };
            return (least, wanted);
        }
        let wanted = one.width.unwrap_or(usual);
        (wanted.min(usual), wanted)
    }

    /// A type that can be read whole is worth more than the columns behind the first six.
    fn reserve(&self, one: Chosen, taken: usize) -> u16 {
        let grows = self.chosen.iter().any(|one| one.column == Column::Type && one.width.is_none());
        if taken >= 6 && grows && !one.pinned && !self.wide { TYPE_IDEAL - 12 } else { 0 }
    }

    /// Deals out what is left to the columns of text that are as wide as the table has room.
    fn grow(&self, taken: &mut [(usize, u16)], mut spare: u16) {
        let wishes = [
            (Column::Type, TYPE_IDEAL),
            (Column::Service, SERVICE_IDEAL),
            (Column::Comment, u16::MAX),
            (Column::Type, 40),
        ];
        for (column, to) in wishes {
            let is_it = |at: usize| self.chosen[at].column == column && self.chosen[at].width.is_none();
            if let Some((_, width)) = taken.iter_mut().find(|(at, _)| is_it(*at)) {
                let by = spare.min(to.saturating_sub(*width));
                *width += by;
                spare -= by;
            }
        }
    }

    fn place(&self, mut taken: Vec<(usize, u16)>) -> Vec<Slot> {
        taken.sort_unstable_by_key(|(at, _)| *at);
        let mut x = MARK;
        let slots = taken.into_iter().map(|(at, width)| {
            let slot = Slot { column: self.chosen[at].column, x, width };
            x += width + 1;
            slot
        });
        slots.collect()
    }
}

/// How narrow and how wide a column may be made. One of numbers or times is never too narrow for them.
pub fn widths(column: Column) -> RangeInclusive<u16> {
    let least = match column {
        Column::Status => 2,
        Column::Type | Column::Service | Column::Id | Column::Comment => 6,
        Column::Started | Column::Finished => 12,
        _ => usual(column, policy::MAX_SIZE.0),
    };
    least..=policy::COLUMN_CELLS
}

/// Whether what stands in a column may be cut with a sign for it: words and ids, no numbers or times.
fn is_text(column: Column) -> bool {
    matches!(column, Column::Status | Column::Type | Column::Service | Column::Id | Column::Comment)
}

/// The width of a column that nobody has changed, in a table of `width` cells.
fn usual(column: Column, width: u16) -> u16 {
    match column {
        Column::Status if width >= WHOLE_WORDS => 25,
        Column::Status if width < 56 => 2,
        Column::Started | Column::Finished if width < 80 => 12,
        _ => BY_WORTH.iter().find(|(other, _)| *other == column).map_or(8, |(_, usual)| *usual),
    }
}

/// The width of a column's head.
fn heads(column: Column) -> u16 {
    u16::try_from(column.title().len()).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn columns(width: u16) -> Vec<Slot> {
        Columns::default().slots(width, |_| 0)
    }

    #[test]
    fn eighty_columns_show_the_six_columns_that_matter() {
        let shown: Vec<Column> = columns(80).iter().map(|slot| slot.column).collect();
        let expected = [Column::Status, Column::Type, Column::Started, Column::Took, Column::Failed, Column::Skipped];
        assert_eq!(shown, expected);
    }

    #[test]
    fn from_a_hundred_and_twenty_columns_the_whole_job_id_is_there() {
        for width in 120..=250 {
            let id = columns(width).into_iter().find(|slot| slot.column == Column::Id);
            assert!(id.is_some_and(|slot| slot.width >= 19), "{width}");
        }
    }

    /// Any choice of columns, as a state file may hold it.
    pub(crate) fn choices() -> impl Strategy<Value = Columns> {
        let one = (proptest::sample::select(&Column::ALL[..]), any::<bool>(), proptest::option::of(0..300_u16));
        let one = one.prop_map(|(column, pinned, width)| Chosen { column, pinned, width });
        (proptest::collection::vec(one, 1..14), any::<bool>())
            .prop_map(|(all, wide)| Columns::of(all, wide).unwrap_or_default())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]
        /// E13: at every width and for every choice, columns stand beside each other within the table, in the order of the
        /// choice, and none is narrower than what it must hold.
        #[test]
        fn e13_columns_never_overlap_and_are_never_half_cut(
            choice in choices(), width in 40..=240_u16, needs in proptest::collection::vec(0..200_u16, 12),
        ) {
            let need = |column: Column| needs[Column::ALL.iter().position(|other| *other == column).unwrap()];
            let slots = choice.slots(width, need);
            prop_assert!(!slots.is_empty());
            let mut left = MARK;
            for slot in &slots {
                prop_assert_eq!(slot.x, left);
                left += slot.width + 1;
                let whole = if choice.wide { need(slot.column).max(heads(slot.column)) } else { *widths(slot.column).start() };
                let is_whole = is_text(slot.column) || slot.width >= whole || slots.len() == 1;
                prop_assert!(is_whole && slot.width >= 2, "{slot:?} of {choice:?} is cut");
            }
            prop_assert!(left <= width, "{slots:?} in {width}");
            let at = |column: Column| choice.chosen().iter().position(|one| one.column == column);
            prop_assert!(slots.windows(2).all(|two| at(two[0].column) < at(two[1].column)));
        }

        /// E13: no column that is not pinned has a place while a pinned one has none.
        #[test]
        fn e13_a_pinned_column_is_the_last_to_drop(choice in choices(), width in 40..=240_u16) {
            let slots = choice.slots(width, |_| 10);
            let is_there = |one: &&Chosen| slots.iter().any(|slot| slot.column == one.column);
            let (pinned, others): (Vec<&Chosen>, _) = choice.chosen().iter().partition(|one| one.pinned);
            prop_assert!(pinned.iter().all(is_there) || !others.iter().any(is_there), "{slots:?} of {choice:?}");
        }
    }
}
