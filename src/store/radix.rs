//! Sorting by numbers: keys and places packed into one number each and sorted digit by digit, so that a million rows take
//! a few milliseconds. It knows nothing of what the keys mean.

/// Bits sorted in one pass: the counters of a pass stay in the first-level cache.
const DIGIT: u32 = 8;
/// Fewer numbers are sorted by comparing.
const FEW: usize = 2_048;

/// The key of what has none.
pub(super) const NONE: u64 = u64::MAX;

/// The order of `keys` by key, equal ones and all without a key as they stand, those without a key last.
pub(super) fn order(mut keys: Vec<u64>, falling: bool) -> Order {
    let (mut low, mut high) = (NONE, 0);
    for key in keys.iter().filter(|key| **key != NONE) {
        (low, high) = (low.min(*key), high.max(*key));
    }
    let place_bits = u64::BITS - (keys.len() as u64).leading_zeros();
    let range = high.saturating_sub(low);
    // One more than the highest key stands for none.
    let shift = (u64::BITS - range.leading_zeros() + 1 + place_bits).saturating_sub(u64::BITS);
    let none = (range >> shift) + 1;
    for (place, key) in (0..).zip(&mut keys) {
        let reduced = match *key {
            NONE => none,
            key if falling => (high - key) >> shift,
            key => (key - low) >> shift,
        };
        *key = reduced << place_bits | place;
    }
    sort(&mut keys, place_bits, none);
    Order { packed: keys, place_bits, none, is_exact: shift == 0 }
}

/// Numbers whose lower bits say where they stood.
pub(super) struct Order {
    packed: Vec<u64>,
    place_bits: u32,
    none: u64,
    /// Whether keys that differ were told apart.
    pub(super) is_exact: bool,
}

impl Order {
    /// Where what comes next stood.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.packed.iter().map(|packed| place(*packed, self.place_bits))
    }

    /// The stretches of equal keys, as places in the result; those without a key are none.
    pub(super) fn ties(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let mut from = 0;
        let equal = |a: &u64, b: &u64| a >> self.place_bits == b >> self.place_bits;
        let groups = self.packed.chunk_by(equal).map(move |group| {
            let range = from..from + group.len();
            from = range.end;
            (range, group[0])
        });
        let has_key = |first: u64| first >> self.place_bits != self.none;
        groups.filter(move |(range, first)| range.len() > 1 && has_key(*first)).map(|(range, _)| range)
    }
}

fn place(packed: u64, place_bits: u32) -> usize {
    usize::try_from(packed & ((1 << place_bits) - 1)).unwrap_or(0)
}

/// Sorts by the bits from `from` on, of which `most` is the highest number; what is equal in them is in order already.
fn sort(numbers: &mut Vec<u64>, from: u32, most: u64) {
    if numbers.len() < FEW || numbers.is_sorted() {
        numbers.sort_unstable();
        return;
    }
    let bits = u64::BITS - most.leading_zeros();
    let passes = bits.div_ceil(DIGIT);
    let digit = bits.div_ceil(passes.max(1));
    let mut other = vec![0; numbers.len()];
    for pass in 0..passes {
        let at = |number: u64| usize::try_from(number >> (from + pass * digit) & ((1 << digit) - 1)).unwrap_or(0);
        let mut ends = [0_usize; 1 << DIGIT];
        for number in numbers.iter() {
            ends[at(*number)] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            (*end, sum) = (sum, sum + *end);
        }
        for number in numbers.iter() {
            let end = &mut ends[at(*number)];
            other[*end] = *number;
            *end += 1;
        }
        std::mem::swap(numbers, &mut other);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_are_sorted_as_a_stable_sort_does(keys in proptest::collection::vec(proptest::option::of(prop_oneof![0..9_u64, any::<u64>()]), 0..20), many in 1..400_usize, falling in any::<bool>()) {
            let keys: Vec<Option<u64>> = keys.iter().copied().cycle().take(keys.len() * many).collect();
            let order = order(keys.iter().map(|key| key.filter(|key| *key != NONE).unwrap_or(NONE)).collect(), falling);
            let mut places: Vec<usize> = order.places().collect();
            for tie in order.ties().filter(|_| !order.is_exact) {
                places[tie].sort_by_key(|place| if falling { keys[*place].map(|key| !key) } else { keys[*place] });
            }
            let mut expected: Vec<usize> = (0..keys.len()).collect();
            expected.sort_by_key(|place| (keys[*place].is_none(), if falling { keys[*place].map(|key| !key) } else { keys[*place] }));
            prop_assert_eq!(places, expected);
        }
    }
}
