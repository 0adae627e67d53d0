//! The layers of the configuration, told as tables.

use secrecy::ExposeSecret;

use super::{secret::read_secret, *};
use crate::{
    api::{Auth, FileError},
    cli::Cli,
    filter::Unit,
};

fn noon() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// With a clock that stands still, as for `--demo-now`, so that times are certain.
fn resolve(line: &str, env: &[(&str, &str)]) -> Result<Config, String> {
    resolve_with(line, env, Clock::fixed(noon()))
}

fn resolve_with(line: &str, env: &[(&str, &str)], clock: Clock) -> Result<Config, String> {
    let words = ["jobtop"].into_iter().chain(line.split_whitespace()).map(OsString::from);
    let cli = Cli::read(words).map_err(|e| e.to_string())?;
    let env = |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
    let world = World { env: &env, zone: Ok(chrono_tz::Europe::Berlin), clock };
    Config::resolve(cli.session, cli.live.refresh, world).map_err(|error| error.to_string())
}

/// What a configuration connects to: base URL, token URL, client id, secret or token.
fn connection(config: &Config) -> String {
    match &config.source {
        Source::Server(Endpoint { base_url, auth: Auth::Token(token), .. }) => {
            format!("{base_url} token {}", token.expose_secret())
        }
        Source::Server(Endpoint { base_url, auth: Auth::ClientSecret { token_url, client_id, secret }, .. }) => {
            format!("{base_url} {token_url} {client_id} {}", secret.expose_secret())
        }
        Source::Server(Endpoint {
            base_url, auth: Auth::Certificate { token_url, client_id, certificate }, ..
        }) => {
            format!("{base_url} {token_url} {client_id} until {}", certificate.ends().format("%Y"))
        }
        #[cfg(feature = "demo")]
        Source::Demo(demo) => format!("demo {} {}", demo.jobs, demo.seed),
    }
}

const US: (&str, &str) = ("JOBTOP_REGION", "us");
const ID: (&str, &str) = ("JOBTOP_CLIENT_ID", "0123456789");
const SECRET: (&str, &str) = ("JOBTOP_CLIENT_SECRET", "s3cret");
const TOKEN: (&str, &str) = ("JOBTOP_ACCESS_TOKEN", "t0ken");

#[test]
fn an_option_beats_the_environment_and_an_address_beats_its_layers_region() {
    let us = "https://graph-us.avepointonlineservices.com/";
    let identity = "https://identity.avepointonlineservices.com/connect/token";
    for (line, env, expected) in [
        ("", vec![US, ID, SECRET], format!("{us} {identity} 0123456789 s3cret")),
        ("--client-id other", vec![US, ID, SECRET], format!("{us} {identity} other s3cret")),
        ("", vec![US, TOKEN], format!("{us} token t0ken")),
        ("--region us", vec![("JOBTOP_BASE_URL", "https://a.example"), TOKEN], format!("{us} token t0ken")),
        ("--base-url https://b.example", vec![US, TOKEN], "https://b.example/ token t0ken".to_owned()),
        (
            "--base-url https://b.example --token-url https://c.example/t",
            vec![US, ID, SECRET],
            "https://b.example/ https://c.example/t 0123456789 s3cret".to_owned(),
        ),
    ] {
        let config = resolve(line, &env).unwrap();
        assert_eq!(connection(&config), expected, "{line}");
    }
}

#[test]
fn what_is_missing_is_named() {
    for (line, env, parts) in [
        ("", vec![], ["jobtop --demo", "JOBTOP_CLIENT_SECRET"]),
        ("", vec![US], ["the app registration's id is missing", "JOBTOP_CLIENT_ID"]),
        ("", vec![US, ID], ["secret is missing", "--secret-file"]),
        ("", vec![ID, SECRET], ["the data centre is missing", "JOBTOP_REGION"]),
        ("--base-url https://b.example", vec![ID, SECRET], ["gives access tokens is missing", "JOBTOP_TOKEN_URL"]),
        ("", vec![US, ID, SECRET, TOKEN], ["JOBTOP_ACCESS_TOKEN and JOBTOP_CLIENT_SECRET", "unset one"]),
        ("", vec![("JOBTOP_REGION", "uss"), TOKEN], ["invalid value 'uss' for 'JOBTOP_REGION'", "did you mean us?"]),
        ("", vec![("JOBTOP_BASE_URL", "http://a.example"), TOKEN], ["for 'JOBTOP_BASE_URL'", "https"]),
        ("--since soon", vec![US, TOKEN], ["invalid value 'soon' for '--since'", "7d"]),
        ("--base-url http://a.example", vec![TOKEN], ["'http://a.example' for '--base-url'", "only https"]),
        ("--from 2024-10-02 --to 2024-10-01", vec![US, TOKEN], ["'--to'", "before"]),
        ("--secret-file /dev/null --client-id x", vec![US], ["/dev/null", "not a plain file"]),
        ("--secret-file /no/such", vec![US, ID], ["/no/such", "cannot be read"]),
    ] {
        let error = resolve(line, &env).unwrap_err();
        for part in parts {
            assert!(error.contains(part), "{line} {env:?}: {part:?} is not in\n{error}");
        }
    }
}

#[test]
fn a_secret_is_never_shown() {
    let config = resolve("", &[US, ID, SECRET]).unwrap();
    assert!(!format!("{config:?}").contains("s3cret"));
    assert_eq!((config.tenant.name.as_str(), config.tenant.place.as_str()), ("01234567", "US - East"));
}

#[cfg(unix)]
#[test]
fn a_secret_file_is_read_only_when_nobody_else_can() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("the secret");
    let read = |mode, content: &[u8]| {
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let read = read_secret(&path).map(|secret| secret.expose_secret().to_owned());
        fs::remove_file(&path).unwrap();
        read.map_err(|reason| reason.to_string())
    };
    for (mode, content, expected) in [
        (0o600, "s3cret\n", "s3cret"),
        (0o400, "s3cret\r\n", "s3cret"),
        (0o600, "s3cret\n\n", "s3cret\n"),
        (0o700, " s3 cret ", " s3 cret "),
    ] {
        assert_eq!(read(mode, content.as_bytes()).as_deref(), Ok(expected));
    }
    for mode in [0o640, 0o604, 0o644, 0o660, 0o610] {
        let error = read(mode, b"s3cret").unwrap_err();
        assert!(error.contains(&format!("chmod 600 '{}'", path.display())), "{error}");
    }
    assert!(read(0o600, b"\n").unwrap_err().contains("holds no secret"));
    assert!(read(0o600, b"\xff\xfe").unwrap_err().contains("holds no secret"));
    assert!(read(0o600, &vec![b'x'; 70_000]).unwrap_err().contains("larger than"));
    fs::write(folder.path().join("there"), "s3cret").unwrap();
    std::os::unix::fs::symlink(folder.path().join("there"), &path).unwrap();
    assert!(matches!(read_secret(&path), Err(Refusal::File(FileError::NoFile))));
    assert!(matches!(read_secret(folder.path()), Err(Refusal::File(FileError::NoFile))));
}

#[test]
fn times_are_those_of_the_local_zone_and_a_range_that_ends_now_has_no_end() {
    let between = |from: Option<&str>, to: Option<&str>| Range::Between {
        from: from.map(|from| from.parse().unwrap()),
        to: to.map(|to| to.parse().unwrap()),
    };
    for (line, expected) in [
        ("", Range::last(7, Unit::Day)),
        ("--since 24h", Range::last(24, Unit::Hour)),
        ("--since yesterday", between(Some("2026-11-21T23:00:00Z"), None)),
        ("--since 2026-11-01", between(Some("2026-10-31T23:00:00Z"), None)),
        ("--all-time", Range::All),
        ("--from 2026-11-01 --to 2026-11-02", between(Some("2026-10-31T23:00:00Z"), Some("2026-11-02T22:59:59Z"))),
        ("--from 2026-11-01 --to now", between(Some("2026-10-31T23:00:00Z"), None)),
        ("--from 2026-11-01 --to today", between(Some("2026-10-31T23:00:00Z"), None)),
        ("--to 2026-11-02", between(None, Some("2026-11-02T22:59:59Z"))),
        ("--to now", Range::All),
    ] {
        assert_eq!(resolve(line, &[US, TOKEN]).unwrap().filter.range, expected, "{line}");
    }
}

#[cfg(feature = "demo")]
#[test]
fn the_demo_overrides_every_connection_setting() {
    let env = [("JOBTOP_REGION", "nowhere"), ID, SECRET, TOKEN];
    let config = resolve("--demo --demo-jobs 7 --demo-seed 3 --client-id x --secret-file /no/such", &env).unwrap();
    assert_eq!(connection(&config), "demo 7 3");
    assert_eq!((config.tenant.name.as_str(), config.tenant.place.as_str()), ("contoso-demo", "demo server"));
    let still = resolve("--demo --demo-now 2026-01-02T03:04:05Z --refresh 5s", &[]).unwrap();
    assert_eq!(still.clock.now().to_rfc3339(), "2026-01-02T03:04:05+00:00");
    assert!(!still.live.on && !still.motion);
}

#[test]
fn colours_and_motion_follow_option_and_environment() {
    let no_color = [US, TOKEN, ("NO_COLOR", "1"), ("NO_MOTION", "1")];
    for (line, env, colors, motion) in [
        ("", &[US, TOKEN][..], true, true),
        ("", &no_color, false, false),
        ("--color always", &no_color, true, false),
        ("--color never", &[US, TOKEN], false, true),
    ] {
        let config = resolve_with(line, env, Clock::system()).unwrap();
        assert_eq!((config.theme.has_colors(), config.motion), (colors, motion), "{line}");
    }
}

#[test]
fn a_zone_that_is_none_is_told_and_times_are_in_utc() {
    let cli = Cli::read(["jobtop", "--region", "us"].map(OsString::from)).unwrap();
    let env = |name: &str| (name == "JOBTOP_ACCESS_TOKEN").then(|| OsString::from("t0ken"));
    let world = World { env: &env, zone: Err("Middle/\u{1b}Earth".to_owned()), clock: Clock::system() };
    let config = Config::resolve(cli.session, cli.live.refresh, world).unwrap();
    assert_eq!(config.zone, Tz::UTC);
    assert_eq!(config.notes, ["the time zone Middle/^[Earth is not in the time zone database; times are in UTC"]);
}

/// A configuration file with its folder.
fn written(content: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, content).unwrap();
    let option = format!("--config {}", path.display());
    (folder, option)
}

const TWO_TENANTS: &str = r#"
default_profile = "north"

[profiles.north]
region = "ne"
client_id = "north-app"
secret_command = ["printf", "n0rth\n"]

[profiles.south]
base_url = "https://graph.example"
token_url = "https://id.example/t"
client_id = "south-app"
secret_command = ["sh", "-c", "exit 3"]
"#;

#[cfg(unix)]
#[test]
fn a_profile_is_the_lowest_layer() {
    let (_folder, file) = written(TWO_TENANTS);
    let ne = "https://graph-ne.avepointonlineservices.com/ https://identity.avepointonlineservices.com/connect/token";
    for (line, env, expected, name) in [
        ("", vec![], format!("{ne} north-app n0rth"), "north"),
        ("--client-id other", vec![SECRET], format!("{ne} other s3cret"), "north"),
        (
            "--profile south",
            vec![SECRET],
            "https://graph.example/ https://id.example/t south-app s3cret".to_owned(),
            "south",
        ),
        ("", vec![("JOBTOP_PROFILE", "south"), TOKEN], "https://graph.example/ token t0ken".to_owned(), "south"),
        ("--profile north", vec![("JOBTOP_PROFILE", "south")], format!("{ne} north-app n0rth"), "north"),
        ("", vec![US, TOKEN], "https://graph-us.avepointonlineservices.com/ token t0ken".to_owned(), "north"),
    ] {
        let config = resolve(&format!("{file} {line}"), &env).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!((connection(&config), config.tenant.name.as_str()), (expected, name), "{line}");
    }
}

#[test]
fn what_is_wrong_with_the_file_is_told_with_file_line_and_key() {
    for (content, line, parts) in [
        (
            "[profiles.a]\nregoin = \"us\"\n",
            "",
            [":2:1: profiles.a.regoin: there is no such key", "did you mean region?"],
        ),
        (
            "[profiles.a]\nregion = 3\n",
            "",
            [":2:10: profiles.a.region:", "accepted is a text in quotes; this is a number"],
        ),
        ("[profiles.a\n", "", [":1:", "config.toml"]),
        ("[profiles.a]\nregion = \"uss\"\n", "", ["'uss' for 'region'", "did you mean us?"]),
        ("[profiles.a]\nbase_url = \"http://a.example\"\n", "", ["'http://a.example' for 'base_url'", "only https"]),
        ("[profiles.a]\n[profiles.b]\n", "--profile c", ["there is no profile c", "there are a, b"]),
        ("default_profile = \"c\"\n", "", ["there is no profile c", "is none at all"]),
        (
            "[profiles.a]\nregion = \"us\"\nsecret_file = \"x\"\nsecret_command = [\"y\"]\n",
            "",
            ["profile a names two credentials", "secret_file and secret_command"],
        ),
        ("[profiles.a]\nregion = \"us\"\nsecret_command = []\n", "", ["secret_command of profile a", "is empty"]),
        ("[profiles.a]\nregion = \"us\"\nsecret_command = [\"/no/such\"]\n", "", ["could not be run", "/no/such"]),
        ("[profiles.a]\nregion = \"us\"\nsecret_file = \"secret\"\n", "", ["secret", "cannot be read"]),
    ] {
        let (_folder, file) = written(content);
        let error = resolve(&format!("{file} {line}"), &[]).unwrap_err();
        for part in parts {
            assert!(error.contains(part), "{content}{part:?} is not in\n{error}");
        }
    }
    let error = resolve("--config /no/such.toml", &[]).unwrap_err();
    assert!(error.contains("/no/such.toml: cannot be read"), "{error}");
    let error = resolve("--profile a", &[("HOME", "/no/home")]).unwrap_err();
    assert!(error.contains("there is no profile a in /no/home/.config/jobtop/config.toml"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_secret_command_that_fails_says_so_and_shows_nothing_that_it_printed() {
    let (_folder, file) = written(TWO_TENANTS);
    let error = resolve(&format!("{file} --profile south"), &[]).unwrap_err();
    assert!(error.contains("failed: sh ended with exit status: 3"), "{error}");
    let (_folder, file) = written(
        "[profiles.a]\nregion = \"us\"\nclient_id = \"x\"\nsecret_command = [\"sh\", \"-c\", \"echo canary; exit 1\"]\n",
    );
    let error = resolve(&file, &[]).unwrap_err();
    assert!(!error.contains("canary"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_secret_file_of_a_profile_lies_beside_the_configuration_or_at_home() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let (folder, file) = written(
        "[profiles.a]\nregion = \"us\"\nclient_id = \"x\"\nsecret_file = \"a.secret\"\n[profiles.b]\nregion = \"us\"\nclient_id = \"x\"\nsecret_file = \"~/b.secret\"\n",
    );
    for (name, content) in [("a.secret", "beside"), ("b.secret", "home")] {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let home = folder.path().to_str().unwrap();
    for (profile, secret) in [("a", "beside"), ("b", "home")] {
        let config = resolve(&format!("{file} --profile {profile}"), &[("HOME", home)]).unwrap();
        assert!(connection(&config).ends_with(secret));
    }
}

#[cfg(unix)]
#[test]
fn another_tenant_is_opened_by_its_profile_alone() {
    let (folder, _) = written(TWO_TENANTS);
    let path = folder.path().join("config.toml");
    let line = format!("--config {} --client-id flag", path.display());
    let config = resolve(&line, &[SECRET]).unwrap();
    let names: Vec<_> = config.tenants.iter().map(|tenant| (tenant.name.as_str(), tenant.place.as_str())).collect();
    assert_eq!(names, [("north", "EMEA - Ireland"), ("south", "graph.example")]);
    let flags =
        ConnectionFlags { config: Some(path), client_id: Some("flag".to_owned()), ..ConnectionFlags::default() };
    let env = |name: &str| (name == "JOBTOP_CLIENT_SECRET").then(|| OsString::from("s3cret"));
    let north = config.for_tenant("north", &flags, &env).unwrap();
    assert!(connection(&north).ends_with("north-app n0rth"), "{}", connection(&north));
    let south = config.for_tenant("south", &flags, &env).unwrap_err().to_string();
    assert!(south.contains("start jobtop with --profile"), "{south}");
}

/// A folder with a configuration file and copies of the test keys, which only their owner can read.
#[cfg(unix)]
fn with_keys(content: &str) -> (tempfile::TempDir, String) {
    use std::{fs, os::unix::fs::PermissionsExt};

    let (folder, option) = written(content);
    for name in ["certificate.pem", "pkcs8.pem", "pkcs8-encrypted.pem", "modern.pfx"] {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/keys").join(name);
        let copy = folder.path().join(name);
        fs::copy(source, &copy).unwrap();
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o600)).unwrap();
    }
    (folder, option)
}

#[cfg(unix)]
#[test]
fn a_certificate_is_a_credential_like_a_secret() {
    let profile = |keys: &str| format!("[profiles.a]\nregion = \"us\"\nclient_id = \"app\"\n{keys}\n");
    let password = "key_password_command = [\"printf\", \"correct-horse\"]";
    for keys in [
        "cert_file = \"certificate.pem\"\nkey_file = \"pkcs8.pem\"".to_owned(),
        format!("cert_file = \"certificate.pem\"\nkey_file = \"pkcs8-encrypted.pem\"\n{password}"),
        format!("cert_file = \"modern.pfx\"\n{password}"),
    ] {
        let (_folder, file) = with_keys(&profile(&keys));
        let config = resolve(&file, &[]).unwrap_or_else(|error| panic!("{keys}: {error}"));
        assert!(connection(&config).contains(" app until 2"), "{}", connection(&config));
        let secret = resolve(&file, &[SECRET]).unwrap();
        assert!(connection(&secret).ends_with("s3cret"), "the environment beats the profile");
    }
    for (keys, parts) in [
        ("cert_file = \"certificate.pem\"\nsecret_file = \"x\"", ["secret_file and cert_file", "keep one"]),
        ("key_file = \"pkcs8.pem\"", ["the certificate that belongs to the key is missing", "--cert-file"]),
        ("cert_file = \"certificate.pem\"\nkey_file = \"pkcs8-encrypted.pem\"", ["pkcs8-encrypted.pem", "password"]),
        ("cert_file = \"none.pem\"", ["none.pem", "cannot be read"]),
    ] {
        let (_folder, file) = with_keys(&profile(keys));
        let error = resolve(&file, &[]).unwrap_err();
        for part in parts {
            assert!(error.contains(part), "{keys}: {part:?} is not in\n{error}");
        }
    }
    let error = resolve("--region us --cert-file a --secret-file b", &[]).unwrap_err();
    assert!(error.contains("--secret-file and --cert-file"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_certificate_that_ends_soon_is_told() {
    let (folder, _) = with_keys("");
    let line = format!(
        "--region us --client-id app --cert-file {0}/certificate.pem --key-file {0}/pkcs8.pem",
        folder.path().display()
    );
    let config = resolve(&line, &[]).unwrap();
    assert_eq!(config.notes, Vec::<String>::new());
    let Source::Server(Endpoint { auth: Auth::Certificate { certificate, .. }, .. }) = &config.source else {
        panic!("a certificate")
    };
    for (days, told) in [(-12, Some("in 12 days")), (1, Some("has ended")), (-40, None)] {
        let now = certificate.ends() + chrono::TimeDelta::days(days);
        let config = resolve_with(&line, &[], Clock::fixed(now)).unwrap();
        assert_eq!(
            config.notes.iter().any(|note| told.is_some_and(|told| note.contains(told))),
            told.is_some(),
            "{days}"
        );
        assert_eq!(config.notes.is_empty(), told.is_none(), "{days}");
    }
}
