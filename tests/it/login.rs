//! The set-up of a tenant, by options and by keyboard, against the embedded server.

use std::{fs, sync::Arc};

use jobtop::{
    clock::{self, Clock},
    demo::{self, Server},
};
use tokio::runtime::Runtime;

use crate::support::{
    pty::Start,
    run::{Home, files},
};

/// An embedded server that knows one app.
struct Tenant {
    runtime: Runtime,
    server: Server,
}

impl Tenant {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let clock = demo::Clock {
            now: Arc::new(|| Clock::system().now()),
            pause: Arc::new(|time| Box::pin(clock::sleep(time))),
        };
        let credential = Some(("app-1".to_owned(), "s3cret-canary".to_owned()));
        let options = demo::Options { jobs: 200, credential, ..demo::Options::default() };
        let server = runtime.block_on(demo::serve(options, clock)).unwrap();
        Self { runtime, server }
    }

    fn asked(&self) -> usize {
        let _ = &self.runtime;
        self.server.requests().len()
    }
}

/// The options that say everything but the secret.
fn said<'a>(base: &'a str, token: &'a str) -> Vec<&'a str> {
    vec!["login", "--name", "contoso", "--base-url", base, "--token-url", token, "--client-id", "app-1"]
}

#[test]
fn without_questions_a_profile_is_tried_and_written_and_then_used() {
    let (home, tenant) = (Home::new(), Tenant::new());
    let (base, token) = (tenant.server.base_url(), tenant.server.token_url());
    home.write("mine.secret", "s3cret-canary\n");
    let args = [said(&base, &token), vec!["--secret-file", "mine.secret", "--yes"]].concat();
    let ran = home.run(&args, &[]);
    assert_eq!((ran.status, &*ran.out), (0, ""), "{}", ran.err);
    assert!(ran.err.contains("the app may read jobs") && !ran.err.contains("canary"), "{}", ran.err);
    let written = home.steady(&fs::read_to_string(home.config()).unwrap());
    assert_eq!(
        written,
        "default_profile = \"contoso\"\n\n[profiles.contoso]\nbase_url = \"http://127.0.0.1:PORT/\"\n\
         token_url = \"http://127.0.0.1:PORT/connect/token\"\nclient_id = \"app-1\"\nsecret_file = \"HOME/mine.secret\"\n"
    );
    let doctor = home.run(&["doctor"], &[]);
    assert_eq!(doctor.status, 0, "{}", doctor.out);
    assert!(doctor.out.contains("client secret from secret_file of the profile"), "{}", doctor.out);
}

#[test]
fn a_secret_by_command_works_the_same() {
    let (home, tenant) = (Home::new(), Tenant::new());
    let (base, token) = (tenant.server.base_url(), tenant.server.token_url());
    let args = [said(&base, &token), vec!["--secret-command", "printf '%s' s3cret-canary", "--yes"]].concat();
    let ran = home.run(&args, &[("PATH", "/usr/bin:/bin")]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(
        fs::read_to_string(home.config()).unwrap().contains("secret_command = [\"printf\", \"%s\", \"s3cret-canary\"]")
    );
    assert_eq!(home.run(&["doctor"], &[("PATH", "/usr/bin:/bin")]).status, 0);
}

#[test]
fn what_does_not_work_is_not_written() {
    let (home, tenant) = (Home::new(), Tenant::new());
    let (base, token) = (tenant.server.base_url(), tenant.server.token_url());
    home.write("wrong.secret", "wrong");
    let args = [said(&base, &token), vec!["--secret-file", "wrong.secret", "--yes"]].concat();
    let ran = home.run(&args, &[]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.err.contains("sign-in was refused (invalid_client)") && ran.err.contains("nothing was written"),
        "{}",
        ran.err
    );
    assert!(!home.config().exists());
    let asked = tenant.asked();
    let ran = home.run(&[&*args, &["--no-test"]].concat(), &[]);
    assert_eq!((ran.status, tenant.asked()), (0, asked), "{}", ran.err);
    assert!(home.config().exists());
}

#[test]
fn what_is_missing_or_wrong_is_told_with_its_option() {
    let home = Home::new();
    home.write("a.secret", "x");
    for (args, told) in [
        (vec![], "the tenant's name is missing: give --name; or run jobtop login in a terminal"),
        (vec!["--name", "two words"], "invalid value 'two words' for '--name': accepted are up to 24 letters"),
        (vec!["--name", "a"], "the data centre is missing: give --region, or --base-url and --token-url"),
        (
            vec!["--name", "a", "--base-url", "https://a.example"],
            "the address that gives tokens is missing: give --token-url",
        ),
        (vec!["--name", "a", "--base-url", "http://a.example", "--token-url", "x"], "only https is accepted"),
        (vec!["--name", "a", "--region", "us", "--base-url", "https://a.example"], "a data centre has its addresses"),
        (vec!["--name", "a", "--region", "us"], "the app registration's id is missing: give --client-id"),
        (vec!["--name", "a", "--region", "us", "--client-id", "x"], "the credential is missing: give --secret-file"),
        (vec!["--name", "a", "--region", "us", "--client-id", "x", "--secret-file", "/"], "is not a plain file"),
        (vec!["--name", "a", "--secret-file", "a", "--secret-command", "b"], "cannot be used with"),
        (vec!["--name", "a", "--secret-command", "it's"], "a quote is not closed"),
        (vec!["--region", "mars"], "there is no such data centre; did you mean"),
    ] {
        let ran = home.run(&[&["login", "--yes"], &*args].concat(), &[]);
        assert_eq!((ran.status, &*ran.out), (2, ""), "{args:?}");
        assert!(ran.err.contains(told), "{args:?}: {}", ran.err);
    }
    assert!(!home.config().exists());
}

/// The options that say everything, for a tenant that is not tried.
const UNTRIED: [&str; 11] =
    ["login", "--yes", "--no-test", "--name", "a", "--region", "us", "--client-id", "x", "--secret-file", "a.secret"];

#[test]
fn a_file_with_a_mistake_stays_as_it_is() {
    let home = Home::new();
    let text = "[profiles.a\nregion = \"us\"\n";
    home.write("config/jobtop/config.toml", text);
    home.write("a.secret", "x");
    let ran = home.run(&UNTRIED, &[]);
    assert_eq!(ran.status, 2);
    assert!(home.steady(&ran.err).contains("config.toml:1:12"), "{}", ran.err);
    assert_eq!(fs::read_to_string(home.config()).unwrap(), text);
}

#[cfg(unix)]
#[test]
fn a_linked_file_stays_a_link_and_keeps_its_mode() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let home = Home::new();
    let target = home.write("dotfiles/jobtop.toml", "# mine\n");
    fs::set_permissions(&target, PermissionsExt::from_mode(0o644)).unwrap();
    fs::create_dir_all(home.config().parent().unwrap()).unwrap();
    symlink(&target, home.config()).unwrap();
    home.write("a.secret", "x");
    assert_eq!(home.run(&UNTRIED, &[]).status, 0);
    assert!(fs::symlink_metadata(home.config()).unwrap().is_symlink());
    let text = fs::read_to_string(&target).unwrap();
    assert!(text.contains("# mine") && text.contains("[profiles.a]"), "{text}");
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o644);
    assert_eq!(files(&home.path("dotfiles")).len(), 1, "no temporary file is left");
}

#[cfg(unix)]
#[test]
fn by_keyboard_alone_from_the_first_screen_to_the_dashboard() {
    use std::os::unix::fs::PermissionsExt;

    let (home, tenant) = (Home::new(), Tenant::new());
    let folder = home.path("config");
    let env = [("XDG_CONFIG_HOME", folder.to_str().unwrap()), ("HOME", home.0.path().to_str().unwrap())];
    let mut pty = Start { args: &[], env: &env, asks: true, ..Start::default() }.start();
    let shows = |text: &'static str| move |screen: &vt100::Screen| screen.contents().contains(text);
    pty.until("the first screen", shows("No tenant is set up yet."));
    pty.keys("l");
    pty.until("the name is asked", shows("What shall the tenant be called?"));
    pty.keys("contoso\r");
    pty.until("the place is asked", shows("In which data centre is it?"));
    pty.keys("the addresses");
    pty.until("the list is narrowed", |screen| !screen.contents().contains("Germany"));
    pty.keys("\r");
    pty.until("the address is asked", shows("Address of the API"));
    pty.keys(&format!("{}\r", tenant.server.base_url()));
    pty.until("the token's address is asked", shows("Address that gives tokens"));
    pty.keys(&format!("{}\r", tenant.server.token_url()));
    pty.until("the id is asked", shows("Client id of the app registration"));
    pty.keys("app-1\r");
    pty.until("the kind is asked", shows("What does the app sign in with?"));
    pty.keys("\r");
    pty.until("the secret is asked", shows("Client secret"));
    pty.keys("s3cret-canary\r");
    pty.until("jobs are shown", shows("Finished "));
    pty.until("the tenant is named", shows("contoso"));
    pty.keys("q");
    assert_eq!(pty.until_exit(), 0);
    pty.assert_restored();
    assert!(!String::from_utf8_lossy(&pty.raw).contains("canary"), "what is typed is not shown");
    let secret = folder.join("jobtop/contoso.secret");
    assert_eq!(fs::read_to_string(&secret).unwrap(), "s3cret-canary");
    assert_eq!(fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    let config = fs::read_to_string(folder.join("jobtop/config.toml")).unwrap();
    assert!(config.contains("secret_file = \"contoso.secret\"") && !config.contains("canary"), "{config}");
}

#[cfg(unix)]
#[test]
fn a_secret_that_was_exchanged_is_read_again_with_r() {
    let (home, tenant) = (Home::new(), Tenant::new());
    let (base, token) = (tenant.server.base_url(), tenant.server.token_url());
    let secret = home.write("a.secret", "the old one");
    let args = ["--base-url", &base, "--token-url", &token, "--client-id", "app-1", "--all-time"];
    let args = [&args[..], &["--secret-file", secret.to_str().unwrap()]].concat();
    let mut pty = Start { args: &args, ..Start::default() }.start();
    pty.until("it is refused", |screen| screen.contents().contains("sign-in was refused"));
    let asked = tenant.asked();
    home.write("a.secret", "s3cret-canary");
    pty.keys("r");
    pty.until("jobs are shown", |screen| screen.contents().contains("Finished "));
    assert!(tenant.asked() > asked);
    pty.keys("q");
    assert_eq!(pty.until_exit(), 0);
}

#[cfg(unix)]
#[test]
fn who_leaves_in_the_middle_has_changed_nothing() {
    let home = Home::new();
    let folder = home.path("config");
    let env = [("XDG_CONFIG_HOME", folder.to_str().unwrap())];
    for key in ["\x1b", "\x03"] {
        let mut pty = Start { args: &["login", "--name", "a"], env: &env, asks: true, ..Start::default() }.start();
        pty.until("the place is asked", |screen| screen.contents().contains("In which data centre is it?"));
        pty.keys(key);
        assert_eq!(pty.until_exit(), 1);
        assert!(pty.screen().contents().contains("nothing was written"));
        assert!(!folder.exists());
    }
}
