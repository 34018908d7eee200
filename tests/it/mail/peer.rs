//! A scripted mail server, which says what no honest one says.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::server::Letter;

/// What it does at one point of the conversation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// Says that.
    Say(&'static str),
    /// Says nothing, and keeps the connection.
    Silence,
    /// Ends the connection.
    Close,
    /// Says nothing more, but reads on.
    HalfClose,
}

/// A peer that takes every letter, but for what its script says.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    script: Mutex<Vec<(&'static str, Act)>>,
    letters: Mutex<Vec<Letter>>,
    connections: Mutex<usize>,
}

impl Peer {
    /// One that does as `script` says: at the greeting (`""`), at a command by its first word, or at the end of a letter (`.`).
    pub(crate) async fn new(script: &[(&'static str, Act)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { script: Mutex::new(script.to_vec()), ..Shared::default() });
        let of_task = shared.clone();
        let listening = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                *of_task.connections.lock().unwrap() += 1;
                let shared = of_task.clone();
                tokio::spawn(async move { converse(stream, &shared).await });
            }
        });
        Self { address, shared, listening }
    }

    /// Does from now on as that says.
    pub(crate) fn follow(&self, script: &[(&'static str, Act)]) {
        *self.shared.script.lock().unwrap() = script.to_vec();
    }

    /// The letters of which it heard the end, taken or not.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        self.shared.letters.lock().unwrap().clone()
    }

    /// How often it was called.
    pub(crate) fn connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Shared {
    fn act(&self, at: &str, usual: &'static str) -> Act {
        let script = self.script.lock().unwrap();
        script.iter().find(|(point, _)| *point == at).map_or(Act::Say(usual), |(_, act)| *act)
    }
}

/// Until the caller, or the script, ends it.
async fn converse(stream: TcpStream, shared: &Shared) -> Option<()> {
    let mut stream = BufReader::new(stream);
    perform(&mut stream, shared.act("", "220 peer\r\n")).await?;
    loop {
        let line = line(&mut stream).await?;
        let command = line.split([' ', '\r']).next().unwrap().to_ascii_uppercase();
        let usual = match command.as_str() {
            "EHLO" => "250-peer\r\n250 8BITMIME\r\n",
            "DATA" => "354 go on\r\n",
            "QUIT" => "221 bye\r\n",
            _ => "250 fine\r\n",
        };
        let act = shared.act(&command, usual);
        perform(&mut stream, act).await?;
        if command == "DATA" && matches!(act, Act::Say(said) if said.starts_with('3')) {
            let mut letter = String::new();
            loop {
                let line = self::line(&mut stream).await?;
                if line == ".\r\n" {
                    break;
                }
                letter.push_str(line.strip_prefix('.').unwrap_or(&line));
            }
            shared.letters.lock().unwrap().push(Letter::read(&letter));
            perform(&mut stream, shared.act(".", "250 taken\r\n")).await?;
        }
    }
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok().filter(|read| *read > 0).map(|_| line)
}

async fn perform(stream: &mut BufReader<TcpStream>, act: Act) -> Option<()> {
    match act {
        Act::Say(text) => stream.write_all(text.as_bytes()).await.ok(),
        Act::Silence => std::future::pending().await,
        Act::Close => None,
        Act::HalfClose => {
            stream.shutdown().await.ok()?;
            while line(stream).await.is_some() {}
            None
        }
    }
}
