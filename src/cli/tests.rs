//! The command line, told as tables.

use std::time::Duration;

use super::{values::duration, *};
use crate::{
    catalogue::catalogue,
    model::{JobType, Service, Status},
};

fn parse(line: &str) -> Result<Cli, String> {
    Cli::read(["jobtop"].into_iter().chain(line.split_whitespace()).map(OsString::from)).map_err(|e| e.to_string())
}

#[test]
fn the_definition_holds_together() {
    Cli::command().debug_assert();
}

#[test]
fn no_option_takes_a_secret() {
    let grammar = Cli::command();
    let all = grammar.get_subcommands().chain([&grammar]).flat_map(Grammar::get_arguments);
    for option in all.filter_map(clap::Arg::get_long) {
        assert!(!option.contains("token") || option == "token-url", "{option}");
        assert!(!option.contains("secret") || ["secret-file", "secret-command"].contains(&option), "{option}");
    }
}

#[test]
fn lists_are_repeated_or_separated_and_names_have_three_forms() {
    let cli = parse("--status failed,8 --status Finished --service azure-vm,2048 --type azure-sql-backup").unwrap();
    assert_eq!(cli.session.filter.statuses, [Status::Failed, Status::Exception, Status::Finished]);
    assert_eq!(cli.session.filter.services, [Service(1), Service(2048)]);
    assert_eq!(cli.session.filter.types, [JobType(20016)]);
    assert_eq!((cli.session.filter.page_size, cli.live.refresh), (None, None));
}

#[test]
fn a_wrong_value_is_told_with_its_option_and_what_is_accepted() {
    for (line, parts) in [
        ("--status fialed", ["--status <SLUG>", "did you mean failed?", "stopped"]),
        ("--service azurevm", ["--service <SLUG>", "did you mean azure-vm?", "numbers"]),
        ("--type azure-vm-bakup", ["--type <SLUG>", "did you mean azure-vm-backup?", "numbers"]),
        ("--page-size 0", ["--page-size <N>", "'0'", "from 1 to 5000"]),
        ("--page-size 5001", ["--page-size <N>", "'5001'", "from 1 to 5000"]),
        ("--refresh 4s", ["--refresh <TIME>", "'4s'", "at least 5s, and off"]),
        ("--refresh 999999999999h", ["--refresh <TIME>", "accepted are lengths", "off"]),
        ("--color maybe", ["--color <WHEN>", "'maybe'", "auto, always, never"]),
        ("--region mars", ["--region <CODE>", "did you mean", "Accepted are"]),
        ("--demo --demo-now yesterday", ["--demo-now <TIME>", "'yesterday'", "RFC 3339"]),
        ("--demo --demo-fault throtle", ["--demo-fault <NAME>", "did you mean throttle?", "clock-off"]),
        ("emulate --fault busy,rest", ["--fault <NAME>", "did you mean reset?", "clock-off"]),
        ("emulate --fault", ["--fault <NAME>", "value", "--help"]),
        ("--demo-jobs 5", ["--demo", "required", "--help"]),
        ("--since 7d --all-time", ["--since <TIME>", "--all-time", "cannot be used"]),
    ] {
        let error = parse(line).unwrap_err();
        for part in parts {
            assert!(error.contains(part), "{line}: {part:?} is not in\n{error}");
        }
    }
}

#[test]
fn every_region_is_known_in_any_case() {
    for row in &catalogue().data_centers {
        assert_eq!(region(&row.code.to_uppercase()).unwrap().code, row.code);
    }
}

#[test]
fn lengths_of_time_are_read() {
    for (text, milliseconds) in [("50ms", 50), ("2s", 2_000), ("1m", 60_000), ("24h", 86_400_000)] {
        assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)));
    }
    for text in ["", "5", "ms", "-1s", "1.5s", "25h", "1d", "99999999999999999999s"] {
        assert!(duration(text).is_err(), "{text:?}");
    }
}

#[test]
fn options_stand_before_or_after_the_command() {
    let arranged = |line: &str| {
        let words = command_first(line.split_whitespace().map(OsString::from).collect());
        words.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
    };
    for (written, read) in [
        ("jobtop", "jobtop"),
        ("jobtop man", "jobtop man"),
        ("jobtop --profile man man", "jobtop man --profile man"),
        ("jobtop --profile=x --all-time man list", "jobtop man --profile=x --all-time list"),
        ("jobtop --search man", "jobtop --search man"),
        ("jobtop -- man", "jobtop -- man"),
        ("jobtop nonsense man", "jobtop nonsense man"),
    ] {
        assert_eq!(arranged(written), read, "{written}");
    }
}

#[test]
fn every_shell_completes_commands_options_and_names() {
    use clap_complete::Shell;

    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
        let text = String::from_utf8(Cli::completions(shell)).unwrap();
        assert!(text.contains("completions") && text.contains("profile"), "{shell}");
        if shell != Shell::PowerShell {
            for name in ["azure-vm-backup", "entra-id", "exception"] {
                assert!(text.contains(name), "{shell} does not complete {name}");
            }
        }
    }
}

#[test]
fn there_is_a_manual_page_for_jobtop_and_for_each_command() {
    let page = |command| Cli::manual(command).map(|page| String::from_utf8(page).unwrap());
    assert!(page(None).unwrap().contains("completions"));
    let grammar = Cli::command();
    for command in grammar.get_subcommands() {
        assert!(page(Some(command.get_name())).unwrap().contains(".TH"), "{}", command.get_name());
    }
    assert!(page(Some("lits")).unwrap_err().contains("there is no command lits"));
}
