//! The fields of a job as they came, for rows of which no shape gives them back. It knows nothing of what they mean.

use crate::{model::RawField, text::Foreign};

/// Raw fields in one text, with the end of each name and each value.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    text: Box<str>,
    ends: Box<[u32]>,
}

impl Kept {
    pub(super) fn new(raw: &[RawField]) -> Self {
        let (mut text, mut ends) = (String::new(), Vec::new());
        for part in raw.iter().flat_map(|field| [&field.name, &field.json]) {
            text.push_str(part.raw());
            ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        }
        Self { text: text.into(), ends: ends.into() }
    }

    pub(super) fn fields(&self) -> Box<[RawField]> {
        let mut from = 0;
        let mut next = |end: u32| {
            let to = end as usize;
            Foreign::from(&self.text[std::mem::replace(&mut from, to)..to])
        };
        self.ends.chunks_exact(2).map(|ends| RawField { name: next(ends[0]), json: next(ends[1]) }).collect()
    }
}
