//! Sorting by numbers: keys are spread by their highest digit, and what has it in common is put in order by itself, which
//! happens in the processor's caches; so a million rows take a few milliseconds. It knows nothing of what the keys mean.

use std::ops::Range;

/// Bits of a digit: what each of its values is written to stays in the second-level cache.
const DIGIT: u32 = 11;
/// A group of fewer is spread once more at most.
const FEW: usize = 1_024;
/// Places that a number may be moved by, one with another, where it stands near its own.
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

/// The order of so many places by their keys, equal ones and all without a key as they stand, those without a key last. Where
/// keys are not all there is to tell two things apart, equal ones are ties. A key is asked for more than once: the memory to
/// keep all of them takes longer.
pub(super) fn order(count: usize, key: impl Fn(u32) -> u64, falling: bool, are_all: bool) -> Order {
    let end = u32::try_from(count).unwrap_or(u32::MAX);
    let keys = (0..end).map(&key);
    let (mut low, mut high) = (NONE, 0);
    // Whether they fall all the way but for those without one, which lead: an order by the start, the one most asked for.
    let (mut falls, mut before) = (true, NONE);
    for key in keys.clone() {
        falls &= key <= before;
        before = key;
        low = low.min(key);
        high = high.max(if key == NONE { 0 } else { key });
    }
    if falls && are_all {
        return Order { places: turned(end, key, falling), ties: Vec::new() };
    }
    let range = high.saturating_sub(low);
    let place_bits = bits(count as u64);
    // The first digit need not be kept beside the place: it says where the number is.
    let shift = (bits(range) + 1 + place_bits).saturating_sub(u64::BITS + DIGIT);
    // One more than the highest key stands for none.
    let none = (range >> shift) + 1;
    let reduced = keys.map(|key| match key {
        NONE => none,
        key if falling => (high - key) >> shift,
        key => (key - low) >> shift,
    });
    let are_exact = shift == 0 && are_all;
    if bits(none) <= DIGIT && are_exact {
        // One digit is all there is, and nothing but the places has to be kept.
        let mut places = vec![0; count];
        spread(reduced, &mut places, (0, DIGIT), |_, place| u32::try_from(place).unwrap_or(u32::MAX));
        return Order { places, ties: Vec::new() };
    }
    let order = Order { places: Vec::with_capacity(count), ties: Vec::new() };
    let mut sorted = Sorted { place_bits, are_exact, order };
    let mut numbers = vec![0; count];
    let left = bits(none).saturating_sub(DIGIT);
    let ends = spread(reduced, &mut numbers, (left, DIGIT), |key, place| key << place_bits | place);
    sorted.take_groups(&ends, left, &mut numbers, &mut Vec::new());
    sorted.order
}

/// How many bits a number has.
fn bits(number: u64) -> u32 {
    u64::BITS - number.leading_zeros()
}

/// The order of places whose keys fall all the way, but for those without one, which lead.
fn turned(end: u32, key: impl Fn(u32) -> u64, falling: bool) -> Vec<u32> {
    let first = (0..end).take_while(|place| key(*place) == NONE).count();
    let first = u32::try_from(first).unwrap_or(end);
    let mut places: Vec<u32> = Vec::with_capacity(end as usize);
    if falling {
        places.extend((first..end).chain(0..first));
        return places;
    }
    let (mut to, mut below) = (end, None);
    for place in (first..end).rev() {
        let own = Some(key(place));
        if own != below && below.is_some() {
            places.extend(place + 1..to);
            to = place + 1;
        }
        below = own;
    }
    places.extend((first..to).chain(0..first));
    places
}

/// Puts what is made of numbers in the order of a digit (the bits below it, and its own), equal ones as they stand, and says
/// where those of each digit end.
fn spread<T>(
    numbers: impl Iterator<Item = u64> + Clone,
    to: &mut [T],
    (shift, digit): (u32, u32),
    made: impl Fn(u64, u64) -> T,
) -> Vec<usize> {
    let mut ends = vec![0; 1 << digit];
    let digit = |number: u64| usize::try_from(number >> shift).unwrap_or(0) & ((1 << digit) - 1);
    numbers.clone().for_each(|number| ends[digit(number)] += 1);
    let mut sum = 0;
    for end in &mut ends {
        sum += std::mem::replace(end, sum);
    }
    for (number, place) in numbers.zip(0..) {
        let end = &mut ends[digit(number)];
        to[*end] = made(number, place);
        *end += 1;
    }
    ends
}

/// The order as far as it is known. A number is a key, without the digits it was spread by, and below it the place where it stood.
struct Sorted {
    place_bits: u32,
    /// Whether equal keys are equal things.
    are_exact: bool,
    order: Order,
}

impl Sorted {
    /// Takes groups of numbers, which so many bits of their keys tell apart; `room` grows as they need it.
    fn take_groups(&mut self, ends: &[usize], left: u32, numbers: &mut [u64], room: &mut Vec<u64>) {
        let mut from = 0;
        for end in ends {
            if *end > from {
                self.take_group(left, &mut numbers[from..*end], room);
            }
            from = *end;
        }
    }

    fn take_group(&mut self, left: u32, group: &mut [u64], room: &mut Vec<u64>) {
        let falls = group.windows(2).filter(|two| two[0] > two[1]).count();
        if left == 0 || falls == 0 {
            return self.take(group);
        }
        if falls > group.len() / 4 * 3 {
            group.reverse();
        } else if falls > group.len() / 4 || group.len() >= FEW {
            // So that each digit has one or two.
            let digit = bits(group.len() as u64).min(left).min(DIGIT);
            let below = left - digit;
            room.clear();
            room.extend_from_slice(group);
            let ends = spread(room.iter().copied(), group, (self.place_bits + below, digit), |number, _| number);
            if group.len() >= FEW {
                return self.take_groups(&ends, below, group, room);
            }
        }
        sort_nearly_sorted(group);
        self.take(group);
    }

    /// Takes what comes next.
    fn take(&mut self, sorted: &[u64]) {
        let places = (1 << self.place_bits) - 1;
        let mut from = self.order.places.len();
        self.order.places.extend(sorted.iter().map(|number| u32::try_from(number & places).unwrap_or(u32::MAX)));
        if self.are_exact {
            return;
        }
        for equal in sorted.chunk_by(|a, b| a >> self.place_bits == b >> self.place_bits) {
            let tie = from..from + equal.len();
            from = tie.end;
            self.order.ties.extend(Some(tie).filter(|tie| tie.len() > 1));
        }
    }
}

/// Moves each number to its place near by; where many are far from theirs, that would take long.
fn sort_nearly_sorted(numbers: &mut [u64]) {
    let mut moves = numbers.len() * NEAR;
    for at in 1..numbers.len() {
        let (number, mut to) = (numbers[at], at);
        while to > 0 && numbers[to - 1] > number {
            numbers[to] = numbers[to - 1];
            to -= 1;
        }
        numbers[to] = number;
        match moves.checked_sub(at - to) {
            Some(left) => moves = left,
            None => return numbers.sort_unstable(),
        }
    }
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
            let order = order(keys.len(), |place| keys[place as usize].unwrap_or(NONE), falling, true);
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
            prop_assert_eq!(order(keys.len(), |place| keys[place as usize], falling, true).places, expected);
        }

        #[test]
        fn keys_of_all_sizes_are_sorted(seeds in proptest::collection::vec(any::<u64>(), 1..100), many in 1..300_u64, bits in 1..64_u32, falling in any::<bool>()) {
            let copies = (0..many).flat_map(|copy| seeds.iter().map(move |seed| seed.rotate_left((copy % 64) as u32).wrapping_add(copy * copy)));
            let keys: Vec<u64> = copies.map(|key| key >> (64 - bits)).collect();
            let mut expected: Vec<u32> = (0..).take(keys.len()).collect();
            expected.sort_by_key(|place| if falling { !keys[*place as usize] } else { keys[*place as usize] });
            let Order { mut places, ties } = order(keys.len(), |place| keys[place as usize], falling, true);
            prop_assert!(bits > 59 || ties.is_empty(), "all that tells them apart fits beside the place");
            for tie in ties {
                places[tie].sort_by_key(|place| if falling { !keys[*place as usize] } else { keys[*place as usize] });
            }
            prop_assert_eq!(places, expected);
        }
    }
}
