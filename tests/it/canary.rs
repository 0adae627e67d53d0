//! A secret, a token and a key are found nowhere that they were not put: each is a word that nothing else contains, and
//! everything that jobtop writes is searched for it, plain and in the forms that encoders make of it.

use std::fs;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jobtop::{
    api::{Auth, Client, Endpoint, parse_address},
    clock::Clock,
};

use crate::support::{
    run::{Home, files},
    scripted::{Reply, Scripted, http},
};

const SECRET: &str = "canary-s3cret/+=&%~Q8";
const TOKEN: &str = "canary.t0ken.eyJhbGciOiJSUzI1NiJ9";

/// The forms in which a word could get out.
fn forms(word: &str) -> Vec<String> {
    let hex = word.bytes().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let url = word.bytes().fold(String::new(), |text, byte| match byte {
        b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => text + &char::from(b).to_string(),
        b => text + &format!("%{b:02X}"),
    });
    let reversed = word.chars().rev().collect();
    let plain = word.trim_end_matches('=').to_owned();
    // Of base64, the middle: what stands before and after shifts its ends.
    let inside = |text: String| text[4..text.len() - 4].to_owned();
    let base64 = (0..3).map(|shift| inside(STANDARD.encode([&"xx"[..shift.min(2)], word].concat())));
    let base64 = base64.collect::<Vec<_>>();
    [vec![plain, hex.to_uppercase(), hex, url, reversed, inside(URL_SAFE_NO_PAD.encode(word))], base64].concat()
}

fn assert_clean(what: &str, bytes: &[u8], words: &[&str]) {
    let text = String::from_utf8_lossy(bytes);
    for form in words.iter().flat_map(|word| forms(word)) {
        assert!(!text.contains(&form), "{what} holds {form}:\n{text}");
    }
}

/// A server that gives the token, and repeats whatever it was told in its errors, as careless ones do.
fn careless(refuse_token: bool, page: &'static str) -> Scripted {
    Scripted::start(move |request| {
        let echo =
            format!("{{\"error\":\"invalid_client\",\"error_description\":\"client_secret={SECRET} is wrong\"}}");
        match (request.starts_with("POST "), page) {
            (true, _) if refuse_token => http("400 Bad Request", &format!("request-id: {SECRET}\r\n"), &echo),
            (true, _) => http("200 OK", "", &format!("{{\"access_token\":\"{TOKEN}\",\"expires_in\":3600}}")),
            (false, "hang up") => Reply::Bytes(Vec::new()),
            (false, "html") => http("200 OK", "", &format!("<html>{TOKEN}</html>")),
            (false, "bad page") => {
                http("200 OK", &format!("request-id: {TOKEN}\r\n"), &format!("{{\"jobs\":{{\"{TOKEN}\":1}}}}"))
            }
            (false, status) => http(
                status,
                &format!("request-id: {TOKEN}\r\n"),
                &format!("{{\"message\":\"Bearer {TOKEN} is not welcome\"}}"),
            ),
        }
    })
}

const TROUBLES: [&str; 9] = [
    "400 Bad Request",
    "401 Unauthorized",
    "403 Forbidden",
    "404 Not Found",
    "302 Found",
    "500 Internal Server Error",
    "hang up",
    "html",
    "bad page",
];

#[test]
fn commands_say_and_leave_nothing_of_secret_and_token() {
    for (refuse, page) in [(true, "hang up")].into_iter().chain(TROUBLES.map(|page| (false, page))) {
        let server = careless(refuse, page);
        let (base, token) = (server.base_url(), server.token_url());
        let home = Home::new();
        home.write("a.secret", SECRET);
        let connection = ["--base-url", &base, "--token-url", &token, "--client-id", "app"];
        let by_file = ["--secret-file", "a.secret"];
        let logged = ["--log-file", "a.log", "--all-time"];
        let runs: [(&str, Vec<&str>, Vec<_>); 7] = [
            ("doctor", by_file.to_vec(), vec![]),
            ("doctor", vec!["--format", "json"], vec![("JOBTOP_CLIENT_SECRET", SECRET)]),
            ("doctor", vec![], vec![("JOBTOP_ACCESS_TOKEN", TOKEN)]),
            ("login", [&["--name", "a", "--yes"][..], &by_file].concat(), vec![]),
            ("list", [&logged[..], &by_file].concat(), vec![]),
            ("summary", [&logged[..], &by_file].concat(), vec![]),
            ("check", logged.to_vec(), vec![("JOBTOP_ACCESS_TOKEN", TOKEN)]),
        ];
        for (command, args, env) in runs {
            let env = [env, vec![("RUST_BACKTRACE", "full"), ("RUST_LOG", "trace")]].concat();
            let ran = home.run(&[&[command][..], &connection, &args].concat(), &env);
            assert_ne!(ran.status, 0, "{command} {page}: {}", ran.out);
            assert_clean(&format!("{command} on {page}"), ran.out.as_bytes(), &[SECRET, TOKEN]);
            assert_clean(&format!("{command} on {page}"), ran.err.as_bytes(), &[SECRET, TOKEN]);
        }
        let log = fs::read_to_string(home.path("a.log")).unwrap();
        assert!(log.contains(" request ") && log.contains(" error ") && log.ends_with('\n'), "{log}");
        let left = files(home.0.path());
        for file in left.iter().filter(|file| !file.ends_with("a.secret")) {
            assert_clean(&file.to_string_lossy(), &fs::read(file).unwrap(), &[SECRET, TOKEN]);
        }
    }
}

#[cfg(unix)]
#[test]
fn the_dashboard_shows_and_its_process_tells_nothing_of_secret_and_token() {
    use crate::support::pty::Start;

    for page in ["401 Unauthorized", "403 Forbidden", "bad page"] {
        let server = careless(false, page);
        let (base, token) = (server.base_url(), server.token_url());
        let home = Home::new();
        let home = home.0.path().to_str().unwrap().to_owned();
        let log = format!("{home}/jobtop.log");
        let args = ["--base-url", &base, "--token-url", &token, "--client-id", "app", "--log-file", &log];
        let mut pty = Start {
            args: &args,
            env: &[("JOBTOP_CLIENT_SECRET", SECRET), ("HOME", &home), ("RUST_BACKTRACE", "full")],
            ..Start::default()
        }
        .start();
        pty.until("the trouble is told", |screen| {
            ["not accepted", "may not read", "not a page"].iter().any(|told| screen.contents().contains(told))
        });
        pty.keys("!");
        pty.until("the messages are open", |screen| screen.contents().contains("Messages"));
        #[cfg(target_os = "linux")]
        {
            let process = format!("/proc/{}", pty.pid());
            assert_clean("the command line", &fs::read(format!("{process}/cmdline")).unwrap(), &[SECRET, TOKEN]);
            let limits = fs::read_to_string(format!("{process}/limits")).unwrap();
            let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
            assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "no core is dumped");
            assert_shut(&process);
        }
        pty.keys("qq");
        assert_eq!(pty.until_exit(), 0);
        assert_clean("the terminal", &pty.raw, &[SECRET, TOKEN]);
        for path in files(home.as_ref()) {
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(["state.toml", "state.lock", "jobtop.log"].contains(&name), "{name} is written to disk");
            assert_clean(name, &fs::read(&path).unwrap(), &[SECRET, TOKEN]);
        }
    }
}

/// What the environment of a process holds is for root alone: the kernel says so by whose the file is.
#[cfg(target_os = "linux")]
fn assert_shut(process: &str) {
    use std::os::unix::fs::MetadataExt;

    if rustix::process::geteuid().is_root() {
        return;
    }
    let environ = format!("{process}/environ");
    assert_eq!(fs::metadata(&environ).unwrap().uid(), 0, "the environment belongs to root");
    assert_eq!(fs::read(&environ).unwrap_err().kind(), std::io::ErrorKind::PermissionDenied);
}

/// The same where the tests are run by root, as in containers: jobtop is then run as nobody.
#[cfg(target_os = "linux")]
#[test]
fn the_environment_of_the_process_is_shut_to_its_own_user() {
    use std::{
        io::Read,
        os::unix::{
            fs::{MetadataExt, PermissionsExt},
            process::CommandExt,
        },
        process::{Command, Stdio},
    };

    const NOBODY: u32 = 65_534;
    if !rustix::process::geteuid().is_root() {
        return;
    }
    // The program is copied to where anybody may run it.
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = folder.path().join("jobtop");
    fs::copy(env!("CARGO_BIN_EXE_jobtop"), &program).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let server = Scripted::start(|_| Reply::Silence);
    let base = server.base_url();
    let mut child = Command::new(&program)
        .args(["doctor", "--base-url", &base, "--token-url", &base, "--client-id", "app"])
        .env_clear()
        .env("JOBTOP_CLIENT_SECRET", SECRET)
        .uid(NOBODY)
        .gid(NOBODY)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // It has told its first steps, so it is at work, and waits for the server.
    child.stdout.as_mut().unwrap().read_exact(&mut [0; 8]).unwrap();
    let environ = format!("/proc/{}/environ", child.id());
    assert_eq!(fs::metadata(format!("/proc/{}/status", child.id())).unwrap().uid(), 0);
    let read_as_nobody =
        Command::new("/bin/cat").arg(&environ).uid(NOBODY).gid(NOBODY).stderr(Stdio::null()).output().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!read_as_nobody.status.success() && read_as_nobody.stdout.is_empty());
}

#[test]
fn no_debug_form_holds_a_secret_or_a_key() {
    let url = || parse_address("https://a.example").unwrap();
    let auths = [
        Auth::Token(TOKEN.into()),
        Auth::ClientSecret { token_url: url(), client_id: "app".to_owned(), secret: SECRET.into() },
    ];
    for auth in auths {
        let endpoint = Endpoint::new(url(), auth);
        let told = format!("{endpoint:?} {endpoint:#?} {:?}", Client::new(endpoint.clone(), Clock::system()));
        assert_clean("a debug form", told.as_bytes(), &[SECRET, TOKEN]);
    }
}

#[test]
fn a_key_and_its_password_are_in_no_message() {
    let key = include_str!("keys/pkcs8.pem");
    let line = key.lines().nth(5).unwrap();
    let home = Home::new();
    home.write("key.pem", key);
    home.write("certificate.pem", include_str!("keys/certificate.pem"));
    home.write("locked.pem", include_str!("keys/pkcs8-encrypted.pem"));
    let server = careless(true, "hang up");
    let (base, token) = (server.base_url(), server.token_url());
    let connection = ["doctor", "--base-url", &base, "--token-url", &token, "--client-id", "app"];
    for args in [
        ["--cert-file", "certificate.pem", "--key-file", "key.pem"],
        ["--cert-file", "certificate.pem", "--key-file", "locked.pem"],
        ["--cert-file", "key.pem", "--key-file", "certificate.pem"],
    ] {
        let ran = home.run(&[&connection[..], &args].concat(), &[]);
        assert_ne!(ran.status, 0);
        for text in [&ran.out, &ran.err] {
            assert!(!text.contains(line) && !text.contains("PRIVATE KEY-----\n"), "{text}");
        }
    }
    home.write("config/jobtop/config.toml", "[profiles.a]\ncert_file = \"../../certificate.pem\"\nkey_file = \"../../locked.pem\"\nkey_password_command = [\"printf\", \"canary-passw0rd\"]\n");
    let ran = home.run(&connection, &[("PATH", "/usr/bin:/bin")]);
    assert_ne!(ran.status, 0);
    assert!(ran.out.contains("password"), "{}", ran.out);
    assert_clean("a wrong password", [ran.out, ran.err].concat().as_bytes(), &["canary-passw0rd"]);
}
