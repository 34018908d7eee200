//! Whom the server calls: peers that answer, hang, lie and prove who they are.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use pem::Pem;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What a peer does once it has read a request.
#[derive(Clone, Debug)]
pub(crate) enum Script {
    /// Sends that, and waits for the next request.
    Answer(Vec<u8>),
    /// Sends that, and ends the connection.
    Close(Vec<u8>),
    /// Sends that, and nothing more.
    Hang(Vec<u8>),
    /// Sends that, and the second text again and again.
    Repeat(Vec<u8>, &'static str),
}

/// A peer that listens on loopback until dropped.
#[derive(Debug)]
pub(crate) struct Peer {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    listening: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Seen {
    connections: usize,
    requests: Vec<String>,
}

impl Peer {
    /// A peer that follows `script` at each request, by plain HTTP.
    pub(crate) async fn new(script: Script) -> Self {
        Self::listen(move |stream, seen| {
            let script = script.clone();
            tokio::spawn(async move { converse(stream, &script, &seen).await });
        })
        .await
    }

    /// The same behind TLS, with that certificate.
    pub(crate) async fn with_tls(script: Script, identity: &Identity) -> Self {
        let acceptor = identity.acceptor.clone();
        Self::listen(move |stream, seen| {
            let (script, acceptor) = (script.clone(), acceptor.clone());
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    converse(stream, &script, &seen).await;
                }
            });
        })
        .await
    }

    /// An HTTP proxy that opens each tunnel, whatever is asked for, to `target`.
    pub(crate) async fn proxy_to(target: SocketAddr) -> Self {
        Self::listen(move |mut stream, seen| {
            tokio::spawn(async move {
                let Some(request) = read_request(&mut stream).await else { return };
                seen.lock().unwrap().requests.push(request);
                let mut target = TcpStream::connect(target).await.unwrap();
                stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
                // Either side may end it in any way.
                let _ = copy_bidirectional(&mut stream, &mut target).await;
            });
        })
        .await
    }

    async fn listen(converse: impl Fn(TcpStream, Arc<Mutex<Seen>>) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = seen.clone();
        let listening = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                shared.lock().unwrap().connections += 1;
                converse(stream, shared.clone());
            }
        });
        Self { address, seen, listening }
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// An address of it, by plain HTTP.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// An address of it, by https and under that name.
    pub(crate) fn secure(&self, host: &str) -> String {
        format!("https://{host}:{}/", self.address.port())
    }

    /// The requests that it read, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().requests.clone()
    }

    /// How many connections it took.
    pub(crate) fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn converse(mut stream: impl AsyncRead + AsyncWrite + Unpin, script: &Script, seen: &Mutex<Seen>) {
    while let Some(request) = read_request(&mut stream).await {
        seen.lock().unwrap().requests.push(request);
        let (Script::Answer(bytes) | Script::Close(bytes) | Script::Hang(bytes) | Script::Repeat(bytes, _)) = script;
        if stream.write_all(bytes).await.is_err() {
            return;
        }
        match script {
            Script::Answer(_) => {}
            Script::Close(_) => {
                let _ = stream.shutdown().await;
                return;
            }
            Script::Hang(_) => std::future::pending().await,
            Script::Repeat(_, text) => while stream.write_all(text.as_bytes()).await.is_ok() {},
        }
    }
}

/// One request with its body; none when the caller is gone.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut request = String::new();
    loop {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        let Ok(text) = std::str::from_utf8(&buffer[..read]) else { return Some("no HTTP".to_owned()) };
        request.push_str(text);
        if let Some((head, body)) = request.split_once("\r\n\r\n") {
            let length = head
                .to_ascii_lowercase()
                .split_once("content-length: ")
                .map_or(0, |(_, length)| length.split("\r\n").next().unwrap().parse::<usize>().unwrap());
            if body.len() >= length {
                return Some(request);
            }
        }
    }
}

/// An answer with that status line, those header lines and that body.
pub(crate) fn answer(status: &str, headers: &[&str], body: &str) -> Vec<u8> {
    let (status, length) = (format!("HTTP/1.1 {status}"), format!("content-length: {}", body.len()));
    let head = [&[status.as_str()], headers, &[length.as_str()]].concat().join("\r\n");
    format!("{head}\r\n\r\n{body}").into_bytes()
}

/// A certificate authority that nobody knows.
#[derive(Debug)]
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate in PEM.
    pub(crate) pem: String,
}

/// A certificate with its key.
pub(crate) struct Identity {
    acceptor: TlsAcceptor,
    /// Both in PEM.
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.self_signed(&key).unwrap();
        let pem = pem::encode(&Pem::new("CERTIFICATE", certificate.der().to_vec()));
        Self { issuer: Issuer::new(parameters, key), pem }
    }

    /// A certificate for these names and addresses.
    pub(crate) fn identity(&self, names: &[&str]) -> Identity {
        self.certify(&CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap())
    }

    /// A certificate for that name that is not valid any more.
    pub(crate) fn expired_identity(&self, name: &str) -> Identity {
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2021, 1, 1);
        self.certify(&parameters)
    }

    fn certify(&self, parameters: &CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let pem = |tag, der: &[u8]| pem::encode(&Pem::new(tag, der));
        let texts = (pem("CERTIFICATE", certificate.der()), pem("PRIVATE KEY", &key.serialize_der()));
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Identity { acceptor: TlsAcceptor::from(Arc::new(config)), certificate: texts.0, key: texts.1 }
    }
}
