//! The real program in a pseudo-terminal: what it writes is read all the time and kept as a screen.

use std::{
    fs::OpenOptions,
    io::{Read, Write},
    num::NonZeroU16,
    os::unix::fs::OpenOptionsExt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use portable_pty::{CommandBuilder, ExitStatus, MasterPty, PtySize, SlavePty, native_pty_system};
use rustix::{
    fs::OFlags,
    process::{Pid, Signal, WaitOptions, kill_process, waitpid},
};

use super::{PATIENCE, oracle, stand::CANARY};

/// What the test itself writes behind the program's last word.
const END: &[u8] = b"\x1b]9;end\x07";

/// A running jobtop.
pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    /// Kept open, so that the terminal's modes can be looked at when the program has ended.
    _slave: Box<dyn SlavePty + Send>,
    writer: Box<dyn Write + Send>,
    reader: Option<JoinHandle<()>>,
    deaf: Arc<AtomicBool>,
    output: Receiver<Vec<u8>>,
    exit: Receiver<ExitStatus>,
    pid: Pid,
    asks: bool,
    background: bool,
    modes: String,
    screen: vt100::Parser,
    /// Everything that was written.
    pub raw: Vec<u8>,
}

/// How a jobtop is started.
pub struct Start<'a> {
    /// What is started: jobtop, or what jobtop is started in.
    pub program: &'a str,
    /// Columns and rows.
    pub size: (u16, u16),
    pub args: &'a [&'a str],
    pub env: &'a [(&'a str, &'a str)],
    /// Whether the pseudo-terminal is the process's own, whose end sends it SIGHUP.
    pub controlling: bool,
    /// Whether the questions of the set-up are asked.
    pub asks: bool,
    /// Whether the terminal is asked for its background, once.
    pub background: bool,
}

impl Default for Start<'_> {
    fn default() -> Self {
        Self {
            program: env!("CARGO_BIN_EXE_jobtop"),
            size: (100, 30),
            args: &["--demo", "--demo-jobs", "200", "--all-time"],
            env: &[],
            controlling: true,
            asks: false,
            background: false,
        }
    }
}

impl Start<'_> {
    /// Starts it; nothing of this process's environment is passed on.
    pub fn start(self) -> Pty {
        let (columns, rows) = self.size;
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let mut command = CommandBuilder::new(self.program);
        command.args(self.args);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        for (name, value) in self.env {
            command.env(name, value);
        }
        command.set_controlling_tty(self.controlling);
        let modes = modes(&*pair.master);
        let mut child = pair.slave.spawn_command(command).unwrap();
        let pid = Pid::from_raw(i32::try_from(child.process_id().unwrap()).unwrap()).unwrap();
        let (ended, exit) = channel();
        std::thread::spawn(move || ended.send(child.wait().unwrap()));
        let deaf = Arc::new(AtomicBool::new(false));
        let mut source = pair.master.try_clone_reader().unwrap();
        let (sink, output) = channel();
        let stop = Arc::clone(&deaf);
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = source.read(&mut buffer) {
                let heard = sink.send(buffer[..length].to_vec());
                if heard.is_err() || stop.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        let cells = |count| NonZeroU16::new(count).unwrap();
        Pty {
            writer: pair.master.take_writer().unwrap(),
            master: pair.master,
            _slave: pair.slave,
            reader: Some(reader),
            deaf,
            output,
            exit,
            pid,
            asks: self.asks,
            background: self.background,
            modes,
            screen: vt100::Parser::new(cells(rows), cells(columns), 0),
            raw: Vec::new(),
        }
    }

    /// Starts it and waits for the first jobs.
    pub fn start_with_jobs(self) -> Pty {
        let mut pty = self.start();
        pty.until("jobs are shown", |screen| screen.contents().contains("Finished "));
        pty
    }
}

impl Pty {
    /// Types, as a terminal would send it.
    pub fn keys(&mut self, bytes: &str) {
        self.writer.write_all(bytes.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    pub fn pid(&self) -> i32 {
        self.pid.as_raw_pid()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
    }

    /// The most memory that it has ever had, in KiB.
    #[cfg(target_os = "linux")]
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid.as_raw_nonzero())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches(" kB").parse().unwrap()
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.master.resize(size(columns, rows)).unwrap();
        let cells = |count| NonZeroU16::new(count).unwrap();
        self.screen.set_size(cells(rows), cells(columns));
    }

    pub fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }

    /// Reads until the screen is as expected.
    pub fn until(&mut self, expected: &str, is_met: impl Fn(&vt100::Screen) -> bool) {
        let began = Instant::now();
        while !is_met(self.screen.screen()) {
            let left = PATIENCE.saturating_sub(began.elapsed());
            let Ok(bytes) = self.output.recv_timeout(left) else {
                panic!("it never came to this: {expected}; the screen:\n{}", self.screen().contents());
            };
            self.hear(&bytes);
        }
    }

    /// Reads until a text is written behind the first `from` bytes; gives the bytes up to now.
    pub fn until_written(&mut self, from: usize, text: &str) -> usize {
        while !self.raw[from..].windows(text.len()).any(|window| window == text.as_bytes()) {
            let Ok(bytes) = self.output.recv_timeout(PATIENCE) else {
                panic!("{text:?} was never written:\n{}", String::from_utf8_lossy(&self.raw[from..]));
            };
            self.hear(&bytes);
        }
        self.raw.len()
    }

    /// Types until a text is written. A key that comes in the very moment of a resize is read with the next one only: the
    /// terminal library looks at one of both, and is woken once for both.
    pub fn insist(&mut self, keys: &str, text: &str) {
        let from = self.raw.len();
        let is_written = |raw: &[u8]| raw[from..].windows(text.len()).any(|window| window == text.as_bytes());
        let began = Instant::now();
        while !is_written(&self.raw) {
            assert!(began.elapsed() < PATIENCE, "{text:?} was never written");
            self.keys(keys);
            while let Ok(bytes) = self.output.recv_timeout(Duration::from_secs(1)) {
                self.hear(&bytes);
                if is_written(&self.raw) {
                    break;
                }
            }
        }
    }

    /// How much is written at the end of a time in which nothing should be.
    pub fn written_within(&mut self, time: Duration) -> usize {
        let began = Instant::now();
        while let Ok(bytes) = self.output.recv_timeout(time.saturating_sub(began.elapsed())) {
            self.hear(&bytes);
        }
        self.raw.len()
    }

    /// Types, and reads until a frame has come that is behind it.
    pub fn keys_and_frame(&mut self, bytes: &str) {
        let from = self.raw.len();
        self.keys(bytes);
        // A frame of few bytes comes as one piece, without a beginning and an end.
        let count = |bytes: &[u8], mark: &[u8]| bytes.windows(mark.len()).filter(|window| *window == mark).count();
        let is_whole = |raw: &[u8]| count(raw, b"\x1b[?2026h") == count(raw, b"\x1b[?2026l");
        while self.raw.len() == from || !is_whole(&self.raw[from..]) {
            let bytes = self.output.recv_timeout(PATIENCE).expect("a frame");
            self.hear(&bytes);
        }
    }

    /// Waits for the program's end; everything that it wrote is on the screen then.
    pub fn until_exit(&mut self) -> u32 {
        let status = self.until_end();
        self.assert_own();
        status
    }

    /// The same for a program that is not ours.
    pub fn until_end(&mut self) -> u32 {
        let status = self.exit.recv_timeout(PATIENCE).expect("the program ends");
        if self.reader.is_some() {
            // Behind the program's last word, so that this is the last to be read.
            let flags = OFlags::NOCTTY.bits().cast_signed();
            let mut terminal = OpenOptions::new();
            let terminal = terminal.write(true).custom_flags(flags).open(self.master.tty_name().unwrap());
            terminal.unwrap().write_all(END).unwrap();
            while !self.raw.ends_with(END) {
                let bytes = self.output.recv_timeout(PATIENCE).expect("the terminal's end");
                self.hear(&bytes);
            }
        }
        assert_eq!(status.signal(), None);
        status.exit_code()
    }

    /// Waits until the program is stopped, as a shell would.
    pub fn until_stopped(&self) {
        let (told, answer) = channel();
        let pid = self.pid;
        std::thread::spawn(move || told.send(waitpid(Some(pid), WaitOptions::UNTRACED)));
        let (_, status) = answer.recv_timeout(PATIENCE).expect("the program stops").unwrap().unwrap();
        assert!(status.stopped(), "{status:?}");
    }

    /// Nobody reads what the program writes any more. It is made to write for that: a read that waits cannot be called off.
    pub fn turn_deaf(&mut self) {
        self.deaf.store(true, Ordering::SeqCst);
        self.keys("\x0c");
        self.reader.take().unwrap().join().unwrap();
    }

    /// Closes the terminal's other end, as a terminal emulator that ends.
    pub fn hang_up(mut self) -> HungUp {
        self.turn_deaf();
        HungUp { exit: self.exit, since: Instant::now() }
    }

    /// Asserts that the terminal is as it was before the program.
    pub fn assert_restored(&self) {
        assert_eq!(modes(&*self.master), self.modes, "the terminal's modes");
        let screen = self.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "pastes are plain");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is the terminal's");
        let plain = !screen.bold() && !screen.inverse() && screen.fgcolor() == vt100::Color::Default;
        assert!(plain, "attributes are reset");
        let last = |bytes: &[u8]| self.raw.windows(bytes.len()).rposition(|window| window == bytes);
        // Plain lines have none.
        assert!(last(b"\x1b[?2026l") >= last(b"\x1b[?2026h"), "the synchronized update is over");
    }

    /// Asserts that everything that came to the terminal is the program's own, which holds for every session.
    pub fn assert_own(&self) {
        let own = self.raw.strip_suffix(END).unwrap_or(&self.raw);
        let own = if self.background { oracle::without_question(own).expect("it asks once") } else { own.to_vec() };
        assert_eq!(oracle::foreign(&own, self.asks), None);
        let said = String::from_utf8_lossy(&own);
        assert!(!said.contains(CANARY), "the secret is shown");
    }

    /// Asserts that the terminal is the program's.
    pub fn assert_taken(&self) {
        assert_ne!(modes(&*self.master), self.modes, "raw mode");
        assert!(self.screen().alternate_screen() && self.screen().hide_cursor() && self.screen().bracketed_paste());
    }

    fn hear(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.screen.process(bytes);
    }
}

/// A jobtop whose terminal is gone.
pub struct HungUp {
    pub exit: Receiver<ExitStatus>,
    pub since: Instant,
}

fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}
