//! What the loop has done by programs beside it: a text put into this machine's clipboard, an address opened in its browser;
//! and which programs there are. It decides neither what nor whether.

use std::{env, ffi::OsString, path::Path};

use tokio::sync::mpsc::Sender;

use super::program::{Late, Run};
use crate::{
    state::{Handing, Program, Surroundings},
    update::Message,
};

/// Programs that put what they read into the clipboard, each with the variable that says that it can, the better first.
const COPIERS: [(Program, &str); 5] = [
    (program("wl-copy", &[]), "WAYLAND_DISPLAY"),
    (program("xclip", &["-selection", "clipboard"]), "DISPLAY"),
    (program("xsel", &["--clipboard", "--input"]), "DISPLAY"),
    (program("pbcopy", &[]), ON_MACOS),
    (program("clip.exe", &[]), ON_WINDOWS),
];
/// Programs that open an address. Without a display, `xdg-open` would show a text browser in our terminal.
const OPENERS: [(Program, &str); 4] = [
    (program("xdg-open", &[]), "WAYLAND_DISPLAY"),
    (program("xdg-open", &[]), "DISPLAY"),
    (program("open", &[]), ON_MACOS),
    (program("wslview", &[]), ON_WINDOWS),
];
/// Variables of other systems: the first is set wherever this is built for it.
const ON_MACOS: &str = if cfg!(target_os = "macos") { "HOME" } else { "" };
const ON_WINDOWS: &str = if cfg!(windows) { "WINDIR" } else { "WSL_DISTRO_NAME" };

const fn program(name: &'static str, arguments: &'static [&'static str]) -> Program {
    Program { name, arguments }
}

/// Looks around: at variables, and for programs in the folders of `PATH`.
pub(super) fn look(variable: &dyn Fn(&str) -> Option<OsString>) -> Surroundings {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let path = variable("PATH").unwrap_or_default();
    let folders: Vec<_> = env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
    let is_there = |program: &Program| folders.iter().any(|folder| can_be_run(&folder.join(program.name)));
    let first = |known: &[(Program, &str)]| {
        known.iter().find(|(program, needs)| is_set(needs) && is_there(program)).map(|(program, _)| *program)
    };
    Surroundings {
        is_remote: is_set("SSH_TTY") || is_set("SSH_CONNECTION"),
        copier: first(&COPIERS),
        opener: first(&OPENERS),
    }
}

fn can_be_run(path: &Path) -> bool {
    let Ok(about) = path.metadata() else { return false };
    #[cfg(unix)]
    let allowed = std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let allowed = true;
    about.is_file() && allowed
}

/// Begins to hand a text to a program; when that has it, it is said, and else the terminal gets it.
pub(super) fn hand(handing: Handing, told: Sender<Message>) {
    tokio::spawn(async move {
        let command = command(handing.program, None);
        let run = Run { command, variables: Vec::new(), input: Some(handing.text.clone()), late: Late::Ended };
        let message = match run.run().await {
            Ok(()) => {
                let [before, behind] = &handing.told;
                Message::Done(format!("{before} copied to the clipboard by {}{behind}", handing.program.name))
            }
            Err(why) => Message::NotTaken(Box::new(handing), why),
        };
        // The loop has ended: there is nobody to tell.
        let _ = told.send(message).await;
    });
}

/// Begins to open an address; what fails is told.
pub(super) fn open(program: Program, url: String, told: Sender<Message>) {
    tokio::spawn(async move {
        let command = command(program, Some(&url));
        let run = Run { command, variables: Vec::new(), input: None, late: Late::Left };
        if let Err(why) = run.run().await {
            let _ = told.send(Message::Refused(format!("{url} was not opened: {why}"))).await;
        }
    });
}

fn command(Program { name, arguments }: Program, last: Option<&str>) -> Vec<String> {
    std::iter::once(name).chain(arguments.iter().copied()).chain(last).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e11_the_programs_of_the_display_that_is_there_are_used() {
        let found = |variables: &[(&str, &str)]| {
            let lookup = |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into());
            look(&lookup)
        };
        assert_eq!(found(&[("SSH_TTY", "/dev/pts/1")]), Surroundings { is_remote: true, ..Surroundings::default() });
        assert!(found(&[("SSH_CONNECTION", "a b")]).is_remote && !found(&[("SSH_TTY", "")]).is_remote);
        #[cfg(unix)]
        {
            use std::{fs, os::unix::fs::PermissionsExt};
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().to_str().unwrap();
            for name in ["wl-copy", "xsel", "xdg-open"] {
                fs::write(folder.path().join(name), "").unwrap();
            }
            let names = |variables: &[(&str, &str)]| {
                let Surroundings { copier, opener, .. } = found(variables);
                (copier.map(|program| program.name), opener.map(|program| program.name))
            };
            let wayland = [("PATH", path), ("WAYLAND_DISPLAY", "wayland-0"), ("DISPLAY", ":0")];
            assert_eq!(names(&wayland), (None, None), "nobody may run them");
            for name in ["wl-copy", "xsel", "xdg-open"] {
                fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o700)).unwrap();
            }
            assert_eq!(names(&wayland), (Some("wl-copy"), Some("xdg-open")));
            assert_eq!(names(&[("PATH", path), ("DISPLAY", ":0")]), (Some("xsel"), Some("xdg-open")));
            assert_eq!(names(&[("PATH", path)]), (None, None), "without a display they do nothing");
        }
    }
}
