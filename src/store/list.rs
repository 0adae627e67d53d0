//! A list of small numbers that may become a million long: a `Vec` in large pages.

use std::{
    fmt,
    marker::PhantomData,
    ops::{Deref, DerefMut},
};

use bytemuck::Pod;

use super::large::Large;

/// Bytes that a list has room for at first.
const FIRST: usize = 16 << 10;

/// Numbers, one after another.
pub(super) struct List<T> {
    room: Option<Large>,
    len: usize,
    of: PhantomData<T>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { room: None, len: 0, of: PhantomData }
    }
}

impl<T: Pod> List<T> {
    /// Bytes that they take.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&**self)
    }

    /// Adds one behind the others.
    #[inline]
    pub(super) fn push(&mut self, value: T) {
        self.reserve(1);
        let at = self.len;
        self.len += 1;
        self[at] = value;
    }

    /// Adds some behind the others.
    pub(super) fn extend_from_slice(&mut self, values: &[T]) {
        let from = self.len;
        self.resize(from + values.len());
        self[from..].copy_from_slice(values);
    }

    /// Makes it so long: what is added is to be written to.
    pub(super) fn resize(&mut self, len: usize) {
        self.reserve(len.saturating_sub(self.len));
        self.len = len;
    }

    /// Cuts it to so many.
    pub(super) fn truncate(&mut self, len: usize) {
        self.len = len.min(self.len);
    }

    /// Gives back the room of what was taken out, where that was most of it.
    pub(super) fn fit(&mut self) {
        let has = self.room.as_ref().map_or(0, |room| room.len());
        if has > FIRST && has / 4 > self.bytes() {
            *self = self.clone();
        }
    }

    /// Keeps those that pass, in their order.
    pub(super) fn retain(&mut self, mut test: impl FnMut(T) -> bool) {
        let (values, mut kept) = (&mut **self, 0);
        for at in 0..values.len() {
            let value = values[at];
            if test(value) {
                values[kept] = value;
                kept += 1;
            }
        }
        self.len = kept;
    }

    /// The numbers alone.
    pub(super) fn into_values(self) -> impl Iterator<Item = T> {
        (0..self.len).map(move |at| self[at])
    }

    fn reserve(&mut self, more: usize) {
        let needed = (self.len + more) * size_of::<T>();
        let has = self.room.as_ref().map_or(0, |room| room.len());
        if needed > has {
            let mut room = Large::zeroed(needed.next_power_of_two().max(FIRST));
            room[..self.bytes()].copy_from_slice(bytemuck::cast_slice(self));
            self.room = Some(room);
        }
    }
}

impl<T: Pod> Deref for List<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        self.room.as_ref().map_or(&[], |room| bytemuck::cast_slice(&room[..self.len * size_of::<T>()]))
    }
}

impl<T: Pod> DerefMut for List<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        let end = self.len * size_of::<T>();
        self.room.as_mut().map_or(&mut [], |room| bytemuck::cast_slice_mut(&mut room[..end]))
    }
}

impl<T: Pod> Extend<T> for List<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        let mut values = values.into_iter();
        let from = self.len;
        self.resize(from + values.size_hint().0);
        // As many as there are at least find their room.
        let mut end = from;
        for (to, value) in self[from..].iter_mut().zip(&mut values) {
            *to = value;
            end += 1;
        }
        self.len = end;
        values.for_each(|value| self.push(value));
    }
}

impl<T: Pod> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut list = Self::default();
        list.extend(values);
        list
    }
}

impl<T: Pod> Clone for List<T> {
    fn clone(&self) -> Self {
        let room = (self.len > 0).then(|| Large::zeroed(self.bytes()));
        let mut copy = Self { room, ..Self::default() };
        copy.extend_from_slice(self);
        copy
    }
}

impl<T: Pod + fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_a_vec_holds(steps in proptest::collection::vec((0..6_u8, 0..20_000_usize), 1..12)) {
            let (mut list, mut vec) = (List::<u32>::default(), Vec::new());
            for (step, number) in steps {
                let values = (0_u32..).take(number);
                match step {
                    0 => { list.push(7); vec.push(7); }
                    1 => { list.extend(values.clone()); vec.extend(values); }
                    2 => { list.extend(values.clone().filter(|n| n % 3 == 0)); vec.extend(values.filter(|n| n % 3 == 0)); }
                    3 => { list.retain(|n| n % 2 == 0); vec.retain(|n| n % 2 == 0); }
                    4 => { list.truncate(number); vec.truncate(number); list.fit(); }
                    _ => { let values: Vec<u32> = values.collect(); list.extend_from_slice(&values); vec.extend_from_slice(&values); }
                }
                prop_assert_eq!(&*list, &*vec);
            }
            prop_assert_eq!(&*list.clone(), &*vec);
            prop_assert_eq!(&*list.iter().copied().collect::<List<u32>>(), &*vec);
        }
    }
}
