//! A stand-in for an identity provider, in this process: it says of every token that it is the person's.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// The client that it made all tokens for.
pub(crate) const CLIENT: &str = "bench";

/// One of them.
pub(crate) const TOKEN: &str = "an-opaque-token-of-the-bench";

/// It answers until this process ends.
#[derive(Clone, Debug)]
pub(crate) struct Introspection {
    issuer: String,
}

impl Introspection {
    /// Answers on a port of its own that every token is of the person with that e-mail address, for whom it vouches.
    pub(crate) fn start(email: &str) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("listening for questions about tokens")?;
        let issuer = format!("http://{}", listener.local_addr()?);
        let answer = answer(&issuer, email);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = answer.clone();
                // A connection that breaks is the server's to notice.
                thread::spawn(move || serve(stream, &answer).ok());
            }
        });
        Ok(Self { issuer })
    }

    /// The server's settings that make it take the tokens, by their names in the environment.
    pub(crate) fn settings(&self) -> [(&'static str, String); 5] {
        let at = |path: &str| format!("{}{path}", self.issuer);
        let provider = json!([{
            "id": "bench",
            "issuer": self.issuer,
            "client_id": "parloir",
            "client_secret": "a secret of the bench",
            "endpoints": {
                "authorization": at("/authorize"),
                "token": at("/token"),
                "jwks": at("/jwks"),
                "introspection": at("/introspect"),
            },
        }]);
        [
            ("PARLOIR__SIGN_IN__PROVIDERS", provider.to_string()),
            ("PARLOIR__RESOURCE_SERVER__PROVIDER", "bench".to_owned()),
            ("PARLOIR__RESOURCE_SERVER__CLIENT_ID", "parloir".to_owned()),
            ("PARLOIR__RESOURCE_SERVER__CLIENT_SECRET", "a secret of the bench".to_owned()),
            ("PARLOIR__RESOURCE_SERVER__ACCEPTED_CLIENTS", CLIENT.to_owned()),
        ]
    }
}

/// The whole answer (RFC 7662 §2.2).
fn answer(issuer: &str, email: &str) -> String {
    let facts: Value = json!({
        "active": true,
        "iss": issuer,
        "sub": "person",
        "client_id": CLIENT,
        "scope": "rooms:list rooms:retrieve rooms:create",
        "email": email,
        "email_verified": true,
    });
    let body = facts.to_string();
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// Answers every request of a connection alike.
fn serve(stream: TcpStream, answer: &str) -> Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while read_line(&mut stream, &mut line)? {
        let mut length = 0;
        while read_line(&mut stream, &mut line)? && line != "\r\n" {
            let header = line.to_ascii_lowercase();
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().context("reading Content-Length")?;
            }
        }
        stream.read_exact(&mut vec![0; length])?;
        stream.get_mut().write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// Whether there was another line.
fn read_line(stream: &mut BufReader<TcpStream>, line: &mut String) -> Result<bool> {
    line.clear();
    Ok(stream.read_line(line)? > 0)
}

#[cfg(test)]
mod tests {
    use super::super::http::{Connection, Request};
    use super::*;

    #[test]
    fn every_token_is_the_persons() {
        let peer = Introspection::start("person@example.org").unwrap();
        let address = peer.issuer.strip_prefix("http://").unwrap().parse().unwrap();
        let mut connection = Connection::open(address).unwrap();
        for token in [TOKEN, "another"] {
            let question = Request::post("/introspect", &[], &format!("client_id=parloir&token={token}"));
            assert_eq!(connection.exchange(&question).unwrap(), 200);
            let answer: Value = serde_json::from_slice(connection.body()).unwrap();
            assert_eq!((&answer["active"], &answer["email"]), (&json!(true), &json!("person@example.org")));
            assert_eq!(answer["iss"], peer.issuer);
        }
        let providers: Value = serde_json::from_str(&peer.settings()[0].1).unwrap();
        assert_eq!(providers[0]["endpoints"]["introspection"], format!("{}/introspect", peer.issuer));
    }
}
