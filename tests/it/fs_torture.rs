//! Files under torture: every call to the file system fails once in every way, the process dies before and after each, a real
//! file grows no further, a real process is killed. What was there is as it was, or as it shall be; never anything else.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use jobtop::disk::{self, Calls, Draft, Mode, System};
use rustix::io::Errno;
use std::os::unix::fs::PermissionsExt;
use tempfile::{NamedTempFile, PersistError, TempDir};

use crate::support::run::Home;

/// What befalls a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Error(Errno),
    /// It writes less than it was given.
    Short,
    /// The process dies with the call undone.
    DeathBefore,
    /// The process dies when the call is done.
    DeathAfter,
}

const FATES: [Fate; 7] = [
    Fate::Error(Errno::NOSPC),
    Fate::Error(Errno::IO),
    Fate::Error(Errno::ACCESS),
    Fate::Error(Errno::INTR),
    Fate::Short,
    Fate::DeathBefore,
    Fate::DeathAfter,
];

/// A file system of which one call has a fate.
struct Tortured {
    call: usize,
    fate: Fate,
    made: AtomicUsize,
    dead: AtomicBool,
}

impl Tortured {
    /// Lives as long as the tests do: a draft may outlive whoever began it.
    fn at(call: usize, fate: Fate) -> &'static Self {
        Box::leak(Box::new(Self { call, fate, made: AtomicUsize::new(0), dead: AtomicBool::new(false) }))
    }

    fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    fn step<T>(&self, act: impl FnOnce(bool) -> io::Result<T>) -> io::Result<T> {
        if self.is_dead() {
            return Err(died());
        }
        if self.made.fetch_add(1, Ordering::SeqCst) != self.call {
            return act(false);
        }
        match self.fate {
            Fate::Error(errno) => Err(errno.into()),
            Fate::Short => act(true),
            Fate::DeathBefore => {
                self.dead.store(true, Ordering::SeqCst);
                Err(died())
            }
            Fate::DeathAfter => {
                let done = act(false);
                self.dead.store(true, Ordering::SeqCst);
                drop(done);
                Err(died())
            }
        }
    }

    /// The dead clean nothing up.
    fn step_on<T>(
        &self,
        temp: &mut NamedTempFile,
        act: impl FnOnce(&mut NamedTempFile, bool) -> io::Result<T>,
    ) -> io::Result<T> {
        let done = self.step(|short| act(temp, short));
        temp.disable_cleanup(self.is_dead());
        done
    }

    fn step_with(
        &self,
        mut temp: NamedTempFile,
        act: impl FnOnce(NamedTempFile) -> Result<(), PersistError>,
    ) -> Result<(), PersistError> {
        let mut place = Some(());
        let done = self.step(|_| Ok(place.take()));
        match done {
            Ok(_) => act(temp),
            // What was to be done when it died has begun.
            Err(error) if place.is_none() => {
                drop(act(temp));
                Err(PersistError { error, file: NamedTempFile::new().unwrap() })
            }
            Err(error) => {
                temp.disable_cleanup(self.is_dead());
                Err(PersistError { error, file: temp })
            }
        }
    }
}

fn died() -> io::Error {
    io::Error::other("the process is no more")
}

impl Calls for Tortured {
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        self.step(|_| System.make_folder(folder))
    }

    fn begin(&self, folder: &Path) -> io::Result<NamedTempFile> {
        let dies = self.fate == Fate::DeathAfter && self.made.load(Ordering::SeqCst) == self.call;
        self.step(|_| {
            let mut temp = System.begin(folder)?;
            temp.disable_cleanup(dies);
            Ok(temp)
        })
    }

    fn write(&self, temp: &mut NamedTempFile, bytes: &[u8]) -> io::Result<usize> {
        self.step_on(temp, |temp, short| temp.write(if short { &bytes[..bytes.len().div_ceil(2)] } else { bytes }))
    }

    fn copy_rights(&self, temp: &mut NamedTempFile, other: &fs::Metadata) -> io::Result<()> {
        self.step_on(temp, |temp, _| System.copy_rights(temp, other))
    }

    fn sync(&self, temp: &mut NamedTempFile) -> io::Result<()> {
        self.step_on(temp, |temp, _| System.sync(temp))
    }

    fn replace(&self, temp: NamedTempFile, path: &Path) -> Result<(), PersistError> {
        self.step_with(temp, |temp| System.replace(temp, path))
    }

    fn place(&self, temp: NamedTempFile, path: &Path) -> Result<(), PersistError> {
        self.step_with(temp, |temp| System.place(temp, path))
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.step(|_| System.sync_folder(folder))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(|_| System.remove(path))
    }
}

/// A way in which jobtop writes a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The state file, and a secret's.
    Private,
    /// The configuration, which others may read.
    AsItWas,
    /// The first file in a folder that is not there.
    InNewFolder,
    /// `--output`.
    Place,
    /// `--output --force`.
    Force,
    /// `W`, where there is a file of that name.
    Beside,
}

const WAYS: [Way; 6] = [Way::Private, Way::AsItWas, Way::InNewFolder, Way::Place, Way::Force, Way::Beside];
const OLD: &[u8] = b"what was there before";

/// More than is gathered before it is written.
fn new() -> Vec<u8> {
    (0..40_000u32).flat_map(|number| (number % 251).to_le_bytes()).collect()
}

impl Way {
    /// Where the file goes in a folder that is as it should be before.
    fn set(self, folder: &Path) -> PathBuf {
        match self {
            Self::InNewFolder => return folder.join("a/b/state.toml"),
            Self::Place => return folder.join("jobs.csv"),
            _ => {}
        }
        let path = folder.join("jobs.csv");
        fs::write(&path, OLD).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        path
    }

    fn write(self, calls: &'static dyn Calls, path: &Path) -> io::Result<PathBuf> {
        let draft = || {
            let mut draft = Draft::by(calls, path)?;
            new().chunks(3_000).try_for_each(|chunk| draft.write_all(chunk))?;
            io::Result::Ok(draft)
        };
        match self {
            Self::Private | Self::InNewFolder => disk::replace_by(calls, path, &new(), Mode::Private)?,
            Self::AsItWas => disk::replace_by(calls, path, &new(), Mode::AsItWas)?,
            Self::Place => draft()?.place()?,
            Self::Force => draft()?.replace()?,
            Self::Beside => return draft()?.place_beside(),
        }
        Ok(path.to_owned())
    }

    /// Where what is new is when all went well.
    fn place(self, path: &Path) -> PathBuf {
        if self == Self::Beside { path.with_file_name("jobs-1.csv") } else { path.to_owned() }
    }

    fn before(self) -> Option<&'static [u8]> {
        let replaces = matches!(self, Self::Private | Self::AsItWas | Self::Force);
        replaces.then_some(OLD)
    }
}

fn read(path: &Path) -> Option<Vec<u8>> {
    fs::read(path).ok()
}

/// Drafts that were left behind.
fn partials(folder: &Path) -> usize {
    crate::support::run::files(folder).iter().filter(|path| path.to_string_lossy().ends_with(".partial")).count()
}

#[test]
fn whatever_call_fails_a_file_is_as_it_was_or_as_it_shall_be() {
    let (mut cases, mut done, mut refused, mut deaths) = (0, 0, 0, 0);
    for way in WAYS {
        let folder = TempDir::new().unwrap();
        let well = Tortured::at(usize::MAX, Fate::Short);
        way.write(well, &way.set(folder.path())).unwrap();
        let calls = well.made.load(Ordering::SeqCst);
        assert!(calls >= 6, "{way:?}: {calls} calls");
        for (call, fate) in (0..calls).flat_map(|call| FATES.map(|fate| (call, fate))) {
            let case = format!("{way:?}, {fate:?} at call {call} of {calls}");
            let folder = TempDir::new().unwrap();
            let path = way.set(folder.path());
            let tortured = Tortured::at(call, fate);
            let written = way.write(tortured, &path);
            let (place, found) = (way.place(&path), read(&way.place(&path)));
            let is_new = found.as_deref() == Some(&new());
            assert!(is_new || found.as_deref() == way.before(), "{case}: neither old nor new");
            if way == Way::Beside {
                assert_eq!(read(&path).as_deref(), Some(OLD), "{case}: the other file");
            }
            cases += 1;
            match &written {
                Ok(at) => {
                    assert!(is_new && *at == place, "{case}");
                    done += 1;
                }
                Err(_) if tortured.is_dead() => deaths += 1,
                Err(error) => {
                    assert_eq!(is_new, disk::is_in_place(error), "{case}: {error}");
                    assert!(matches!(fate, Fate::Error(_)), "{case}: {error}");
                    refused += 1;
                }
            }
            if !tortured.is_dead() {
                assert_eq!(partials(folder.path()), 0, "{case}: a draft is left");
            }
            if is_new {
                let mode = fs::metadata(&place).unwrap().permissions().mode() & 0o777;
                assert_eq!(mode, if way == Way::AsItWas { 0o640 } else { 0o600 }, "{case}");
            }
            // Whatever is left keeps nobody from writing again.
            if !(way == Way::Place && is_new) {
                let again = way.write(&System, &path).unwrap();
                assert_eq!(read(&again), Some(new()), "{case}: written again");
            }
        }
    }
    println!("{cases} cases: {done} done, {refused} refused, {deaths} deaths");
    assert!(
        done > 20 && refused > 100 && deaths > 100,
        "{cases} cases: {done} done, {refused} refused, {deaths} deaths"
    );
}

/// A demo that is the same whenever it is asked.
const LIST: [&str; 11] = [
    "list",
    "--demo",
    "--demo-now",
    "2026-11-23T13:00:00Z",
    "--demo-jobs",
    "100",
    "--all-time",
    "--all",
    "--format",
    "csv",
    "--output",
];

#[test]
fn a_process_that_is_killed_at_any_moment_leaves_the_old_file_or_the_new_one() {
    let home = Home::new();
    let args = [&LIST[..], &["jobs.csv", "--force"]].concat();
    let path = home.path("jobs.csv");
    let begun = Instant::now();
    assert_eq!(home.run(&args, &[]).status, 0);
    let (whole, most) = (begun.elapsed(), std::env::var("JOBTOP_KILLS").map_or(25, |kills| kills.parse().unwrap()));
    let new = fs::read(&path).unwrap();
    let login = [
        "login",
        "--name",
        "other",
        "--region",
        "us",
        "--client-id",
        "id",
        "--secret-file",
        "a.secret",
        "--no-test",
        "--yes",
    ];
    home.write("a.secret", "s");
    let config = home.write("config/jobtop/config.toml", "# mine\n");
    assert_eq!(home.run(&login, &[]).status, 0);
    let configured = fs::read(&config).unwrap();
    let (mut old_files, mut new_files) = (0, 0);
    for kill in 0..=most {
        fs::write(&path, OLD).unwrap();
        fs::write(&config, "# mine\n").unwrap();
        let mut children: Vec<_> = [&args[..], &login]
            .map(|args| home.command(args, &[]).stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
            .into();
        // The last one lives.
        if kill < most {
            thread::sleep(whole.mul_f64(1.2 * f64::from(kill) / f64::from(most)).min(Duration::from_secs(5)));
            for child in &mut children {
                child.kill().unwrap();
            }
        }
        for child in &mut children {
            child.wait().unwrap();
        }
        let found = fs::read(&path).unwrap();
        assert!(found == OLD || found == new, "killed {kill}: {} bytes", found.len());
        old_files += usize::from(found == OLD);
        new_files += usize::from(found == new);
        let found = fs::read(&config).unwrap();
        assert!(found == b"# mine\n" || found == configured, "killed {kill}: {}", String::from_utf8_lossy(&found));
    }
    println!("{old_files} old, {new_files} new");
    assert!(old_files > 0 && new_files > 0, "{old_files} old, {new_files} new");
}

/// Runs the program where no file may have more than eight blocks of 512 bytes.
fn run_limited(home: &Home, args: &[&str]) -> (Option<i32>, String) {
    let by = ["-c", "ulimit -f 8 && exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_jobtop")];
    let output = home.by("sh", &by).args(args).stdin(Stdio::null()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_file_that_may_grow_no_further_is_an_error_with_a_way_out_and_leaves_nothing() {
    let home = Home::new();
    let ending = "another --output may do: File too large (os error 27)\n";
    let args = [&LIST[..], &["jobs.csv"]].concat();
    let (status, told) = run_limited(&home, &args);
    assert_eq!(
        (status, &*told),
        (Some(1), &*format!("error: jobs.csv could not be written and is not there; {ending}"))
    );
    assert!(!home.path("jobs.csv").exists() && partials(&home.path("")) == 0);
    home.write("jobs.csv", "old");
    let (status, told) = run_limited(&home, &[&args[..], &["--force"]].concat());
    assert_eq!(
        (status, &*told),
        (Some(1), &*format!("error: jobs.csv could not be written and is as it was; {ending}"))
    );
    assert_eq!(fs::read(home.path("jobs.csv")).unwrap(), b"old");
    assert_eq!(partials(&home.path("")), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_that_is_full_is_an_error_with_a_way_out() {
    let home = Home::new();
    for format in ["csv", "json", "table"] {
        let args = [&LIST[..8], &["--format", format]].concat();
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = home.command(&args, &[]).stdin(Stdio::null()).stdout(full).output().unwrap();
        let (status, told) = (output.status.code(), String::from_utf8(output.stderr).unwrap());
        let expected = "error: standard output could not be written to its end, so the report is not whole; \
                        --output names a file instead: No space left on device (os error 28)\n";
        assert_eq!((status, &*told), (Some(1), expected), "{format}");
    }
}
