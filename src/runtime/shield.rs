//! What keeps the process's memory to itself, and the process alive where only one of its files has no room.

/// No core file and no other process of the same user may show the secret; a system that does not know how is not to blame.
pub fn harden() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    #[cfg(unix)]
    {
        use std::sync::{Arc, atomic::AtomicBool};
        // A file that may grow no further is an error to tell, not a reason to die with the terminal in hand.
        let ignored = Arc::new(AtomicBool::new(false));
        let _ = signal_hook::flag::register(rustix::process::Signal::XFSZ.as_raw(), ignored);
    }
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
