//! Programs that jobtop starts beside itself: one that tells something, takes a text or opens an address. Each is a task of
//! its own, bounded in time, without a shell and without the terminal. It decides nothing about what they are told.

use std::{io, process::Stdio, time::Duration};

use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
};

use crate::{
    clock, policy,
    text::{Foreign, Safe},
};

/// Variables that no other program needs to know.
const SECRETS: [&str; 2] = ["JOBTOP_CLIENT_SECRET", "JOBTOP_ACCESS_TOKEN"];

/// What becomes of a program that takes longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Late {
    /// It is ended, and did not do its work.
    Ended,
    /// It is left alone, and did its work: a browser stays open.
    Left,
}

/// A program and what it is given.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) command: Vec<String>,
    pub(super) variables: Vec<(&'static str, Safe)>,
    /// What it reads on standard input.
    pub(super) input: Option<Safe>,
    pub(super) late: Late,
}

impl Run {
    /// Runs it to its end.
    ///
    /// # Errors
    /// Says what went wrong, with the program's name.
    pub(super) async fn run(self) -> Result<(), String> {
        let name = self.command.first().map(|program| Foreign::from(program.as_str()).line(60)).unwrap_or_default();
        let late = self.late;
        let mut child = self.spawn().map_err(|error| format!("{name} could not be run: {error}"))?;
        let input = child.stdin.take().zip(self.input);
        let work = async {
            if let Some((mut to, text)) = input {
                // A program that reads nothing says so by its status.
                let _ = to.write_all(text.as_str().as_bytes()).await;
            }
            child.wait().await
        };
        match clock::within(policy::PROGRAM, work).await {
            Some(Ok(status)) if status.success() => Ok(()),
            Some(Ok(status)) => Err(format!("{name} ended with {status}")),
            Some(Err(error)) => Err(format!("{name} could not be waited for: {error}")),
            None if late == Late::Left => Ok(()),
            None => Err(format!("{name} did not end within {}", told(policy::PROGRAM))),
        }
    }

    fn spawn(&self) -> io::Result<Child> {
        let [program, arguments @ ..] = self.command.as_slice() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no program is named"));
        };
        let mut command = Command::new(program);
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        command.stdin(if self.input.is_some() { Stdio::piped() } else { Stdio::null() });
        command.kill_on_drop(self.late == Late::Ended);
        for secret in SECRETS {
            command.env_remove(secret);
        }
        for (variable, value) in &self.variables {
            command.env(variable, value.as_str());
        }
        // The terminal's signals are not for it: a clipboard's keeper outlives the dashboard.
        #[cfg(unix)]
        command.process_group(0);
        command.spawn()
    }
}

fn told(time: Duration) -> String {
    format!("{} s", time.as_secs())
}
