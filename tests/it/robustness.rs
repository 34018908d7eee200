//! Whatever is sent to the API, the answer is JSON and never a 5xx.

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::harness::{Answer, Client, Server, TOKEN, on_both, raw};

const ROOMS: &str = "/external-api/v1.0/rooms/";

/// Requests in one run of the fuzz test.
const REQUESTS: usize = 1500;

/// How long the raw caller waits for more.
const PATIENCE: Duration = Duration::from_millis(500);

/// A body that does not fit into the buffers on its way: the server may close before it is sent.
const LARGE: usize = 16 * 1024;

/// A request that somebody might send.
#[derive(Clone, Debug)]
struct Wild {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
}

/// What honest requests are made of, so that wild ones come far enough in.
#[derive(Clone, Debug)]
struct Honest {
    token: String,
    room: String,
    credentials: Value,
}

fn methods() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        6 => select(vec!["GET", "POST"]),
        4 => select(vec!["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW", "get"]),
    ]
}

fn paths(honest: &Honest) -> impl Strategy<Value = String> + use<> {
    let query = prop_oneof![
        3 => Just(String::new()),
        1 => "[?](page|page_size|x)=[ -~&&[^#\"<>{}|\\\\^`\\[\\]]]{0,12}",
        1 => "[?](page|page_size)=(last|0|-1|1|2|99999999999999999999|%00|%F0%9F)?(&page=[0-9]{1,20})?",
    ];
    let path = prop_oneof![
        3 => Just(TOKEN.to_owned()),
        3 => Just(ROOMS.to_owned()),
        2 => Just(format!("{ROOMS}{}/", honest.room)),
        1 => Just(format!("{ROOMS}{}", honest.room)),
        // The client resolves dots itself.
        1 => "/external-api/v1.0/rooms/[a-zA-Z0-9%2Ff~*'();:@&=+$,-]{1,40}/?",
        1 => "/external-api(/[a-z0-9%20]{0,8}){0,4}",
    ];
    (path, query).prop_map(|(path, query)| valid_escapes(&(path + &query)))
}

/// `%` only where two digits follow: the client would escape any other, and the raw cases below send those.
fn valid_escapes(text: &str) -> String {
    let mut rest = text.replace('%', "%25");
    for escape in ["%2520", "%2500", "%25F0", "%259F", "%252F"] {
        rest = rest.replace(escape, &escape.replacen("%25", "%", 1));
    }
    rest
}

fn json_values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        select(vec![
            "public",
            "trusted",
            "restricted",
            "camera",
            "true",
            "client_credentials",
            "a@example.org",
            "\u{0}"
        ])
        .prop_map(Value::from),
    ];
    let key = || {
        prop_oneof![
            3 => select(vec![
                "client_id", "client_secret", "grant_type", "scope", "access_level", "configuration", "name",
                "can_publish_sources", "everyone_can_mute",
            ]).prop_map(str::to_owned),
            1 => ".{0,6}",
        ]
    };
    leaf.prop_recursive(4, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..6).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

fn bodies(honest: &Honest) -> impl Strategy<Value = Vec<u8>> + use<> {
    let credentials = honest.credentials.clone();
    let field = select(vec!["client_id", "client_secret", "grant_type", "scope"]);
    let spoilt = (field, json_values()).prop_map(move |(field, value)| {
        let mut credentials = credentials.clone();
        credentials[field] = value;
        credentials.to_string().into_bytes()
    });
    prop_oneof![
        3 => json_values().prop_map(|value| value.to_string().into_bytes()),
        2 => spoilt,
        1 => Just(honest.credentials.to_string().into_bytes()),
        1 => Just(Vec::new()),
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => "(client_id|scope|configuration|access_level)=[a-z%{}\\[\\]\"+&=;]{0,60}".prop_map(String::into_bytes),
        1 => "--x\r\n(content-disposition: form-data; name=\"[a-z_]{1,14}\"\r\n)?\r\n[ -~]{0,40}(\r\n--x(--)?)?(\r\n)?"
            .prop_map(String::into_bytes),
        1 => (1usize..200_000).prop_map(|length| vec![b'['; length]),
    ]
}

fn headers(honest: &Honest) -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> + use<> {
    let content_type = select(vec![
        "application/json",
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "text/plain",
        "text/html",
        "application/json; charset=\"",
        "é",
        "",
    ]);
    let authorization = prop_oneof![
        6 => Just(format!("Bearer {}", honest.token).into_bytes()),
        1 => "(Bearer|Basic|bearer) ?[ -~]{0,40}".prop_map(String::into_bytes),
        1 => prop::collection::vec(0x80_u8..=0xff, 0..20),
    ];
    let accept = prop_oneof![
        6 => Just("*/*".to_owned()),
        1 => select(vec!["text/html", "application/json", "application/json;q=0", ""]).prop_map(str::to_owned),
        1 => "[ -~]{0,40}",
    ];
    let other = select(vec![
        ("cookie", "parloir=AAAAAAAAAAAAAAAAAAAAAA"),
        ("cookie", ";;==\""),
        ("host", "evil.example.net"),
        ("x-forwarded-for", "203.0.113.1, nonsense"),
        ("accept-language", "fr-FR,xx;q=9,*"),
        ("accept-encoding", "gzip"),
        ("content-encoding", "gzip"),
        ("range", "bytes=0-1"),
        ("if-none-match", "*"),
        ("x-http-method-override", "DELETE"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("x-request-id", "'; DROP TABLE room; --"),
    ]);
    (content_type, prop::option::weighted(0.9, authorization), accept, prop::collection::vec(other, 0..3)).prop_map(
        |(content_type, authorization, accept, others)| {
            let mut headers = vec![("content-type", content_type.as_bytes().to_vec()), ("accept", accept.into_bytes())];
            headers.extend(authorization.map(|value| ("authorization", value)));
            headers.extend(others.into_iter().map(|(name, value)| (name, value.as_bytes().to_vec())));
            headers
        },
    )
}

/// What holds for every answer of the API, whatever was asked.
fn assert_sound(answer: &Answer, honest: &Honest, path: &str) {
    assert!(answer.status < 500, "{answer}");
    let compressed = answer.header("content-encoding") == "gzip";
    assert_eq!(answer.header("content-type"), "application/json", "{answer}");
    if !compressed && !answer.is_empty() {
        let text = answer.json().to_string();
        let secret = honest.credentials["client_secret"].as_str().unwrap();
        assert!(!text.contains(secret), "{answer}");
    }
    if answer.status >= 400 {
        assert_ne!(answer.header("parloir-error-code"), "", "{answer}");
    }
    assert_ne!(answer.header("x-request-id"), "", "{answer}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{answer}");
    assert_eq!(answer.header("set-cookie"), "", "{answer}");
    assert_eq!(answer.header("location").is_empty(), answer.status != 201, "{answer}");
    let path = path.split('?').next().unwrap();
    if path == TOKEN || path == ROOMS {
        assert_ne!(answer.header("allow"), "", "{answer}");
    }
    if path == TOKEN {
        assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    }
}

async fn honest(server: &Server) -> (Honest, Client) {
    server.account("a@example.org").await;
    let application = server.application("rooms:list rooms:retrieve rooms:create", &["example.org"]).await;
    let token = application.token_for("a@example.org").await;
    let acting = server.anonymous().with_token(&token);
    let room = acting.post(ROOMS).expect(201).await.json()["id"].as_str().unwrap().to_owned();
    (Honest { token, room, credentials: application.body("a@example.org") }, server.anonymous())
}

on_both! {
    async fn wild_requests(server: Server) {
        let (honest, client) = honest(&server).await;
        let mut runner = TestRunner::deterministic();
        let requests = (methods(), paths(&honest), headers(&honest), bodies(&honest))
            .prop_map(|(method, path, headers, body)| Wild { method, path, headers, body });
        let mut statuses = std::collections::BTreeMap::new();
        for n in 0..REQUESTS {
            if n % 50 == 0 {
                // Past the limit of failed authentications, all would hear 429.
                server.clock.advance(Duration::from_secs(61));
            }
            let wild = requests.new_tree(&mut runner).unwrap().current();
            let mut call = client.call(wild.method, &wild.path);
            for (name, value) in &wild.headers {
                call = call.header(name, value);
            }
            let large = wild.body.len() > LARGE;
            let call = if wild.body.is_empty() { call } else { call.body_alone(wild.body) };
            let answer = match call.try_send().await {
                Ok(answer) => answer,
                Err(_) if large => continue,
                Err(error) => panic!("{} {}: {error:?}", wild.method, wild.path),
            };
            assert_sound(&answer, &honest, &wild.path);
            *statuses.entry(answer.status).or_insert(0) += 1;
        }
        // The requests came far enough in to mean something.
        for status in [200, 201, 400, 401, 403, 404, 405, 406, 413, 415] {
            assert!(statuses.contains_key(&status), "no request was answered with {status}: {statuses:?}");
        }
    }

    async fn what_no_library_sends(server: Server) {
        let (honest, _) = honest(&server).await;
        let token = &honest.token;
        let json = "content-type: application/json\r\n";
        let bearer = format!("authorization: Bearer {token}\r\n");
        for (line, rest, status) in [
            (format!("GET {ROOMS}%zz/ HTTP/1.1"), bearer.clone(), 404),
            (format!("GET {ROOMS}?page=%zz%&&&=&page HTTP/1.1"), bearer.clone(), 200),
            (format!("GET {ROOMS} HTTP/1.0"), bearer.clone(), 200),
            (format!("GET http://evil.example.net{ROOMS} HTTP/1.1"), bearer.clone(), 200),
            (format!("GET {ROOMS}../rooms/ HTTP/1.1"), bearer.clone(), 404),
            ("GET /external-api//v1.0/rooms/ HTTP/1.1".to_owned(), bearer.clone(), 404),
            (format!("GET {ROOMS}\u{e9} HTTP/1.1"), bearer.clone(), 404),
            (format!("GET {ROOMS} HTTP/1.1"), format!("{bearer}{bearer}"), 401),
            (format!("POST {TOKEN} HTTP/1.1"), format!("{json}content-length: 99999999999\r\n"), 413),
            (format!("POST {TOKEN} HTTP/1.1"), format!("{json}transfer-encoding: chunked\r\n\r\nzz\r\n"), 400),
        ] {
            let request = format!("{line}\r\nhost: x\r\nconnection: close\r\n{rest}\r\n");
            let answer = raw::send(server.address(), request.as_bytes(), PATIENCE).await;
            let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{line}\n\n{answer}"));
            assert!(head.lines().next().unwrap().contains(&format!(" {status} ")), "{line}\n\n{answer}");
            assert!(head.contains("content-type: application/json"), "{line}\n\n{answer}");
            serde_json::from_str::<Value>(body).unwrap_or_else(|error| panic!("{error}: {line}\n\n{answer}"));
        }
        // What is no HTTP has no answer of ours, and the server lives on.
        let long = format!("GET {ROOMS} HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "x".repeat(1 << 20));
        for nonsense in [
            "\r\n\r\n",
            "GET\r\n\r\n",
            "\u{0}\u{1}\u{2}\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
            &long,
        ] {
            let answer = raw::send(server.address(), nonsense.as_bytes(), PATIENCE).await;
            assert!(!answer.contains('<') && !answer.starts_with("HTTP/1.1 5"), "{answer}");
        }
        server.anonymous().with_token(token).get(ROOMS).expect(200).await;
    }
}
