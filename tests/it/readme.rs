//! README says what is so: its key table is the one in the code, its commands are those of CI, its options exist.

use std::{collections::BTreeSet, fs, path::Path};

use clap::CommandFactory;
use jobtop::{
    cli::Cli,
    config::PROFILE_KEYS,
    filter::{Expression, FIELDS},
    keymap::BINDINGS,
};

const README: &str = include_str!("../../README.md");

fn key_table() -> String {
    let rows = BINDINGS.iter().filter(|binding| !binding.keys.is_empty()).map(|binding| {
        let keys = binding.keys().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" ");
        format!("| {keys} | {} |\n", binding.help)
    });
    rows.fold("| keys | action |\n| --- | --- |\n".to_owned(), |table, row| table + &row)
}

#[test]
fn the_key_table_is_that_of_the_code() {
    assert!(README.contains(&key_table()), "put this into README:\n{}", key_table());
}

#[test]
fn the_two_commands_are_there_and_ci_runs_the_tests_by_the_same() {
    let ci = include_str!("../../.ci/run");
    assert!(README.contains("cargo run --release -- --demo"));
    assert!(README.contains("\ncargo test --locked\n") && ci.contains("\ncargo test --locked\n"));
}

#[test]
fn every_option_that_readme_names_exists_and_the_connection_is_told_whole() {
    let command = Cli::command();
    let all = command.get_subcommands().chain([&command]).flat_map(clap::Command::get_arguments);
    let options: Vec<String> = all.filter_map(|option| option.get_long()).map(|long| format!("--{long}")).collect();
    let foreign = ["--help", "--release", "--locked", "--example", "--demo-now", "--test"];
    let named = README
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| word.starts_with("--") && word.len() > 4);
    for name in named {
        assert!(foreign.contains(&name) || options.iter().any(|option| option == name), "{name} is no option");
    }
}

/// The names of environment variables that stand in the sources.
fn variables() -> BTreeSet<String> {
    fn collect(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                collect(&path, found);
            } else if !path.ends_with("tests.rs") {
                let text = fs::read_to_string(path).unwrap();
                let is_part = |c: char| c.is_ascii_uppercase() || c == '_';
                let names = text.split(|c| !is_part(c)).filter(|word| word.starts_with("JOBTOP_") && word.len() > 7);
                found.extend(names.map(str::to_owned));
            }
        }
    }
    let mut found = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    // It is there for tests alone, and not in a release.
    found.remove("JOBTOP_PANIC_AT");
    // These it sets for the user's program, see ui.notify_command.
    found.retain(|name| !name.starts_with("JOBTOP_JOB_") && name != "JOBTOP_TENANT");
    found
}

#[test]
fn the_table_tells_every_option_of_the_connection_every_variable_and_every_key_of_a_profile() {
    let table: Vec<&str> = README.lines().skip_while(|line| !line.starts_with("| option | variable |")).collect();
    let table = table.iter().take_while(|line| line.starts_with('|')).copied().collect::<Vec<_>>().join("\n");
    let command = Cli::command();
    let login = command.find_subcommand("login").unwrap();
    let doctor = command.find_subcommand("doctor").unwrap();
    let of_connection = doctor.get_arguments().filter(|option| option.get_help_heading() == Some("Connection"));
    let commands = login.get_arguments().filter(|option| option.get_id().as_str().ends_with("_command"));
    let options: Vec<_> = of_connection.chain(commands).filter_map(|option| option.get_long()).collect();
    assert!(options.len() > 11, "{options:?}");
    let options = options.into_iter().map(|long| format!("`--{long}`"));
    let variables = variables();
    assert!(variables.len() > 7, "{variables:?}");
    let variables = variables.iter().map(|name| format!("`{name}`"));
    let keys = PROFILE_KEYS.iter().map(|key| format!("`{key}`"));
    for name in options.chain(variables).chain(keys) {
        assert!(table.contains(&name), "{name} is not in README's table");
    }
}

#[test]
fn help_tells_every_variable() {
    let help = Cli::command().render_long_help().to_string();
    for name in variables() {
        assert!(help.contains(&name), "{name} is not told by --help");
    }
}

#[test]
fn the_pictures_are_there() {
    let pictures: Vec<&str> =
        README.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(path, _)| path).collect();
    let pictures: Vec<&str> = pictures.into_iter().filter(|path| path.starts_with("assets/pictures/")).collect();
    assert!(!pictures.is_empty());
    for picture in pictures {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(picture);
        assert!(path.exists(), "{picture} is missing");
    }
}

#[test]
fn every_field_of_the_filter_language_is_told_by_an_example_that_is_read() {
    for (field, example) in FIELDS {
        assert!(
            README.contains(&format!("`{field}`")) && README.contains(&format!("`{example}`")),
            "{field}: {example}"
        );
        let read = Expression::parse(example, crate::stage::monday(), crate::stage::ZONE);
        assert!(read.is_ok_and(|expression| expression.terms().len() == 1), "{example}");
    }
}
