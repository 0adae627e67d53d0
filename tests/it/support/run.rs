//! The real program without a terminal: its output, and what it leaves behind.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

/// A home of its own, in which the program finds nothing but what a test puts there.
pub struct Home(pub TempDir);

/// What a program left.
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Where its configuration is.
    pub fn config(&self) -> PathBuf {
        self.path("config/jobtop/config.toml")
    }

    /// Writes a file, with folders, readable for its owner alone.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        path
    }

    /// A command of the program; nothing of this process's environment is passed on.
    pub fn command(&self, args: &[&str], env: &[(&str, &str)]) -> Command {
        let mut command = self.by(env!("CARGO_BIN_EXE_jobtop"), args);
        command.envs(env.iter().copied());
        command
    }

    /// The same of another program.
    pub fn by(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(args).env_clear().current_dir(self.0.path());
        command.env("HOME", self.0.path()).env("XDG_CONFIG_HOME", self.path("config")).env("TZ", "Europe/Berlin");
        command
    }

    /// Runs it to its end.
    pub fn run(&self, args: &[&str], env: &[(&str, &str)]) -> Ran {
        self.run_with(args, env, "")
    }

    /// The same with something on its standard input.
    pub fn run_with(&self, args: &[&str], env: &[(&str, &str)], input: &str) -> Ran {
        let mut command = self.command(args, env);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
        Ran { status: status.code().expect("it ends by itself"), out: text(stdout), err: text(stderr) }
    }

    /// A text without what differs from run to run: this folder, ports, lengths of time.
    pub fn steady(&self, text: &str) -> String {
        let text = text.replace(&*self.0.path().to_string_lossy(), "HOME");
        let mut out = String::new();
        for line in text.split_inclusive('\n') {
            out.push_str(&steady_line(line));
        }
        out
    }
}

/// `   12 ms` and `"milliseconds": 12` become `N ms`, the ports of loopback `PORT`.
fn steady_line(line: &str) -> String {
    let mut out = line.to_owned();
    if let Some(end) = out.find(" ms") {
        let digits = out[..end].chars().rev().take_while(char::is_ascii_digit).count();
        let blanks = out[..end - digits].chars().rev().take_while(|c| *c == ' ').count();
        if digits > 0 && digits + blanks > 3 {
            out.replace_range(end - digits - blanks..end, &format!("{:>width$}", "N", width = digits + blanks));
        }
    }
    if let Some((before, after)) = out.split_once("\"milliseconds\": ") {
        let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() < after.len() {
            out = format!("{before}\"milliseconds\": N{rest}");
        }
    }
    while let Some((before, after)) =
        out.split_once("127.0.0.1:").filter(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()))
    {
        out = format!("{before}127.0.0.1:PORT{}", after.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

/// All files below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Where tmux is.
pub fn tmux() -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("tmux")).find(|file| file.is_file());
    let found = found.expect("this test runs jobtop in tmux, which is not installed: install the package `tmux`");
    found.to_str().unwrap().to_owned()
}
