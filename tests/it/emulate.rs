//! `jobtop emulate`: the real program serves, the real client and plain HTTP ask.

use std::{
    collections::HashSet,
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::fs::PermissionsExt,
    process::{Child, Command, Output, Stdio},
};

use jobtop::{
    api::{Auth, Client, Endpoint, parse_address},
    clock::Clock,
    demo::FAULTS,
    model::{Cursor, ErrorKind, Query},
};
use rustix::process::{Pid, Signal, kill_process};

/// A running emulator.
struct Emulator {
    child: Child,
    base: String,
}

fn jobtop(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jobtop"));
    command.env_clear().arg("emulate").args(args);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn refused(args: &[&str]) -> Output {
    jobtop(args).output().unwrap()
}

impl Emulator {
    fn start(args: &[&str]) -> Self {
        let mut child = jobtop(args).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
        let base = first.trim_end().strip_prefix("listening on ").expect("the first line").to_owned();
        assert!(base.starts_with("http://127.0.0.1:"), "{base}");
        Self { child, base }
    }

    fn client(&self, id: &str, secret: &str) -> Client {
        let token_url = parse_address(&format!("{}/connect/token", self.base)).unwrap();
        let auth = Auth::ClientSecret { token_url, client_id: id.to_owned(), secret: secret.into() };
        Client::new(Endpoint::new(parse_address(&self.base).unwrap(), auth), Clock::system())
    }

    /// Ends it by a signal; what it said on standard error.
    fn end(mut self, signal: Signal) -> String {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
        let mut told = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        let mut rest = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
        assert_eq!((self.child.wait().unwrap().code(), rest.as_str()), (Some(0), ""), "{told}");
        told
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Ended already, where the test came to its end.
        let _ = self.child.kill();
    }
}

#[tokio::test]
async fn it_serves_exactly_its_jobs_in_pages_of_any_size_and_ends_when_told() {
    for (size, signal) in [(7, Signal::INT), (1_000, Signal::TERM), (5_000, Signal::TERM)] {
        let emulator = Emulator::start(&["--jobs", "1234"]);
        let client = emulator.client("any", "any");
        let (mut ids, mut rows, mut cursor) = (HashSet::new(), 0, Cursor::First);
        loop {
            let page = client.page(&Query::default(), &cursor, size).await.unwrap();
            assert_eq!(page.total, Some(1_234));
            assert!(page.jobs.len() <= usize::from(size));
            rows += page.jobs.len();
            ids.extend(page.jobs.into_iter().map(|job| job.id));
            let Some(next) = page.next else { break };
            cursor = Cursor::After(next);
        }
        assert_eq!((rows, ids.len()), (1_234, 1_234));
        let told = emulator.end(signal);
        for part in ["1234 made-up jobs", "JOBTOP_BASE_URL=http://127.0.0.1:", "/connect/token", "Ctrl-c"] {
            assert!(told.contains(part), "{part} is not in\n{told}");
        }
    }
}

#[tokio::test]
async fn its_next_link_is_a_bare_token_that_is_encoded_already() {
    let emulator = Emulator::start(&["--jobs", "30"]);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let form = [
        ("client_id", "x"),
        ("client_secret", "y"),
        ("scope", "platformbackup.readwrite.all"),
        ("grant_type", "client_credentials"),
    ];
    let json = async |request: reqwest::RequestBuilder| {
        serde_json::from_slice::<serde_json::Value>(&request.send().await.unwrap().bytes().await.unwrap()).unwrap()
    };
    let grant = json(http.post(format!("{}/connect/token", emulator.base)).form(&form)).await;
    let token = grant["access_token"].as_str().unwrap();
    let page = async |query: &str| {
        json(http.get(format!("{}/backup/vm/jobs?{query}", emulator.base)).bearer_auth(token)).await
    };
    let first = page("pageSize=20").await;
    let link = first["nextLink"].as_str().unwrap();
    assert!(link.contains('%') && !link.contains(['/', '?', '+', '=']), "{link}");
    let second = page(&format!("pageSize=20&skiptoken={link}")).await;
    assert_eq!(second["jobs"].as_array().unwrap().len(), 10);
    emulator.end(Signal::TERM);
}

#[tokio::test]
async fn a_named_credential_is_the_only_one_that_signs_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    fs::write(&file, "r1ght\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let emulator = Emulator::start(&["--jobs", "5", "--client-id", "app", "--secret-file", file.to_str().unwrap()]);
    let ask = async |id, secret| {
        let page = emulator.client(id, secret).page(&Query::default(), &Cursor::First, 10).await;
        page.map(|page| page.jobs.len()).map_err(|error| error.kind)
    };
    assert_eq!(ask("app", "r1ght").await, Ok(5));
    let refused = Err(ErrorKind::AuthRejected("invalid_client".into()));
    assert_eq!((ask("app", "wrong").await, ask("other", "r1ght").await), (refused.clone(), refused));
    let told = emulator.end(Signal::TERM);
    assert!(told.contains("JOBTOP_CLIENT_ID=app") && !told.contains("r1ght"), "{told}");
}

#[test]
fn faults_are_named_at_the_start_and_all_of_them_in_the_help() {
    let told = Emulator::start(&["--jobs", "5", "--fault", "busy", "--fault", "hang,loop"]).end(Signal::TERM);
    for name in ["busy", "hang", "loop"] {
        assert!(told.contains(&format!("Fault {name}: ")), "{told}");
    }
    let help = String::from_utf8(refused(&["--help"]).stdout).unwrap();
    for (_, name, _) in FAULTS {
        assert!(help.contains(&format!("- {name}:")), "{name} is not in\n{help}");
    }
}

#[tokio::test]
async fn whoever_follows_a_redirect_is_told_of() {
    for (policy, told) in [(reqwest::redirect::Policy::default(), true), (reqwest::redirect::Policy::none(), false)] {
        let emulator = Emulator::start(&["--fault", "redirect-token"]);
        let http = reqwest::Client::builder().no_proxy().redirect(policy).build().unwrap();
        let answer = http.post(format!("{}/connect/token", emulator.base)).body("client_secret=x").send().await;
        assert!(answer.is_err() == told, "the other server says nothing");
        assert_eq!(emulator.end(Signal::TERM).contains("came to the other server: 1"), told);
    }
}

#[test]
fn what_it_cannot_do_is_told_before_it_listens() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for (args, status, parts) in [
        (&["--port", port.as_str()][..], 1, &["could not listen", port.as_str()][..]),
        (&["--jobs", "1000001"], 2, &["--jobs", "1000000"]),
        (&["--port", "65536"], 2, &["--port", "65535"]),
        (&["--latency", "soon"], 2, &["--latency", "50ms"]),
        (&["--client-id", "app"], 2, &["--secret-file"]),
        (&["--client-id", "app", "--secret-file", "/nowhere/at/all"], 2, &["/nowhere/at/all", "secret"]),
    ] {
        let output = refused(args);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(status), 0), "{told}");
        assert!(parts.iter().all(|part| told.contains(part)), "{told}");
    }
}
