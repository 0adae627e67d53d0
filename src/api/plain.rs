//! Pages as nearly all of them are: plain values in the documented spelling, read in one pass, straight from the text. Whatever
//! else there is in a row is left to `row`, and a page that is otherwise to `wire`, so that what is read is the same.

use serde_json::value::RawValue;

use super::{
    next_link,
    row::{self, Twins},
    time::{self, Moment},
};
use crate::{
    model::{Counts, Job, JobId, JobType, Page, RawField, SkipToken, Status, TimeSpan},
    policy,
    text::Foreign,
};

/// Digits of a number that fits into its type whatever they are.
const DIGITS: usize = 18;

/// What was met is left to those who read everything.
struct Unusual;

type Read<T> = Result<T, Unusual>;

/// Reads a page, unless it is none of the usual ones.
pub(super) fn page(text: &str) -> Option<Page> {
    whole_page(text).ok()
}

fn whole_page(text: &str) -> Read<Page> {
    let mut scan = Scan { text, at: 0 };
    let (mut jobs, mut total, mut next) = (None, None, None);
    scan.members(|scan, name| match name {
        "jobs" if jobs.is_none() => {
            jobs = Some(scan.jobs()?);
            Ok(())
        }
        "totalCount" if total.is_none() => {
            total = Some(scan.count()?);
            Ok(())
        }
        "nextLink" if next.is_none() => {
            next = Some(scan.link()?);
            Ok(())
        }
        "errorModel" if scan.is_null() => Ok(()),
        _ => Err(Unusual),
    })?;
    scan.skip_blanks();
    let is_whole = scan.at == text.len();
    let jobs = jobs.filter(|_| is_whole).ok_or(Unusual)?;
    Ok(Page { jobs, total: total.flatten(), next: next.flatten() })
}

/// A place in a text.
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

/// What was read of a row.
#[derive(Default)]
struct Parts {
    id: Option<JobId>,
    job_type: Option<i64>,
    status: Option<i64>,
    counts: Counts,
    started: Time,
    finished: Time,
    duration: Option<TimeSpan>,
    comment: Foreign,
}

/// A moment, and how it was written, where that is worth keeping.
#[derive(Default)]
struct Time {
    at: Option<chrono::DateTime<chrono::Utc>>,
    odd: Option<RawField>,
}

impl<'a> Scan<'a> {
    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
    }

    /// Whether this comes next, which is passed then.
    fn takes(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let takes = self.text.as_bytes().get(self.at) == Some(&byte);
        self.at += usize::from(takes);
        takes
    }

    fn after(&mut self, byte: u8) -> Read<()> {
        self.takes(byte).then_some(()).ok_or(Unusual)
    }

    /// What is still to be read.
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Whether `null` comes next, which is passed then.
    fn is_null(&mut self) -> bool {
        self.skip_blanks();
        let is_null = self.rest().starts_with(b"null");
        self.at += if is_null { 4 } else { 0 };
        is_null
    }

    /// `null`, or what `read` makes of it.
    fn or_null<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<Option<T>> {
        if self.is_null() { Ok(None) } else { read(self).map(Some) }
    }

    /// A text without any escape.
    fn string(&mut self) -> Read<&'a str> {
        self.after(b'"')?;
        let end = end_of_text(self.text.as_bytes(), self.at).ok_or(Unusual)?;
        let string = self.text.get(self.at..end).ok_or(Unusual)?;
        self.at = end + 1;
        Ok(string)
    }

    /// A whole number, and whether it is negative.
    fn whole(&mut self) -> Read<(u64, bool)> {
        let is_negative = self.takes(b'-');
        let rest = self.rest();
        let width = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=DIGITS).contains(&width) || (width > 1 && rest[0] == b'0') {
            return Err(Unusual);
        }
        self.at += width;
        Ok((rest[..width].iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')), is_negative))
    }

    fn count(&mut self) -> Read<Option<u64>> {
        self.or_null(|scan| match scan.whole()? {
            (number, false) => Ok(number),
            (_, true) => Err(Unusual),
        })
    }

    fn code(&mut self) -> Read<Option<i64>> {
        self.or_null(|scan| {
            let (number, is_negative) = scan.whole()?;
            let number = i64::try_from(number).map_err(|_| Unusual)?;
            Ok(if is_negative { -number } else { number })
        })
    }

    fn link(&mut self) -> Read<Option<SkipToken>> {
        let link = self.or_null(|scan| next_link::skip_token(scan.string()?).map_err(|_| Unusual))?;
        Ok(link.flatten())
    }

    /// The members of an object, each of which `take` passes by.
    fn members(&mut self, mut take: impl FnMut(&mut Self, &'a str) -> Read<()>) -> Read<()> {
        self.after(b'{')?;
        loop {
            let name = self.string()?;
            self.after(b':')?;
            take(self, name)?;
            if !self.takes(b',') {
                return self.after(b'}');
            }
        }
    }

    fn jobs(&mut self) -> Read<Vec<Job>> {
        self.after(b'[')?;
        let (mut jobs, mut twins) = (Vec::new(), Twins::new());
        if self.takes(b']') {
            return Ok(jobs);
        }
        loop {
            self.skip_blanks();
            let begin = self.at;
            let job = self.job().or_else(|Unusual| {
                self.at = begin;
                self.any_job(&mut twins)
            })?;
            if jobs.is_empty() {
                // Rows are much alike.
                let alike = (self.text.len() - self.at) / (self.at - begin).max(1) + 1;
                jobs.reserve_exact(alike.min(policy::PAGE_ROWS));
            }
            jobs.push(job);
            if !self.takes(b',') {
                jobs.shrink_to_fit();
                return self.after(b']').map(|()| jobs);
            }
            if jobs.len() == policy::PAGE_ROWS {
                return Err(Unusual);
            }
        }
    }

    /// A row in whatever form.
    fn any_job(&mut self, twins: &mut Twins) -> Read<Job> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        let Some(Ok(raw)) = values.next() else { return Err(Unusual) };
        self.at += values.byte_offset();
        Ok(row::job(raw, twins))
    }

    /// A row that holds nothing but the documented fields, each at most once and in its plain form.
    fn job(&mut self) -> Read<Job> {
        let (mut parts, mut met) = (Parts::default(), 0_u16);
        self.members(|scan, name| {
            let place = match name {
                "jobId" => {
                    let id = scan.string()?;
                    let names_it = id.len() <= row::ID_BYTES && !id.trim().is_empty();
                    parts.id = names_it.then(|| JobId::new(id));
                    0
                }
                "jobType" => {
                    parts.job_type = scan.code()?;
                    1
                }
                "status" => {
                    parts.status = scan.code()?;
                    2
                }
                "successfulCount" => {
                    parts.counts.ok = scan.count()?;
                    3
                }
                "failedCount" => {
                    parts.counts.failed = scan.count()?;
                    4
                }
                "skippedCount" => {
                    parts.counts.skipped = scan.count()?;
                    5
                }
                "totalCount" => {
                    parts.counts.total = scan.count()?;
                    6
                }
                "startTime" => {
                    parts.started = scan.time(name)?;
                    7
                }
                "finishTime" => {
                    parts.finished = scan.time(name)?;
                    8
                }
                "duration" => {
                    parts.duration = scan.or_null(|scan| TimeSpan::parse_plain(scan.string()?).ok_or(Unusual))?;
                    9
                }
                "comments" => {
                    let text = scan.or_null(Self::string)?.unwrap_or_default();
                    if text.len() > policy::FIELD_BYTES {
                        return Err(Unusual);
                    }
                    parts.comment = text.into();
                    10
                }
                _ => return Err(Unusual),
            };
            let is_new = met & (1 << place) == 0;
            met |= 1 << place;
            is_new.then_some(()).ok_or(Unusual)
        })?;
        parts.job().ok_or(Unusual)
    }

    fn time(&mut self, name: &str) -> Read<Time> {
        let Some(text) = self.or_null(Self::string)? else { return Ok(Time::default()) };
        match time::moment(text) {
            Moment::Never => Ok(Time::default()),
            Moment::At { at, exact: true } => Ok(Time { at: Some(at), odd: None }),
            Moment::At { at, exact: false } => {
                let json = Foreign::from(format!("\"{text}\""));
                Ok(Time { at: Some(at), odd: Some(RawField { name: name.into(), json }) })
            }
            Moment::Unclear => Err(Unusual),
        }
    }
}

impl Parts {
    fn job(self) -> Option<Job> {
        let Self { id, job_type, status, counts, started, finished, duration, comment } = self;
        Some(Job {
            id: id?,
            job_type: job_type.map(JobType),
            status: status.map(Status::from_number),
            counts,
            started: started.at,
            finished: finished.at,
            duration,
            comment,
            unreadable: None,
            raw: started.odd.into_iter().chain(finished.odd).collect(),
        })
    }
}

/// Where the text of a JSON string ends that begins here, unless it holds an escape, or what no string may hold.
fn end_of_text(bytes: &[u8], mut at: usize) -> Option<usize> {
    while let Some(eight) = bytes.get(at..)?.first_chunk() {
        let stops = stops(u64::from_le_bytes(*eight));
        if stops != 0 {
            at += (stops.trailing_zeros() / 8) as usize;
            return (bytes[at] == b'"').then_some(at);
        }
        at += 8;
    }
    let stop = |byte: &u8| *byte < b' ' || matches!(byte, b'"' | b'\\');
    at += bytes[at..].iter().position(stop)?;
    (bytes[at] == b'"').then_some(at)
}

/// The highest bit of each of eight bytes that is a quote, a backslash or a control character. Behind the first of them it may
/// be set for no reason.
fn stops(eight: u64) -> u64 {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    let below = |word: u64, least: u8| word.wrapping_sub(EACH * u64::from(least)) & !word;
    let is = |byte: u8| below(eight ^ (EACH * u64::from(byte)), 1);
    (is(b'"') | is(b'\\') | below(eight, b' ')) & (EACH * 0x80)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_ends_at_its_quote_and_is_none_with_an_escape_or_a_control_character_in_it(
            before in "[ -~é备]{0,20}",
            text in prop::collection::vec(prop_oneof![20 => b' '..=255_u8, 1 => 0..b' '], 0..40),
        ) {
            let mut bytes = before.clone().into_bytes();
            bytes.extend(&text);
            let begin = before.len();
            let stop = text.iter().position(|byte| *byte < b' ' || matches!(byte, b'"' | b'\\'));
            let expected = stop.filter(|at| text[*at] == b'"').map(|at| begin + at);
            prop_assert_eq!(end_of_text(&bytes, begin), expected);
        }
    }
}
