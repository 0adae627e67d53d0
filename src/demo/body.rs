//! Bodies that do harm: cut in the middle, dripping, far too large, compressed beyond measure.
//! It must never know when they are sent.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::stream::{self, StreamExt as _};

use super::Clock;

/// Between two bytes of a drip.
const DRIP: Duration = Duration::from_millis(500);
/// Blanks of a huge body: a gigabyte in pieces of a mebibyte.
const HUGE_MIB: usize = 954;
/// Mebibytes behind the bomb.
const BOMB_MIB: usize = 600;
/// Bytes of a piece.
const MIB: usize = 1 << 20;
/// How a page begins, and how it ends once all blanks are out.
const FIRST: &str = r#"{"totalCount":0,"jobs":["#;
const LAST: &str = "]}";

/// The first half of a text; then the connection breaks.
pub(super) fn half(text: &str) -> Body {
    let first = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
    let broken = Err(io::Error::from(io::ErrorKind::ConnectionAborted));
    // Apart, so that the first half is on its way before it breaks.
    let rest = stream::once(async {
        tokio::task::yield_now().await;
        broken
    });
    Body::from_stream(stream::iter([Ok(first)]).chain(rest))
}

/// A text byte by byte, with a pause before each.
pub(super) fn drip(text: String, clock: Clock) -> Body {
    Body::from_stream(stream::iter(text.into_bytes()).then(move |byte| {
        let pause = (clock.pause)(DRIP);
        async move {
            pause.await;
            Ok::<_, Infallible>(Bytes::from(vec![byte]))
        }
    }))
}

/// A gigabyte of page.
pub(super) fn huge() -> Body {
    let blank = Bytes::from(vec![b' '; MIB]);
    let blanks = stream::iter((0..HUGE_MIB).map(move |_| blank.clone()));
    let all = stream::iter([Bytes::from(FIRST)]).chain(blanks).chain(stream::iter([Bytes::from(LAST)]));
    Body::from_stream(all.map(Ok::<_, Infallible>))
}

/// The same, 600 MB long, as gzip: a good file, whose blanks are the same thousand bytes over and over.
pub(super) fn bomb() -> Vec<u8> {
    /// Of the whole text.
    const CRC: u32 = 0x6D5B_AFC3;
    let size = FIRST.len() + BOMB_MIB * MIB + LAST.len();
    let mut bytes = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
    stored(&mut bytes, FIRST, false);
    for _ in 0..BOMB_MIB {
        // A mebibyte of blanks, as zlib writes it with a full flush: one code of two bits for each 258 of them.
        bytes.extend([0xEC, 0xC1, 0x31, 1, 0, 0, 0, 0xC2, 0xA0, 0x2A, 0xEB, 0x9F, 0xD2, 0x10, 0xBE, 0x40, 1]);
        bytes.resize(bytes.len() + 1_015, 0);
        bytes.extend([0x7C, 6, 0, 0, 0xFF, 0xFF]);
    }
    stored(&mut bytes, LAST, true);
    bytes.extend(CRC.to_le_bytes());
    bytes.extend(u32::try_from(size).unwrap_or(0).to_le_bytes());
    bytes
}

/// A block that is not compressed.
fn stored(bytes: &mut Vec<u8>, text: &str, is_last: bool) {
    let length = u16::try_from(text.len()).unwrap_or(0);
    bytes.push(u8::from(is_last));
    bytes.extend(length.to_le_bytes());
    bytes.extend((!length).to_le_bytes());
    bytes.extend(text.bytes());
}
