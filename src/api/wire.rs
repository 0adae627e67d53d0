//! The only JSON: a page of jobs, a token, an error's body. Pure: bytes in, values out.
//! It knows no HTTP, and lets no row, no unknown value and no trap cost more than itself.

use std::{borrow::Cow, time::Duration};

use secrecy::SecretString;
use serde_json::value::RawValue;

use super::{
    field::{self, Fields, Items, Value},
    next_link, plain,
    row::{self, Twins},
};
use crate::{
    model::{ApiError, ErrorKind, Page, SkipToken},
    policy,
    text::Foreign,
};

/// Bytes kept of a server's own words and names; a line shows fewer.
const WORDS_BYTES: usize = 2 << 10;

/// Reads a page of jobs. A row that can't be read is a job that says so.
///
/// # Errors
///
/// Anything that is no page, an error in a page's place, and a next link that can't be followed: never an empty page.
pub fn page(body: &[u8]) -> Result<Page, ApiError> {
    let text = text(body);
    plain::page(&text).map_or_else(|| any_page(&text), Ok)
}

/// Reads a page in whatever form.
fn any_page(text: &str) -> Result<Page, ApiError> {
    let fields = Fields::read(text).map_err(|error| not_a_page(text, &error))?;
    let says = Words::of(&fields);
    if fields.get("errorModel").is_some_and(is_error) {
        return Err(says.into_error(ErrorKind::Server(200, None)));
    }
    let Some(rows) = fields.all("jobs").find_map(rows) else {
        let mut error = says.into_error(ErrorKind::BadPage);
        if error.detail.is_empty() {
            error = error.with_detail("it holds no list of jobs");
        }
        return Err(error);
    };
    let next = next(&fields).map_err(|reason| ApiError::new(ErrorKind::BadPage).with_detail(reason))?;
    let total = match fields.get("totalCount").map(field::count) {
        Some(Value::Exact(total) | Value::Odd(Some(total))) => Some(total),
        _ => None,
    };
    let mut twins = Twins::new();
    Ok(Page { jobs: rows.into_iter().map(|raw| row::job(raw, &mut twins)).collect(), total, next })
}

/// An access token and how long it lives, where the answer says so.
pub(super) struct Grant {
    /// The token.
    pub(super) token: SecretString,
    /// Its life from now on.
    pub(super) life: Option<Duration>,
    /// What it is good for, where the answer says so.
    pub(super) scope: Option<Foreign>,
}

/// Reads a token answer.
pub(super) fn grant(body: &[u8]) -> Option<Grant> {
    let text = text(body);
    let fields = Fields::read(&text).ok()?;
    let token = SecretString::from(fields.text(&["access_token"])?);
    let scope = fields.text(&["scope"]).as_deref().map(cut);
    let life = fields.get("expires_in").map(|raw| field::number(raw, |_| None));
    let life = match life {
        // What ended already was issued just now: its caller's minimum applies.
        Some(Value::Exact(seconds) | Value::Odd(Some(seconds))) => u64::try_from(seconds).unwrap_or(0),
        _ => return Some(Grant { token, life: None, scope }),
    };
    Some(Grant { token, life: Some(Duration::from_secs(life)), scope })
}

/// What an error's body says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Words {
    /// What happened, in the server's words.
    pub(super) message: Foreign,
    /// The code of OAuth's errors.
    pub(super) oauth: Option<Foreign>,
    /// The server's name for the request.
    pub(super) request_id: Option<Foreign>,
}

/// Reads an error's body, whatever it is.
pub(super) fn words(body: &[u8]) -> Words {
    let text = text(body);
    match Fields::read(&text) {
        Ok(fields) => Words::of(&fields),
        Err(_) if is_html(&text) => {
            Words { message: "it came as a web page: a proxy may be in between".into(), ..Words::default() }
        }
        Err(_) => Words::default(),
    }
}

impl Words {
    fn of(fields: &Fields<'_>) -> Self {
        const MESSAGE: [&str; 6] = ["message", "errorMessage", "error_description", "description", "detail", "title"];
        const CODE: [&str; 2] = ["errorCode", "code"];
        const ID: [&str; 3] = ["requestId", "request-id", "traceId"];
        let inner = |name| fields.get(name).and_then(|raw| Fields::read(raw.get()).ok());
        let inner: Vec<_> = ["errorModel", "error"].into_iter().filter_map(inner).collect();
        let plain = ["errorModel", "error"].into_iter().find_map(|name| fields.text(&[name]));
        let find = |names| inner.iter().chain([fields]).find_map(|fields| fields.text(names));
        let message = find(&MESSAGE).or_else(|| plain.clone()).or_else(|| find(&CODE)).unwrap_or_default();
        Self {
            message: cut(&message),
            oauth: fields.text(&["error"]).as_deref().map(cut),
            request_id: find(&ID).as_deref().map(cut),
        }
    }

    /// An error of this kind with these words.
    pub(super) fn into_error(self, kind: ErrorKind) -> ApiError {
        ApiError { kind, detail: self.message, request_id: self.request_id }
    }
}

/// Cuts foreign text to what is worth keeping of an error.
pub(super) fn cut(text: &str) -> Foreign {
    Foreign::from(&text[..text.floor_char_boundary(WORDS_BYTES)])
}

/// Bytes that are no UTF-8 cost themselves, not the page.
fn text(body: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body))
}

fn rows(raw: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str::<Items<'_, { policy::PAGE_ROWS }>>(raw.get()).ok().map(|items| items.0)
}

fn next(fields: &Fields<'_>) -> Result<Option<SkipToken>, &'static str> {
    for name in ["nextLink", "@odata.nextLink"] {
        let token = match fields.get(name).map(field::text) {
            None | Some(Value::Nothing) => None,
            Some(Value::Exact(link)) => next_link::skip_token(&link)?,
            Some(Value::Odd(_)) => return Err("the next link is no text"),
        };
        if token.is_some() {
            return Ok(token);
        }
    }
    Ok(None)
}

/// An error model that is empty through and through reports no error.
fn is_error(raw: &RawValue) -> bool {
    match Fields::read(raw.get()) {
        Ok(fields) => !fields.is_blank(),
        Err(_) => !matches!(raw.get(), "\"\"" | "false" | "[]"),
    }
}

fn is_html(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

/// What an answer is that is no object. The parser's own words are left out: they quote the answer.
fn not_a_page(text: &str, error: &serde_json::Error) -> ApiError {
    let (kind, detail) = match text.trim_start().chars().next() {
        None => (ErrorKind::NotTheApi, "the answer was empty"),
        Some('<') => (ErrorKind::NotTheApi, "the answer was a web page"),
        Some('{') if error.is_eof() => (ErrorKind::Offline, "the answer ended early"),
        Some('{') => (ErrorKind::BadPage, "the answer was malformed JSON"),
        Some(_) if serde_json::from_str::<&RawValue>(text).is_ok() => (ErrorKind::BadPage, "the answer was no object"),
        Some('[') => (ErrorKind::BadPage, "the answer was no object"),
        Some(_) => (ErrorKind::NotTheApi, "the answer was no JSON"),
    };
    ApiError::new(kind).with_detail(detail)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::model::{JobType, Status, TimeSpan};

    const SAMPLE: &str = include_str!("../../assets/sample-response.json");

    fn kind(body: &str) -> ErrorKind {
        page(body.as_bytes()).unwrap_err().kind
    }

    #[test]
    fn the_documented_sample_is_read_whole_and_nothing_in_it_is_odd() {
        let page = page(SAMPLE.as_bytes()).unwrap();
        assert_eq!((page.jobs.len(), page.total), (5, Some(51)));
        let next = page.next.unwrap();
        assert!(SAMPLE.contains(&format!("\"{}\"", next.encoded())));
        assert!(page.jobs.iter().all(|job| job.raw.is_empty() && job.unreadable.is_none()));
        let job = &page.jobs[1];
        assert_eq!(job.id.text().raw(), "IB20241025160014096");
        assert_eq!((job.job_type, job.status), (Some(JobType(1)), Some(Status::Finished)));
        assert_eq!((job.counts.ok, job.counts.skipped, job.counts.total), (Some(10), Some(35), Some(45)));
        assert_eq!(job.finished, "2024-10-27T08:00:58Z".parse().ok());
        assert_eq!(job.duration, TimeSpan::parse("1.16:00:44"));
    }

    #[test]
    fn the_documented_sample_is_a_plain_page_and_so_are_ends_and_rows_that_are_not_plain() {
        for body in [
            SAMPLE,
            "{\"jobs\": []}",
            " {\"nextLink\":\"\",\"totalCount\":2,\"errorModel\":null,\"jobs\":[5,{\"jobId\":\"a\\\"b\"}, {\"jobId\":\"c\",\"state\":2}]}\n",
        ] {
            let page = plain::page(body);
            assert!(page.is_some(), "{body}");
            assert_eq!(page, any_page(body).ok());
        }
        assert_eq!(plain::page("{\"jobs\": [], \"Jobs\": []}"), None);
    }

    #[test]
    fn what_is_no_page_is_never_an_empty_one() {
        for (body, expected) in [
            ("", ErrorKind::NotTheApi),
            (" \n", ErrorKind::NotTheApi),
            ("<!doctype html><title>Sign in</title>", ErrorKind::NotTheApi),
            ("Service Unavailable", ErrorKind::NotTheApi),
            ("{\"jobs\": [", ErrorKind::Offline),
            ("[]", ErrorKind::BadPage),
            ("null", ErrorKind::BadPage),
            ("\"jobs\"", ErrorKind::BadPage),
            ("{}", ErrorKind::BadPage),
            ("{\"jobs\": null}", ErrorKind::BadPage),
            ("{\"jobs\": {}}", ErrorKind::BadPage),
            ("{\"jobs\": [], }", ErrorKind::BadPage),
            ("{\"jobs\": [], \"nextLink\": 2}", ErrorKind::BadPage),
            ("{\"jobs\": [], \"nextLink\": \"/jobs?pageIndex=two\"}", ErrorKind::BadPage),
            ("{\"jobs\": [], \"errorModel\": {\"errorCode\": 5}}", ErrorKind::Server(200, None)),
        ] {
            assert_eq!(kind(body), expected, "{body:?}");
        }
        let deep = format!("{{\"jobs\": [{}{}]}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(page(deep.as_bytes()).unwrap().jobs[0].unreadable, Some("the row is no object"));
    }

    #[test]
    fn traps_cost_no_page() {
        for (body, rows, total) in [
            ("\u{feff}{\"jobs\": []}", 0, None),
            ("{\"Jobs\": [{}], \"TOTALCOUNT\": \"12\", \"NextLink\": null}", 1, Some(12)),
            ("{\"jobs\": [1, 2], \"jobs\": null, \"totalCount\": -1}", 2, None),
            ("{\"jobs\": [{\"jobId\": \"a\", \"comments\": \"\\ud800\"}], \"errorModel\": null}", 1, None),
            ("{\"jobs\": [], \"errorModel\": {\"message\": null, \"code\": 0}, \"nextLink\": \" \"}", 0, None),
        ] {
            let page = page(body.as_bytes()).unwrap();
            assert_eq!((page.jobs.len(), page.total, page.next), (rows, total, None), "{body}");
        }
        let page = page(b"{\"jobs\": [{\"jobId\": \"a\", \"comments\": \"\xff\"}]}").unwrap();
        assert_eq!(page.jobs[0].comment.raw(), "\u{fffd}");
        let odata = super::page(br#"{"jobs": [], "nextLink": "", "@odata.nextlink": "a%2Bb"}"#).unwrap();
        assert_eq!(odata.next.unwrap().encoded(), "a%2Bb");
    }

    #[test]
    fn rows_beyond_the_limit_are_left_out() {
        let body = format!("{{\"jobs\": [0{}]}}", ",0".repeat(policy::PAGE_ROWS + 10));
        assert_eq!(page(body.as_bytes()).unwrap().jobs.len(), policy::PAGE_ROWS);
    }

    #[test]
    fn a_page_cut_off_anywhere_is_an_interrupted_answer() {
        for end in 1..SAMPLE.trim_end().len() {
            assert_eq!(kind(&SAMPLE[..end]), ErrorKind::Offline, "cut at {end}");
        }
    }

    #[test]
    fn errors_are_read_in_every_form() {
        for (body, message, oauth, id) in [
            (r#"{"errorModel": {"requestId": "r1", "message": "bad"}}"#, "bad", None, Some("r1")),
            (r#"{"Message": "bad", "requestId": "r2"}"#, "bad", None, Some("r2")),
            (r#"{"error": {"code": "x", "message": "bad"}}"#, "bad", None, None),
            (r#"{"error": "invalid_client"}"#, "invalid_client", Some("invalid_client"), None),
            (r#"{"error": "invalid_scope", "error_description": "no"}"#, "no", Some("invalid_scope"), None),
            (r#"{"errorModel": "bad"}"#, "bad", None, None),
            ("", "", None, None),
            ("oops", "", None, None),
        ] {
            let words = words(body.as_bytes());
            let said = (
                words.message.raw(),
                words.oauth.as_ref().map(Foreign::raw),
                words.request_id.as_ref().map(Foreign::raw),
            );
            assert_eq!(said, (message, oauth, id), "{body}");
        }
        assert!(words(b"<html>").message.raw().contains("web page"));
        assert_eq!(
            words(format!("{{\"message\": \"{}\"}}", "é".repeat(9_000)).as_bytes()).message.raw().len(),
            WORDS_BYTES
        );
    }

    #[test]
    fn a_token_answer_may_leave_things_out() {
        for (body, life) in [
            (r#"{"access_token": "t", "expires_in": 3600}"#, Some(3_600)),
            (r#"{"access_token": "t", "expires_in": "3600"}"#, Some(3_600)),
            (r#"{"access_token": "t", "expires_in": -5}"#, Some(0)),
            (r#"{"access_token": "t", "expires_in": "soon"}"#, None),
            (r#"{"access_token": "t"}"#, None),
        ] {
            assert_eq!(grant(body.as_bytes()).unwrap().life.map(|life| life.as_secs()), life, "{body}");
        }
        assert!(grant(br#"{"access_token": ""}"#).is_none() && grant(b"[]").is_none());
    }

    fn trap() -> impl Strategy<Value = Json> {
        prop_oneof![
            Just(json!(null)),
            Just(json!([{}])),
            Just(json!({"a": [1]})),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<f64>().prop_map(Json::from),
            "\\PC{0,20}".prop_map(Json::from),
            "[0-9:.TZ+-]{0,24}".prop_map(Json::from),
        ]
    }

    proptest! {
        #[test]
        fn every_row_of_the_array_is_shown_whatever_is_in_it(
            changes in proptest::collection::vec((0..5_usize, 0..14_usize, trap()), 0..12),
            replaced in proptest::collection::vec((0..5_usize, trap()), 0..3),
            spaced: bool,
        ) {
            let mut body: Json = serde_json::from_str(SAMPLE).unwrap();
            for (row, field, value) in changes {
                let fields = body["jobs"][row].as_object_mut().unwrap();
                let name = fields.keys().nth(field).cloned().unwrap_or_else(|| format!("extra{field}"));
                fields.insert(name, value);
            }
            for (row, value) in replaced {
                body["jobs"][row] = value;
            }
            let text = if spaced { format!("{body:#}") } else { body.to_string() };
            let any = any_page(&text);
            prop_assert!(plain::page(&text).is_none_or(|page| any.as_ref().is_ok_and(|any| *any == page)));
            let page = page(text.as_bytes()).unwrap();
            prop_assert_eq!(page.jobs.len(), 5);
            prop_assert_eq!(page, any.unwrap());
        }

        #[test]
        fn no_bytes_make_it_panic(
            places in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8),
            any in proptest::collection::vec(any::<u8>(), 0..60),
        ) {
            let mut body = SAMPLE.as_bytes().to_vec();
            for (place, byte) in places {
                let place = place.index(body.len());
                body[place] = byte;
            }
            for bytes in [&body, &any] {
                let _ = (words(bytes), grant(bytes).is_some());
                prop_assert_eq!(page(bytes), any_page(&text(bytes)));
            }
        }
    }
}
