//! Pseudo-randomness: one mixing function, a keyed hash and dice that are thrown anew for every job.
//! It must never know what is drawn; there is no state between jobs, so that one job never depends on another.

/// Scrambles 64 bits (the finaliser of `SplitMix64`).
pub(super) fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// A keyed hash of some bytes. It keeps mistakes out, not attackers: nothing here is secret.
pub(super) fn hash(key: u64, bytes: &[u8]) -> u64 {
    mix(bytes.iter().fold(mix(key), |hash, byte| mix(hash ^ u64::from(*byte))))
}

/// A stream of numbers that depends on the seed and on what it is thrown for, and on nothing else.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64, thrown_for: impl IntoIterator<Item = i64>) -> Self {
        Self(thrown_for.into_iter().fold(mix(seed), |state, part| mix(state ^ part.cast_unsigned())))
    }

    /// A number from 0 up to, not including, `end`; 0 if `end` is 0.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        self.0 = mix(self.0);
        u32::try_from(self.0 % u64::from(end.max(1))).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included, most often near the middle.
    pub(super) fn around(&mut self, low: u32, high: u32) -> u32 {
        let half = high.saturating_sub(low) / 2;
        low + self.below(half + 1) + self.below(half + 1)
    }
}
