//! Who comes back from a provider with what: only the browser that went, only once, and only from there.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::json;

use crate::harness::{Answer, Client, Database, Kind, log, on_both, run};
use crate::peer::{Endpoint, Scene};
use crate::provider::Browser;

type Lie = fn(&mut HashMap<String, String>);

fn expired(answer: &Answer) {
    assert_eq!((answer.status, &*answer.code()), (400, "sign_in_expired"), "{answer}");
}

fn put(parameters: &mut HashMap<String, String>, name: &str, value: &str) {
    parameters.insert(name.to_owned(), value.to_owned());
}

fn fail(parameters: &mut HashMap<String, String>, error: &str) {
    parameters.remove("code");
    put(parameters, "error", error);
    put(parameters, "error_description", "xanthippe@quux.example is not known");
}

on_both! {
    // State is bound to one browser and to one provider, and whoever only saw the address cannot use it up.
    async fn only_the_browser_that_went(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        let (ada, other) = (Browser::new(), Browser::new());
        let address = scene.returning(&ada).await;
        let (_, query) = address.split_once('?').unwrap();
        expired(&other.visit(&address).await.answer);
        scene.returning(&other).await;
        expired(&other.visit(&address).await.answer);
        assert_eq!((scene.traces().await.attempts, scene.traces().await.sessions), (2, 0));
        let elsewhere = ada.visit(scene.at(&format!("/auth/other/callback/?{query}"))).await.answer;
        assert_eq!((elsewhere.status, &*elsewhere.code()), (404, "not_found"), "{elsewhere}");
        assert!(scene.peer.received(Endpoint::Token).is_empty());
        assert_eq!(ada.visit(&address).await.url.path(), "/rooms");
        expired(&ada.visit(&address).await.answer);
        assert_eq!((scene.traces().await.attempts, scene.traces().await.sessions), (1, 1));
        assert!(scene.knows(&ada).await && !scene.knows(&other).await);
    }

    async fn an_attempt_ends_after_a_quarter_of_an_hour(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        let ada = Browser::new();
        let (first, second) = (scene.returning(&ada).await, scene.returning(&ada).await);
        database.clock.advance(Duration::from_mins(15) - Duration::from_micros(1));
        assert_eq!(ada.visit(&first).await.url.path(), "/rooms");
        database.clock.advance(Duration::from_micros(1));
        expired(&ada.visit(&second).await.answer);
    }

    // RFC 9207: what one provider answers is not taken to another.
    async fn the_state_of_another_provider(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        let both = [scene.peer.entry("test", &json!({})), scene.peer.entry("second", &json!({}))];
        let server = database.serve_beside(&both, &[]).await;
        let scene = Scene { peer: scene.peer, server };
        let ada = Browser::new();
        let address = scene.returning(&ada).await;
        expired(&ada.visit(address.replace("/auth/test/", "/auth/second/")).await.answer);
        assert!(scene.peer.received(Endpoint::Token).is_empty());
        assert_eq!(ada.visit(&address).await.url.path(), "/rooms");
    }

    // Several tabs at once: each comes back to its own. Of more than twenty the oldest is forgotten.
    async fn several_attempts_of_one_browser(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        let ada = Browser::new();
        let mut addresses = Vec::new();
        for _ in 0..21 {
            database.clock.advance(Duration::from_secs(1));
            addresses.push(scene.returning(&ada).await);
        }
        assert_eq!(scene.traces().await.attempts, 20);
        expired(&ada.visit(&addresses[0]).await.answer);
        for address in addresses[1..].iter().rev() {
            assert_eq!(ada.visit(address).await.url.path(), "/rooms");
        }
        assert_eq!((scene.traces().await.attempts, scene.traces().await.accounts), (0, 1));
    }

    async fn the_same_callback_twice_at_once(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        let twin = scene.server.twin().await;
        for _ in 0..5 {
            let before = scene.traces().await;
            let ada = Browser::new();
            let address = scene.returning(&ada).await;
            let path = address.strip_prefix(scene.server.public_url()).unwrap();
            let cookie = format!("parloir-login={}", ada.cookie(&address, "parloir-login").unwrap());
            let callers = [Client::new(scene.server.address()), Client::new(twin.address())];
            let (one, other) = tokio::join!(
                callers[0].get(path).header("cookie", &cookie).send(),
                callers[1].get(path).header("cookie", &cookie).send(),
            );
            let mut statuses = [one.status, other.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [303, 400], "{one} {other}");
            assert_eq!(scene.traces().await.sessions, before.sessions + 1);
        }
        assert_eq!(scene.peer.received(Endpoint::Token).len(), 5);
    }

    // Two first sign-ins of one person make one account.
    async fn two_first_sign_ins_at_once(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        scene.lets_in("somebody else", "first").await;
        for subject in ["second", "third", "fourth"] {
            let before = scene.traces().await;
            scene.peer.person(&crate::peer::person(subject));
            let (one, other) = (Browser::new(), Browser::new());
            let addresses = [scene.returning(&one).await, scene.returning(&other).await];
            let (first, second) = tokio::join!(one.visit(&addresses[0]), other.visit(&addresses[1]));
            assert_eq!((first.url.path(), second.url.path()), ("/rooms", "/rooms"), "{} {}", first.answer, second.answer);
            let after = scene.traces().await;
            assert_eq!((after.accounts, after.sessions), (before.accounts + 1, before.sessions + 2));
        }
    }
}

/// What the peer sends back, the refusal, and the cause in the log.
const LIES: &[(&str, Lie, (u16, &str), &str)] = &[
    ("denied", |it| fail(it, "access_denied"), (403, "sign_in_denied"), "consent was denied"),
    ("its failure", |it| fail(it, "server_error"), (502, "provider_error"), "refuses: server_error"),
    ("its rest", |it| fail(it, "temporarily_unavailable"), (503, "provider_unavailable"), "did not answer"),
    ("not silent", |it| fail(it, "login_required"), (502, "provider_error"), "refuses: login_required"),
    ("nonsense", |it| fail(it, "<script>xanthippe@quux.example"), (502, "provider_error"), "refuses: ?"),
    ("an empty error", |it| fail(it, ""), (502, "provider_error"), "refuses: ?"),
    ("an error and a code", |it| put(it, "error", "access_denied"), (403, "sign_in_denied"), "consent was denied"),
    (
        "no code",
        |it| {
            it.remove("code");
        },
        (502, "provider_error"),
        "neither code nor error",
    ),
    ("an empty code", |it| put(it, "code", ""), (502, "provider_error"), "refuses: invalid_grant"),
    ("another code", |it| put(it, "code", "code-999"), (502, "provider_error"), "refuses: invalid_grant"),
    ("a binary code", |it| put(it, "code", "\0\r\n\u{ff}"), (502, "provider_error"), "refuses: invalid_grant"),
    ("another issuer", |it| put(it, "iss", "https://evil.example.org"), (502, "provider_error"), "another issuer"),
    ("an empty issuer", |it| put(it, "iss", ""), (502, "provider_error"), "another issuer"),
    (
        "no issuer",
        |it| {
            it.remove("iss");
        },
        (502, "provider_error"),
        "another issuer",
    ),
    (
        "an error of another issuer",
        |it| {
            fail(it, "access_denied");
            put(it, "iss", "https://evil.example.org");
        },
        (502, "provider_error"),
        "another issuer",
    ),
];

#[test]
fn each_wrong_return() {
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({})).await;
        for (name, lie, refusal, cause) in LIES {
            scene.peer.callback(*lie);
            scene.refuses(name, *refusal, cause).await;
        }
        scene.peer.be_honest();
        scene.lets_in("honest again", "ada").await;
    });
}

#[test]
fn an_issuer_that_was_not_announced_may_be_missing() {
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({})).await;
        scene.peer.reply(Endpoint::Discovery, |reply| {
            reply.edit(|it| it["authorization_response_iss_parameter_supported"] = json!(false));
        });
        scene.peer.callback(|it| put(it, "iss", "https://evil.example.org"));
        scene.refuses("another issuer", (502, "provider_error"), "another issuer").await;
        scene.peer.callback(|it| {
            it.remove("iss");
        });
        scene.lets_in("no issuer", "ada").await;
    });
}

// Somebody who is signed in stays so, whatever addresses she is led to.
#[test]
fn nobody_is_signed_out_by_a_callback() {
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({})).await;
        let ada = scene.signed_in().await;
        let long = "a".repeat(20_000);
        let queries = [
            String::new(),
            "error=access_denied".to_owned(),
            "error=login_required&state=unknown".to_owned(),
            "code=code-1".to_owned(),
            "state=unknown&code=code-1".to_owned(),
            "state=&code=".to_owned(),
            "state=a&state=b&code=c".to_owned(),
            "state=a&code=b&code=c".to_owned(),
            "state=%00&code=%00".to_owned(),
            "state=%FF%FE&code=%C3%28".to_owned(),
            "state=%".to_owned(),
            format!("state={long}&code={long}"),
        ];
        for query in &queries {
            expired(&ada.visit(scene.at(&format!("/auth/test/callback/?{query}"))).await.answer);
            assert!(scene.knows(&ada).await, "{query}");
        }
        assert_eq!(scene.peer.received(Endpoint::Token).len(), 1);
        // A stranger's queries are no refused sign-ins: nobody signed in.
        assert_eq!(scene.traces().await.refusals, 0);
    });
}

// A page that says what happened, with the reference that stands in the log, and nothing of what the provider said.
#[test]
fn the_page_of_a_failure() {
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({})).await;
        for (error, title) in [
            ("access_denied", "sign-in-denied"),
            ("<script>alert(1)</script>xanthippe", "provider-error"),
            ("temporarily_unavailable", "provider-unavailable"),
        ] {
            scene.peer.callback(move |it| fail(it, error));
            let ada = Browser::new();
            let address = scene.returning(&ada).await;
            let path = address.strip_prefix(scene.server.public_url()).unwrap();
            let cookie = format!("parloir-login={}", ada.cookie(&address, "parloir-login").unwrap());
            let caller = Client::new(scene.server.address());
            let answer = caller.get(path).header("cookie", cookie).header("accept", "text/html").send().await;
            assert!(answer.header("content-type").starts_with("text/html"), "{title}: {answer}");
            let id = answer.header("x-request-id");
            assert!(answer.text().contains(id) && !log::of_request(id).is_empty(), "{title}: {answer}");
            let page = answer.text();
            assert!(!page.contains("alert(1)") && !page.contains("xanthippe") && !page.contains("code-"), "{answer}");
        }
    });
}
