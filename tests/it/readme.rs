//! README says what is so: its key table is the one in the code, its commands are those of CI, its options exist.

use clap::CommandFactory;
use jobtop::{
    cli::Cli,
    filter::{Expression, FIELDS},
    keymap::BINDINGS,
};

const README: &str = include_str!("../../README.md");

fn key_table() -> String {
    let rows = BINDINGS.iter().map(|binding| {
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
    let foreign = ["--help", "--release", "--locked", "--example", "--demo-now"];
    let named = README
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| word.starts_with("--") && word.len() > 4);
    for name in named {
        assert!(foreign.contains(&name) || options.iter().any(|option| option == name), "{name} is no option");
    }
    for name in [
        "JOBTOP_PROFILE",
        "JOBTOP_CONFIG",
        "JOBTOP_BASE_URL",
        "JOBTOP_TOKEN_URL",
        "JOBTOP_CLIENT_ID",
        "JOBTOP_CLIENT_SECRET",
        "JOBTOP_ACCESS_TOKEN",
        "JOBTOP_REGION",
    ] {
        assert!(README.contains(name), "{name} is not told");
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
