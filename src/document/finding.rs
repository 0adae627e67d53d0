//! What can be found in what is read: its lines as they are painted, and where in them a text stands.

use std::ops::Range;

use super::{Line, lines, messages};
use crate::{
    format, layout,
    state::{Overlay, State},
};

impl Line {
    /// What it says, as it is painted.
    pub fn text(&self) -> String {
        match self {
            Self::Blank | Self::Bar(_) => String::new(),
            Self::Heading(text) | Self::Text(text, _) => text.clone(),
            Self::Field(name, value, _) => format!("{name}{value}"),
            Self::Run(when, status, outcome, current) => {
                let mark = if *current { "▸" } else { " " };
                format!("{mark}{when:>15}  {}  {outcome}", format::glyph(*status))
            }
        }
    }
}

/// What is read, line by line: the messages from the newest on, else the detail pane.
pub fn read(state: &State) -> Vec<String> {
    if let Some(Overlay::Messages(_)) = &state.overlay {
        return state.log.entries().rev().map(messages::words).collect();
    }
    let area = state.layout().and_then(|layout| layout.detail);
    let (Some(area), Some(detail), Some(job)) = (area, state.detail, state.selected()) else { return Vec::new() };
    lines(state, &job, detail.tab, layout::text_width(area)).iter().map(Line::text).collect()
}

/// Where a text stands in a line, by characters, without regard to case.
pub fn places(line: &str, sought: &str) -> Vec<Range<usize>> {
    let fold = |text: &str| text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect::<Vec<char>>();
    let (line, sought) = (fold(line), fold(sought));
    let (mut places, mut at) = (Vec::new(), 0);
    while !sought.is_empty() && at + sought.len() <= line.len() {
        if line[at..].starts_with(&sought) {
            places.push(at..at + sought.len());
            at += sought.len();
        } else {
            at += 1;
        }
    }
    places
}

/// Which of the matches one stands at, counted from 1, and how many there are: 0 of 0 where there is none, nothing where nothing
/// is looked for.
pub fn told(state: &State) -> Option<(usize, usize)> {
    let find = state.find.as_ref().filter(|find| !find.text.is_empty())?;
    let matches = matches(&read(state), &find.text);
    let at = matches.iter().position(|line| Some(*line) == find.at);
    Some((at.map_or(0, |at| at + 1), matches.len()))
}

/// The lines in which a text stands.
pub fn matches(lines: &[String], sought: &str) -> Vec<usize> {
    (0..lines.len()).filter(|at| !places(&lines[*at], sought).is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_wherever_it_stands_and_however_it_is_written() {
        for (line, sought, expected) in [
            ("Azure azure AZURE", "azure", &[(0, 5), (6, 11), (12, 17)][..]),
            ("aaa", "aa", &[(0, 2)]),
            ("ÜBER über", "über", &[(0, 4), (5, 9)]),
            ("İstanbul", "stan", &[(1, 5)]),
            ("abc", "", &[]),
            ("abc", "abcd", &[]),
            ("", "a", &[]),
        ] {
            let places: Vec<(usize, usize)> = places(line, sought).iter().map(|at| (at.start, at.end)).collect();
            assert_eq!(places, expected, "{sought} in {line}");
        }
    }
}
