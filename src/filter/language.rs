//! The filter language: what a user writes → terms. Terms joined by blanks must all hold, `,` inside a value means or, `!`
//! negates: `status:failed,exception skipped%>50 dur>2h type:azure-vm-backup started>=yesterday !retention "login failed"`.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{
    predicate::{Comparison, CountField, Instant, Share, Term},
    range::{Edge, parse_length_seconds, parse_moment},
};
use crate::{
    catalogue::catalogue,
    model::{JobType, Service, Status, TimeSpan},
    text::{Foreign, Safe, is_same},
};

/// An expression of the language: its text, and the terms that the text meant when it was written.
#[derive(Debug, Clone, Default)]
pub struct Expression {
    text: String,
    terms: Vec<Term>,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        is_same(&self.text, &other.text) && self.terms == other.terms
    }
}

/// A term that could not be read: which, where, and what is accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{term}” at {at}: {why}")]
pub struct LanguageError {
    /// The term.
    pub term: Safe,
    /// Its first character, counted from 1.
    pub at: usize,
    /// How many characters it has.
    pub length: usize,
    /// What is accepted in its place.
    pub why: String,
}

/// The fields, with an example of each, in the order in which they are told.
pub const FIELDS: [(&str, &str); 15] = [
    ("status", "status:failed,exception"),
    ("type", "type:azure-vm-backup"),
    ("service", "service:azure-sql"),
    ("kind", "kind:restore"),
    ("id", "id:IB2026"),
    ("comment", "comment:\"login failed\""),
    ("failed", "failed>0"),
    ("skipped", "skipped>100"),
    ("ok", "ok=0"),
    ("total", "total>=1000"),
    ("failed%", "failed%>10"),
    ("skipped%", "skipped%>50"),
    ("dur", "dur>2h"),
    ("started", "started>=yesterday"),
    ("finished", "finished<06:00"),
];

impl Expression {
    /// Reads an expression; relative times mean what they mean at `now` in `zone`.
    ///
    /// # Errors
    /// Names the first term that could not be read, its place, and what is accepted.
    pub fn parse(text: &str, now: DateTime<Utc>, zone: Tz) -> Result<Self, LanguageError> {
        let terms = words(text).map(|word| Reader { word, now, zone }.term()).collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), terms })
    }

    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether every job fulfils it.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Its terms.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Divides it into the words that are looked for and the rest: the server can look for words.
    pub fn divide(&self) -> (String, Self) {
        let (mut sought, mut kept, mut rest) = (Vec::new(), Vec::new(), Self::default());
        for (word, term) in words(&self.text).zip(&self.terms) {
            if let Term::Text(_) = term {
                sought.push(unquoted(word.text));
            } else {
                rest.terms.push(term.clone());
                kept.push(word.text);
            }
        }
        rest.text = kept.join(" ");
        (sought.join(" "), rest)
    }
}

/// Words as the language writes them when nothing in them is to mean anything else.
pub fn literal(words: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    let word =
        |word: &str| if word.chars().all(is_plain) { word.to_owned() } else { format!("\"{}\"", unquoted(word)) };
    words.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// A piece of the text between blanks that do not stand in quotes.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    /// Its first character, counted from 1.
    at: usize,
}

fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut quoted = false;
    let pieces = text.split(move |c: char| {
        quoted ^= c == '"';
        c.is_whitespace() && !quoted
    });
    pieces.filter(|piece| !piece.is_empty()).map(move |piece| {
        let before = piece.as_ptr() as usize - text.as_ptr() as usize;
        Word { text: piece, at: text[..before].chars().count() + 1 }
    })
}

fn unquoted(text: &str) -> String {
    text.chars().filter(|c| *c != '"').collect()
}

/// Reads one word as a term.
struct Reader<'a> {
    word: Word<'a>,
    now: DateTime<Utc>,
    zone: Tz,
}

/// The signs between a field and its value, the longer before those they begin with.
const SIGNS: [(&str, Option<Comparison>); 8] = [
    (">=", Some(Comparison::AtLeast)),
    ("<=", Some(Comparison::AtMost)),
    ("!=", Some(Comparison::Not)),
    (":!", Some(Comparison::Not)),
    (">", Some(Comparison::Above)),
    ("<", Some(Comparison::Below)),
    ("=", Some(Comparison::Is)),
    (":", None),
];

impl Reader<'_> {
    fn term(&self) -> Result<Term, LanguageError> {
        match self.word.text.strip_prefix('!') {
            Some("") => Err(self.error("what is not wanted? !retention, !status:finished")),
            Some(rest) => Ok(Term::Not(Box::new(self.plain(rest)?))),
            None => self.plain(self.word.text),
        }
    }

    fn plain(&self, text: &str) -> Result<Term, LanguageError> {
        let is_name = |c: char| c.is_ascii_alphabetic() || c == '%';
        let (name, rest) = text.split_at(text.find(|c| !is_name(c)).unwrap_or(text.len()));
        let sign = SIGNS.iter().find_map(|(sign, comparison)| Some((*comparison, rest.strip_prefix(sign)?)));
        let Some((comparison, value)) = sign.filter(|_| !name.is_empty()) else {
            return Ok(Term::text(&unquoted(text)));
        };
        let value = unquoted(value);
        if value.is_empty() {
            return Err(self.error(&format!("a value is missing, as in {}", example(name))));
        }
        let term = self.field(&name.to_lowercase(), comparison.unwrap_or(Comparison::Is), &value)?;
        // `:` and `=` are one; what has no order can be negated, not compared.
        match (comparison, &term) {
            (
                Some(Comparison::Not),
                Term::Status(_) | Term::Service(_) | Term::Type(_) | Term::Kind(_) | Term::Id(_) | Term::Comment(_),
            ) => Ok(Term::Not(Box::new(term))),
            (None | Some(Comparison::Is), _)
            | (_, Term::Count(..) | Term::Share(..) | Term::Took(..) | Term::At(..)) => Ok(term),
            _ => Err(self.error(&format!("{name} has no order; write {}", example(name)))),
        }
    }

    fn field(&self, name: &str, comparison: Comparison, value: &str) -> Result<Term, LanguageError> {
        match name {
            "status" => Ok(Term::Status(self.any(value, Status::from_name, &statuses())?)),
            "type" => Ok(Term::Type(self.any(value, types_of, &types())?.concat())),
            "service" => Ok(Term::Service(self.any(value, Service::from_name, &services())?)),
            "kind" => Ok(Term::Kind(self.any(value, kind, &kinds())?)),
            "id" => Ok(Term::Id(value.to_lowercase())),
            "comment" => Ok(Term::Comment(value.to_lowercase())),
            "failed" => self.count(CountField::Failed, comparison, value),
            "skipped" => self.count(CountField::Skipped, comparison, value),
            "ok" => self.count(CountField::Ok, comparison, value),
            "total" => self.count(CountField::Total, comparison, value),
            "failed%" => self.share(Share::Failed, comparison, value),
            "skipped%" => self.share(Share::Skipped, comparison, value),
            "dur" => {
                let span = parse_length_seconds(value).map(TimeSpan::from_seconds).or_else(|| TimeSpan::parse(value));
                let span = span.ok_or_else(|| self.error("a length of time is needed, as in dur>2h or dur<=90m"))?;
                Ok(Term::Took(comparison, span))
            }
            "started" | "finished" => {
                let instant = if name == "started" { Instant::Started } else { Instant::Finished };
                let moment = |edge| {
                    parse_moment(value, self.now, self.zone, edge).map_err(|error| self.error(&error.to_string()))
                };
                Ok(Term::At(instant, comparison, moment(Edge::Start)?, moment(Edge::End)?))
            }
            other => {
                let names: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).collect();
                Err(self.error(&format!("{}fields are {}", nearest(other, &names), names.join(", "))))
            }
        }
    }

    fn any<T>(&self, value: &str, read: impl Fn(&str) -> Option<T>, known: &[&str]) -> Result<Vec<T>, LanguageError> {
        let one = |name: &str| {
            read(name.trim()).ok_or_else(|| {
                let all = if known.len() <= 12 {
                    format!("accepted are {}", known.join(", "))
                } else {
                    "accepted is a slug or a number of the API".to_owned()
                };
                self.error(&format!("“{}” is not known; {}{all}", Foreign::from(name).line(40), nearest(name, known)))
            })
        };
        value.split(',').map(one).collect()
    }

    fn count(&self, field: CountField, comparison: Comparison, value: &str) -> Result<Term, LanguageError> {
        let number = value.replace(['_', '\''], "").parse();
        let number = number.map_err(|_| self.error(&format!("a number is needed, as in {}", example(field.name()))))?;
        Ok(Term::Count(field, comparison, number))
    }

    fn share(&self, share: Share, comparison: Comparison, value: &str) -> Result<Term, LanguageError> {
        let percent: Option<f64> =
            value.trim_end_matches('%').parse().ok().filter(|percent| (0.0..=100.0).contains(percent));
        let percent = percent.ok_or_else(|| {
            self.error(&format!("a percentage from 0 to 100 is needed, as in {}", example(share.name())))
        })?;
        Ok(Term::Share(share, comparison, percent / 100.0))
    }

    fn error(&self, why: &str) -> LanguageError {
        let Word { text, at } = self.word;
        LanguageError { term: Foreign::from(text).line(40), at, length: text.chars().count(), why: why.to_owned() }
    }
}

/// The job types of a name: one, or all those of a service that is called so.
fn types_of(name: &str) -> Option<Vec<JobType>> {
    let of = |service: Service| catalogue().job_types.iter().filter(move |row| row.service == service.0);
    let of_service = || Some(of(Service::from_name(name)?).map(|row| JobType(row.value)).collect());
    JobType::from_name(name).map(|one| vec![one]).or_else(of_service)
}

fn example(name: &str) -> &'static str {
    FIELDS.iter().find(|(field, _)| *field == name).map_or("status:failed", |(_, example)| example)
}

/// `did you mean finished? `, where a known word is near.
fn nearest(word: &str, known: &[&str]) -> String {
    let scored = known.iter().map(|known| (strsim::jaro_winkler(&word.to_lowercase(), known), *known));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(score, _)| *score > 0.75);
    best.map_or(String::new(), |(_, known)| format!("did you mean {known}? "))
}

fn statuses() -> Vec<&'static str> {
    catalogue().statuses.iter().map(|row| row.slug.as_str()).chain(["finished"]).collect()
}

fn types() -> Vec<&'static str> {
    catalogue().job_types.iter().map(|row| row.slug.as_str()).collect()
}

fn services() -> Vec<&'static str> {
    catalogue().service_types.iter().map(|row| row.slug.as_str()).collect()
}

fn kinds() -> Vec<&'static str> {
    let mut kinds: Vec<&str> = catalogue().job_types.iter().map(|row| row.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn kind(name: &str) -> Option<&'static str> {
    kinds().into_iter().find(|kind| kind.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Job, JobId};

    fn now() -> DateTime<Utc> {
        "2026-11-23T13:02:11Z".parse().unwrap()
    }

    fn parse(text: &str) -> Result<Expression, LanguageError> {
        Expression::parse(text, now(), chrono_tz::Europe::Berlin)
    }

    /// A failed Azure SQL backup of this morning: 12 of 12 objects failed in 41 s.
    fn job() -> Job {
        let mut job = Job::new(JobId::new("IB20261123020011064"));
        job.job_type = Some(JobType(20016));
        job.status = Some(Status::Failed);
        job.counts = crate::model::Counts { ok: Some(0), failed: Some(12), skipped: Some(0), total: Some(12) };
        job.started = Some(now() - TimeDelta::hours(12));
        job.finished = job.started.map(|at| at + TimeDelta::seconds(41));
        job.comment = "Login failed for the backup principal.".into();
        job
    }

    #[test]
    fn every_field_says_what_it_means() {
        for (text, holds) in [
            ("status:failed,exception", true),
            ("status:16", true),
            ("status=Finished", false),
            ("status!=finished !status:exception", true),
            ("type:azure-sql-backup service:azure-sql kind:backup", true),
            ("type:azure-sql", true),
            ("type:azure-vm,entra-id", false),
            ("kind:restore", false),
            ("id:ib2026 comment:\"login failed\"", true),
            ("failed>0 failed>=12 failed<=12 failed=12 failed:12 total!=11", true),
            ("ok>0", false),
            ("failed%>99 failed%<=100 skipped%=0", true),
            ("skipped%>50", false),
            ("dur<1m dur>=41s dur:00:00:41", true),
            ("dur>2h", false),
            ("started>=today started<12:00 finished<=now", true),
            ("started:today", true),
            ("started:yesterday", false),
            ("\"backup principal\" azure !retention", true),
            ("!azure", false),
            ("", true),
        ] {
            let expression = parse(text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(expression.terms().iter().all(|term| term.holds(&job())), holds, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_place_and_what_is_accepted() {
        for (text, told) in [
            (
                "azure status:finnished",
                "“status:finnished” at 7: “finnished” is not known; did you mean finished? accepted are",
            ),
            ("staus:failed", "did you mean status? fields are"),
            ("failed>x", "a number is needed, as in failed>0"),
            ("skipped%>200", "0 to 100"),
            ("dur>soon", "dur>2h"),
            ("started>=someday", "accepted are 7d"),
            ("type:azure-vm-bakup", "did you mean azure-vm-backup?"),
            ("status>failed", "status has no order"),
            ("failed>", "a value is missing"),
            ("!", "what is not wanted"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn words_go_to_the_server_and_the_rest_stays() {
        let (sought, rest) = parse("login failed>0 \"backup principal\" !x").unwrap().divide();
        assert_eq!((sought.as_str(), rest.as_str(), rest.terms().len()), ("login backup principal", "failed>0 !x", 2));
    }

    proptest! {
        #[test]
        fn literal_words_are_looked_for_as_they_are(words in "[a-z!:<>=%,]{1,8}( [a-z!:<>=%,]{1,8}){0,3}") {
            let (sought, rest) = parse(&literal(&words)).unwrap().divide();
            prop_assert_eq!((sought.as_str(), rest.is_empty()), (words.as_str(), true));
        }

        #[test]
        fn no_text_makes_it_panic_and_places_are_within_it(text in "[a-z!:<>=%\", 0-9é]{0,40}") {
            if let Err(error) = parse(&text) {
                prop_assert!(error.at >= 1 && error.length >= 1);
                prop_assert!(error.at - 1 + error.length <= text.chars().count());
            }
        }
    }
}
