//! Calls that the server makes to others, against peers that listen on real sockets.

pub(crate) mod peer;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use axum::http::header::{ACCEPT, HeaderMap, HeaderValue};
use openidconnect::IssuerUrl;
use openidconnect::core::CoreProviderMetadata;
use parloir::base::{HttpSettings, OutgoingAnswer, OutgoingClient, OutgoingError, OutgoingSetupError};
use serde_json::json;
use tempfile::TempDir;

use peer::{Authority, Peer, Script, answer};

fn client(settings: &HttpSettings) -> OutgoingClient {
    OutgoingClient::new(settings).unwrap()
}

fn default_client() -> OutgoingClient {
    client(&HttpSettings::default())
}

async fn get(client: &OutgoingClient, url: &str) -> Result<OutgoingAnswer, OutgoingError> {
    client.get(url, HeaderMap::new()).await
}

/// A file in a folder that goes with it.
fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, text).unwrap();
    (folder, file)
}

/// Settings that believe `authority`.
fn believing(authority: &Authority) -> (TempDir, HttpSettings) {
    let (folder, file) = file(&authority.pem);
    (folder, HttpSettings { ca_files: vec![file], ..HttpSettings::default() })
}

#[tokio::test]
async fn a_request_goes_out_and_its_answer_comes_back() {
    let script = answer("418 I'm a teapot", &["content-type: application/jwt; charset=utf-8", "x-a: b"], "tea");
    let peer = Peer::new(Script::Answer(script)).await;
    let headers: HeaderMap = [(ACCEPT, HeaderValue::from_static("application/json"))].into_iter().collect();
    let client = default_client();
    let got = client.get(&peer.at("/path?query=1"), headers.clone()).await.unwrap();
    assert_eq!((got.status, got.body.as_slice()), (StatusCode::IM_A_TEAPOT, b"tea".as_slice()));
    assert_eq!(got.content_type(), Some("application/jwt; charset=utf-8"));
    assert_eq!(got.headers["x-a"], "b");
    let form = [("grant_type", "authorization_code"), ("code", "a b&c=é")];
    client.post_form(&peer.at("/token"), headers, &form).await.unwrap();

    let requests = peer.requests();
    assert!(requests[0].starts_with("GET /path?query=1 HTTP/1.1\r\n"), "{requests:?}");
    assert!(requests[1].starts_with("POST /token HTTP/1.1\r\n"), "{requests:?}");
    assert!(requests[1].contains("content-type: application/x-www-form-urlencoded\r\n"), "{requests:?}");
    assert!(requests[1].ends_with("\r\n\r\ngrant_type=authorization_code&code=a+b%26c%3D%C3%A9"), "{requests:?}");
    for request in &requests {
        assert!(request.contains("accept: application/json\r\n"), "{request}");
        assert!(request.contains(concat!("user-agent: parloir/", env!("CARGO_PKG_VERSION"), "\r\n")), "{request}");
    }
    assert_eq!(peer.connections(), 1, "the connection was not used again");
}

#[test]
fn proxies_of_the_environment_count_for_nothing() {
    // Another process, because this one's environment belongs to all tests.
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "outgoing::a_request_goes_out_and_its_answer_comes_back"]);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        again.env(name, "http://127.0.0.1:1");
    }
    let ended = again.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
async fn a_peer_that_hangs_is_left() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nab".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n".to_vec();
    for script in [Vec::new(), b"HTTP/1.1 200".to_vec(), head, chunked] {
        let peer = Peer::new(Script::Hang(script)).await;
        let client = default_client().with_timeout(Duration::from_millis(200));
        let begun = Instant::now();
        assert_eq!(get(&client, &peer.at("/")).await.unwrap_err(), OutgoingError::Timeout);
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn a_body_is_read_up_to_the_limit() {
    let client = default_client().with_limit(100);
    let exactly = "x".repeat(100);
    let peer = Peer::new(Script::Answer(answer("200 OK", &[], &exactly))).await;
    assert_eq!(get(&client, &peer.at("/")).await.unwrap().body, exactly.as_bytes());
    let chunked = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n64\r\n{exactly}\r\n0\r\n\r\n");
    let peer = Peer::new(Script::Answer(chunked.into_bytes())).await;
    assert_eq!(get(&client, &peer.at("/")).await.unwrap().body, exactly.as_bytes());

    let said = b"HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let until_the_end = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    for script in [
        Script::Hang(said),
        Script::Repeat(chunked, "3\r\nabc\r\n"),
        Script::Repeat(until_the_end.clone(), "x"),
        Script::Close([until_the_end, vec![b'x'; 101]].concat()),
    ] {
        let peer = Peer::new(script.clone()).await;
        assert_eq!(get(&client, &peer.at("/")).await.unwrap_err(), OutgoingError::TooLarge, "{script:?}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    for status in
        ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        let peer = Peer::new(Script::Answer(answer(status, &["location: /elsewhere"], ""))).await;
        let error = get(&default_client(), &peer.at("/")).await.unwrap_err();
        assert_eq!(error, OutgoingError::Redirect(status[..3].parse().unwrap()));
        assert_eq!(peer.requests().len(), 1);
    }
}

#[tokio::test]
async fn what_fails_is_told_apart_and_no_address_is_repeated() {
    let client = default_client();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = Peer::new(Script::Close(Vec::new())).await;
    let babble = Peer::new(Script::Close(b"swordfish\r\n\r\n".to_vec())).await;
    let cut = Peer::new(Script::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab".to_vec())).await;
    let secret = "/?code=swordfish";
    for (url, expected) in [
        (format!("http://{nobody}{secret}"), "no connection: "),
        // How long the system asks for the name is its own affair.
        (format!("https://nowhere.invalid{secret}"), "no "),
        (silent.at(secret), "the answer broke off: "),
        (babble.at(secret), "the answer broke off: "),
        (cut.at(secret), "the answer broke off: "),
        (silent.secure("localhost") + secret, "no "),
    ] {
        let error = get(&client, &url).await.unwrap_err();
        assert!(error.to_string().starts_with(expected), "{url}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("swordfish"), "{error:?}");
    }
}

#[tokio::test]
async fn nothing_is_sent_where_others_could_read_it() {
    for url in [
        "http://id.example.org/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http://localhost.example.org/",
        "ftp://localhost/",
        "file:///etc/passwd",
        "https://user:swordfish@id.example.org/",
        "https://user@id.example.org/",
        "/path",
        "",
    ] {
        assert_eq!(get(&default_client(), url).await.unwrap_err(), OutgoingError::Address, "{url}");
    }
}

#[tokio::test]
async fn only_a_believed_certificate_for_the_name_is_trusted() {
    let (authority, other) = (Authority::new(), Authority::new());
    let ok = Script::Answer(answer("200 OK", &[], "fine"));
    let good = Peer::with_tls(ok.clone(), &authority.identity(&["localhost"])).await;
    let url = good.secure("localhost");
    let (_folder, settings) = believing(&authority);
    assert_eq!(get(&client(&settings), &url).await.unwrap().body, b"fine");

    let refused = async |settings: &HttpSettings, url: &str| {
        let error = get(&client(settings), url).await.unwrap_err();
        assert!(matches!(error, OutgoingError::Tls(_)), "{error:?}");
    };
    refused(&HttpSettings::default(), &url).await;
    refused(&believing(&other).1, &url).await;
    // The right one is found among several.
    let (_folder, several) = file(&format!("{}{}", other.pem, authority.pem));
    let several = HttpSettings { ca_files: vec![several], ..HttpSettings::default() };
    assert_eq!(get(&client(&several), &url).await.unwrap().body, b"fine");

    refused(&settings, &good.secure("127.0.0.1")).await;
    let misnamed = Peer::with_tls(ok.clone(), &authority.identity(&["id.example.org"])).await;
    refused(&settings, &misnamed.secure("localhost")).await;
    let expired = Peer::with_tls(ok.clone(), &authority.expired_identity("localhost")).await;
    refused(&settings, &expired.secure("localhost")).await;
    assert!(misnamed.requests().is_empty() && expired.requests().is_empty(), "a request was sent before the proof");
    let plain = Peer::new(Script::Close(answer("200 OK", &[], "fine"))).await;
    refused(&settings, &plain.secure("localhost")).await;
}

#[test]
fn files_of_authorities_are_checked() {
    let with = |file: PathBuf| OutgoingClient::new(&HttpSettings { ca_files: vec![file], ..HttpSettings::default() });
    let missing = with("/none/there.pem".into()).unwrap_err();
    assert!(matches!(&missing, OutgoingSetupError::File { file, .. } if file == "/none/there.pem"), "{missing:?}");
    assert!(missing.to_string().starts_with("ca_files: cannot read /none/there.pem: "));
    let key = rcgen::KeyPair::generate().unwrap().serialize_der();
    let key = pem::encode(&pem::Pem::new("PRIVATE KEY", key));
    let damaged = Authority::new().pem.replacen("MII", "MIJ", 1);
    for text in ["", "swordfish", &key, &damaged, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let (_folder, file) = file(text);
        let error = with(file.clone()).unwrap_err();
        assert_eq!(error, OutgoingSetupError::NoCertificate { file: file.display().to_string() }, "{text}");
    }
}

#[tokio::test]
async fn calls_go_through_the_proxy_but_for_the_exceptions() {
    let authority = Authority::new();
    let identity = authority.identity(&["id.example.org", "other.invalid", "0.0.0.0", "localhost"]);
    let target = Peer::with_tls(Script::Answer(answer("200 OK", &[], "fine")), &identity).await;
    let proxy = Peer::proxy_to(target.address()).await;
    let (_folder, mut settings) = believing(&authority);
    settings.proxy = Some(format!("http://parloir:sword%40fish@{}", proxy.address()).parse().unwrap());
    settings.no_proxy = vec!["invalid".parse().unwrap(), "0.0.0.0/8".parse().unwrap()];
    let client = client(&settings);

    assert_eq!(get(&client, "https://id.example.org/").await.unwrap().body, b"fine");
    let asked = proxy.requests();
    assert!(asked[0].starts_with("CONNECT id.example.org:443 HTTP/1.1\r\n"), "{asked:?}");
    // parloir:sword@fish
    assert!(asked[0].to_ascii_lowercase().contains("proxy-authorization: basic "), "{asked:?}");
    assert!(asked[0].contains("cGFybG9pcjpzd29yZEBmaXNo"), "{asked:?}");
    assert!(!target.requests()[0].contains("cGFybG9pcjpzd29yZEBmaXNo"), "the credentials went on to the target");

    // A name below the exception cannot be found without the proxy; the unspecified address leads to this machine.
    let not_found = get(&client, "https://other.invalid/").await;
    assert!(matches!(not_found, Err(OutgoingError::Connect(_) | OutgoingError::Timeout)), "{not_found:?}");
    assert_eq!(get(&client, &target.secure("0.0.0.0")).await.unwrap().body, b"fine");
    assert_eq!(get(&client, &target.secure("localhost")).await.unwrap().body, b"fine");
    let plain = Peer::new(Script::Answer(answer("200 OK", &[], "fine"))).await;
    assert_eq!(get(&client, &plain.at("/")).await.unwrap().body, b"fine");
    assert_eq!(proxy.connections(), 1);

    // The proxy does not stand in for the target.
    let wrong = Peer::with_tls(Script::Hang(Vec::new()), &Authority::new().identity(&["id.example.org"])).await;
    let proxy = Peer::proxy_to(wrong.address()).await;
    settings.proxy = Some(format!("http://{}", proxy.address()).parse().unwrap());
    let client = OutgoingClient::new(&settings).unwrap();
    assert!(matches!(get(&client, "https://id.example.org/").await, Err(OutgoingError::Tls(_))));
}

#[tokio::test]
async fn a_proxy_that_refuses_is_no_connection() {
    let proxy = Peer::new(Script::Close(answer("407 Proxy Authentication Required", &[], ""))).await;
    let address = format!("http://me:swordfish@{}", proxy.address()).parse().unwrap();
    let settings = HttpSettings { proxy: Some(address), ..HttpSettings::default() };
    let error = get(&client(&settings), "https://id.example.org/?code=swordfish").await.unwrap_err();
    assert!(matches!(error, OutgoingError::Connect(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("swordfish"), "{error:?}");
}

#[tokio::test]
async fn discovery_goes_through_the_client() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    });
    let routes = axum::Router::new()
        .route("/.well-known/openid-configuration", axum::routing::get(async move || axum::Json(metadata)))
        .route("/jwks", axum::routing::get(async || axum::Json(json!({ "keys": [] }))));
    let serving = tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
    let found = CoreProviderMetadata::discover_async(IssuerUrl::new(issuer.clone()).unwrap(), &default_client()).await;
    assert_eq!(found.unwrap().token_endpoint().unwrap().as_str(), format!("{issuer}/token"));
    serving.abort();

    let moved = Peer::new(Script::Answer(answer("302 Found", &["location: /elsewhere"], ""))).await;
    let issuer = IssuerUrl::new(moved.at("")).unwrap();
    let error = CoreProviderMetadata::discover_async(issuer, &default_client()).await.unwrap_err();
    assert!(format!("{error:?}").contains("Redirect(302)"), "{error:?}");
}
