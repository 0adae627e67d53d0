//! Which characters may be shown, by the rule alone: written anew from the Unicode tables, not from what `text` thinks.

/// Format characters (general category Cf, Unicode 16) but those that are seen: the Arabic and Kaithi number signs and the
/// Syriac abbreviation mark.
const FORMAT: [(u32, u32); 12] = [
    (0x00AD, 0x00AD),
    (0x061C, 0x061C),
    (0x180E, 0x180E),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x2064),
    (0x2066, 0x206F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0x13430, 0x1343F),
    (0xE0001, 0xE0001),
    (0xE0020, 0xE007F),
];

/// Fillers, variation selectors, line and paragraph separators, musical controls, tags: what is not seen and is no format
/// character, or will be one.
const UNSEEN: [(u32, u32); 14] = [
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2028, 0x2029),
    (0x2065, 0x2065),
    (0x3164, 0x3164),
    (0xFDD0, 0xFDEF),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
];

/// Whether a character acts, hides or deceives.
pub fn is_forbidden(c: char) -> bool {
    let code = u32::from(c);
    let within = |ranges: &[(u32, u32)]| ranges.iter().any(|(first, last)| (*first..=*last).contains(&code));
    c.is_control() || code & 0xFFFE == 0xFFFE || within(&FORMAT) || within(&UNSEEN)
}

/// Whether a forbidden character is right behind another: a joiner between letters of a joining script or emoji, and the
/// selector that makes a sign or a key an emoji.
pub fn is_right_behind(before: char, c: char) -> bool {
    let joining = matches!(u32::from(before), 0x0600..=0x109F | 0x1780..=0x17FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC);
    let emoji = matches!(u32::from(before), 0x203C..=0x2BFF | 0x1F000..=0x1FAFF);
    match c {
        '\u{200c}' => joining,
        '\u{200d}' => joining || emoji || before == '\u{fe0f}',
        '\u{fe0f}' => emoji || matches!(before, '0'..='9' | '#' | '*'),
        _ => false,
    }
}
