//! From a job's id to its row: tables of bare row numbers. There are many of them, so that none is ever large: one that
//! grows holds nobody up.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use super::{RowNo, columns::Columns, pack};

/// So many that at `policy::ROWS_MAX` rows each is nearly full, before its next doubling.
const TABLES: u64 = 300;

/// Rows by the id of their job.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    tables: Vec<HashTable<u32>>,
    hasher: RandomState,
}

impl Index {
    /// The row of an id.
    pub(super) fn row(&self, id: &str, columns: &Columns) -> Option<RowNo> {
        let hash = self.hash(id);
        let table = self.tables.get(place(hash))?;
        let row = match pack::id(id) {
            Some(packed) => table.find(hash, |row| columns.packed_id(RowNo(*row)) == packed),
            None => table.find(hash, |row| columns.odd_id(RowNo(*row)) == Some(id)),
        };
        row.map(|row| RowNo(*row))
    }

    /// Takes in a row whose id is not here yet.
    pub(super) fn insert(&mut self, row: RowNo, columns: &Columns) {
        if self.tables.is_empty() {
            self.tables = (0..TABLES).map(|_| HashTable::new()).collect();
        }
        let hash_of = |row: RowNo, hasher: &RandomState| match columns.odd_id(row) {
            Some(id) => hasher.hash_one(id),
            None => hasher.hash_one(columns.packed_id(row)),
        };
        let (hasher, hash) = (&self.hasher, hash_of(row, &self.hasher));
        self.tables[place(hash)].insert_unique(hash, row.0, |row| hash_of(RowNo(*row), hasher));
    }

    fn hash(&self, id: &str) -> u64 {
        match pack::id(id) {
            Some(packed) => self.hasher.hash_one(packed),
            None => self.hasher.hash_one(id),
        }
    }
}

/// Which table a hash belongs to. The table itself goes by the hash's highest and lowest bits.
fn place(hash: u64) -> usize {
    let middle = hash >> 24 & u64::from(u32::MAX);
    usize::try_from((middle * TABLES) >> 32).unwrap_or(0)
}
