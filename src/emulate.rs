//! `jobtop emulate`: the embedded server as a tool of its own, until it is told to end. It owns what is said of the server, and
//! knows neither the dashboard nor the client.

use std::{
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
};

use secrecy::ExposeSecret;

use crate::{
    cli::EmulateFlags,
    clock::{self, Clock},
    config::{ConfigError, read_secret},
    demo::{self, FAULTS, Server},
    text::Foreign,
};

/// Why there is no server, or none any more.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// It may not be configured so.
    #[error(transparent)]
    Configuration(#[from] ConfigError),
    /// It could not listen.
    #[error("could not listen on 127.0.0.1, port {port}: {cause}")]
    Port {
        /// Where.
        port: u16,
        /// Why not.
        cause: io::Error,
    },
    /// Nobody can be told where it listens, or tell it to end.
    #[error("the emulator had to stop: {0}")]
    Io(#[from] io::Error),
}

/// Serves until Ctrl-c or SIGTERM. The first line of `out` says where, once requests are taken; everything else goes to `err`.
///
/// # Errors
/// With whatever keeps it from serving.
pub fn run(flags: &EmulateFlags, out: &mut impl Write, err: &mut impl Write) -> Result<(), Trouble> {
    let credential = credential(flags.client_id.clone(), flags.secret_file.clone())?;
    let EmulateFlags { port, jobs, seed, latency, .. } = *flags;
    let faults = flags.faults.clone();
    let options = demo::Options { jobs, seed, latency, credential, port, faults, ..demo::Options::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        // Before anybody knows that there is something to end.
        let end = End::listen()?;
        let server = demo::serve(options, time()).await.map_err(|cause| Trouble::Port { port, cause })?;
        writeln!(out, "listening on {}", server.base_url())?;
        out.flush()?;
        // Where standard error is shut, the first line has to do.
        let _ = explain(&server, flags, err);
        end.wait().await;
        // Nobody should have come there: whoever did took a token along, or a secret.
        if server.strays() > 0 {
            let _ = writeln!(err, "connections that came to the other server: {}", server.strays());
        }
        server.stop().await;
        Ok(())
    })
}

fn credential(id: Option<String>, file: Option<PathBuf>) -> Result<Option<(String, String)>, ConfigError> {
    let Some((id, path)) = id.zip(file) else { return Ok(None) };
    match read_secret(&path) {
        Ok(secret) => Ok(Some((id, secret.expose_secret().to_owned()))),
        Err(reason) => Err(ConfigError::SecretFile { path, reason }),
    }
}

fn time() -> demo::Clock {
    demo::Clock { now: Arc::new(|| Clock::system().now()), pause: Arc::new(|time| Box::pin(clock::sleep(time))) }
}

/// How to come to the server.
fn explain(server: &Server, flags: &EmulateFlags, err: &mut impl Write) -> io::Result<()> {
    let id = flags.client_id.as_deref().unwrap_or("any");
    let secret = if flags.client_id.is_some() { "JOBTOP_CLIENT_SECRET=…" } else { "JOBTOP_CLIENT_SECRET=any" };
    writeln!(err, "{} made-up jobs; for jobtop and other clients set", flags.jobs)?;
    writeln!(err, "  JOBTOP_BASE_URL={}", server.base_url())?;
    writeln!(err, "  JOBTOP_TOKEN_URL={}", server.token_url())?;
    writeln!(err, "  JOBTOP_CLIENT_ID={} {secret}", Foreign::from(id).line(100))?;
    for fault in &flags.faults {
        let what = FAULTS.iter().find(|(known, ..)| known == fault).map_or("", |(.., what)| what);
        writeln!(err, "Fault {}: {what}.", fault.name())?;
    }
    writeln!(err, "Ctrl-c ends it.")
}

/// What tells the server to end.
struct End {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

impl End {
    fn listen() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self { signals: [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?] })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    #[cfg(unix)]
    async fn wait(self) {
        let [mut interrupt, mut terminate] = self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn wait(self) {
        // Without a way to be told, it serves until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
