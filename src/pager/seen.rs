//! The jobs that were met, in as few bytes as tell them apart. It keeps no job.

use std::hash::{BuildHasher, RandomState};

use hashbrown::{HashSet, HashTable};

use crate::model::JobId;

/// Each grows by itself, so that there is never a second copy of everything.
const SHARDS: usize = 64;

/// What an id of the usual form is packed into.
const LETTERS: u64 = 26;
const DIGITS: usize = 17;

/// A set of ids. It never takes one for another: those of the usual form, two capitals and a time, are packed into 8 bytes each
/// without a loss, any other is kept whole.
#[derive(Debug)]
pub(super) struct Seen {
    packed: [HashTable<u64>; SHARDS],
    others: HashSet<Box<str>>,
    keys: RandomState,
}

impl Default for Seen {
    fn default() -> Self {
        Self { packed: [const { HashTable::new() }; SHARDS], others: HashSet::default(), keys: RandomState::new() }
    }
}

impl Seen {
    /// Whether it is met for the first time.
    pub(super) fn insert(&mut self, id: &JobId) -> bool {
        let id = id.text().raw();
        let Some(packed) = packed(id) else {
            return !self.others.contains(id) && self.others.insert(id.into());
        };
        let hash = |packed: &u64| self.keys.hash_one(packed);
        let hashed = hash(&packed);
        let shard = &mut self.packed[shard(hashed)];
        let is_new = shard.find(hashed, |known| *known == packed).is_none();
        if is_new {
            shard.insert_unique(hashed, packed, hash);
        }
        is_new
    }

    pub(super) fn len(&self) -> usize {
        self.packed.iter().map(HashTable::len).sum::<usize>() + self.others.len()
    }
}

/// Where an id is kept: the last shards get twice as many as the first ones, so that they do not all double at once, and most of
/// them are well filled at any time.
fn shard(hashed: u64) -> usize {
    // The table itself looks at the lowest and the highest bits.
    let part = (hashed >> 32) & 0xFFFF;
    // From 0 to the square of 65,536, rising twice as steeply at its end.
    let place = (2 * (part << 16) + part * part) / 3;
    ((place * SHARDS as u64) >> 32) as usize
}

/// An id of the form `FB20261123115753471`: the letters, then each part of the time in its own range.
fn packed(id: &str) -> Option<u64> {
    let (letters, digits) = id.as_bytes().split_first_chunk::<2>()?;
    if digits.len() != DIGITS || !letters.iter().all(u8::is_ascii_uppercase) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut packed = letters.iter().fold(0, |packed, letter| packed * LETTERS + u64::from(letter - b'A'));
    let mut rest = digits;
    // Year, month, day, hour, minute, second, millisecond.
    for (width, most) in [(4, 9_999), (2, 12), (2, 31), (2, 23), (2, 59), (2, 59), (3, 999)] {
        let (part, others) = rest.split_at_checked(width)?;
        let part = part.iter().fold(0, |part, digit| part * 10 + u64::from(digit - b'0'));
        if part > most {
            return None;
        }
        packed = packed * (most + 1) + part;
        rest = others;
    }
    Some(packed)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_id_is_taken_for_another(
            ids in prop::collection::vec(
                prop_oneof![
                    "[A-C]{2}20[0-2][0-9][01][0-9][0-3][0-9][0-2][0-9][0-6][0-9][0-6][0-9]00[0-9]",
                    "[A-Z]{2}[0-9]{17}",
                    "[a-zA-Z0-9é]{0,19}",
                ],
                0..400,
            ),
        ) {
            let (mut seen, mut known) = (Seen::default(), HashSet::new());
            for id in ids.iter().chain(&ids) {
                prop_assert_eq!(seen.insert(&JobId::new(id.as_str())), known.insert(id.as_str()), "{}", id);
            }
            prop_assert_eq!(seen.len(), known.len());
        }

        #[test]
        fn what_is_packed_could_be_written_again(one in "[A-Z]{2}[0-9]{17}", at in 0..19_usize) {
            // Ids that differ in one place only.
            let mut other = one.clone().into_bytes();
            other[at] = if at < 2 { b'A' + (other[at] - b'A' + 1) % 26 } else { b'0' + (other[at] - b'0' + 1) % 10 };
            let other = String::from_utf8(other).unwrap();
            prop_assert!(packed(&one).is_none() || packed(&one) != packed(&other));
        }
    }

    #[test]
    fn an_id_takes_sixteen_bytes_at_most_however_many_there_are() {
        let mut seen = Seen::default();
        for number in 0..1_000_000_u64 {
            let (second, rest) = (number / 1_000 % 60, number / 60_000);
            let id = format!(
                "FB20261{:03}{:02}{:02}{second:02}{:03}",
                101 + rest / 1_440,
                rest / 60 % 24,
                rest % 60,
                number % 1_000
            );
            assert!(seen.insert(&JobId::new(id)));
            if number >= 50_000 && number % 5_000 == 0 {
                let bytes: usize = seen.packed.iter().map(HashTable::allocation_size).sum();
                assert!(bytes as u64 <= number * 16, "{number}: {bytes}");
            }
        }
        assert!(seen.others.is_empty() && seen.packed.iter().all(|shard| shard.len() > 8_000));
    }

    #[test]
    fn ids_of_the_usual_form_are_packed_from_the_first_to_the_last() {
        assert_eq!(packed("AA00000000000000000"), Some(0));
        assert!(packed("ZZ99991231235959999").is_some());
        for odd in ["", "FB", "FB2026112311575347", "FB20261323115753471", "fb20261123115753471", "FB2026112311575347é"]
        {
            assert_eq!(packed(odd), None, "{odd}");
        }
    }

    #[test]
    fn ids_are_packed_in_their_own_order_so_that_none_is_another() {
        let times = [
            "20251231235959999",
            "20260000000000000",
            "20260001000000000",
            "20260031235959999",
            "20260100000000000",
            "20260101000000000",
            "20260101000000999",
            "20260101000001000",
            "20260101000059999",
            "20260101000100000",
            "20260101005959999",
            "20260101010000000",
            "20260101235959999",
            "20260102000000000",
            "20260131235959999",
            "20260200000000000",
            "20261231235959999",
            "20270000000000000",
        ];
        let letters = ["AA", "AB", "AZ", "BA", "BB", "CA", "ZA", "ZZ"];
        let ids = letters.iter().flat_map(|letters| times.iter().map(move |time| format!("{letters}{time}")));
        let packed: Vec<Option<u64>> = ids.map(|id| packed(&id)).collect();
        assert!(packed[0].is_some() && packed.is_sorted_by(|one, next| one < next), "{packed:?}");
    }
}
