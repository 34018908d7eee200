//! Where the server listens.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::report::Check;
use crate::config::Config;

/// The longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is asked of whoever listens there already, and how a server of ours answers.
const QUESTION: &[u8] = b"GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
const OURS: &str = r#"{"status":"live"}"#;
const METRICS_QUESTION: &[u8] = b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
const METRICS_OURS: [&str; 2] = ["parloir_build_info", "not_authenticated"];

pub(super) async fn checks(config: &Config) -> Vec<Check> {
    let mut checks = vec![listen("listen", "server.listen", config.server.listen, QUESTION, &[OURS]).await];
    if let Some(address) = config.metrics.listen {
        checks.push(listen("metrics_listen", "metrics.listen", address, METRICS_QUESTION, &METRICS_OURS).await);
    }
    checks
}

async fn listen(name: &'static str, setting: &str, address: SocketAddr, question: &[u8], ours: &[&str]) -> Check {
    match TcpListener::bind(address).await {
        Ok(_) => Check::ok(name, format!("{address} is free")),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            let answer = ask(reachable(address), question).await;
            if answer.is_ok_and(|answer| ours.iter().any(|words| answer.contains(words))) {
                return Check::ok(name, format!("a server of ours runs at {address}"));
            }
            let found = format!("another program has {address}");
            Check::error(name, found, format!("Stop it, or set {setting} to another address."))
        }
        Err(error) => {
            let advice = if error.kind() == io::ErrorKind::PermissionDenied {
                format!("Set {setting} to a port of 1024 or more, behind a proxy.")
            } else {
                format!("Set {setting} to an address of this machine.")
            };
            Check::error(name, format!("{address} cannot be listened on: {error}"), advice)
        }
    }
}

/// The address by which this machine reaches whoever listens on `address`.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// The beginning of what is answered.
async fn ask(address: SocketAddr, question: &[u8]) -> io::Result<String> {
    let conversation = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(question).await?;
        let mut answer = Vec::new();
        stream.take(16 * 1024).read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    tokio::time::timeout(PATIENCE, conversation).await?
}
