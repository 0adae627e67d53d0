//! A word looked for in packed ids without writing them out: a million ids take a few milliseconds.

use super::pack;

/// Digits of an id's time stamp.
const DIGITS: usize = 17;

/// Digits of the time stamp down to its hour.
const HOUR_DIGITS: usize = 10;
/// Those behind it.
const BEHIND_HOUR: usize = DIGITS - HOUR_DIGITS;
/// Bits of a packed id behind its hour.
const HOUR_SHIFT: u32 = 22;

/// What was found out about the ids of an hour: those of jobs that follow on each other share it as a rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hour {
    packed: u64,
    /// Its digits with the date's, four bits each.
    digits: u64,
    /// The word is among these.
    has: bool,
}

impl Default for Hour {
    fn default() -> Self {
        // No packed id has as many bits.
        Self { packed: u64::MAX, digits: 0, has: false }
    }
}

/// What a packed id has to be like to contain a word.
pub(super) enum IdPattern {
    /// It always does.
    Any,
    /// It never does.
    None,
    /// It has this letter.
    Letter(u64),
    /// Its letters and the first digits are these: the number of digits, and what they are under a mask of letters.
    Start { letters: u64, mask: u64, digits: usize, number: u128 },
    /// These digits follow on each other somewhere.
    Within { digits: usize, number: u128 },
}

impl IdPattern {
    /// The pattern of a word in any case.
    pub(super) fn new(word: &str) -> Self {
        let end = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len());
        let (letters, digits) = (word[..end].to_ascii_uppercase(), &word[end..]);
        if digits.len() > DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::None;
        }
        let number = digits.bytes().fold(0, |sum, digit| sum << 4 | u128::from(digit - b'0'));
        let digits = digits.len();
        let letter = |byte: u8| u64::from(byte - b'A');
        match (letters.as_bytes(), digits) {
            ([], 0) => Self::Any,
            ([], _) => Self::Within { digits, number },
            ([only], 0) => Self::Letter(letter(*only)),
            ([second], _) => Self::Start { letters: letter(*second), mask: 31, digits, number },
            ([first, second], _) => {
                Self::Start { letters: letter(*first) << 5 | letter(*second), mask: 1_023, digits, number }
            }
            _ => Self::None,
        }
    }

    /// Whether any packed id can contain the word.
    pub(super) fn may_hold(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Whether a packed id contains the word; `hour` is kept for the next one.
    #[inline]
    pub(super) fn holds_near(&self, packed: u64, hour: &mut Hour) -> bool {
        match *self {
            Self::Within { digits, number } if digits <= HOUR_DIGITS => {
                let (mask, number) = (u64::MAX >> (64 - 4 * digits), low_word(number));
                if hour.packed != packed >> HOUR_SHIFT {
                    let (high, _) = decimal(packed);
                    let high = high >> (4 * (DIGITS - 1 - HOUR_DIGITS));
                    let has = (0..=HOUR_DIGITS - digits).any(|at| high >> (4 * at) & mask == number);
                    *hour = Hour { packed: packed >> HOUR_SHIFT, digits: high, has };
                }
                // What begins in the hour and ends behind it, and what is all behind it.
                let near = hour.digits << (4 * BEHIND_HOUR) | behind_hour(packed);
                let mut found = hour.has;
                for at in 0..BEHIND_HOUR {
                    found |= near >> (4 * at) & mask == number;
                }
                found
            }
            _ => self.holds(packed),
        }
    }

    /// Whether a packed id contains the word.
    #[inline]
    pub(super) fn holds(&self, packed: u64) -> bool {
        match *self {
            Self::Any => true,
            Self::None => false,
            Self::Letter(letter) => {
                let letters = pack::id_letters(packed);
                letters >> 5 == letter || letters & 31 == letter
            }
            Self::Start { letters, mask, digits, number } => {
                pack::id_letters(packed) & mask == letters && {
                    let (high, last) = decimal(packed);
                    (u128::from(high) << 4 | u128::from(last)) >> (4 * (DIGITS - digits)) == number
                }
            }
            Self::Within { digits, number } => {
                let (high, last) = decimal(packed);
                if digits == DIGITS {
                    return u128::from(high) << 4 | u128::from(last) == number;
                }
                let (mask, number) = (u64::MAX >> (4 * (DIGITS - 1 - digits)), low_word(number));
                // Without a branch for each place, which would be guessed wrong.
                let mut found = (high << 4 | last) & mask == number;
                for at in 0..DIGITS - digits {
                    found |= high >> (4 * at) & mask == number;
                }
                found
            }
        }
    }
}

fn low_word(number: u128) -> u64 {
    // The rest is cut off on purpose.
    u64::try_from(number & u128::from(u64::MAX)).unwrap_or(0)
}

/// The digits of a packed id, four bits each: all but the last one, and that.
#[inline]
fn decimal(packed: u64) -> (u64, u64) {
    let part = |shift: u32, bits: u32| usize::try_from(packed >> shift & ((1 << bits) - 1)).unwrap_or(0);
    let two = |shift: u32, bits: u32| u64::from(TWO[part(shift, bits)]);
    let (year, milli) = (part(36, 14) % 10_000, u64::from(THREE[part(0, 10) % 1_000]));
    let years = u64::from(TWO[year / 100]) << 56 | u64::from(TWO[year % 100]) << 48;
    let days = two(32, 4) << 40 | two(27, 5) << 32;
    let seconds = two(22, 5) << 24 | two(16, 6) << 16 | two(10, 6) << 8;
    (years | days | seconds | milli >> 4, milli & 15)
}

/// The digits behind the hour, four bits each.
#[inline]
fn behind_hour(packed: u64) -> u64 {
    let part = |shift: u32, bits: u32| usize::try_from(packed >> shift & ((1 << bits) - 1)).unwrap_or(0);
    u64::from(TWO[part(16, 6)]) << 20 | u64::from(TWO[part(10, 6)]) << 12 | u64::from(THREE[part(0, 10) % 1_000])
}

/// Numbers by their decimal digits, four bits each.
static TWO: [u8; 100] = {
    let mut table = [0; 100];
    let mut number = 0;
    while number < 100 {
        #[expect(clippy::cast_possible_truncation, reason = "no number of the table is larger than 0x99")]
        let digits = (number / 10 * 16 + number % 10) as u8;
        table[number] = digits;
        number += 1;
    }
    table
};
static THREE: [u16; 1_000] = {
    let mut table = [0; 1_000];
    let mut number = 0;
    while number < 1_000 {
        #[expect(clippy::cast_possible_truncation, reason = "no number of the table is larger than 0x999")]
        let digits = (number / 100 * 256 + number / 10 % 10 * 16 + number % 10) as u16;
        table[number] = digits;
        number += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_pattern_finds_what_the_text_contains(id in "[A-F]{2}20[0-9]{2}0[1-9][0-2][0-9]0[0-9][0-5][0-9][0-5][0-9][0-9]{3}", from in 0..19_usize, len in 0..20_usize, other in "[a-f]{0,3}[0-9]{0,18}|é|[0-9]{1,2}|a b") {
            let packed = pack::id(&id).unwrap();
            let part = &id[from..(from + len).min(19)];
            prop_assert!(IdPattern::new(&part.to_lowercase()).holds(packed), "{} in {}", part, id);
            prop_assert_eq!(IdPattern::new(&other).holds(packed), id.to_lowercase().contains(&other), "{} in {}", other, id);
        }

        #[test]
        fn ids_of_an_hour_are_looked_at_like_others(hours in proptest::collection::vec("20[0-9]{2}0[1-9][0-2][0-9]0[0-9]", 1..3), ends in proptest::collection::vec((0..2_usize, "[0-5][0-9][0-5][0-9][0-9]{3}"), 1..20), word in "[0-9]{1,4}|0[0-9]{5,11}|fb2[0-9]?", from in 0..17_usize, len in 1..18_usize) {
            let texts = ends.iter().map(|(at, end)| format!("FB{}{end}", hours[at % hours.len()])).collect::<Vec<_>>();
            let own = texts[0][2..][from..(from + len).min(17)].to_owned();
            for word in [word, own] {
                let (pattern, mut hour) = (IdPattern::new(&word), Hour::default());
                for text in &texts {
                    let holds = pattern.holds_near(pack::id(text).unwrap(), &mut hour);
                    prop_assert_eq!(holds, text.to_lowercase().contains(&word), "{} in {}", &word, text);
                }
            }
        }
    }
}
