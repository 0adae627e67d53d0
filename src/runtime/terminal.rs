//! The terminal's own life: taken over, given back, lost. Whatever happens to jobtop, the user's terminal is left as it was.

use std::{
    io::{self, BufWriter, IsTerminal, Stdout, stdin, stdout},
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
    cursor::{Hide, Show},
    event::{DisableBracketedPaste, EnableBracketedPaste},
    execute,
    style::force_color_output,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use ratatui::{Terminal, backend::CrosstermBackend};

/// Bytes gathered before a write: a whole frame of a large screen.
const FRAME_BYTES: usize = 64 << 10;

/// Whether the terminal is ours at the moment: whoever sets it to false gives it back, so that this happens once.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours; given back when dropped.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
}

impl Screen {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When input or output is no terminal, or it refuses.
    pub fn take() -> io::Result<Self> {
        if !stdin().is_terminal() || !stdout().is_terminal() {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "input and output must be a terminal"));
        }
        // With NO_COLOR set, crossterm would end bold and reverse with every change of colour; the theme does without colours.
        force_color_output(true);
        enter()?;
        let backend = CrosstermBackend::new(BufWriter::with_capacity(FRAME_BYTES, stdout()));
        Terminal::new(backend).map(|terminal| Self { terminal }).inspect_err(|_| leave())
    }

    /// What the loop draws on.
    pub fn terminal(&mut self) -> &mut Terminal<CrosstermBackend<BufWriter<Stdout>>> {
        &mut self.terminal
    }

    /// Gives the terminal back, stops until continued, takes it over again.
    ///
    /// # Errors
    /// When the terminal cannot be taken over again.
    pub fn suspend(&mut self) -> io::Result<()> {
        leave();
        #[cfg(unix)]
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        enter()
    }

    /// After having been stopped without a word, the terminal is as the shell has left it: takes it over again.
    ///
    /// # Errors
    /// When the terminal refuses.
    pub fn retake(&mut self) -> io::Result<()> {
        TAKEN.store(false, Ordering::SeqCst);
        enter()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

fn enter() -> io::Result<()> {
    if !TAKEN.swap(true, Ordering::SeqCst) {
        enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste, Hide).inspect_err(|_| leave())?;
    }
    Ok(())
}

/// Gives the terminal back, once. Errors are passed over: there is nobody left to tell.
fn leave() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = execute!(stdout(), DisableBracketedPaste, LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
    }
}

/// A panic anywhere, in a task too, gives the terminal back first and ends the program with 101.
pub fn guard_against_panics() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        leave();
        report(panic);
        std::process::exit(101);
    }));
}

/// Ends the process as a signal would, without a word to a terminal that may be blocked.
pub fn abandon(signal: i32) {
    let _ = disable_raw_mode();
    std::process::exit(128 + signal);
}

/// Watches for the terminal to go away: crossterm alone would read its end for ever. One thread sleeps in the kernel until
/// then, so that rest costs nothing.
pub fn watch_over() {
    #[cfg(unix)]
    std::thread::spawn(|| {
        use rustix::event::{PollFd, PollFlags, poll};

        let terminal = rustix::stdio::stdin();
        loop {
            let mut watched = [PollFd::from_borrowed_fd(terminal, PollFlags::empty())];
            match poll(&mut watched, None) {
                Ok(_) if watched[0].revents().intersects(PollFlags::HUP | PollFlags::ERR) => {
                    std::process::exit(128 + signal_hook::consts::SIGHUP);
                }
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => return,
            }
        }
    });
}
