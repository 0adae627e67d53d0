//! The numbers of all rows, field by field within blocks of rows: a page costs its own size however much is loaded, and no more
//! than one block lies idle. They are moved once, when the first block is full. It knows nothing of what the fields mean.

use std::marker::PhantomData;

use bytemuck::Pod;

use super::{
    RowNo,
    large::{LARGE_PAGE, Large},
};

/// Rows of a block.
const ROWS: usize = 1 << 15;
/// Blocks that a store of more than one has room for, which is some more than `policy::ROWS_MAX` rows. They fill large pages.
const BLOCKS: usize = 32;

/// A field of each row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<T> {
    /// Bytes of a row before it.
    before: usize,
    of: PhantomData<T>,
}

impl<T> Field<T> {
    /// The first one.
    pub(super) const fn first() -> Self {
        Self { before: 0, of: PhantomData }
    }

    /// The one after another.
    pub(super) const fn after<U>(other: Field<U>) -> Self {
        Self { before: other.end(), of: PhantomData }
    }

    /// Bytes of a row up to its end.
    pub(super) const fn end(self) -> usize {
        self.before + size_of::<T>()
    }

    /// Where it is in a row.
    pub(super) const fn place(self) -> Place {
        Place { before: self.before, bytes: size_of::<T>() }
    }
}

/// Where a field is in a row, whatever it holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    before: usize,
    bytes: usize,
}

/// Rows of `WIDTH` bytes in all.
#[derive(Debug)]
pub(super) struct Blocks<const WIDTH: usize> {
    fields: &'static [Place],
    /// None before the first row.
    room: Option<Large>,
    rows: usize,
}

impl<const WIDTH: usize> Blocks<WIDTH> {
    const BLOCK: usize = {
        let bytes = WIDTH * ROWS;
        assert!((bytes * BLOCKS).is_multiple_of(LARGE_PAGE), "the last large page would not be filled");
        bytes
    };

    /// No row yet, but all fields that it shall have.
    pub(super) fn of(fields: &'static [Place]) -> Self {
        debug_assert_eq!(fields.iter().map(|field| field.bytes).sum::<usize>(), WIDTH, "a field is missing");
        Self { fields, room: None, rows: 0 }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// Bytes of the blocks that were begun.
    pub(super) fn bytes(&self) -> usize {
        self.rows.div_ceil(ROWS) * Self::BLOCK
    }

    /// Adds a row, whose fields are zero.
    pub(super) fn add(&mut self) -> RowNo {
        let row = RowNo::of(self.rows);
        self.rows += 1;
        if self.bytes() > self.room.as_ref().map_or(0, |room| room.len()) {
            // The first block is had alone: most tenants have a few thousand jobs, and who looks after others has hundreds of them.
            let blocks = if self.rows <= ROWS { 1 } else { self.rows.div_ceil(ROWS).next_power_of_two().max(BLOCKS) };
            let mut room = Large::zeroed(blocks * Self::BLOCK);
            self.room.iter().for_each(|before| room[..before.len()].copy_from_slice(before));
            self.room = Some(room);
        }
        row
    }

    /// A field of a row.
    #[inline]
    pub(super) fn get<T: Pod>(&self, field: Field<T>, row: RowNo) -> T {
        let at = Self::place(field, row);
        bytemuck::pod_read_unaligned(&self.room.as_deref().unwrap_or_default()[at..at + size_of::<T>()])
    }

    /// Sets a field of a row.
    #[inline]
    pub(super) fn set<T: Pod>(&mut self, field: Field<T>, row: RowNo, value: T) {
        let at = Self::place(field, row);
        let room = self.room.as_deref_mut().unwrap_or_default();
        room[at..at + size_of::<T>()].copy_from_slice(bytemuck::bytes_of(&value));
    }

    #[inline]
    fn place<T: Pod>(field: Field<T>, row: RowNo) -> usize {
        row.at() / ROWS * Self::BLOCK + field.before * ROWS + row.at() % ROWS * size_of::<T>()
    }
}

impl<const WIDTH: usize> Clone for Blocks<WIDTH> {
    fn clone(&self) -> Self {
        let Some(from) = &self.room else { return Self::of(self.fields) };
        let mut to = Large::zeroed(from.len());
        for first in (0..self.rows).step_by(ROWS) {
            for field in self.fields {
                let at = first * WIDTH + field.before * ROWS;
                let used = at..at + field.bytes * (self.rows - first).min(ROWS);
                to[used.clone()].copy_from_slice(&from[used]);
            }
        }
        Self { room: Some(to), ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy;

    const WIDE: Field<u64> = Field::first();
    const NARROW: Field<u8> = Field::after(WIDE);
    const REST: Field<[u8; 3]> = Field::after(NARROW);
    const PLACES: &[Place] = &[WIDE.place(), NARROW.place(), REST.place()];
    const WIDTH: usize = REST.end();

    fn filled(rows: usize) -> Blocks<WIDTH> {
        let mut blocks = Blocks::of(PLACES);
        for number in 0..rows {
            let row = blocks.add();
            blocks.set(WIDE, row, number as u64);
            blocks.set(NARROW, row, u8::try_from(number % 251).unwrap());
        }
        blocks
    }

    fn holds(blocks: &Blocks<WIDTH>, rows: usize) -> bool {
        let narrow = |row: usize| blocks.get(NARROW, RowNo::of(row)) == u8::try_from(row % 251).unwrap();
        (0..rows).all(|row| blocks.get(WIDE, RowNo::of(row)) == row as u64 && narrow(row))
    }

    #[test]
    fn rows_are_found_again_across_blocks_and_nothing_is_moved_but_when_many_come_to_few_and_beyond_what_may_be_loaded()
    {
        let mut blocks = filled(ROWS + 5);
        let first = blocks.room.as_deref().map(<[u8]>::as_ptr);
        assert_eq!((blocks.len(), blocks.bytes()), (ROWS + 5, 2 * WIDTH * ROWS));
        (0..5 * ROWS).for_each(|_| {
            blocks.add();
        });
        blocks.set(WIDE, RowNo::of(ROWS), 7);
        let near = [ROWS - 1, ROWS, ROWS + 1];
        assert_eq!(near.map(|row| blocks.get(WIDE, RowNo::of(row))), [ROWS as u64 - 1, 7, ROWS as u64 + 1]);
        assert_eq!((blocks.room.as_deref().map(<[u8]>::as_ptr), blocks.get(NARROW, RowNo::of(3))), (first, 3));
        const { assert!(ROWS * BLOCKS > policy::ROWS_MAX) };
        let many = ROWS * BLOCKS + 5;
        assert!(holds(&filled(many), many));
    }

    #[test]
    fn a_copy_says_the_same_and_goes_its_own_way() {
        for rows in [0, 1, ROWS, 2 * ROWS + 5] {
            let mut blocks = filled(rows);
            let mut copy = blocks.clone();
            assert!(holds(&copy, rows), "{rows}");
            if rows > 0 {
                blocks.set(WIDE, RowNo(0), 9);
            }
            // Each grows by itself too.
            let added = copy.add();
            copy.set(WIDE, added, rows as u64);
            copy.set(NARROW, added, u8::try_from(rows % 251).unwrap());
            assert!((blocks.len(), copy.len()) == (rows, rows + 1) && holds(&copy, rows + 1), "{rows}");
        }
    }
}
