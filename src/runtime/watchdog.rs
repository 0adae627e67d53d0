//! The watchdog: ends the process when its terminal goes away. It sleeps in the kernel until then and wakes for nothing else.

use std::io;

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
};

/// The exit status of a process whose terminal hung up: 128 and the number of SIGHUP.
pub const HUNG_UP: u8 = 129;

/// Watches standard input, which is a terminal. That SIGHUP comes as well is not certain: it may be blocked, or go to
/// another process; and whoever then reads on from the terminal reads its end for ever, at a whole processor's cost.
///
/// # Errors
/// When the system gives no thread.
pub fn watch() -> io::Result<()> {
    let watch = || {
        let input = io::stdin();
        loop {
            // No event is asked for: a hang-up is told of always.
            let mut terminal = [PollFd::new(&input, PollFlags::empty())];
            match poll(&mut terminal, None) {
                Err(Errno::INTR) => {}
                // Without a way to watch, SIGHUP has to do.
                Err(_) => return,
                Ok(_) => std::process::exit(i32::from(HUNG_UP)),
            }
        }
    };
    std::thread::Builder::new().name("watchdog".to_owned()).spawn(watch).map(drop)
}
