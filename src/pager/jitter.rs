//! A small reproducible source of spread (splitmix64), so that many clients do not ask at the same moment: the same seed waits
//! the same.

use std::time::Duration;

#[derive(Debug, Clone)]
pub(super) struct Jitter(u64);

impl Jitter {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A length between none and `max`.
    pub(super) fn up_to(&mut self, max: Duration) -> Duration {
        max.mul_f64(self.fraction())
    }

    /// `around`, up to a share of `spread` more or less.
    pub(super) fn near(&mut self, around: Duration, spread: f64) -> Duration {
        around.mul_f64(1.0 - spread + 2.0 * spread * self.fraction())
    }

    fn fraction(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
