//! The named limits: every number that bounds or paces something, with its unit and its reason.
//! It knows no other room.

use std::time::Duration;

use chrono::TimeDelta;

/// Rows of a page at most while a few that are far apart are looked for …
pub const PAGE_SIZE_FAR: u16 = 1_000;
/// … which they are once so many usual pages have brought next to none.
pub const FAR_PAGES: usize = 3;
/// Rows of a page when the user names no other number.
pub const PAGE_SIZE: u16 = 100;
/// The largest page size that may be asked for; the API documents none.
pub const PAGE_SIZE_MAX: u16 = 5_000;

/// A told line has at most this many columns; what is longer goes on in the next.
pub const PLAIN_COLUMNS: usize = 500;
/// The screen that plain lines behave as if they had: the detail pane below the table, with room for all of a job.
pub const PLAIN_SIZE: (u16, u16) = (119, 60);
/// Between two lines on how far loading is.
pub const PLAIN_PROGRESS: TimeDelta = TimeDelta::seconds(3);

/// The smallest that a page which is too large is halved to.
pub const PAGE_SIZE_MIN: u16 = 10;

/// Requests side by side where all of a long list is wanted.
pub const LANES_MAX: usize = 8;
/// Rows that may be under way side by side: pages wait in memory until it is their turn.
pub const LANES_ROWS: usize = 10_000;
/// A first page that takes longer than this, and [`LANES_ROW`] for each row to be read, was mostly waited for: all lanes open.
pub const LANES_SLOW: Duration = Duration::from_millis(15);
/// See [`LANES_SLOW`].
pub const LANES_ROW: Duration = Duration::from_micros(10);
/// Answers before the number of lanes is changed again.
pub const LANES_SAMPLES: usize = 8;
/// They are counted for at least so long: a moment in which something else had the processor tells nothing.
pub const LANES_SPAN: Duration = Duration::from_millis(4);
/// Twice as many lanes are kept where they bring this many times as many pages in the same time.
pub const LANES_GAIN: f64 = 1.1;
/// Half as many are tried where each does less than this share of what a lane alone does.
pub const LANES_TOO_MANY: f64 = 0.4;
/// Samples after which another number is tried again when one was in vain, doubled each time …
pub const LANES_REST: u32 = 8;
/// … but so many times at most.
pub const LANES_VAIN: u32 = 8;
/// A list of no more pages is walked by one alone.
pub const WINDOWS_PAGES: u64 = 20;
/// Windows that may come to nothing before no other is begun: the server's ranges are not what they were taken for.
pub const WINDOWS_VAIN: u8 = 8;
/// Rows of one window, so that those of all lanes fit into memory where each has to wait for the one above …
pub const WINDOW_ROWS: u64 = 1_250;
/// … in at most so many pages, so that lanes end together …
pub const WINDOW_PAGES_MAX: u64 = 64;
/// … and in at least so many, while there are enough for all lanes: each border costs a part of a page.
pub const WINDOW_PAGES_MIN: u64 = 2;
/// What has no more pages is not split; a lane that has nothing else to do may as well help.
pub const WINDOW_PAGES_SPLIT: u64 = 1;
/// By this share of a page a window begins higher than where the walk above will end a page, until it is known how well walks meet …
pub const MARGIN_FIRST: f64 = 1.0 / 12.0;
/// … and never by more: each row of it comes twice.
pub const MARGIN_MOST: f64 = 0.25;
/// As many times as walks meet astray on average; less would cost a whole page more often than it saves the rows of it.
pub const MARGIN_TIMES: f64 = 2.0;
/// The average is of the last so many meetings, about.
pub const MARGIN_MEMORY: f64 = 8.0;
/// Rows that may have come before it is their turn.
pub const WINDOW_ROWS_HELD: usize = 12_000;

/// Name resolution, TCP and TLS together: slow VPNs need this long.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Silence in the middle of an answer.
pub const READ_TIMEOUT: Duration = Duration::from_secs(15);
/// A page's whole attempt: a slow drip never trips the read timeout.
pub const PAGE_TIMEOUT: Duration = Duration::from_secs(30);
/// A token's whole attempt.
pub const TOKEN_TIMEOUT: Duration = Duration::from_secs(20);
/// Idle connections are dropped before a NAT forgets them.
pub const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// As many as there are lanes: to connect takes longer than a page.
pub const POOL_MAX_IDLE: usize = LANES_MAX;
/// Notices a peer that went away.
pub const TCP_KEEPALIVE: Duration = Duration::from_secs(30);
/// So long a peer may leave unacknowledged what was sent to it, where the system can be told.
pub const TCP_USER_TIMEOUT: Duration = Duration::from_secs(20);

/// Bytes of a page after decompression.
pub const PAGE_BYTES: usize = 16 << 20;
/// Bytes of a token answer or of an error's body.
pub const SMALL_BODY_BYTES: usize = 64 << 10;
/// Rows taken from one page.
pub const PAGE_ROWS: usize = 5_000;
/// Bytes kept of one text field.
pub const FIELD_BYTES: usize = 64 << 10;
/// Bytes of a text field that the detail pane lays out.
pub const FIELD_SHOWN_BYTES: usize = 16 << 10;

/// Tries of one request, the first included.
pub const ATTEMPTS: u8 = 3;
/// First wait before a retry; doubled each time, with full jitter.
pub const BACKOFF_TRANSIENT: Duration = Duration::from_millis(500);
/// The same after a 429.
pub const BACKOFF_THROTTLED: Duration = Duration::from_secs(1);
/// No computed wait is longer.
pub const BACKOFF_MAX: Duration = Duration::from_secs(20);
/// A server may ask for a pause of at most this long.
pub const RETRY_AFTER_MAX: Duration = Duration::from_secs(3_600);
/// The longest pause that is waited for within an operation; a longer one ends it, and another begins afterwards.
pub const WAIT_MAX: Duration = Duration::from_secs(30);
/// The tries and waits for one page that a person waits for: no retry begins later, or is waited for longer.
pub const OPERATION: Duration = Duration::from_secs(60);

/// What retries may spend: an outage costs at most ten quick ones, a server in trouble is not asked three times as much.
pub const BUDGET: u32 = 100;
/// What a retry spends; it is given back when the retry succeeds.
pub const BUDGET_RETRY: u32 = 10;
/// What a request that succeeds at once earns …
pub const BUDGET_SUCCESS: u32 = 1;
/// … and what this much time does: a retry a minute in the long run.
pub const BUDGET_REFILL: Duration = Duration::from_secs(6);

/// Pages that are looked through by one who scrolls: this many at once …
pub const PAGE_BURST: u32 = 3;
/// … and then one in this time: five a second are more than anybody reads. Who wants all of a list is not held up.
pub const PAGE_EVERY: Duration = Duration::from_millis(200);

/// Between two times that a person asks again.
pub const ASK_EVERY: Duration = Duration::from_secs(2);
/// The same while the server wants to be left alone: one request, for those who know better.
pub const FORCE_EVERY: Duration = Duration::from_secs(10);

/// A token is renewed this long before it ends …
pub const TOKEN_RENEW_BEFORE: Duration = Duration::from_secs(300);
/// … or at half its life when it lives shorter than this.
pub const TOKEN_SHORT_LIFE: Duration = Duration::from_secs(600);
/// The life of a token whose answer names none.
pub const TOKEN_LIFE_UNKNOWN: Duration = Duration::from_secs(300);
/// No token is believed to live longer.
pub const TOKEN_LIFE_MAX: Duration = Duration::from_secs(86_400);

/// An assertion is dated back by this much: the server's clock may be behind.
pub const ASSERTION_BEFORE: Duration = Duration::from_secs(30);
/// From now on an assertion is good for this long: with the above, the five minutes that the server grants.
pub const ASSERTION_AFTER: Duration = Duration::from_secs(270);
/// A clock that is off by more is named when an assertion is refused, and shown …
pub const CLOCK_SKEW: Duration = Duration::from_secs(60);
/// … by the middle one of so many answers.
pub const SKEW_ANSWERS: usize = 5;
/// A certificate's end is announced this long before: time enough to have a new one registered.
pub const CERTIFICATE_WARNING: Duration = Duration::from_secs(30 * 86_400);

/// Pages in a row that bring no new row before paging stops and says so.
pub const EMPTY_PAGES: u8 = 5;
/// Pages that are read down one list.
pub const PAGES_MAX: u32 = 100_000;
/// Rows of one list that are kept.
pub const ROWS_MAX: usize = 1_000_000;
/// Days that a summary by day goes back at most, when days without jobs are told too: ten years.
pub const DAYS_MAX: usize = 3_660;
/// Pages that one refresh walks from the top before the list is started anew.
pub const REFRESH_PAGES: u32 = 20;

/// Live refresh when the user names no other interval.
pub const REFRESH_EVERY: Duration = Duration::from_secs(30);
/// The shortest interval that may be chosen.
pub const REFRESH_MIN: Duration = Duration::from_secs(5);
/// Refreshes that fail before the interval is doubled.
pub const REFRESH_FAILURES: u8 = 3;
/// The longest interval that failures lead to.
pub const REFRESH_MAX: Duration = Duration::from_secs(300);
/// The share of the interval by which it is shorter or longer, so that many clients do not ask at the same moment …
pub const REFRESH_SPREAD: f64 = 0.1;
/// … and after failures, which befall all clients at the same moment.
pub const REFRESH_SPREAD_FAILING: f64 = 0.2;

/// When the two clocks differ by more than before, the machine has slept or its clock was set: what is shown is old.
pub const CLOCK_JUMP: Duration = Duration::from_secs(30);

/// Messages that wait between a task and the loop; more make the task wait.
pub const CHANNEL: usize = 64;
/// A spinner's frames and a countdown's steps: four a second at most, one here.
pub const TICK: Duration = Duration::from_millis(250);
/// A wait of at most this long is counted down; of a longer one the end is told.
pub const COUNTDOWN: Duration = Duration::from_secs(60);
/// Between two redraws that nobody's key asked for: more than 30 a second are not seen.
pub const FRAME: Duration = Duration::from_millis(33);
/// Events that are applied before the screen is drawn: a flood of them must not keep it from being drawn at all.
pub const BATCH: usize = 1_024;
/// Pages that wait to be written before no other answer is taken in: whoever reads may be slow.
pub const PAGES_AHEAD: usize = 8;
/// Bytes of a report that are gathered before they are written.
pub const OUTPUT_BYTES: usize = 64 << 10;
/// How long leaving may take when a signal or a panic asks for it, even while the terminal takes no output.
pub const LAST_RESORT: Duration = Duration::from_millis(500);
/// How long leaving may wait for tasks after the terminal is restored.
pub const QUIT_GRACE: Duration = Duration::from_millis(200);
/// Requests and notices that the messages screen remembers.
pub const LOG_ENTRIES: usize = 500;
/// Lines of the journal that wait to be written; more are dropped and counted.
pub const JOURNAL_LINES: usize = 1_024;
/// Columns of a line of the journal after its time.
pub const JOURNAL_COLUMNS: usize = 1_000;
/// Bytes of the journal's file, and of the one before it.
pub const JOURNAL_BYTES: u64 = 5 << 20;
/// Texts that were looked for and can be called back.
pub const SEARCHES: usize = 100;
/// Bytes of a text that is copied: many terminals drop a longer one without a word.
pub const COPY_BYTES: usize = 64 << 10;
/// The same where a program takes it: a clipboard is no place for more.
pub const HANDED_BYTES: usize = 16 << 20;
/// Changes of the view that can be undone.
pub const UNDO_STEPS: usize = 50;
/// Shown rows that are looked through for the scrollbar's ticks with every change …
pub const TICKS_AT_ONCE: usize = 20_000;
/// … of more, only when they have grown by one part of so many, or a second has passed.
pub const TICKS_PART: usize = 20;
/// Jobs that are watched at a time: each may cost a request with each refresh.
pub const WATCHES: usize = 20;
/// How long a program may take that jobtop starts beside itself: one that tells something, or takes a text.
pub const PROGRAM: Duration = Duration::from_secs(10);
/// Cells that a column can be made wide: more than most comments take.
pub const COLUMN_CELLS: u16 = 200;
/// Views that a user can save.
pub const VIEWS: usize = 200;
/// Between two looks at the configuration file, which happen only when something else does.
pub const CONFIG_LOOK: Duration = Duration::from_secs(1);
/// Bytes of the state file: far more than its views take.
pub const STATE_BYTES: u64 = 4 << 20;
/// How often the lock of a file is tried for, and the pause between: another jobtop holds it for some milliseconds.
pub const LOCK_TRIES: u32 = 40;
/// See [`LOCK_TRIES`].
pub const LOCK_PAUSE: Duration = Duration::from_millis(25);
/// Bytes of the configuration file.
pub const CONFIG_BYTES: u64 = 1 << 20;
/// Bytes of a secret's file: a larger one is something else.
pub const SECRET_BYTES: u64 = 64 << 10;
/// The longest interval or delay that an option may name.
pub const OPTION_DURATION_MAX: Duration = Duration::from_hours(24);
/// The longest time since a success that a check may allow: ten years.
pub const AGE_MAX: Duration = Duration::from_secs(3_660 * 86_400);
/// Characters that one paste may bring into a text field.
pub const PASTE_CHARS: usize = 4_096;
/// Bytes of one paste that are kept.
pub const PASTE_BYTES: usize = 64 << 10;
/// How long a key's sequence may pause: the byte of the Esc key is the first one of other keys, too. Over slow lines the bytes of
/// one key come apart.
pub const KEY_PAUSE: Duration = Duration::from_millis(25);
/// How long an answer of the terminal may pause within itself: nobody types its beginning, and its rest would be keys.
pub const ANSWER_PAUSE: Duration = Duration::from_millis(500);
/// How long a paste may pause before it is taken to be over: its end was lost, and keys would be text for ever.
pub const PASTE_PAUSE: Duration = Duration::from_secs(2);
/// How long after it was asked the terminal's answer still counts: over slow lines it takes a while, and later the colours would
/// change under the eyes of who reads.
pub const ANSWER_WAIT: Duration = Duration::from_secs(2);
/// How long jobtop stays for an answer that is under way when it is left: the shell would take it for typed text.
pub const ANSWER_GRACE: Duration = Duration::from_millis(50);
/// Bytes that are taken from the terminal at once: what a held key sends in a while is never so much that memory must be found for
/// all of it.
pub const READ_BYTES: usize = 256;
/// Bytes that one key sends at most.
pub const KEY_BYTES: usize = 64;

/// A frame of so few bytes, which clears and moves nothing, arrives in one piece and is shown at once: to hold the terminal until
/// it is whole would only make it longer.
pub const PIECE_BYTES: usize = 400;

/// The smallest terminal that is drawn in, columns and rows.
pub const MIN_SIZE: (u16, u16) = (40, 8);
/// The largest that is drawn in; a terminal that claims more gets blank space.
pub const MAX_SIZE: (u16, u16) = (1_000, 400);
/// A finished job with at least this share of its objects skipped is a problem.
pub const SKIP_HEAVY: f64 = 0.5;
