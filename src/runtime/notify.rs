//! Telling that a watched job has ended: by the terminal, or by a program of the user's. It decides neither when nor what.

use std::io::{self, Write};

use tokio::sync::mpsc::Sender;

use super::program::{Late, Run};
use crate::{
    state::{Announcement, Clipboard},
    update::Message,
};

/// Begins to tell it by the program that the user named; what fails is told in the dashboard.
pub(super) fn begin(announcement: Announcement, mut command: Vec<String>, told: Sender<Message>) {
    let Announcement { text, job: [id, status, kind], tenant, .. } = announcement;
    command.push(text.to_string());
    let variables = vec![
        ("JOBTOP_JOB_ID", id),
        ("JOBTOP_JOB_STATUS", status),
        ("JOBTOP_JOB_TYPE", kind),
        ("JOBTOP_TENANT", tenant),
    ];
    tokio::spawn(async move {
        let run = Run { command, variables, input: None, late: Late::Ended };
        if let Err(why) = run.run().await {
            // The loop has ended: there is nobody to tell.
            let _ = told.send(Message::Refused(format!("{text}, and ui.notify_command did not tell it: {why}"))).await;
        }
    });
}

/// Tells the terminal: its bell, and a notification in both forms that terminals know (OSC 9, OSC 777), of which a terminal
/// shows the one it knows. tmux keeps the bell, and hands the others on where `allow-passthrough` is on.
pub(super) fn ring(to: &mut impl Write, announcement: &Announcement, way: Clipboard) -> io::Result<()> {
    // A semicolon would begin another part.
    let plain = |text: &str| text.replace(';', ",");
    let (title, text) = (plain(announcement.title.as_str()), plain(announcement.text.as_str()));
    let forms = [format!("\u{1b}]9;{title}: {text}\u{1b}\\"), format!("\u{1b}]777;notify;{title};{text}\u{1b}\\")];
    write!(to, "\u{7}")?;
    for form in forms {
        match way {
            Clipboard::Terminal => write!(to, "{form}")?,
            Clipboard::Tmux => write!(to, "{}", through_tmux(&form))?,
        }
    }
    Ok(())
}

/// What tmux hands on to its own terminal.
pub(super) fn through_tmux(sequence: &str) -> String {
    format!("\u{1b}Ptmux;{}\u{1b}\\", sequence.replace('\u{1b}', "\u{1b}\u{1b}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Foreign;

    #[test]
    fn e16_the_end_of_a_job_rings_and_notifies_in_both_forms_and_through_tmux_wrapped() {
        let safe = |text: &str| Foreign::from(text).line(80);
        let announcement = Announcement {
            title: safe("jobtop contoso;x"),
            text: safe("job IB1\u{1b}]0;a\u{7}: Failed (VM; Backup)"),
            job: [safe("IB1"), safe("Failed"), safe("VM")],
            tenant: safe("contoso;x"),
            command: None,
        };
        let written = |way| {
            let mut bytes = Vec::new();
            ring(&mut bytes, &announcement, way).unwrap();
            String::from_utf8(bytes).unwrap()
        };
        let text = "job IB1^[]0,a^G: Failed (VM, Backup)";
        assert_eq!(
            written(Clipboard::Terminal),
            format!("\u{7}\u{1b}]9;jobtop contoso,x: {text}\u{1b}\\\u{1b}]777;notify;jobtop contoso,x;{text}\u{1b}\\")
        );
        let wrapped = format!(
            "\u{7}\u{1b}Ptmux;\u{1b}\u{1b}]9;jobtop contoso,x: {text}\u{1b}\u{1b}\\\u{1b}\\\
             \u{1b}Ptmux;\u{1b}\u{1b}]777;notify;jobtop contoso,x;{text}\u{1b}\u{1b}\\\u{1b}\\"
        );
        assert_eq!(written(Clipboard::Tmux), wrapped);
    }
}
