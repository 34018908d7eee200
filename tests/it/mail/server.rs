//! A real mail server (smtp-server, in `tests/mail`), and what it was given.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// How long it may take to start, and a letter to arrive.
const LIMIT: Duration = Duration::from_secs(30);

/// A running mail server. Killed when dropped.
#[derive(Debug)]
pub(crate) struct MailServer {
    process: Child,
    /// It lives as long as this is open.
    _input: ChildStdin,
    /// Where it listens, on 127.0.0.1.
    pub(crate) port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
}

/// A letter as a mail server took it.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    /// The envelope.
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// Whether it came by TLS.
    pub(crate) secure: bool,
    /// Who sent it.
    pub(crate) user: Option<String>,
    /// Head and body.
    pub(crate) letter: Letter,
}

/// A letter, read as a mail program reads it.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    head: BTreeMap<String, String>,
    pub(crate) body: String,
    pub(crate) raw: String,
}

impl MailServer {
    /// Starts one. `document` has what `tests/mail/README.md` lists.
    pub(crate) async fn start(document: &Value) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail");
        assert!(
            folder.join("node_modules/smtp-server").is_dir(),
            "the packages of tests/mail are not installed. `cargo xtask test` does that; by hand: cd tests/mail && npm ci"
        );
        let mut process = Command::new("node")
            .arg("server.mjs")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node.js runs the mail server of the tests");
        let mut input = process.stdin.take().unwrap();
        writeln!(input, "{document}").unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let shared = taken.clone();
        let (ready, started) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let said = lines.next().and_then(Result::ok).unwrap_or_default();
            let _ = ready.send(said);
            for line in lines.map_while(Result::ok) {
                shared.lock().unwrap().push(Taken::read(&serde_json::from_str(&line).unwrap()));
            }
        });
        let said = tokio::time::timeout(LIMIT, started).await.unwrap().unwrap();
        let said: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("no mail server: it said {said:?}"));
        let port = said["port"].as_u64().and_then(|port| u16::try_from(port).ok()).unwrap();
        Self { process, _input: input, port, taken }
    }

    /// One without TLS that takes letters from everybody.
    pub(crate) async fn plain() -> Self {
        Self::start(&json!({})).await
    }

    /// What it took so far.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// What it took once that is so many letters.
    pub(crate) async fn takes(&self, count: usize) -> Vec<Taken> {
        let start = Instant::now();
        while self.taken().len() < count && start.elapsed() < LIMIT {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let taken = self.taken();
        assert_eq!(taken.len(), count, "{taken:?}");
        taken
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Taken {
    fn read(value: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            from: text(&value["from"]),
            to: value["to"].as_array().unwrap().iter().map(text).collect(),
            secure: value["secure"].as_bool().unwrap(),
            user: value["user"].as_str().map(str::to_owned),
            letter: Letter::read(value["data"].as_str().unwrap()),
        }
    }
}

impl Letter {
    /// Reads head and body, both decoded.
    pub(crate) fn read(raw: &str) -> Self {
        let (head, body) = raw.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no end of the head: {raw:?}"));
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let mut fields = BTreeMap::new();
        for line in unfolded.split("\r\n") {
            let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("no field: {line:?}"));
            let earlier = fields.insert(name.to_ascii_lowercase(), words(value));
            assert!(earlier.is_none(), "{name} stands twice: {head}");
        }
        assert_eq!(fields["content-transfer-encoding"], "quoted-printable");
        Self { head: fields, body: quoted_printable(body, false), raw: raw.to_owned() }
    }

    /// A field of the head.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.head.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.head))
    }
}

/// Encoded words (RFC 2047) and what stands between them.
fn words(text: &str) -> String {
    let (mut read, mut rest, mut after_word) = (String::new(), text, false);
    while let Some((before, word)) = rest.split_once("=?") {
        // Blanks between two encoded words are none (§6.2).
        if !(after_word && before.trim().is_empty()) {
            read.push_str(before);
        }
        let mut parts = word.splitn(4, '?');
        let (charset, encoding, encoded) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        assert_eq!(charset.to_ascii_lowercase(), "utf-8");
        let decoded = match encoding {
            "b" | "B" => String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap(),
            _ => quoted_printable(encoded, true),
        };
        read.push_str(&decoded);
        rest = parts.next().unwrap().strip_prefix('=').unwrap();
        after_word = true;
    }
    read + rest
}

/// RFC 2045 §6.7, and with `words` the like of RFC 2047 §4.2.
fn quoted_printable(text: &str, words: bool) -> String {
    let text = text.replace("=\r\n", "").replace("\r\n", "\n");
    let (mut bytes, mut given) = (Vec::new(), text.bytes());
    while let Some(byte) = given.next() {
        match byte {
            b'=' => {
                let digits = [given.next().unwrap(), given.next().unwrap()];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
            }
            b'_' if words => bytes.push(b' '),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap()
}
