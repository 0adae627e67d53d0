//! The settings as people meet them: `jobtop config`, the schema and the commented file, end to end.

use std::fs;

use jobtop::config;

use crate::support::run::Home;

const TENANT: &str = "[profiles.a]\nregion = \"us\"\nclient_id = \"app\"\nsecret_file = \"a.secret\"\n";

fn with(config: &str) -> Home {
    let home = Home::new();
    home.write("config/jobtop/config.toml", config);
    home.write("config/jobtop/a.secret", "s3cret-canary\n");
    home
}

#[test]
fn the_path_is_told_whether_the_file_is_there_or_not() {
    let home = Home::new();
    for (args, env, path) in [
        (vec!["config", "path"], vec![], home.config()),
        (vec!["config", "path", "--config", "/no/such.toml"], vec![], "/no/such.toml".into()),
        (vec!["config", "path"], vec![("JOBTOP_CONFIG", "/elsewhere")], "/elsewhere".into()),
    ] {
        let ran = home.run(&args, &env);
        assert_eq!((ran.status, ran.out), (0, format!("{}\n", path.display())), "{}", ran.err);
    }
}

#[test]
fn a_file_without_mistakes_is_well_and_none_is_no_mistake() {
    let ran = with(TENANT).run(&["config", "check"], &[]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("all is well") && ran.err.is_empty(), "{}", ran.out);
    let ran = Home::new().run(&["config", "check"], &[]);
    assert!(ran.status == 0 && ran.out.contains("is not there; jobtop login makes it"), "{}", ran.out);
    let ran = Home::new().run(&["config", "check", "--config", "none.toml"], &[]);
    assert!(ran.status == 2 && ran.err.contains("none.toml is not there"), "{}", ran.err);
}

#[test]
fn every_mistake_is_a_line_with_file_line_and_key_and_no_command_is_run() {
    let home = with(
        "\
default_profile = \"nobody\"

[profiles.a]
region = \"uss\"
secret_file = \"open.secret\"

[profiles.b]
base_url = \"http://graph.example\"
token_url = \"https://identity.example/t\"
secret_command = [\"touch\", \"ran\"]
ca_file = \"none.pem\"

[profiles.c]
region = \"us\"
cert_file = \"none.pfx\"
key_password_command = [\"touch\", \"ran\"]

[profiles.d]
region = \"us\"
key_file = \"x\"
secret_command = []
",
    );
    let open = home.write("config/jobtop/open.secret", "s3cret-canary");
    #[cfg(unix)]
    fs::set_permissions(&open, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let ran = home.run(&["config", "check"], &[]);
    assert_eq!(ran.status, 2);
    insta::assert_snapshot!("every_mistake_is_a_line", home.steady(&ran.out));
    assert!(!home.path("ran").exists() && !home.path("config/jobtop/ran").exists(), "a command was run");
    let home = with("default_profil = \"a\"\nprofiles = 3\n[profile.a]\nregion = 3\n[keys\n");
    let ran = home.run(&["config", "check"], &[]);
    assert!(ran.status == 2 && home.steady(&ran.out).contains("HOME/config/jobtop/config.toml:5:"), "{}", ran.out);
    let home = with("default_profil = \"a\"\n[profiles]\na = 3\n[profiles.b]\nregion = 3\nsecret_command = \"x\"\n");
    let ran = home.run(&["config", "check"], &[]);
    insta::assert_snapshot!("every_key_that_is_none_or_has_another_form", home.steady(&ran.out));
}

#[test]
fn e18_mistakes_in_the_keys_are_told_with_their_line_and_keep_the_dashboard_from_starting() {
    let home = with(
        "\
[keys]
refresh = \"x\"
live = [\"ctrl-r\", \"pagedown\"]
zone = \"ctrl-i\"
problem = \"n\"
quit = \"none\"
copy-id = \"ctrl-c\"
sort = 3
top = []
detail = \"z\"
zoom = \"p\"
",
    );
    let ran = home.run(&["config", "check"], &[]);
    assert_eq!(ran.status, 2);
    insta::assert_snapshot!("mistakes_in_the_keys", home.steady(&ran.out));
    for args in [&["--demo"][..], &["--region", "us"]] {
        let ran = home.run(args, &[]);
        let told = home.steady(&ran.err);
        assert!(
            ran.status == 2 && told.contains("config.toml:2:11: keys.refresh: x is clear-filters in the table"),
            "{told}"
        );
    }
    let home = with(
        "[keys]\nrefresh = [\"f5\", \"ctrl-r\"]\nclear-filters = \"none\"\nmove-down = [\"n\", \"down\"]\nnext-match = \"none\"\n",
    );
    assert_eq!(home.run(&["config", "check"], &[]).status, 0);
}

#[test]
fn e18_a_key_a_list_and_none_are_accepted_and_take_effect() {
    let home = with("[keys]\nrefresh = [\"f5\", \"ctrl-r\"]\nlive = \"none\"\nsort = \"o\"\nportal = \"O\"\n");
    assert_eq!(home.run(&["config", "check"], &[]).status, 0);
    let ran = home.run(&["config", "show"], &[]);
    for part in ["refresh F5 Ctrl-r", "live ", "sort o", "portal O"] {
        assert!(ran.out.contains(part), "{part} is not in\n{}", ran.out);
    }
}

#[test]
fn e18_ctrl_c_and_one_more_key_to_quit_cannot_be_lost() {
    let told = "one key has to quit beside Ctrl-c";
    for (keys, is_refused) in [
        ("close = \"none\"", Some("config.toml:2:9: keys.close: one key has to quit beside Ctrl-c")),
        ("close = \"none\"\nquit = [\"ctrl-c\"]", Some(told)),
        ("close = \"none\"\nquit = [\"ctrl-q\"]", None),
        ("close = \"Q\"", None),
        ("refresh = \"q\"", Some("keys.refresh: q is close in the table")),
        ("refresh = \"ctrl-c\"", Some("Ctrl-c quits everywhere, and cannot be lost")),
        ("quit = \"none\"", Some("Ctrl-c always quits")),
    ] {
        let ran = with(&format!("[keys]\n{keys}\n")).run(&["config", "check"], &[]);
        assert_eq!(ran.status, if is_refused.is_some() { 2 } else { 0 }, "{keys}: {}", ran.out);
        assert!(ran.out.contains(is_refused.unwrap_or("all is well")), "{keys}: {}", ran.out);
    }
}

#[test]
fn e21_mistakes_in_the_looks_are_told_with_their_line() {
    let home = with(
        "\
[ui]
theme = \"drak\"
refresh = \"1s\"
page_size = 0
default_sort = \"-faild\"
ascii = \"yes\"
mouse = 1
colour = \"red\"
",
    );
    let ran = home.run(&["config", "check"], &[]);
    assert_eq!(ran.status, 2);
    insta::assert_snapshot!("mistakes_in_the_looks", home.steady(&ran.out));
}

#[test]
fn m23_options_and_environment_beat_the_looks_of_the_file() {
    let home = with(
        "[ui]\ntheme = \"dark\"\nrefresh = \"off\"\npage_size = 7\ndefault_sort = \"-failed\"\nascii = true\nmouse = false\n[keys]\nrefresh = [\"f5\", \"ctrl-r\"]\nzone = \"none\"\n",
    );
    for (args, env, parts) in [
        (
            &[][..],
            &[][..],
            [
                "not read again; 7 jobs a page; by Failed, the largest first",
                "theme dark, 16 colours; ASCII signs; mouse off",
                "refresh F5 Ctrl-r, zone",
            ],
        ),
        (
            &["--refresh", "1m", "--page-size", "9"],
            &[("TERM", "xterm-256color")],
            ["every 60 s; 9 jobs a page", "dark, 256 colours", "F5"],
        ),
        (&["--color", "always"], &[("NO_COLOR", "1"), ("COLORTERM", "truecolor")], ["7 jobs", "all colours", "F5"]),
        (&[], &[("NO_COLOR", "1"), ("COLORTERM", "truecolor")], ["7 jobs", "dark, no colours", "F5"]),
    ] {
        let args: Vec<&str> = ["config", "show"].iter().chain(args).copied().collect();
        let ran = home.run(&args, env);
        for part in parts {
            assert!(ran.out.contains(part), "{args:?} {env:?}: {part} is not in\n{}{}", ran.out, ran.err);
        }
    }
    let ran = Home::new().run(&["config", "show", "--ascii"], &[]);
    for part in [
        "every 30 s; 100 jobs a page; the newest first",
        "theme terminal, 16 colours; ASCII signs; mouse on",
        "as they are",
    ] {
        assert!(ran.out.contains(part), "{part} is not in\n{}{}", ran.out, ran.err);
    }
    let ran = Home::new().run(&["doctor", "--ascii"], &[]);
    assert!(ran.out.is_ascii() && ran.out.contains("x failed"), "{}", ran.out);
}

#[test]
fn what_would_be_used_is_shown_without_any_secret() {
    let home = with(&format!(
        "default_profile = \"a\"\n{TENANT}\n[profiles.b]\nbase_url = \"https://graph.example\"\n\
         token_url = \"https://id.example/t\"\nsecret_command = [\"touch\", \"ran\"]\n"
    ));
    let mut all = String::new();
    for (args, env) in [
        (vec!["config", "show"], vec![]),
        (
            vec!["--profile", "b", "config", "show", "--client-id", "other", "--status", "failed", "--since", "2d"],
            vec![],
        ),
        (vec!["config", "show"], vec![("JOBTOP_CLIENT_SECRET", "s3cret-canary"), ("JOBTOP_REGION", "we")]),
        (vec!["config", "show"], vec![("JOBTOP_ACCESS_TOKEN", "s3cret-canary"), ("JOBTOP_CONFIG", "a.toml")]),
    ] {
        home.write("a.toml", "");
        let ran = home.run(&args, &env);
        assert_eq!(ran.status, 0, "{}", ran.err);
        all.push_str(&[&*args.join(" "), &ran.out, ""].join("\n"));
    }
    assert!(!all.contains("canary"), "{all}");
    insta::assert_snapshot!("what_would_be_used", home.steady(&all));
    assert!(!home.path("ran").exists(), "a command was run");
    let ran = Home::new().run(&["config", "show"], &[]);
    assert!(ran.status == 0 && ran.out.contains("which is not there"), "{}{}", ran.out, ran.err);
}

/// Compares a file of `assets` with what the code makes; where it differs, the wanted one is put beside the build.
fn is_as_the_code_has_it(name: &str, wanted: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name);
    let wanted_path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if fs::read_to_string(&path).is_ok_and(|text| text == wanted) {
        return;
    }
    fs::write(&wanted_path, wanted).unwrap();
    panic!("assets/{name} is not what the code makes; cp {} {}", wanted_path.display(), path.display());
}

#[test]
fn e21_the_schema_is_that_of_the_code() {
    is_as_the_code_has_it("config.schema.json", &format!("{:#}\n", config::schema()));
}

#[test]
fn e21_the_commented_file_is_that_of_the_code_and_has_no_mistake_with_and_without_its_marks() {
    let text = config::default_file();
    is_as_the_code_has_it("config.toml", &text);
    let home = with(&text);
    assert_eq!(home.run(&["config", "check"], &[]).status, 0);
    // Every key is in it, and is accepted: what is left to complain of is that its files are not there.
    let bare: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("# ")).filter(|line| is_toml(line)).collect();
    home.write("config/jobtop/config.toml", &bare.join("\n"));
    let ran = home.run(&["config", "check"], &[]);
    for line in ran.out.lines() {
        let fine = ["cannot be read", "names two credentials"].iter().any(|told| line.contains(told));
        assert!(fine, "{line}\n{}", bare.join("\n"));
    }
}

fn is_toml(line: &str) -> bool {
    let key = line.split(['=', ' ']).next().unwrap_or_default();
    line.starts_with('[') || line.contains(" = ") && key.chars().all(|c| c.is_ascii_lowercase() || "_-".contains(c))
}
