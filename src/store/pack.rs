//! A job's parts as small numbers. Each form says exactly what it was made of or is not made at all: what does not fit is
//! kept as it is, elsewhere.

use chrono::{DateTime, Utc};

use crate::model::TimeSpan;

/// No moment.
pub(super) const NO_TIME: i64 = i64::MIN;
/// No number.
pub(super) const NO_NUMBER: u32 = u32::MAX;
/// Set in the number of an id that is none of ours to pack: the rest says where it is kept.
pub(super) const ODD_ID: u64 = 1 << 63;
/// Characters of an id that can be packed.
pub(super) const ID_CHARS: usize = 19;

/// Ticks of 100 ns.
pub(super) const TICKS_PER_SECOND: i64 = 10_000_000;
/// From here on a length is told by its distance from the time between start and finish.
const BY_DISTANCE: u32 = 1 << 31;
/// The longest such distance, in ticks: 107 seconds.
const DISTANCE_MAX: i64 = 1 << 30;

/// Characters and bits of each part of an id, from the last one: milliseconds, second, minute, hour, day, month, year.
const DIGITS: [(usize, u32); 7] = [(3, 10), (2, 6), (2, 6), (2, 5), (2, 5), (2, 4), (4, 14)];
/// Bits of the digits, above which the two letters stand with five bits each.
const DIGIT_BITS: u32 = 50;
/// Bits of both letters.
pub(super) const LETTER_BITS: u32 = 10;

/// An id of two capitals and a time stamp of 17 digits. Ids are in the order of their numbers.
pub(super) fn id(text: &str) -> Option<u64> {
    let bytes: &[u8; ID_CHARS] = text.as_bytes().try_into().ok()?;
    let letter = |byte: u8| byte.is_ascii_uppercase().then(|| u64::from(byte - b'A'));
    let mut packed = (letter(bytes[0])? << 5 | letter(bytes[1])?) << DIGIT_BITS;
    let (mut end, mut shift) = (ID_CHARS, 0);
    for (chars, bits) in DIGITS {
        let digits = &bytes[end - chars..end];
        let number = digits.iter().try_fold(0, |sum, byte| {
            let digit = byte.wrapping_sub(b'0');
            (digit < 10).then(|| sum * 10 + u64::from(digit))
        })?;
        if number >> bits != 0 {
            return None;
        }
        packed |= number << shift;
        (end, shift) = (end - chars, shift + bits);
    }
    Some(packed)
}

/// The text of a packed id.
pub(super) fn id_text(packed: u64) -> [u8; ID_CHARS] {
    let mut text = [0; ID_CHARS];
    let letter = |shift: u32| b'A' + low_byte(packed >> shift & 31);
    (text[0], text[1]) = (letter(DIGIT_BITS + 5), letter(DIGIT_BITS));
    let (mut at, mut shift) = (ID_CHARS, 0);
    for (chars, bits) in DIGITS {
        let mut number = packed >> shift & ((1 << bits) - 1);
        for _ in 0..chars {
            at -= 1;
            text[at] = b'0' + low_byte(number % 10);
            number /= 10;
        }
        shift += bits;
    }
    text
}

/// The two letters of a packed id, five bits each.
#[inline]
pub(super) fn id_letters(packed: u64) -> u64 {
    packed >> DIGIT_BITS & ((1 << LETTER_BITS) - 1)
}

/// The letters of a packed id as one number, and its time stamp as one that grows with time.
#[inline]
pub(super) fn id_parts(packed: u64) -> (usize, u64) {
    (usize::try_from(id_letters(packed)).unwrap_or(0), packed & ((1 << DIGIT_BITS) - 1))
}

fn low_byte(number: u64) -> u8 {
    number.to_le_bytes()[0]
}

/// A moment in ticks of 100 ns since 1970.
pub(super) fn time(at: DateTime<Utc>) -> Option<i64> {
    let nanos = at.timestamp_subsec_nanos();
    let ticks = at.timestamp().checked_mul(TICKS_PER_SECOND)?.checked_add(i64::from(nanos / 100))?;
    (nanos < 1_000_000_000 && nanos.is_multiple_of(100) && ticks != NO_TIME).then_some(ticks)
}

/// The same for any moment, as near as can be: never out of order with others.
pub(super) fn near_time(at: DateTime<Utc>) -> i64 {
    let ticks = at.timestamp().saturating_mul(TICKS_PER_SECOND);
    ticks.saturating_add(i64::from(at.timestamp_subsec_nanos() / 100)).max(NO_TIME + 1)
}

/// The moment of so many ticks.
#[inline]
pub(super) fn moment(ticks: i64) -> Option<DateTime<Utc>> {
    if ticks == NO_TIME {
        return None;
    }
    let nanos = u32::try_from(ticks.rem_euclid(TICKS_PER_SECOND) * 100).unwrap_or(0);
    DateTime::from_timestamp(ticks.div_euclid(TICKS_PER_SECOND), nanos)
}

/// A count of objects.
pub(super) fn count(number: Option<u64>) -> Option<u32> {
    match number {
        None => Some(NO_NUMBER),
        Some(number) => u32::try_from(number).ok().filter(|number| *number != NO_NUMBER),
    }
}

/// A length of time beside the packed start and finish: whole seconds, or nearly what lies between the two.
pub(super) fn span(span: Option<TimeSpan>, started: i64, finished: i64) -> Option<u32> {
    let Some(span) = span else { return Some(NO_NUMBER) };
    let whole = u32::try_from(span.seconds()).ok().filter(|seconds| *seconds < BY_DISTANCE);
    if let Some(seconds) = whole.filter(|_| TimeSpan::from_seconds(span.seconds()) == span) {
        return Some(seconds);
    }
    let distance = span.ticks().checked_sub(between(started, finished)?)?;
    let near = (-DISTANCE_MAX..DISTANCE_MAX).contains(&distance).then_some(distance + DISTANCE_MAX)?;
    u32::try_from(near).ok().map(|near| BY_DISTANCE + near).filter(|code| *code != NO_NUMBER)
}

/// The length of a code.
#[inline]
pub(super) fn length(code: u32, started: i64, finished: i64) -> Option<TimeSpan> {
    match code {
        NO_NUMBER => None,
        seconds @ 0..BY_DISTANCE => Some(TimeSpan::from_seconds(i64::from(seconds))),
        near => {
            let distance = i64::from(near - BY_DISTANCE) - DISTANCE_MAX;
            between(started, finished).map(|between| TimeSpan::from_ticks(between.wrapping_add(distance)))
        }
    }
}

fn between(started: i64, finished: i64) -> Option<i64> {
    if started == NO_TIME || finished == NO_TIME { None } else { finished.checked_sub(started) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ids_come_back_and_keep_their_order(texts in proptest::collection::vec("[A-Z]{2}[0-9]{4}[01][0-9]{12}|[A-Z]{2}[0-9]{17}", 2)) {
            let packed: Vec<Option<u64>> = texts.iter().map(|text| id(text)).collect();
            for (text, packed) in texts.iter().zip(&packed) {
                if let Some(packed) = packed {
                    prop_assert_eq!(&id_text(*packed), text.as_bytes());
                }
            }
            if let [Some(a), Some(b)] = packed[..] {
                prop_assert_eq!(a.cmp(&b), texts[0].cmp(&texts[1]));
                prop_assert_eq!(id_parts(a).cmp(&id_parts(b)), a.cmp(&b));
            }
        }

        #[test]
        fn lengths_come_back(ticks in any::<i64>(), near in -2_000_000_000_i64..2_000_000_000, started in any::<i64>(), took in 0..1_i64 << 50) {
            for finished in [NO_TIME, started.saturating_add(took)] {
                for ticks in [ticks, near, near * 10_000_000, took.saturating_add(near)] {
                    let known = TimeSpan::from_ticks(ticks);
                    if let Some(code) = span(Some(known), started, finished) {
                        prop_assert_eq!(length(code, started, finished), Some(known));
                    }
                }
            }
        }
    }

    #[test]
    fn usual_ids_and_lengths_are_packed_and_odd_ones_are_not() {
        for text in ["FB20241027081706123", "ZZ99991231235959999", "AA00000000000000000"] {
            assert!(id(text).is_some_and(|packed| packed & ODD_ID == 0), "{text}");
        }
        for text in [
            "",
            "FB2024102708170612",
            "fb20241027081706123",
            "FB2024102708170612x",
            "FB20249927081706123",
            "F720241027081706123",
        ] {
            assert_eq!(id(text), None, "{text}");
        }
        let second = TimeSpan::from_seconds(1);
        assert_eq!(span(Some(second), NO_TIME, NO_TIME), Some(1));
        let odd = TimeSpan::from_ticks(12_345_678);
        assert_eq!((span(Some(odd), NO_TIME, NO_TIME), span(Some(odd), 5, 12_345_690).is_some()), (None, true));
    }

    #[test]
    fn moments_come_back_or_are_not_packed() {
        for (text, fits) in [
            ("2026-11-23T13:02:11Z", true),
            ("1965-01-01T00:00:00.0000001Z", true),
            ("2026-11-23T13:02:11.123456789Z", false),
            ("0001-01-01T00:00:00Z", true),
            ("9999-12-31T23:59:59.9999999Z", true),
        ] {
            let at: DateTime<Utc> = text.parse().unwrap();
            assert_eq!(time(at).map(moment), fits.then_some(Some(at)), "{text}");
        }
        assert_eq!(time(DateTime::<Utc>::MAX_UTC), None);
        assert!(near_time(DateTime::<Utc>::MIN_UTC) < near_time(DateTime::UNIX_EPOCH));
    }
}
