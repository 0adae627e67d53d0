//! Sorting by numbers: keys and places packed into one number each and sorted digit by digit, so that a million rows take
//! a few milliseconds. It knows nothing of what the keys mean.

use std::ops::Range;

/// Bits sorted in one pass: what each of the values of a digit is written to stays in the second-level cache.
const DIGIT: u32 = 11;
/// Fewer numbers are sorted by comparing.
const FEW: usize = 2_048;

/// Places that a key may be moved by, one with another, to be called near.
const NEAR: usize = 4;

/// The key of what has none.
pub(super) const NONE: u64 = u64::MAX;

/// Keys in order.
pub(super) struct Order {
    /// Where what comes next stood.
    pub(super) places: Vec<u32>,
    /// Stretches of keys that were not told apart although they may differ, as places in the result.
    pub(super) ties: Vec<Range<usize>>,
}

/// The order of `keys` by key, equal ones and all without a key as they stand, those without a key last. Where keys are not
/// all there is to tell two things apart, equal ones are ties.
pub(super) fn order(keys: &[u64], falling: bool, are_all: bool) -> Order {
    if let Some(places) = turned(keys, falling).filter(|_| are_all) {
        return Order { places, ties: Vec::new() };
    }
    let (mut low, mut high) = (NONE, 0);
    for key in keys {
        low = low.min(*key);
        high = high.max(if *key == NONE { 0 } else { *key });
    }
    let place_bits = u64::BITS - (keys.len() as u64).leading_zeros();
    let range = high.saturating_sub(low);
    // One more than the highest key stands for none.
    let shift = (u64::BITS - range.leading_zeros() + 1 + place_bits).saturating_sub(u64::BITS);
    let none = (range >> shift) + 1;
    let reduced = |key: u64| match key {
        NONE => none,
        key if falling => (high - key) >> shift,
        key => (key - low) >> shift,
    };
    let packed = sorted(keys, reduced, place_bits, none);
    let ties = if shift == 0 && are_all { Vec::new() } else { ties(&packed, place_bits, none) };
    let place = |packed: &u64| u32::try_from(packed & ((1 << place_bits) - 1)).unwrap_or(u32::MAX);
    Order { places: packed.iter().map(place).collect(), ties }
}

/// The order of keys that differ from one another and nearly fall where their highest digit is the same: it is sorted by that,
/// and each key moved to its place near by. Nothing where that would take long, or one key is missing.
pub(super) fn order_of_nearly_falling(keys: &[u64], falling: bool) -> Option<Vec<u32>> {
    let (low, high) = (keys.iter().min()?, keys.iter().max()?);
    let place_bits = u64::BITS - (keys.len() as u64).leading_zeros();
    let key_bits = u64::BITS - (high - low).leading_zeros();
    if *high == NONE || key_bits + place_bits > u64::BITS {
        return None;
    }
    let shift = (key_bits + place_bits).saturating_sub(DIGIT);
    let packed = |place: usize| {
        let key = if falling { high - keys[place] } else { keys[place] - low };
        key << place_bits | place as u64
    };
    let digit = |number: u64| usize::try_from(number >> shift).unwrap_or(0);
    let mut ends = vec![0_usize; 1 << DIGIT];
    (0..keys.len()).for_each(|place| ends[digit(packed(place))] += 1);
    let mut sum = 0;
    for end in &mut ends {
        sum += std::mem::replace(end, sum);
    }
    let mut sorted = vec![0; keys.len()];
    let mut put = |place: usize| {
        let number = packed(place);
        let end = &mut ends[digit(number)];
        sorted[*end] = number;
        *end += 1;
    };
    if falling {
        (0..keys.len()).for_each(&mut put);
    } else {
        (0..keys.len()).rev().for_each(&mut put);
    }
    let mut left = keys.len() * NEAR;
    for at in 1..sorted.len() {
        let (number, mut to) = (sorted[at], at);
        while to > 0 && sorted[to - 1] > number {
            sorted[to] = sorted[to - 1];
            to -= 1;
        }
        sorted[to] = number;
        left = left.checked_sub(at - to)?;
    }
    let place = |packed: &u64| u32::try_from(packed & ((1 << place_bits) - 1)).unwrap_or(u32::MAX);
    Some(sorted.iter().map(place).collect())
}

/// Keys that fall all the way but for those without one, which lead: an order by the start, the one most asked for.
fn turned(keys: &[u64], falling: bool) -> Option<Vec<u32>> {
    let first = keys.iter().take_while(|key| **key == NONE).count();
    let rest = &keys[first..];
    if !rest.is_sorted_by(|a, b| a >= b) {
        return None;
    }
    let (first, mut end) = (u32::try_from(first).ok()?, u32::try_from(keys.len()).ok()?);
    if falling {
        return Some((first..end).chain(0..first).collect());
    }
    let mut places = Vec::with_capacity(keys.len());
    for equal in rest.chunk_by(|a, b| a == b).rev() {
        let from = end - u32::try_from(equal.len()).ok()?;
        places.extend(from..end);
        end = from;
    }
    places.extend(0..first);
    Some(places)
}

/// Keys with their places below them, in order; `most` is the highest key.
fn sorted(keys: &[u64], reduced: impl Fn(u64) -> u64, place_bits: u32, most: u64) -> Vec<u64> {
    let packed = || keys.iter().zip(0..).map(|(key, place)| reduced(*key) << place_bits | place);
    if keys.len() < FEW {
        let mut packed: Vec<u64> = packed().collect();
        packed.sort_unstable();
        return packed;
    }
    let passes = (u64::BITS - most.leading_zeros()).div_ceil(DIGIT);
    let digit = (u64::BITS - most.leading_zeros()).div_ceil(passes);
    let at = |number: u64, pass: u32| {
        usize::try_from(number >> (place_bits + pass * digit) & ((1 << digit) - 1)).unwrap_or(0)
    };
    let mut ends = vec![vec![0_usize; 1 << digit]; passes as usize];
    for number in packed() {
        for (pass, ends) in (0..).zip(&mut ends) {
            ends[at(number, pass)] += 1;
        }
    }
    let (mut from, mut to) = (Vec::new(), vec![0; keys.len()]);
    for (pass, ends) in (0..).zip(&mut ends) {
        let mut sum = 0;
        for end in ends.iter_mut() {
            sum += std::mem::replace(end, sum);
        }
        let mut put = |number: u64| {
            let end = &mut ends[at(number, pass)];
            to[*end] = number;
            *end += 1;
        };
        if pass == 0 {
            packed().for_each(&mut put);
            from.resize(if passes > 1 { keys.len() } else { 0 }, 0);
        } else {
            from.iter().copied().for_each(&mut put);
        }
        std::mem::swap(&mut from, &mut to);
    }
    from
}

fn ties(packed: &[u64], place_bits: u32, none: u64) -> Vec<Range<usize>> {
    let (mut ties, mut from) = (Vec::new(), 0);
    for equal in packed.chunk_by(|a, b| a >> place_bits == b >> place_bits) {
        if equal.len() > 1 && equal[0] >> place_bits != none {
            ties.push(from..from + equal.len());
        }
        from += equal.len();
    }
    ties
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_are_sorted_as_a_stable_sort_does(keys in proptest::collection::vec(proptest::option::of(prop_oneof![0..9_u64, ..NONE]), 0..20), many in 1..400_usize, falling in any::<bool>(), reversed in any::<bool>()) {
            let mut keys: Vec<Option<u64>> = keys.iter().copied().cycle().take(keys.len() * many).collect();
            if reversed {
                keys.sort_by(|a, b| b.cmp(a));
            }
            let order = order(&keys.iter().map(|key| key.unwrap_or(NONE)).collect::<Vec<_>>(), falling, true);
            let mut places: Vec<usize> = order.places.iter().map(|place| *place as usize).collect();
            for tie in order.ties {
                places[tie].sort_by_key(|place| if falling { keys[*place].map(|key| !key) } else { keys[*place] });
            }
            let mut expected: Vec<usize> = (0..keys.len()).collect();
            expected.sort_by_key(|place| (keys[*place].is_none(), if falling { keys[*place].map(|key| !key) } else { keys[*place] }));
            prop_assert_eq!(places, expected);
        }

        #[test]
        fn keys_that_nearly_fall_are_sorted_too(groups in proptest::collection::vec(0..4_u64, 1..300), jitter in proptest::collection::vec(0..3_u64, 300), falling in any::<bool>()) {
            let keys: Vec<u64> = groups.iter().zip(&jitter).zip(0..).map(|((group, jitter), at)| group << 40 | ((1_000 - at) * 1_000 + jitter * 1_500)).collect();
            let mut expected: Vec<u32> = (0..).take(keys.len()).collect();
            expected.sort_by_key(|place| if falling { !keys[*place as usize] } else { keys[*place as usize] });
            prop_assert_eq!(order_of_nearly_falling(&keys, falling), Some(expected));
        }

        #[test]
        fn keys_of_any_kind_are_sorted_or_left_to_others(keys in proptest::collection::hash_set(any::<u64>(), 0..100), bits in 1..64_u32, falling in any::<bool>()) {
            let keys: Vec<u64> = keys.into_iter().map(|key| key >> (64 - bits)).collect();
            if let Some(places) = order_of_nearly_falling(&keys, falling) {
                let mut expected: Vec<u32> = (0..).take(keys.len()).collect();
                expected.sort_by_key(|place| (if falling { !keys[*place as usize] } else { keys[*place as usize] }, *place));
                prop_assert_eq!(places, expected);
            }
        }
    }
}
