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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_spread_evenly_and_a_seed_waits_the_same_again() {
        for seed in [0, 1, u64::MAX] {
            let mut tenths = [0; 10];
            let mut jitter = Jitter::new(seed);
            for _ in 0..1_000 {
                let wait = jitter.up_to(Duration::from_millis(1_000));
                tenths[usize::try_from(wait.as_millis() / 100).unwrap()] += 1;
            }
            assert!(tenths.iter().all(|count| (60..140).contains(count)), "{seed}: {tenths:?}");
        }
        // The first three of splitmix64 with the seed 0, as its authors publish them.
        let mut jitter = Jitter::new(0);
        for first in [0xE220_A839_7B1D_CDAF_u64, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F] {
            assert!((jitter.fraction() - (first >> 11) as f64 / (1_u64 << 53) as f64).abs() < f64::EPSILON);
        }
    }
}
