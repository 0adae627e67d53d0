//! A server that answers as a script says, byte for byte, whatever is asked.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

use rustls::{ServerConnection, StreamOwned};

/// What it does with one request.
pub enum Reply {
    /// Answers with these bytes, and closes.
    Bytes(Vec<u8>),
    /// Says nothing, for as long as the client waits.
    Silence,
}

/// A server on loopback; its threads end with the process.
pub struct Scripted {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// Answers each request by its first line.
    pub fn start(script: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        Self::listen("http", "127.0.0.1", script, Some)
    }

    /// The same over TLS, as `localhost`.
    pub fn start_tls(tls: rustls::ServerConfig, script: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let tls = Arc::new(tls);
        Self::listen("https", "localhost", script, move |stream| {
            Some(StreamOwned::new(ServerConnection::new(Arc::clone(&tls)).ok()?, stream))
        })
    }

    fn listen<S: Read + Write>(
        scheme: &'static str,
        host: &'static str,
        script: impl Fn(&str) -> Reply + Send + Sync + 'static,
        wrap: impl Fn(TcpStream) -> Option<S> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("{scheme}://{host}:{}", listener.local_addr().unwrap().port());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (script, log, wrap) = (Arc::new(script), Arc::clone(&requests), Arc::new(wrap));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (script, log, wrap) = (Arc::clone(&script), Arc::clone(&log), Arc::clone(&wrap));
                std::thread::spawn(move || {
                    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
                    wrap(stream).map(|mut stream| answer(&mut stream, &*script, &log))
                });
            }
        });
        Self { address, requests }
    }

    /// Where the API is.
    pub fn base_url(&self) -> String {
        self.address.clone()
    }

    /// Where tokens are given.
    pub fn token_url(&self) -> String {
        format!("{}/connect/token", self.address)
    }

    /// The first lines of all requests.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// An answer with its length.
pub fn http(status: &str, headers: &str, body: &str) -> Reply {
    let length = body.len();
    Reply::Bytes(
        format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
            .into_bytes(),
    )
}

fn answer(stream: &mut (impl Read + Write), script: &dyn Fn(&str) -> Reply, log: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(&mut *stream);
    let mut first = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        match line.trim_end() {
            "" => break,
            _ if first.is_empty() => line.trim_end().clone_into(&mut first),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    if lines.read_exact(&mut body).is_err() {
        return;
    }
    log.lock().unwrap().push(first.clone());
    match script(&first) {
        Reply::Bytes(bytes) => drop(stream.write_all(&bytes).and_then(|()| stream.flush())),
        // The client ends it.
        Reply::Silence => drop(lines.read(&mut [0])),
    }
}
