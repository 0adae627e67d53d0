//! An answer's body without what names a place in somebody's data: the token of its next link becomes a fingerprint, all
//! else stays as it came. It never parses: a body that is cut short or malformed is the one worth sending in.

use aws_lc_rs::digest::{SHA256, digest};

const LINK: &[u8] = b"nextLink\"";
const TOKEN: &[u8] = b"skiptoken=";
/// Both ways in which JSON writes what ends a parameter.
const ENDS: [&[u8]; 2] = [b"&", b"\\u0026"];

/// Puts a fingerprint in place of each next link's token. Links that are equal stay equal.
pub fn without_tokens(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = find(rest, LINK) {
        let (before, after) = rest.split_at(at + LINK.len());
        out.extend_from_slice(before);
        rest = after;
        let Some(start) = value(after) else { continue };
        let (lead, text) = after.split_at(start);
        out.extend_from_slice(lead);
        let (link, tail) = text.split_at(string_end(text));
        out.extend(without_token(link));
        rest = tail;
    }
    out.extend_from_slice(rest);
    out
}

/// Takes a secret out that a server has repeated.
pub(super) fn without(body: Vec<u8>, secret: &str) -> Vec<u8> {
    if secret.is_empty() || find(&body, secret.as_bytes()).is_none() {
        return body;
    }
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body.as_slice();
    while let Some(at) = find(rest, secret.as_bytes()) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(b"(the access token)");
        rest = &rest[at + secret.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// Where the string of a member begins whose name has just ended.
fn value(after: &[u8]) -> Option<usize> {
    let mut places = after.iter().enumerate().filter(|(_, byte)| !byte.is_ascii_whitespace());
    let (colon, quote) = (places.next()?, places.next()?);
    (*colon.1 == b':' && *quote.1 == b'"').then_some(quote.0 + 1)
}

fn string_end(text: &[u8]) -> usize {
    let mut escaped = false;
    let ends = |byte: &u8| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    };
    text.iter().position(ends).unwrap_or(text.len())
}

/// Of an address only the token goes; anything else that is not empty is a token itself.
fn without_token(link: &[u8]) -> Vec<u8> {
    let Some(at) = find(link, TOKEN) else {
        let is_address = link.contains(&b'?') || link.contains(&b'=') && link.contains(&b'&');
        return if link.is_empty() || is_address { link.to_vec() } else { fingerprint(link) };
    };
    let (before, after) = link.split_at(at + TOKEN.len());
    let end = ENDS.iter().filter_map(|end| find(after, end)).min().unwrap_or(after.len());
    let (token, tail) = after.split_at(end);
    [before, &fingerprint(token), tail].concat()
}

fn fingerprint(token: &[u8]) -> Vec<u8> {
    let hash = digest(&SHA256, token);
    let first = hash.as_ref().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    format!("token-of-{}-bytes-{first:016x}", token.len()).into_bytes()
}

fn find(text: &[u8], sought: &[u8]) -> Option<usize> {
    text.windows(sought.len()).position(|part| part.eq_ignore_ascii_case(sought))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(body: &str) -> String {
        String::from_utf8(without_tokens(body.as_bytes())).unwrap()
    }

    #[test]
    fn a_token_becomes_its_fingerprint_and_everything_else_stays() {
        let sample = include_str!("../../assets/sample-response.json");
        let told = redacted(sample);
        let (before, token) = sample.split_once("\"nextLink\": \"").unwrap();
        assert!(told.starts_with(before) && told.ends_with(token.split_once('"').unwrap().1));
        assert!(!told.contains("pZ5%2F") && told.contains("\"nextLink\": \"token-of-"));
        assert_eq!(told, redacted(sample), "equal tokens have equal fingerprints");
    }

    #[test]
    fn links_of_every_form_lose_their_token_alone() {
        let secret = "c2VjcmV0Cg%3D%3D";
        for (link, kept) in [
            (format!("/jobs?pageIndex=2&skiptoken={secret}&pageSize=5"), "&pageSize=5"),
            (format!("https://host.example/jobs?$SkipToken={secret}\\u0026pageSize=5"), "\\u0026pageSize=5"),
            (format!("{secret}\\/x\\\"y"), ""),
        ] {
            for name in ["nextLink", "NextLink", "@odata.nextlink"] {
                let told = redacted(&format!("{{\"{name}\" :\n \"{link}\", \"jobs\": []}}"));
                assert!(!told.contains("c2Vj") && told.contains("token-of-"), "{told}");
                assert!(told.ends_with(&format!("{kept}\", \"jobs\": []}}")), "{told}");
            }
        }
    }

    #[test]
    fn a_secret_that_is_repeated_is_taken_out_wherever_it_stands() {
        let told = without(b"a SECRET b secretly c".to_vec(), "secret");
        assert_eq!(told, b"a (the access token) b (the access token)ly c");
        assert_eq!(without(b"nothing".to_vec(), ""), b"nothing");
    }

    #[test]
    fn what_holds_no_token_stays_as_it_is_even_when_it_is_no_page() {
        for body in [
            "",
            "nextLink\"",
            "{\"nextLink\": null, \"jobs\": []}",
            "{\"nextLink\": \"\"}",
            "{\"nextLink\": \"/jobs?pageIndex=2\"}",
            "{\"comments\": \"say \\\"nextLink\\\": \\\"x\\\"\"}",
            "<html>502</html>",
        ] {
            assert_eq!(redacted(body), body);
        }
        assert!(!redacted("{\"nextLink\": \"cut short").contains("cut short"));
        assert_eq!(without_tokens(b"\xff\xfe"), b"\xff\xfe");
    }
}
