//! The least of HTTP/1.1 (RFC 9112) that a load needs: requests made once, answers read to their end.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// The longest wait for an answer, or for a part of it.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest answer that is read, in bytes; also the size of the buffers.
const LARGEST: usize = 64 * 1024;

/// A request as it goes over the wire, kept to be sent many times.
#[derive(Clone, Debug)]
pub(crate) struct Request(Vec<u8>);

impl Request {
    /// A request without a body.
    pub(crate) fn get(path: &str, headers: &[(&str, &str)]) -> Self {
        Self::make("GET", path, headers, None)
    }

    /// A request with a body of the media type that `headers` name.
    pub(crate) fn post(path: &str, headers: &[(&str, &str)], body: &str) -> Self {
        Self::make("POST", path, headers, Some(body))
    }

    fn make(method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Self {
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n");
        for (name, value) in headers {
            // Writing to a string cannot fail.
            let _ = write!(text, "{name}: {value}\r\n");
        }
        if let Some(body) = body {
            let _ = write!(text, "Content-Length: {}\r\n", body.len());
        }
        text += "\r\n";
        text += body.unwrap_or_default();
        Self(text.into_bytes())
    }
}

/// A connection that is kept alive.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    line: Vec<u8>,
    body: Vec<u8>,
    length: usize,
}

impl Connection {
    /// Connects.
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream =
            TcpStream::connect_timeout(&address, PATIENCE).with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let stream = BufReader::with_capacity(LARGEST, stream);
        Ok(Self { stream, line: Vec::with_capacity(1024), body: vec![0; LARGEST], length: 0 })
    }

    /// Sends a request and reads its whole answer. Gives the status; the body is at [`Self::body`] until the next call.
    ///
    /// # Errors
    /// When the connection ends, nothing comes for ten seconds, or the answer has no length or more than 64 kB.
    pub(crate) fn exchange(&mut self, request: &Request) -> Result<u16> {
        self.stream.get_mut().write_all(&request.0).context("sending a request")?;
        self.read_line()?;
        let status = status(&self.line)?;
        self.length = 0;
        let mut told = (status == 204).then_some(0);
        loop {
            self.read_line()?;
            if self.line == b"\r\n" {
                break;
            }
            told = content_length(&self.line)?.or(told);
        }
        let Some(length) = told.filter(|length| *length <= LARGEST) else {
            bail!("an answer with status {status} has no Content-Length, or one beyond {LARGEST} bytes");
        };
        self.length = length;
        self.stream.read_exact(&mut self.body[..self.length]).context("reading an answer's body")?;
        Ok(status)
    }

    /// The body of the last answer.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body[..self.length]
    }

    /// Reads with the library's own search for the end of a line: this program is mostly built without optimisation,
    /// and the less it does the more of the machine is the server's.
    fn read_line(&mut self) -> Result<()> {
        self.line.clear();
        let read = self.stream.read_until(b'\n', &mut self.line).context("reading an answer")?;
        if read == 0 {
            bail!("the connection was closed");
        }
        Ok(())
    }
}

/// The status in `HTTP/1.1 200 OK`.
fn status(line: &[u8]) -> Result<u16> {
    line.strip_prefix(b"HTTP/1.1 ")
        .and_then(|rest| std::str::from_utf8(rest.get(..3)?).ok()?.parse().ok())
        .with_context(|| format!("not an answer in HTTP/1.1: {}", String::from_utf8_lossy(line).trim_end()))
}

/// The value of the header `Content-Length`, when the line is that.
fn content_length(line: &[u8]) -> Result<Option<usize>> {
    const NAME: &str = "content-length:";
    let Some((name, value)) = line.split_at_checked(NAME.len()) else { return Ok(None) };
    if !name.eq_ignore_ascii_case(NAME.as_bytes()) {
        return Ok(None);
    }
    let value = std::str::from_utf8(value).context("reading Content-Length")?.trim();
    Ok(Some(value.parse().with_context(|| format!("Content-Length is {value:?}"))?))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// Answers one request on one connection with `answer`; gives what `exchange` made of it and the body.
    fn exchange(answer: &'static str) -> (Result<u16>, Vec<u8>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let length = stream.read(&mut request).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            request[..length].to_vec()
        });
        let mut connection = Connection::open(address).unwrap();
        let status = connection.exchange(&Request::post("/a", &[("X-B", "c")], "body"));
        let request = String::from_utf8(server.join().unwrap()).unwrap();
        assert!(request.starts_with("POST /a HTTP/1.1\r\n") && request.contains("\r\nX-B: c\r\n"), "{request}");
        assert!(request.ends_with("\r\nContent-Length: 4\r\n\r\nbody"), "{request}");
        (status, connection.body().to_vec())
    }

    #[test]
    fn reads_status_and_body() {
        let (status, body) = exchange("HTTP/1.1 201 Created\r\nx: y\r\nCONTENT-LENGTH: 5\r\n\r\nhello");
        assert_eq!((status.unwrap(), body.as_slice()), (201, b"hello".as_slice()));
    }

    #[test]
    fn refuses_what_it_cannot_delimit() {
        assert!(exchange("HTTP/1.1 200 OK\r\n\r\n").0.is_err());
        assert!(exchange("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n").0.is_err());
        assert!(exchange("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell").0.is_err());
        assert!(exchange("nonsense\r\n\r\n").0.is_err());
    }
}
