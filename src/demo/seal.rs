//! Sealed texts: what the server hands out to be handed back, as access tokens and skip tokens.
//! It must never know what is inside; it only sees that a text is its own, and was made for the same purpose.

use super::dice::{hash, mix};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes of the keyed hash that a sealed text starts with; one byte of salt follows.
const HASH_BYTES: usize = 8;

/// Closes and opens texts under one key.
pub(super) struct Seal {
    key: u64,
}

impl Seal {
    pub(super) fn new(seed: u64) -> Self {
        Self { key: mix(seed ^ 0x5EA1) }
    }

    /// An opaque text in the standard Base64 alphabet. It always has a `+` or a `/`, so that a client that encodes a
    /// skip token once too often or too seldom is found out at the first page and not at the thousandth.
    pub(super) fn close(&self, purpose: u64, content: &[u8]) -> String {
        let with_salt = |salt| encode(&self.wrap(purpose, salt, content));
        (1..=u8::MAX).map(with_salt).find(|text| text.contains(['+', '/'])).unwrap_or_else(|| with_salt(0))
    }

    /// The content of a text that was closed under this key for the same purpose.
    pub(super) fn open(&self, purpose: u64, text: &str) -> Option<Vec<u8>> {
        let bytes = decode(text)?;
        let (hash, rest) = bytes.split_first_chunk::<HASH_BYTES>()?;
        let (salt, scrambled) = rest.split_first()?;
        let content = scramble(u64::from_be_bytes(*hash), scrambled);
        (self.wrap(purpose, *salt, &content) == bytes).then_some(content)
    }

    fn wrap(&self, purpose: u64, salt: u8, content: &[u8]) -> Vec<u8> {
        let hash = hash(self.key ^ mix(purpose ^ u64::from(salt)), content);
        [&hash.to_be_bytes()[..], &[salt], &scramble(hash, content)].concat()
    }
}

/// Makes the content unreadable at a glance; twice gives the content back.
fn scramble(hash: u64, content: &[u8]) -> Vec<u8> {
    let pad = (0..).flat_map(|block| mix(hash ^ block).to_be_bytes());
    content.iter().zip(pad).map(|(byte, pad)| byte ^ pad).collect()
}

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let digit = char::from(ALPHABET[bits >> (18 - 6 * at) & 63]);
            text.push(if at <= chunk.len() { digit } else { '=' });
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(digits.len());
    for chunk in digits.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for at in 0..4 {
            let value = match chunk.get(at) {
                Some(digit) => ALPHABET.iter().position(|known| known == digit)?,
                None => 0,
            };
            bits = bits << 6 | u32::try_from(value).ok()?;
        }
        bytes.extend_from_slice(&bits.to_be_bytes()[1..chunk.len().max(1)]);
    }
    // One text per content: spare bits, missing or additional padding are somebody else's work.
    (encode(&bytes) == text).then_some(bytes)
}
