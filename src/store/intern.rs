//! Values that occur again and again, kept once: small codes for a few kinds, slots for texts that come and go.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, RandomState},
};

use hashbrown::HashTable;

/// A small number for each kind of value; kinds are never forgotten.
#[derive(Debug, Clone)]
pub(super) struct Codes<T> {
    values: Vec<T>,
    by_value: HashMap<T, u16>,
    most: u16,
}

impl<T: Clone + Eq + Hash> Codes<T> {
    /// At most so many kinds.
    pub(super) fn at_most(most: u16) -> Self {
        Self { values: Vec::new(), by_value: HashMap::new(), most }
    }

    /// The code of a kind, 1 for the first one seen; none for one too many.
    pub(super) fn code(&mut self, value: &T) -> Option<u16> {
        if let Some(code) = self.by_value.get(value) {
            return Some(*code);
        }
        let code = u16::try_from(self.values.len() + 1).ok().filter(|code| *code <= self.most)?;
        self.values.push(value.clone());
        self.by_value.insert(value.clone(), code);
        Some(code)
    }

    /// The code of a kind that was seen before.
    pub(super) fn known(&self, value: &T) -> Option<u16> {
        self.by_value.get(value).copied()
    }

    /// The kind of a code; 0 is none.
    #[inline]
    pub(super) fn value(&self, code: u16) -> Option<&T> {
        self.values.get(usize::from(code).wrapping_sub(1))
    }

    /// Something for each code, 0 included.
    pub(super) fn table<U>(&self, of: impl Fn(Option<&T>) -> U) -> Vec<U> {
        std::iter::once(None).chain(self.values.iter().map(Some)).map(of).collect()
    }
}

/// Texts by slot, each kept once for as long as a row has it. Slot 0 is the empty text.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    slots: Vec<(Box<str>, u32)>,
    free: Vec<u32>,
    table: HashTable<u32>,
    hasher: RandomState,
}

impl Default for Texts {
    fn default() -> Self {
        let (table, hasher) = (HashTable::new(), RandomState::new());
        Self { slots: vec![(Box::default(), 0)], free: Vec::new(), table, hasher }
    }
}

impl Texts {
    /// Takes a text for one more row.
    pub(super) fn take(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let hash = self.hasher.hash_one(text);
        if let Some(slot) = self.table.find(hash, |slot| *self.slots[*slot as usize].0 == *text) {
            self.slots[*slot as usize].1 += 1;
            return *slot;
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push((Box::default(), 0));
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        });
        self.slots[slot as usize] = (text.into(), 1);
        self.table.insert_unique(hash, slot, |slot| self.hasher.hash_one(&*self.slots[*slot as usize].0));
        slot
    }

    /// A row has it no longer.
    pub(super) fn give_back(&mut self, slot: u32) {
        let (text, uses) = &mut self.slots[slot as usize];
        *uses = uses.saturating_sub(1);
        if slot == 0 || *uses > 0 {
            return;
        }
        let hash = self.hasher.hash_one(&**text);
        *text = Box::default();
        if let Ok(entry) = self.table.find_entry(hash, |other| *other == slot) {
            entry.remove();
        }
        self.free.push(slot);
    }

    /// The text of a slot.
    #[inline]
    pub(super) fn get(&self, slot: u32) -> &str {
        &self.slots[slot as usize].0
    }

    /// The texts by slot; a free slot has the empty one.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().map(|(text, _)| &**text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_once_and_only_while_it_is_used() {
        let mut texts = Texts::default();
        let (a, b) = (texts.take("a"), texts.take("b"));
        assert_eq!((texts.take("a"), texts.take(""), texts.get(b)), (a, 0, "b"));
        texts.give_back(a);
        assert_eq!((texts.take("a"), texts.get(a)), (a, "a"));
        texts.give_back(a);
        texts.give_back(a);
        assert_eq!((texts.take("c"), texts.get(a), texts.slots.len()), (a, "c", 3));
        assert_ne!(texts.take("a"), a);
    }

    #[test]
    fn one_kind_too_many_has_no_code() {
        let mut codes = Codes::at_most(2);
        assert_eq!([5, 7, 5, 9].map(|kind| codes.code(&kind)), [Some(1), Some(2), Some(1), None]);
        assert_eq!((codes.value(0), codes.value(2), codes.known(&9)), (None, Some(&7), None));
    }
}
