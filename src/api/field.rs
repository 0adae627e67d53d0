//! JSON fields as this API may write them: an object without regard to case or repetition, and lenient values.
//! Whatever a value does not give back exactly is marked, so that its row can keep it as it came.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::time::{Moment, moment, moment_of_ticks};
use crate::model::TimeSpan;

/// Fields taken from one object; a job has eleven. The rest of a longer one is left out.
const FIELDS: usize = 64;
/// Whole numbers up to this one survive as floating point.
const EXACT_FLOAT: f64 = 9_007_199_254_740_992.0;

/// The fields of an object, in their order, each still as JSON text.
pub(super) struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// The first items of an array, each still as JSON text.
pub(super) struct Items<'a, const MAX: usize>(pub(super) Vec<&'a RawValue>);

/// What a field's value says.
#[derive(Debug, PartialEq)]
pub(super) enum Value<T> {
    /// Nothing: `null`, or a form that means the same.
    Nothing,
    /// This, and nothing else.
    Exact(T),
    /// This as far as can be told, in a form that is worth keeping.
    Odd(Option<T>),
}

impl<'a> Fields<'a> {
    /// Reads an object; any other value is an error.
    pub(super) fn read(json: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(json)
    }

    /// Takes out the first field of this name.
    pub(super) fn take(&mut self, name: &str) -> Option<(Cow<'a, str>, &'a RawValue)> {
        let place = self.0.iter().position(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(self.0.remove(place))
    }

    /// The values of the fields of this name that are not null, the last first: it is the one that counts.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &'a RawValue> {
        let named =
            move |(known, value): &(Cow<'a, str>, &RawValue)| known.eq_ignore_ascii_case(name) && !is_null(value);
        self.0.iter().rev().filter(move |field| named(field)).map(|(_, value)| *value)
    }

    /// The value of the last field of this name that is not null.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.all(name).next()
    }

    /// The text of the first of these fields that has one.
    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        let filled = |text: &String| !text.trim().is_empty();
        names.iter().find_map(|name| string(self.get(name)?).map(|(text, _)| text).filter(filled))
    }

    /// What was not taken out.
    pub(super) fn rest(self) -> impl Iterator<Item = (Cow<'a, str>, &'a RawValue)> {
        self.0.into_iter()
    }

    /// Whether there is nothing in it but blanks.
    pub(super) fn is_blank(&self) -> bool {
        self.0.iter().all(|(_, value)| matches!(value.get(), "null" | "\"\"" | "0" | "false" | "[]" | "{}"))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                // As many as a job has, at once.
                let mut fields = Vec::with_capacity(12);
                // The key as raw text too: half a surrogate pair in it must not cost the object.
                while fields.len() < FIELDS
                    && let Some(key) = map.next_key::<&'de RawValue>()?
                {
                    let read = || string(key).map_or_else(|| key.get().to_owned(), |(name, _)| name);
                    let name = plain(key).map_or_else(|| Cow::Owned(read()), Cow::Borrowed);
                    fields.push((name, map.next_value()?));
                }
                while map.next_key::<&RawValue>()?.is_some() {
                    map.next_value::<IgnoredAny>()?;
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Object).map(Fields)
    }
}

impl<'de: 'a, 'a, const MAX: usize> Deserialize<'de> for Items<'a, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Array<const MAX: usize>;
        impl<'de, const MAX: usize> Visitor<'de> for Array<MAX> {
            type Value = Vec<&'de RawValue>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut taken = Vec::new();
                while taken.len() < MAX
                    && let Some(item) = items.next_element()?
                {
                    taken.push(item);
                }
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(taken)
            }
        }
        deserializer.deserialize_seq(Array::<MAX>).map(Items)
    }
}

/// The text of a JSON string that says what it means: nearly all do, and need not be read sign by sign.
fn plain(raw: &RawValue) -> Option<&str> {
    let text = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    (!text.as_bytes().contains(&b'\\')).then_some(text)
}

/// The text of a JSON string, and whether it is whole: half a surrogate pair is replaced, not refused.
pub(super) fn string(raw: &RawValue) -> Option<(String, bool)> {
    struct Text(String, bool);
    impl<'de> Deserialize<'de> for Text {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Bytes;
            impl Visitor<'_> for Bytes {
                type Value = Text;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a string")
                }

                fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Text, E> {
                    let text = String::from_utf8_lossy(bytes);
                    Ok(Text(text.to_string(), text.as_bytes() == bytes))
                }
            }
            // As bytes, since only they may hold half a surrogate pair.
            deserializer.deserialize_bytes(Bytes)
        }
    }
    if let Some(text) = plain(raw) {
        return Some((text.to_owned(), true));
    }
    let Text(text, whole) = serde_json::from_str(raw.get()).ok()?;
    Some((text, whole))
}

/// Text.
pub(super) fn text(raw: &RawValue) -> Value<String> {
    match string(raw) {
        Some((text, true)) => Value::Exact(text),
        Some((text, false)) => Value::Odd(Some(text)),
        None if is_null(raw) => Value::Nothing,
        None => Value::Odd(None),
    }
}

/// A number of things: never negative.
pub(super) fn count(raw: &RawValue) -> Value<u64> {
    match raw.get().parse() {
        Ok(number) => Value::Exact(number),
        Err(_) => odd(raw, |text| whole_number(text).and_then(|number| number.try_into().ok())),
    }
}

/// A number out of an enumeration, or whatever `named` makes of a string.
pub(super) fn number(raw: &RawValue, named: impl Fn(&str) -> Option<i64>) -> Value<i64> {
    match raw.get().parse() {
        Ok(number) => Value::Exact(number),
        Err(_) => odd(raw, |text| whole_number(text).or_else(|| named(text))),
    }
}

/// A length of time: a .NET `TimeSpan` or ticks.
pub(super) fn span(raw: &RawValue) -> Value<TimeSpan> {
    odd(raw, |text| TimeSpan::parse(text).or_else(|| whole_number(text).map(TimeSpan::from_ticks)))
        .exact_if(|span| string(raw).is_some_and(|(text, _)| text == span.to_string()))
}

/// A moment: ISO 8601 or .NET ticks.
pub(super) fn time(raw: &RawValue) -> Value<chrono::DateTime<chrono::Utc>> {
    let (text, _) = string(raw).unwrap_or_else(|| (raw.get().to_owned(), true));
    let moment = match whole_number(&text) {
        Some(ticks) => moment_of_ticks(ticks),
        None if is_null(raw) => Moment::Never,
        None => moment(&text),
    };
    match moment {
        Moment::Never => Value::Nothing,
        Moment::At { at, exact: true } => Value::Exact(at),
        Moment::At { at, exact: false } => Value::Odd(Some(at)),
        Moment::Unclear => Value::Odd(None),
    }
}

impl<T> Value<T> {
    fn exact_if(self, test: impl Fn(&T) -> bool) -> Self {
        match self {
            Self::Odd(Some(value)) if test(&value) => Self::Exact(value),
            other => other,
        }
    }
}

fn odd<T>(raw: &RawValue, read: impl Fn(&str) -> Option<T>) -> Value<T> {
    let (text, _) = string(raw).unwrap_or_else(|| (raw.get().to_owned(), true));
    if is_null(raw) || text.trim().is_empty() { Value::Nothing } else { Value::Odd(read(text.trim())) }
}

fn whole_number(text: &str) -> Option<i64> {
    let whole = |float: &f64| float.fract() == 0.0 && float.abs() <= EXACT_FLOAT;
    text.parse().ok().or_else(|| format!("{:.0}", text.parse().ok().filter(whole)?).parse().ok())
}

fn is_null(raw: &RawValue) -> bool {
    raw.get() == "null"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> &RawValue {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn counts_are_read_in_every_form_and_never_made_up() {
        for (json, value) in [
            ("12", Value::Exact(12)),
            ("0", Value::Exact(0)),
            ("18446744073709551615", Value::Exact(u64::MAX)),
            ("null", Value::Nothing),
            ("\"\"", Value::Nothing),
            ("\"12\"", Value::Odd(Some(12))),
            ("12.0", Value::Odd(Some(12))),
            ("1e3", Value::Odd(Some(1_000))),
            ("12.5", Value::Odd(None)),
            ("-1", Value::Odd(None)),
            ("1e300", Value::Odd(None)),
            ("\"NaN\"", Value::Odd(None)),
            ("true", Value::Odd(None)),
            ("[12]", Value::Odd(None)),
        ] {
            assert_eq!(count(raw(json)), value, "{json}");
        }
    }

    #[test]
    fn lengths_of_time_are_spans_or_ticks() {
        let span_of = |seconds| Some(TimeSpan::from_seconds(seconds));
        assert_eq!(span(raw("\"1.16:00:44\"")), Value::Exact(span_of(144_044).unwrap()));
        assert_eq!(span(raw("\"0.00:04:01\"")), Value::Odd(span_of(241)));
        assert_eq!(span(raw("2410000000")), Value::Odd(span_of(241)));
        assert_eq!(span(raw("\"2410000000\"")), Value::Odd(span_of(241)));
        assert_eq!(span(raw("\"4 minutes\"")), Value::Odd(None));
        assert_eq!(span(raw("null")), Value::Nothing);
    }

    #[test]
    fn half_a_surrogate_pair_costs_neither_the_text_nor_the_object() {
        assert_eq!(text(raw(r#""a\u00e9""#)), Value::Exact("aé".to_owned()));
        let Value::Odd(Some(kept)) = text(raw(r#""a\ud800b""#)) else { panic!("the text was lost") };
        assert!(kept.starts_with('a') && kept.ends_with('b'));
        let fields = Fields::read(r#"{"x\ud800": 1, "A": 2, "a": null}"#).ok().unwrap();
        assert_eq!(fields.get("a").map(RawValue::get), Some("2"));
        assert!(Fields::read("[]").is_err());
    }
}
