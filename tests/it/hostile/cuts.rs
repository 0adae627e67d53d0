//! Answers that end early: a page cut at every byte, however its end is told, is never taken for a whole one.

use jobtop::{
    api::{Auth, Client, Endpoint, parse_address},
    clock::Clock,
    model::{ApiError, Cursor, ErrorKind, Page, Query},
};

use crate::support::{
    scripted::{Reply, Scripted},
    stand::now,
};

/// Two jobs, with a letter of two bytes and a brace within a text.
const PAGE: &str = r#"{"totalCount":2,"jobs":[{"jobId":"FB20241027081716326","jobType":1,"status":2,"failedCount":0,"successfulCount":10,"skippedCount":35,"totalCount":45,"startTime":"2024-10-27T08:17:16Z","finishTime":"2024-10-29T00:18:00Z","duration":"1.16:00:44","comments":"Zürich {1} \"x\""},{"jobId":"IB20241025160014096","status":16}],"nextLink":"a%2Fb"}"#;

/// How an answer tells where it ends.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Framing {
    Length,
    Chunks,
    /// By nothing but the end of the connection.
    Close,
    Gzip,
}

/// The whole answer: its head, and the body as it is sent.
fn whole(framing: Framing) -> (String, Vec<u8>) {
    let body = PAGE.as_bytes().to_vec();
    let (header, body) = match framing {
        Framing::Length => (format!("content-length: {}\r\n", body.len()), body),
        Framing::Close => (String::new(), body),
        Framing::Gzip => ("content-encoding: gzip\r\n".to_owned(), gzip(&body)),
        Framing::Chunks => {
            let mut sent = Vec::new();
            for chunk in body.chunks(50) {
                sent.extend(format!("{:x}\r\n", chunk.len()).bytes().chain(chunk.iter().copied()).chain(*b"\r\n"));
            }
            sent.extend(b"0\r\n\r\n");
            ("transfer-encoding: chunked\r\n".to_owned(), sent)
        }
    };
    (format!("HTTP/1.1 200 OK\r\n{header}connection: close\r\n\r\n"), body)
}

/// A gzip file of one block that is not compressed.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    let crc = !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    });
    let head = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    let lengths = [length.to_le_bytes(), (!length).to_le_bytes()].concat();
    [&head[..], &lengths, bytes, &crc.to_le_bytes(), &u32::from(length).to_le_bytes()].concat()
}

async fn page(reply: Vec<u8>) -> Result<Page, ApiError> {
    let server = Scripted::start(move |_| Reply::Bytes(reply.clone()));
    let endpoint = Endpoint::new(parse_address(&server.base_url()).unwrap(), Auth::Token("t".into()));
    Client::new(endpoint, Clock::fixed(now())).page(&Query::default(), &Cursor::First, 10).await
}

#[tokio::test]
async fn a_page_cut_at_any_byte_is_no_page_and_may_be_asked_for_again() {
    for framing in [Framing::Length, Framing::Chunks, Framing::Close, Framing::Gzip] {
        let (head, body) = whole(framing);
        let answer = |bytes: &[u8]| [head.as_bytes(), bytes].concat();
        let good = page(answer(&body)).await.unwrap();
        assert_eq!((good.jobs.len(), good.total, good.next.is_some()), (2, Some(2), true), "{framing:?}");
        for cut in 0..body.len() {
            match page(answer(&body[..cut])).await {
                // Nothing at all says nothing of who was to say it.
                Err(error) if cut == 0 && matches!(framing, Framing::Close | Framing::Gzip) => {
                    assert_eq!(error.kind, ErrorKind::NotTheApi);
                }
                Err(error) => assert!(error.is_transient(), "{framing:?} cut at {cut}: {error}"),
                Ok(page) => panic!("{framing:?} cut at {cut} is a page of {} jobs", page.jobs.len()),
            }
        }
    }
}
