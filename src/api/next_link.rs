//! Next links: a bare token, a relative path or an absolute URL → the one skip token in it, byte for byte, or the page
//! number under the name that the link gives it.
//! It never follows a link: where a request goes is the configured base alone.

use std::fmt::Write;

use crate::model::SkipToken;

/// A longer link is no link: a URL of 64 KiB is more than the HTTP stack takes, and no token needs a quarter of that.
const LINK_BYTES: usize = 16 << 10;
/// A text that begins with `/` and has no `?` is a path up to this length (none of this API is longer), and a raw
/// base64 token beyond it.
const PATH_BYTES: usize = 40;

/// What continues a list by a next link: nothing at its end, an error in words for a link that names neither token nor page.
pub(super) fn skip_token(link: &str) -> Result<Option<SkipToken>, &'static str> {
    let link = link.trim();
    if link.is_empty() {
        return Ok(None);
    }
    if link.len() > LINK_BYTES {
        return Err("the next link is longer than 16 KiB");
    }
    let (path, query) = match link.split_once('?') {
        Some((path, query)) => (path, query.split('#').next().unwrap_or_default()),
        None => ("", link),
    };
    let (named, by_number) = named_token(query);
    if let Some(token) = named {
        return Ok((!token.trim().is_empty()).then(|| SkipToken::new(legal(token))));
    }
    if let Some((parameter, number)) = by_number {
        let number = number.parse().map_err(|_| "the next link names a page that is no number")?;
        return Ok(Some(SkipToken::numbered(parameter, number)));
    }
    let is_path = link.starts_with('/') && link.len() <= PATH_BYTES;
    if !path.is_empty() || link.contains(['?', '&', '#']) || link.contains("://") || is_path {
        return Err("the next link is an address without a skip token");
    }
    Ok(Some(SkipToken::new(if is_encoded(link) { legal(link) } else { encoded(link) })))
}

/// The parameters that some APIs of this family count pages by, as they write them.
const BY_NUMBER: [&str; 2] = ["pageNumber", "pageIndex"];

/// The value of the skip token parameter, or else the parameter that names a page, with its value. Where the count begins is
/// the server's business: what its link says is sent back as it is.
fn named_token(query: &str) -> (Option<&str>, Option<(&'static str, &str)>) {
    let mut by_number = None;
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        if ["skiptoken", "$skiptoken", "%24skiptoken"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
            return (Some(value), None);
        }
        let parameter = BY_NUMBER.into_iter().find(|known| name.eq_ignore_ascii_case(known));
        by_number = by_number.or(parameter.map(|parameter| (parameter, value)));
    }
    (None, by_number)
}

fn is_encoded(token: &str) -> bool {
    let hex = |b: &u8| b.is_ascii_hexdigit();
    token.as_bytes().windows(3).any(|part| part[0] == b'%' && part[1..].iter().all(hex))
}

/// Encodes a raw token, once.
fn encoded(token: &str) -> String {
    encode(token, |b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
}

/// Leaves an encoded token as it is, but for bytes that no query may hold and that the URL would encode by itself: so
/// what the token says is what is sent.
fn legal(token: &str) -> String {
    encode(token, |b| b.is_ascii_graphic() && !b"\"#<>'".contains(&b))
}

fn encode(token: &str, keep: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(token.len());
    for byte in token.bytes() {
        if keep(byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        api::{address::page_url, parse_address},
        model::{Cursor, Query},
    };

    fn read(link: &str) -> Result<Option<String>, &'static str> {
        skip_token(link).map(|token| token.map(|token| token.encoded().to_owned()))
    }

    #[test]
    fn a_link_may_be_as_long_as_the_limit_and_no_longer() {
        assert!(read(&"A".repeat(LINK_BYTES)).is_ok());
        assert_eq!(read(&"A".repeat(LINK_BYTES + 1)), Err("the next link is longer than 16 KiB"));
    }

    #[test]
    fn every_form_gives_its_token_as_it_was_written() {
        let long = format!("/{}+==", "A".repeat(44));
        let long_encoded = format!("%2F{}%2B%3D%3D", "A".repeat(44));
        for (link, token) in [
            ("pZ5%2FtiSP%2b", "pZ5%2FtiSP%2b"),
            (" pZ5%2FtiSP ", "pZ5%2FtiSP"),
            ("plain-1._~", "plain-1._~"),
            ("pZ5/ti+SP==", "pZ5%2Fti%2BSP%3D%3D"),
            ("a b%zz", "a%20b%25zz"),
            ("%41 b", "%41%20b"),
            (long.as_str(), long_encoded.as_str()),
            ("/jobs?pageIndex=2&skiptoken=a%2Fb%3D", "a%2Fb%3D"),
            ("jobs?SkipToken=a+b/c==&pageSize=5", "a+b/c=="),
            ("?$skiptoken=x", "x"),
            ("%24skipToken=x", "x"),
            ("https://graph.example.com/backup/vm/jobs?skiptoken=a%2Bb#top", "a%2Bb"),
            ("https://evil.example/steal?skiptoken=a'b", "a%27b"),
            ("//evil.example/?skiptoken=a&skiptoken=b", "a"),
        ] {
            assert_eq!(read(link), Ok(Some(token.to_owned())), "{link:?}");
        }
    }

    #[test]
    fn blank_is_the_end_and_a_link_without_a_token_is_an_error() {
        for link in ["", "  ", "\t\n", "/jobs?skiptoken=", "?skiptoken= "] {
            assert_eq!(read(link), Ok(None), "{link:?}");
        }
        for link in ["/jobs?pageIndex=two&pageSize=5", "?pageNumber=-1", "?pageNumber="] {
            assert!(read(link).unwrap_err().contains("no number"), "{link:?}");
        }
        for link in ["/jobs", "/jobs?", "?", "https://graph.example.com/jobs", "//evil.example", "a=1&b=2", "a#b"] {
            assert!(read(link).unwrap_err().contains("without a skip token"), "{link:?}");
        }
        assert!(read(&"A".repeat(20_000)).is_err());
    }

    #[test]
    fn a_link_by_page_number_is_sent_back_as_it_was_written_and_to_the_base_alone() {
        let base = parse_address("https://graph.example.com").unwrap();
        for (link, sent) in [
            ("/jobs?pageIndex=2&pageSize=5", "pageSize=10&pageIndex=2"),
            ("?PAGENUMBER=17", "pageSize=10&pageNumber=17"),
            ("https://evil.example/x?pageIndex=3", "pageSize=10&pageIndex=3"),
        ] {
            let url = page_url(&base, &Query::default(), &Cursor::After(skip_token(link).unwrap().unwrap()), 10);
            assert_eq!((url.host_str(), url.query()), (Some("graph.example.com"), Some(sent)), "{link}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_link_says_the_request_goes_to_the_base(
            link in prop_oneof![
                "\\PC{0,60}",
                "(https?:)?//[a-z.@:\\\\]{0,12}/[a-z]{0,4}\\?(\\$?skiptoken=)?[!-~]{0,30}",
                "[!-~]{0,40}",
            ],
        ) {
            let base = parse_address("https://graph.example.com/v1").unwrap();
            if let Ok(Some(token)) = skip_token(&link) {
                let sent = format!("{}={}", token.parameter(), token.encoded());
                let url = page_url(&base, &Query::default(), &Cursor::After(token), 10);
                prop_assert_eq!(url.origin(), base.origin());
                prop_assert_eq!(url.path(), "/v1/backup/vm/jobs");
                prop_assert_eq!(url.query().unwrap_or_default(), format!("pageSize=10&{sent}"));
            }
        }

        #[test]
        fn an_encoded_token_arrives_byte_for_byte(token in "([A-Za-z0-9._~-]|%[0-9A-Fa-f]{2}){1,80}") {
            for form in ["{}", "/jobs?pageIndex=2&skiptoken={}&a=b", "https://h/p?$skipToken={}"] {
                let link = form.replace("{}", &token);
                let url = page_url(
                    &parse_address("https://graph.example.com").unwrap(),
                    &Query::default(),
                    &Cursor::After(skip_token(&link).unwrap().unwrap()),
                    10,
                );
                let query = url.query().unwrap_or_default();
                prop_assert_eq!(query.split_once("skiptoken=").map(|(_, sent)| sent), Some(token.as_str()));
            }
        }
    }
}
