//! A server that says what a script says, one answer for each page that is asked for, each when the test lets it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
};

/// One answer.
pub struct Answer {
    status: u16,
    body: String,
    /// Waited for before it is given.
    gate: Option<Receiver<()>>,
    /// Told when it is asked for.
    asked: Option<Sender<()>>,
}

impl Answer {
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, body: body.into(), gate: None, asked: None }
    }

    /// A page of jobs with these ids, `next` being what its next link says.
    pub fn page(ids: &[&str], total: usize, next: &str) -> Self {
        let jobs: Vec<String> = ids.iter().map(|id| format!(r#"{{"jobId":"{id}","jobType":1,"status":2}}"#)).collect();
        let jobs = jobs.join(",");
        Self::new(200, format!(r#"{{"totalCount":{total},"jobs":[{jobs}],"nextLink":"{next}"}}"#))
    }

    /// The same answer, which tells when it is asked for.
    pub fn telling(self, asked: Sender<()>) -> Self {
        Self { asked: Some(asked), ..self }
    }

    /// The same answer, given only when the sender is used or gone.
    pub fn gated(self) -> (Self, Sender<()>) {
        let (sender, gate) = channel();
        (Self { gate: Some(gate), ..self }, sender)
    }
}

/// Serves the script; what is asked for after its end is refused.
pub fn serve(script: Vec<Answer>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut script = script.into_iter();
        for stream in listener.incoming().map_while(Result::ok) {
            // A client that has gone is no matter here.
            let _ = answer(stream, &mut script);
        }
    });
    address
}

fn answer(mut stream: TcpStream, script: &mut impl Iterator<Item = Answer>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    reader.read_exact(&mut vec![0; length])?;
    let Answer { status, body, gate, asked } = if first.starts_with("POST") {
        Answer::new(200, r#"{"access_token": "token-1", "expires_in": 3600}"#)
    } else {
        script.next().unwrap_or_else(|| Answer::new(403, ""))
    };
    if let Some(asked) = asked {
        let _ = asked.send(());
    }
    if let Some(gate) = gate {
        let _ = gate.recv();
    }
    let length = body.len();
    write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}
