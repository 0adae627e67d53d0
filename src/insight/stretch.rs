//! A stretch of time that is one day of a zone, so that the jobs of a day need not each ask the zone. It knows no jobs.

use chrono::{DateTime, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// A part of a day: all of it, but where the clocks are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) date: NaiveDate,
    from: DateTime<Utc>,
    /// Not part of it, unless it is all that there is.
    to: DateTime<Utc>,
}

impl Stretch {
    /// The stretch around a moment.
    pub(super) fn around(at: DateTime<Utc>, zone: Tz) -> Self {
        let offset = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
        let here = offset(at);
        let date = at.with_timezone(&zone).date_naive();
        let ends = || {
            let shift = TimeDelta::seconds(here.local_minus_utc().into());
            let from = date.and_time(NaiveTime::MIN).checked_sub_signed(shift)?.and_utc();
            let to = from.checked_add_signed(TimeDelta::days(1))?;
            (offset(from) == here && offset(to) == here).then_some((from, to))
        };
        let (from, to) = ends().unwrap_or((at, at));
        Self { date, from, to }
    }

    /// Whether a moment is surely of the same day.
    #[inline]
    pub(super) fn contains(&self, at: DateTime<Utc>) -> bool {
        (self.from..self.to).contains(&at) || at == self.from
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Around changes of clocks too: Samoa once left out a day, and Lord Howe Island changes by half an hour.
        #[test]
        fn what_a_stretch_contains_is_of_its_day(
            zone in proptest::sample::select(vec![
                Tz::UTC,
                Tz::Europe__Berlin,
                Tz::America__New_York,
                Tz::Pacific__Apia,
                Tz::Australia__Lord_Howe,
                Tz::Asia__Kathmandu,
            ]),
            at in prop_oneof![
                -3_000_000_000..3_000_000_000_i64,
                // The turn of the years 2011 and 2012, and a change of clocks in Berlin.
                1_325_100_000..1_325_500_000_i64,
                1_792_880_000..1_792_980_000_i64,
            ],
            near in proptest::collection::vec(-100_000..100_000_i64, 20),
        ) {
            let moment = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
            let stretch = Stretch::around(moment(at), zone);
            prop_assert!(stretch.contains(moment(at)));
            for other in near.into_iter().map(|seconds| moment(at + seconds)) {
                let is_same = other.with_timezone(&zone).date_naive() == stretch.date;
                prop_assert!(is_same || !stretch.contains(other), "{other} is not of {}", stretch.date);
            }
        }

        #[test]
        fn a_usual_day_is_one_stretch(day in 0..20_000_i64, second in 0..86_400_i64) {
            let moment = |second| DateTime::from_timestamp(day * 86_400 + second, 0).unwrap();
            prop_assert!(Stretch::around(moment(second), Tz::UTC).contains(moment(86_399 - second)));
        }
    }
}
