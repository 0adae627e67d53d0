//! The terminal's life: taken, given back, lent to the shell in between, and given back whatever happens: a panic, a signal, a
//! terminal that takes no output any more. It knows nothing of what is painted.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::{self, IsTerminal, Write},
    panic::{self, PanicHookInfo},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use crossterm::{
    cursor::{Hide, Show},
    event::{DisableBracketedPaste, EnableBracketedPaste},
    execute, queue,
    style::{Attribute, SetAttribute, force_color_output},
    terminal::{EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use futures_util::{Stream, StreamExt};

#[cfg(unix)]
use super::keyboard::Keyboard;
use super::{Console, Heard, quiet::Quiet};
use crate::{
    clock, policy,
    state::{Announcement, Clipboard, State},
    text::{Foreign, Safe},
    view::{self, Canvas, Theme},
};

/// The exit status of a panic.
const PANICKED: u8 = 101;

/// Says what keeps the dashboard from being shown here, if anything does.
///
/// # Errors
/// One sentence with what is needed.
pub fn check() -> Result<(), &'static str> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err("the dashboard needs a terminal on standard input and standard output; \
                    for pipes and scripts there is `jobtop list`");
    }
    Ok(())
}

/// Whether the terminal cannot move its cursor, and takes no other sequence either.
pub fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Whether the terminal is ours. Every way out gives it back through this, and only the first of them does.
#[derive(Debug, Clone, Default)]
pub struct Hold {
    taken: Arc<AtomicBool>,
    /// It is given plain lines alone: no sequence takes it or gives it back.
    plain: bool,
}

impl Hold {
    /// One for plain lines.
    pub fn plain() -> Self {
        Self { plain: true, ..Self::default() }
    }

    /// Takes the terminal: raw mode, alternate screen, no cursor, pastes in brackets.
    pub(super) fn take(&self) -> io::Result<()> {
        let mut output = io::stdout().lock();
        enable_raw_mode()?;
        self.taken.store(true, Ordering::SeqCst);
        if self.plain {
            return Ok(());
        }
        execute!(output, EnterAlternateScreen, EnableBracketedPaste, Hide)
    }

    /// Gives the terminal back as it was, if it is ours; waits for the frame that is being written.
    pub fn give_back(&self) {
        let mut output = io::stdout().lock();
        if self.taken.swap(false, Ordering::SeqCst) {
            // A terminal that is gone cannot be given back, and there is nobody to tell.
            let _ = disable_raw_mode();
            let _ = output.write_all(&self.farewell()).and_then(|()| output.flush());
        }
    }

    /// Gives it back and stops until the process is continued. The whole job, as the terminal's own Ctrl-Z does: a script
    /// around jobtop must stop too, or the shell waits on. The loop runs on the main thread, which takes a signal to the
    /// process before its next step: what follows here happens after SIGCONT.
    #[cfg(unix)]
    pub(super) fn stop(&self) -> io::Result<()> {
        self.give_back();
        Ok(rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?)
    }

    /// Somebody else stopped and continued the process, and the shell has put its own modes back. crossterm takes raw mode to
    /// be on still, and to leave it and enter it anew would give a Ctrl-C in between to the system.
    pub(super) fn take_modes() -> io::Result<()> {
        #[cfg(unix)]
        {
            use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

            let mut modes = tcgetattr(io::stdin())?;
            modes.make_raw();
            tcsetattr(io::stdin(), OptionalActions::Now, &modes)?;
        }
        Ok(())
    }

    fn farewell(&self) -> Vec<u8> {
        if self.plain { Vec::new() } else { farewell() }
    }

    /// Ends the process with `status` when it has not ended by itself before long: the terminal may take no output, and
    /// whoever writes to it waits for ever then.
    pub fn end_soon(&self, status: u8) {
        let hold = self.clone();
        // Without another thread to be had there is only the orderly way.
        let _ = std::thread::Builder::new().spawn(move || hold.end_at_last(status));
    }

    /// [`Hold::end_soon`] on the calling thread.
    pub(super) fn end_at_last(&self, status: u8) {
        clock::block(policy::LAST_RESORT);
        if self.taken.swap(false, Ordering::SeqCst) {
            let _ = disable_raw_mode();
            #[cfg(unix)]
            let _ = say_without_waiting(&self.farewell());
        }
        std::process::exit(i32::from(status));
    }
}

/// Buttons and wheel are told, in the form that has no limit to columns.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// Which colour is the background?
const BACKGROUND: &[u8] = b"\x1b]11;?\x1b\\";

/// What a terminal is told when it is given back.
fn farewell() -> Vec<u8> {
    // A frame may have been cut off where it moved rows: the whole screen scrolls again.
    let mut bytes = [MOUSE_OFF, b"\x1b[r"].concat();
    let attributes = SetAttribute(Attribute::Reset);
    let done = queue!(bytes, EndSynchronizedUpdate, attributes, DisableBracketedPaste, LeaveAlternateScreen, Show);
    // Memory takes everything.
    debug_assert!(done.is_ok());
    bytes
}

/// Writes to the terminal what it takes at once, after what it has not taken until now is thrown away. The terminal is opened
/// anew: the shell shares what we were started with, and must not find it in another mode.
#[cfg(unix)]
fn say_without_waiting(bytes: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::{fs::OFlags, termios};

    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let mut terminal = std::fs::OpenOptions::new().write(true).custom_flags(flags).open("/dev/tty")?;
    termios::tcflush(&terminal, termios::QueueSelector::OFlush)?;
    terminal.write_all(bytes)
}

/// From now on a panic anywhere gives the terminal back, is reported after that, and ends the process.
pub fn restore_on_panic(hold: &Hold) {
    let hold = hold.clone();
    panic::set_hook(Box::new(move |panic| {
        hold.end_soon(PANICKED);
        hold.give_back();
        let _ = report(panic, &mut io::stderr().lock());
        std::process::exit(i32::from(PANICKED));
    }));
}

fn report(panic: &PanicHookInfo<'_>, to: &mut impl Write) -> io::Result<()> {
    let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
    writeln!(to, "jobtop has a bug and had to stop{place}:")?;
    // The text may quote what a server sent.
    for line in Foreign::from(panic.payload_as_str().unwrap_or("no message")).lines(policy::FIELD_SHOWN_BYTES) {
        writeln!(to, "  {line}")?;
    }
    writeln!(to, "Nothing was changed at the server. Please report these lines; RUST_BACKTRACE=1 adds more.")?;
    let trace = Backtrace::capture();
    if trace.status() == BacktraceStatus::Captured {
        writeln!(to, "{trace}")?;
    }
    Ok(())
}

/// The terminal that jobtop was started in, ours until this is dropped.
#[derive(Debug)]
pub struct Tty {
    hold: Hold,
    screen: Quiet<Output>,
    canvas: Canvas,
    keys: Keys,
    has_mouse: bool,
}

impl Tty {
    /// Takes the terminal.
    ///
    /// # Errors
    /// When it cannot be switched to raw mode or written to.
    pub fn open(hold: Hold) -> io::Result<Self> {
        // Otherwise crossterm, where NO_COLOR is set, resets bold and reverse with every colour; the theme obeys it itself.
        force_color_output(true);
        let screen = Quiet::new(Output(hold.clone()), &std::env::var("TERM").unwrap_or_default());
        let tty = Self { hold, screen, canvas: Canvas::default(), keys: Keys::default(), has_mouse: false };
        tty.hold.take()?;
        Ok(tty)
    }

    fn take_again(&mut self) -> io::Result<()> {
        self.hold.take()?;
        self.take_mouse(self.has_mouse)?;
        self.screen.taken_again();
        Ok(())
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        self.hold.give_back();
    }
}

impl Console for Tty {
    type Events = Keys;

    fn events(&mut self) -> &mut Keys {
        &mut self.keys
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        // The same as the library's, which opens the terminal anew each time.
        #[cfg(unix)]
        if let Ok(size) = rustix::termios::tcgetwinsize(io::stdout())
            && size.ws_col > 0
            && size.ws_row > 0
        {
            return Ok((size.ws_col, size.ws_row));
        }
        crossterm::terminal::size()
    }

    fn show(&mut self, state: &State, theme: &Theme) -> io::Result<()> {
        let size = self.size()?;
        self.screen.draw(size, |buffer| view::repaint(state, theme, &mut self.canvas, buffer))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.screen.clear();
        Ok(())
    }

    fn copy(&mut self, text: &Safe, way: Clipboard) -> io::Result<()> {
        self.screen.copy(text, way)
    }

    fn announce(&mut self, announcement: &Announcement, way: Clipboard) -> io::Result<()> {
        self.screen.announce(announcement, way)
    }

    fn ask_background(&mut self) -> io::Result<()> {
        Output(self.hold.clone()).write_all(BACKGROUND)
    }

    /// Buttons and wheel alone: a terminal that told every movement would wake us with each.
    fn take_mouse(&mut self, ours: bool) -> io::Result<()> {
        self.has_mouse = ours;
        Output(self.hold.clone()).write_all(if ours { MOUSE_ON } else { MOUSE_OFF })
    }

    #[cfg(unix)]
    fn suspend(&mut self) -> io::Result<()> {
        self.keys = Keys::default();
        self.hold.stop()?;
        self.take_again()
    }

    #[cfg(not(unix))]
    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn resume(&mut self) -> io::Result<()> {
        Hold::take_modes()?;
        self.take_again()
    }
}

/// What is typed. The stream is made when first asked for, so that the keys of a suspended jobtop are the shell's.
#[derive(Debug, Default)]
pub struct Keys(Option<Keyboard>);

impl Stream for Keys {
    type Item = io::Result<Heard>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.0.is_none() {
            self.0 = Some(keyboard()?);
        }
        self.0.as_mut().map_or(Poll::Ready(None), |keyboard| heard(keyboard, cx))
    }
}

#[cfg(unix)]
fn keyboard() -> io::Result<Keyboard> {
    Keyboard::new()
}

#[cfg(unix)]
fn heard(keyboard: &mut Keyboard, cx: &mut Context<'_>) -> Poll<Option<io::Result<Heard>>> {
    keyboard.poll_next_unpin(cx)
}

#[cfg(not(unix))]
fn heard(keyboard: &mut Keyboard, cx: &mut Context<'_>) -> Poll<Option<io::Result<Heard>>> {
    keyboard.poll_next_unpin(cx).map(|next| next.map(|event| event.map(Heard::Event)))
}

/// Where there is no other way the library's own reader does it, with a thread.
#[cfg(not(unix))]
type Keyboard = crossterm::event::EventStream;

#[cfg(not(unix))]
fn keyboard() -> io::Result<Keyboard> {
    Ok(Keyboard::new())
}

/// Past the library's buffer, which is empty, and which would cut a frame after its last line feed.
#[cfg(unix)]
fn write_now(output: &mut io::StdoutLock, bytes: &[u8]) -> io::Result<usize> {
    Ok(rustix::io::write(output, bytes)?)
}

#[cfg(not(unix))]
fn write_now(output: &mut io::StdoutLock, bytes: &[u8]) -> io::Result<usize> {
    output.write(bytes)
}

/// Standard output for as long as the terminal is ours; what comes later is dropped, or it would be painted on the shell.
#[derive(Debug)]
pub(super) struct Output(pub(super) Hold);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut output = io::stdout().lock();
        if self.0.taken.load(Ordering::SeqCst) { write_now(&mut output, bytes) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut output = io::stdout().lock();
        if self.0.taken.load(Ordering::SeqCst) { output.flush() } else { Ok(()) }
    }
}
