//! Addresses: which ones may be given a secret or a token, and the URL of one page of jobs.
//! It knows no HTTP: it only writes down where a request would go.

use std::net::IpAddr;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use reqwest::Url;

use crate::model::{Cursor, Query};

/// Why a text is no address that jobtop would send a token to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is no URL.
    #[error("not an address: expected one like https://graph.avepointonlineservices.com")]
    Malformed,
    /// It would send a token in clear text.
    #[error("only https is accepted, or http to this machine (127.0.0.1, [::1], localhost)")]
    Insecure,
    /// It holds a user name or a password.
    #[error("an address must not hold a user name or password: jobtop signs in with a token")]
    UserInfo,
    /// It has a query or a fragment.
    #[error("an address must end before any `?` or `#`: jobtop writes the query itself")]
    Query,
}

/// Reads the address of the API or of the token service. Slashes at its end make no difference.
///
/// # Errors
///
/// Anything but `https`, or `http` to this machine, without user info, query and fragment.
pub fn parse_address(text: &str) -> Result<Url, AddressError> {
    let text = text.trim();
    // A URL parser drops line breaks and reads `\` as `/`, so that the host would not be the one that is read.
    if text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(AddressError::Malformed);
    }
    let mut url = Url::parse(text).map_err(|_| AddressError::Malformed)?;
    if url.host_str().is_none_or(str::is_empty) {
        // `localhost:8080` parses, with `localhost` as its scheme.
        return Err(AddressError::Malformed);
    }
    if url.scheme() != "https" && !is_plain_loopback(&url) {
        return Err(AddressError::Insecure);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::UserInfo);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(AddressError::Query);
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Whether it is `http` to this machine, the only place where a token may go unencrypted.
pub(super) fn is_plain_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    url.scheme() == "http" && (host == "localhost" || address.is_ok_and(|address| address.is_loopback()))
}

/// The URL of one page. Its origin is that of `base`, whatever the cursor holds.
pub(super) fn page_url(base: &Url, query: &Query, cursor: &Cursor, page_size: u16) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/backup/vm/jobs", base.path().trim_end_matches('/')));
    url.set_fragment(None);
    let mut pairs = url.query_pairs_mut();
    pairs.clear();
    if let Some(search) = &query.search {
        pairs.append_pair("searchText", search);
    }
    if let Some(from) = query.from {
        pairs.append_pair("startTime", &second(from));
    }
    if let Some(to) = query.to {
        pairs.append_pair("finishTime", &second(next_full_second(to)));
    }
    if let Some(service) = query.service {
        pairs.append_pair("serviceType", &service.0.to_string());
    }
    if let Some(job_type) = query.job_type {
        pairs.append_pair("jobType", &job_type.0.to_string());
    }
    pairs.append_pair("pageSize", &page_size.to_string());
    if *cursor == Cursor::First {
        pairs.append_pair("pageNumber", "0");
    }
    drop(pairs);
    if let Cursor::After(token) = cursor {
        // Beside the encoder: the token is encoded already, and once more would break it.
        let pairs = url.query().unwrap_or_default().to_owned();
        url.set_query(Some(&format!("{pairs}&{}={}", token.parameter(), token.encoded())));
    }
    url
}

fn second(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A bound without fractions must not lose the jobs of the last second.
fn next_full_second(at: DateTime<Utc>) -> DateTime<Utc> {
    let floor = at.trunc_subsecs(0);
    if floor == at { at } else { floor.checked_add_signed(TimeDelta::seconds(1)).unwrap_or(at) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{JobType, Service, SkipToken};

    #[test]
    fn only_addresses_that_keep_a_token_secret_are_accepted() {
        for (text, read) in [
            ("https://graph.example.com", Ok("https://graph.example.com/")),
            (" https://graph.example.com/sub// ", Ok("https://graph.example.com/sub")),
            ("http://127.0.0.1:8080/", Ok("http://127.0.0.1:8080/")),
            ("http://127.9.9.9", Ok("http://127.9.9.9/")),
            ("http://[::1]:8080", Ok("http://[::1]:8080/")),
            ("http://localhost:8080", Ok("http://localhost:8080/")),
            ("http://graph.example.com", Err(AddressError::Insecure)),
            ("http://localhost.example.com", Err(AddressError::Insecure)),
            ("http://127.0.0.1.example.com", Err(AddressError::Insecure)),
            ("http://0.0.0.0", Err(AddressError::Insecure)),
            ("ftp://127.0.0.1", Err(AddressError::Insecure)),
            ("https://user@graph.example.com", Err(AddressError::UserInfo)),
            ("https://:secret@graph.example.com", Err(AddressError::UserInfo)),
            ("https://graph.example.com?", Err(AddressError::Query)),
            ("https://graph.example.com/#a", Err(AddressError::Query)),
            ("https://good.example\\@evil.example", Err(AddressError::Malformed)),
            ("https://graph.exa\nmple.com", Err(AddressError::Malformed)),
            ("localhost:8080", Err(AddressError::Malformed)),
            ("graph.example.com", Err(AddressError::Malformed)),
            ("", Err(AddressError::Malformed)),
        ] {
            assert_eq!(parse_address(text).as_ref().map(Url::as_str), read.as_ref().map(|url| *url), "{text:?}");
        }
    }

    #[test]
    fn a_page_url_repeats_the_query_and_carries_the_token_as_it_is() {
        let base = parse_address("https://graph.example.com/v1/").unwrap();
        let query = Query {
            search: Some("a b&c=ü".into()),
            from: Some("2026-03-01T00:00:00.900Z".parse().unwrap()),
            to: Some("2026-03-02T00:00:00.100Z".parse().unwrap()),
            service: Some(Service(2048)),
            job_type: Some(JobType(20016)),
        };
        let asked = "https://graph.example.com/v1/backup/vm/jobs?searchText=a+b%26c%3D%C3%BC\
                     &startTime=2026-03-01T00%3A00%3A00Z&finishTime=2026-03-02T00%3A00%3A01Z\
                     &serviceType=2048&jobType=20016&pageSize=100";
        let first = page_url(&base, &query, &Cursor::First, 100);
        assert_eq!(first.as_str(), format!("{asked}&pageNumber=0"));
        let after = page_url(&base, &query, &Cursor::After(SkipToken::new("pZ5%2FtiSP%2b+=")), 100);
        assert_eq!(after.as_str(), format!("{asked}&skiptoken=pZ5%2FtiSP%2b+="));
        let whole = Query { to: Some("2026-03-02T00:00:00Z".parse().unwrap()), ..Query::default() };
        let url = page_url(&base, &whole, &Cursor::First, 5);
        assert_eq!(url.query(), Some("finishTime=2026-03-02T00%3A00%3A00Z&pageSize=5&pageNumber=0"));
    }
}
