//! The journal: what was asked, what came of it and what was told, line by line in a file, to look into trouble afterwards. It
//! makes nobody wait and is told no secret. It never knows what the messages screen remembers, which is [`crate::state::Log`].

mod ring;

use std::{
    fmt, io,
    path::Path,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
};

use chrono::SecondsFormat;

pub use ring::{Refusal, Ring};

use crate::{clock::Clock, policy, text::Foreign};

const PROGRAM: &str = concat!("jobtop ", env!("CARGO_PKG_VERSION"));

/// A hold on the journal; one that is off takes everything and keeps nothing.
#[derive(Debug, Clone, Default)]
pub struct Journal(Option<Pen>);

#[derive(Debug, Clone)]
struct Pen {
    entries: SyncSender<Entry>,
    fate: Arc<Fate>,
    clock: Clock,
}

/// What became of what was to be written.
#[derive(Debug, Default)]
struct Fate {
    /// Lines for which there was no room in the channel.
    dropped: AtomicU64,
    /// Why nothing is written any more.
    trouble: OnceLock<String>,
}

enum Entry {
    Line(String),
    /// The last one; who waits for it is told through this.
    End(String, SyncSender<()>),
}

/// What writes a line, whole.
pub type Sink = Box<dyn FnMut(&[u8]) -> io::Result<()> + Send>;

impl Journal {
    /// Opens the journal at `path`.
    ///
    /// # Errors
    /// When the file is none that may be written to.
    pub fn open(path: &Path, clock: Clock) -> Result<Self, Refusal> {
        let mut ring = Ring::open(path, policy::JOURNAL_BYTES)?;
        let name = Foreign::from(path.to_string_lossy().as_ref()).line(200).to_string();
        Self::on(Box::new(move |line| ring.write(line)), name, clock).map_err(Refusal::Unwritable)
    }

    /// A journal that is written by `sink`, which bears `name`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn on(sink: Sink, name: String, clock: Clock) -> io::Result<Self> {
        let (entries, inbox) = sync_channel(policy::JOURNAL_LINES);
        let fate = Arc::new(Fate::default());
        let writer = Writer { inbox, sink, name, clock, fate: fate.clone() };
        thread::Builder::new().name("journal".to_owned()).spawn(move || writer.write())?;
        let journal = Self(Some(Pen { entries, fate, clock }));
        journal.tell("start", format_args!("{PROGRAM}"));
        Ok(journal)
    }

    /// Writes a line: what it is about, and its text, of which nothing acts on whatever shows it. Never waits.
    pub fn tell(&self, about: &'static str, text: fmt::Arguments<'_>) {
        let Some(pen) = &self.0 else { return };
        if let Err(TrySendError::Full(_)) = pen.entries.try_send(Entry::Line(line(pen.clock, about, text))) {
            pen.fate.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Why nothing is written any more, if that is so.
    pub fn trouble(&self) -> Option<&str> {
        self.0.as_ref()?.fate.trouble.get().map(String::as_str)
    }

    /// Writes the last line, and waits a moment until all is written.
    pub fn close(&self) {
        let Some(pen) = &self.0 else { return };
        let (written, all) = sync_channel(1);
        let last = line(pen.clock, "end", format_args!("{PROGRAM}"));
        if pen.entries.try_send(Entry::End(last, written)).is_ok() {
            // A disk that is slower than this is not waited for.
            let _ = all.recv_timeout(policy::QUIT_GRACE);
        }
    }
}

fn line(clock: Clock, about: &str, text: fmt::Arguments<'_>) -> String {
    let at = clock.now().to_rfc3339_opts(SecondsFormat::Millis, true);
    format!("{at} {about} {}\n", Foreign::from(text.to_string()).line(policy::JOURNAL_COLUMNS))
}

struct Writer {
    inbox: Receiver<Entry>,
    sink: Sink,
    name: String,
    clock: Clock,
    fate: Arc<Fate>,
}

impl Writer {
    /// Writes until nobody tells anything any more, or it cannot.
    fn write(mut self) {
        while let Ok(entry) = self.inbox.recv() {
            if let Err(error) = self.take(entry) {
                let cause = Foreign::from(error.to_string()).line(200);
                let why = format!(
                    "nothing more is logged to {}; all else goes on, and the next start logs again: {cause}",
                    self.name
                );
                let _ = self.fate.trouble.set(why);
                return;
            }
        }
    }

    fn take(&mut self, entry: Entry) -> io::Result<()> {
        let dropped = self.fate.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            let told =
                line(self.clock, "dropped", format_args!("{dropped} lines: the disk is slower than what happens"));
            (self.sink)(told.as_bytes())?;
        }
        match entry {
            Entry::Line(line) => (self.sink)(line.as_bytes()),
            Entry::End(line, written) => {
                (self.sink)(line.as_bytes())?;
                // Nobody waits any more.
                let _ = written.try_send(());
                Ok(())
            }
        }
    }
}
