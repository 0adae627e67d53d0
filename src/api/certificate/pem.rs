//! PEM: a text → its blocks, and what each calls itself. Text around and between the blocks is passed over.
//! It knows no cryptography, and leaves no copy of a key in memory.

use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const RULE: &str = "-----";

/// One block of a text.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    /// What it says to be, like `CERTIFICATE`.
    pub(super) label: &'a str,
    body: &'a str,
}

/// The blocks of a text, in its order; one that has no end is none.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    text.split(BEGIN).skip(1).filter_map(block).collect()
}

fn block(rest: &str) -> Option<Block<'_>> {
    let (label, rest) = rest.split_once(RULE)?;
    let (body, _) = rest.split_once(END)?;
    Some(Block { label, body })
}

impl Block<'_> {
    /// Whether it is encrypted by the headers of RFC 1421.
    pub(super) fn is_encrypted_by_header(&self) -> bool {
        self.body.contains("DEK-Info:")
    }

    /// What it holds, unless it is damaged.
    pub(super) fn bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        // Room for everything at once: a buffer that grows leaves copies behind.
        let mut digits = Zeroizing::new(Vec::with_capacity(self.body.len()));
        digits.extend(self.body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.body.len()));
        STANDARD.decode_vec(&*digits, &mut bytes).ok()?;
        Some(bytes)
    }

    /// What it is, for a reader who expected something else.
    pub(super) fn name(&self) -> &'static str {
        match self.label {
            "CERTIFICATE" => "a certificate",
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => "a certificate request",
            "PUBLIC KEY" | "RSA PUBLIC KEY" => "a public key",
            label if label.ends_with("PRIVATE KEY") => "a private key",
            _ => "a PEM block of another kind",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_in_any_text_and_lines_may_be_of_any_length() {
        let text = "Bag Attributes: <x>\r\n-----BEGIN A B-----\r\n  AQID\r\nBA==\r\n-----END A B-----\r\nsubject=x\n\
                    -----BEGIN C-----AQ==-----END C-----\n-----BEGIN D-----\nAQ=\n-----END D-----\n-----BEGIN E-----\nAQ";
        let read: Vec<_> = blocks(text).iter().map(|block| (block.label, block.bytes().map(|b| b.to_vec()))).collect();
        assert_eq!(read, [("A B", Some(vec![1, 2, 3, 4])), ("C", Some(vec![1])), ("D", None)]);
        assert!(blocks("").is_empty() && blocks("-----BEGIN ").is_empty() && blocks("BEGIN X").is_empty());
    }
}
