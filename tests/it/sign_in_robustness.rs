//! No request to an address below `/auth/` makes the server fail.

use serde_json::json;

use crate::harness::{Client, Database, Kind, run};
use crate::peer::Scene;

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"];

const ROUTES: [&str; 18] = [
    "/auth/test/login/",
    "/auth/test/login",
    "/auth/test/callback/",
    "/auth/test/callback",
    "/auth/test/backchannel-logout/",
    "/auth/test/backchannel-logout",
    "/auth/unknown/login/",
    "/auth/unknown/callback/",
    "/auth/unknown/backchannel-logout/",
    "/auth/%00/login/",
    "/auth/%FF/callback/",
    "/auth/%2F/backchannel-logout/",
    "/auth/test/",
    "/auth/logout/callback/",
    "/auth/logout/",
    "/auth/login/",
    "/auth/users/me/",
    "/auth/",
];

const QUERIES: [&str; 5] =
    ["", "?state=a&code=b", "?next=//evil.example.org&silent=true", "?silent=%FF&next=%00", "?a&=&&%"];

/// Content types and bodies.
const BODIES: [(&str, &[u8]); 10] = [
    ("", b""),
    ("application/json", b"{\"logout_token\": \"a.b.c\"}"),
    ("application/json", b"{"),
    ("application/x-www-form-urlencoded", b"logout_token=a.b.c"),
    ("application/x-www-form-urlencoded", b"logout_token=%FF&logout_token=%00"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"\xff\xfe\x00"),
    (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Disposition: form-data; name=\"logout_token\"\r\n\r\na\r\n--x--",
    ),
    ("multipart/form-data", b"--x"),
    ("text/plain", b"logout_token=a.b.c"),
    ("nonsense", b"\0\x01\x02"),
];

#[test]
fn every_method_and_content_type_on_every_route() {
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({})).await;
        let caller = Client::new(scene.server.address());
        for (number, route) in ROUTES.into_iter().enumerate() {
            for method in METHODS {
                for (index, (content_type, body)) in BODIES.into_iter().enumerate() {
                    let path = format!("{route}{}", QUERIES[(number + index) % QUERIES.len()]);
                    let call = caller.call(method, &path).header("cookie", "parloir-login=x; parloir=y; \u{e9}=;;=");
                    let call = if content_type.is_empty() { call } else { call.header("content-type", content_type) };
                    let answer = call.body_alone(body.to_vec()).send().await;
                    assert!(answer.status < 500, "{content_type} {answer}");
                }
            }
        }
        assert_eq!(scene.traces().await.sessions, 0);
    });
}

#[test]
fn where_a_sign_in_may_lead() {
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({})).await;
        for next in [
            "//evil.example.org",
            "/\\evil.example.org",
            "https://evil.example.org/",
            "/%09/evil.example.org",
            "/\t/evil.example.org",
            "javascript:alert(1)",
            "\\\\evil.example.org",
            "evil.example.org",
            "/rooms\r\nset-cookie: a=b",
        ] {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
            let browser = crate::provider::Browser::new();
            let page = browser.visit(scene.at(&format!("/auth/test/login/?{query}"))).await;
            assert_eq!(
                page.url.origin(),
                scene.server.public_url().parse::<reqwest::Url>().unwrap().origin(),
                "{next}"
            );
            assert!(!page.answer.headers.contains_key("a"), "{next}");
        }
    });
}
