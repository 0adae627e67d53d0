//! A column of values that grows without ever being copied: a page costs its own size however much is loaded, and no more
//! than one chunk lies idle. It knows nothing of what it holds.

use super::RowNo;

/// Values of a chunk: of the widest column 32 KiB.
const CHUNK: usize = 1 << 12;

/// Values by row.
#[derive(Debug, Clone)]
pub(super) struct Chunked<T>(Vec<Vec<T>>);

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> Chunked<T> {
    /// Adds the value of the next row.
    pub(super) fn push(&mut self, value: T) {
        if let Some(chunk) = self.0.last_mut().filter(|chunk| chunk.len() < CHUNK) {
            chunk.push(value);
            return;
        }
        let mut chunk = Vec::with_capacity(CHUNK);
        chunk.push(value);
        self.0.push(chunk);
    }

    /// The value of a row.
    #[inline]
    pub(super) fn get(&self, row: RowNo) -> T {
        let at = row.at();
        self.0[at / CHUNK][at % CHUNK]
    }

    /// Sets the value of a row.
    pub(super) fn set(&mut self, row: RowNo, value: T) {
        let at = row.at();
        self.0[at / CHUNK][at % CHUNK] = value;
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * CHUNK + last.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_again_across_chunks_and_nothing_is_moved() {
        let mut column = Chunked::default();
        (0..3 * CHUNK + 5).for_each(|value| column.push(value));
        let first = column.0[0].as_ptr();
        column.set(RowNo::of(CHUNK), 7);
        assert_eq!((column.len(), column.0[0].as_ptr()), (3 * CHUNK + 5, first));
        let near = [CHUNK - 1, CHUNK, CHUNK + 1];
        assert_eq!(near.map(|row| column.get(RowNo::of(row))), [CHUNK - 1, 7, CHUNK + 1]);
    }
}
