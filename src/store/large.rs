//! Memory for what a million rows take, in pages of 2 MiB where the system has them: it is there after a five-hundredth of the
//! faults, found again at once after a rest, and taken back in no time when the program ends. It knows nothing of what it holds.

use std::ops::{Deref, DerefMut};

use memmap2::MmapMut;

/// A page that the system takes for 512 of the usual ones.
pub(super) const LARGE_PAGE: usize = 2 << 20;

/// Bytes, zero at first, that take no memory before they are used.
#[derive(Debug)]
pub(super) struct Large(MmapMut);

impl Large {
    /// So many bytes.
    ///
    /// # Panics
    /// When the system has no memory left, as the allocator ends the program then.
    pub(super) fn zeroed(bytes: usize) -> Self {
        let map = MmapMut::map_anon(bytes).expect("the system has no memory left");
        #[cfg(target_os = "linux")]
        if bytes >= LARGE_PAGE {
            // A system that has no such pages refuses, and nothing but time is lost.
            let _ = map.advise(memmap2::Advice::HugePage);
        }
        Self(map)
    }
}

impl Deref for Large {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Large {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}
