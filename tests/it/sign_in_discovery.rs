//! A provider whose description cannot be had, or should not be believed.

use std::time::Duration;

use serde_json::json;

use crate::harness::{Answer, Database, Kind, log, run};
use crate::peer::{Endpoint, Manner, Reply, Scene};
use crate::provider::Browser;

type Lie = fn(&mut Reply);

const UNAVAILABLE: (u16, &str) = (503, "provider_unavailable");
const WRONG: (u16, &str) = (502, "provider_error");

/// The answer to somebody who clicks the button.
async fn click(scene: &Scene) -> Answer {
    Browser::new().stopping_at(scene.peer.issuer()).visit(scene.login()).await.answer
}

fn asked(scene: &Scene) -> usize {
    scene.peer.received(Endpoint::Discovery).len()
}

/// Descriptions, the refusal, and the cause in the log.
const LIES: &[(&str, Lie, (u16, &str), &str)] = &[
    (
        "another issuer",
        |reply| reply.edit(|it| it["issuer"] = json!("https://evil.example.org")),
        WRONG,
        "another issuer",
    ),
    (
        "the issuer with a slash",
        |reply| reply.edit(|it| it["issuer"] = json!(format!("{}/", it["issuer"].as_str().unwrap()))),
        WRONG,
        "another issuer",
    ),
    ("no issuer", |reply| reply.edit(|it| it["issuer"] = json!(null)), WRONG, "cannot be read"),
    ("no JSON", |reply| reply.body = b"<html>".to_vec(), WRONG, "cannot be read"),
    ("nothing", |reply| reply.body.clear(), WRONG, "cannot be read"),
    ("404", |reply| reply.fail(404, &json!({})), WRONG, "its description is refused"),
    ("500", |reply| reply.fail(500, &json!({})), WRONG, "its description is refused"),
    ("no token endpoint", |reply| reply.edit(|it| it["token_endpoint"] = json!(null)), WRONG, "no token endpoint"),
    (
        "http beyond loopback, for browsers",
        |reply| reply.edit(|it| it["authorization_endpoint"] = json!("http://provider.example.org/authorize")),
        WRONG,
        "may not be used",
    ),
    (
        "http beyond loopback, for us",
        |reply| reply.edit(|it| it["token_endpoint"] = json!("http://provider.example.org/token")),
        WRONG,
        "may not be used",
    ),
    (
        "http beyond loopback, for UserInfo",
        |reply| reply.edit(|it| it["userinfo_endpoint"] = json!("http://192.0.2.1/userinfo")),
        WRONG,
        "may not be used",
    ),
    (
        "http beyond loopback, for keys",
        |reply| reply.edit(|it| it["jwks_uri"] = json!("http://192.0.2.1/jwks")),
        WRONG,
        "may not be used",
    ),
    (
        "a script",
        |reply| reply.edit(|it| it["authorization_endpoint"] = json!("javascript:alert(1)")),
        WRONG,
        "may not be used",
    ),
    ("too late", |reply| reply.delay = Duration::from_secs(3), UNAVAILABLE, "no answer in time"),
    ("half of it", |reply| reply.manner = Manner::Stall, UNAVAILABLE, "no answer in time"),
    ("cut", |reply| reply.manner = Manner::Cut, UNAVAILABLE, "broke off"),
    ("without end", |reply| reply.manner = Manner::Endless, UNAVAILABLE, "too long"),
    (
        "elsewhere",
        |reply| {
            reply.status = 302;
            reply.set_header("location", "https://evil.example.org/");
        },
        UNAVAILABLE,
        "a redirect",
    ),
];

#[test]
fn each_wrong_description() {
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({ "timeout_seconds": 1 })).await;
        for (name, lie, (status, code), cause) in LIES {
            database.clock.advance(Duration::from_secs(5));
            scene.peer.reply(Endpoint::Discovery, *lie);
            let answer = click(&scene).await;
            assert_eq!((answer.status, &*answer.code()), (*status, *code), "{name}: {answer}");
            assert_eq!(answer.header("retry-after"), if *status == 503 { "10" } else { "" }, "{name}");
            let written = log::all();
            let line = written.lines().rfind(|line| line.contains("description could not be read")).unwrap();
            assert!(line.contains(cause), "{name}: {line}");
        }
        assert_eq!(scene.traces().await.attempts, 0);
        assert_eq!(asked(&scene), LIES.len());
        assert!(scene.peer.received(Endpoint::Authorization).is_empty());
        // It becomes honest, and nothing is left of all that.
        scene.peer.be_honest();
        database.clock.advance(Duration::from_secs(5));
        scene.lets_in("honest again", "ada").await;
    });
}

#[test]
fn many_wait_for_one_answer() {
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({ "timeout_seconds": 2 })).await;
        scene.peer.reply(Endpoint::Discovery, |reply| {
            reply.delay = Duration::from_millis(300);
            reply.fail(500, &json!({}));
        });
        let five = async || {
            let scene = &scene;
            let answers = tokio::join!(click(scene), click(scene), click(scene), click(scene), click(scene));
            <[Answer; 5]>::from(answers)
        };
        // One asks and the others hear of it: it is a failure of theirs too, for a moment.
        let statuses: Vec<_> = five().await.iter().map(|answer| answer.status).collect();
        assert!(statuses.iter().all(|status| matches!(status, 502 | 503)), "{statuses:?}");
        assert_eq!(asked(&scene), 1);

        scene.peer.reply(Endpoint::Discovery, |reply| reply.delay = Duration::from_millis(300));
        database.clock.advance(Duration::from_secs(5));
        assert!(five().await.iter().all(|answer| answer.status == 302));
        assert_eq!(asked(&scene), 2);
    });
}

#[test]
fn a_provider_that_failed_is_left_alone_for_a_moment() {
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({})).await;
        scene.peer.stop().await;
        let answer = click(&scene).await;
        assert_eq!((answer.status, &*answer.code()), UNAVAILABLE, "{answer}");
        scene.peer.resume().await;
        database.clock.advance(Duration::from_micros(4_999_999));
        let answer = click(&scene).await;
        assert_eq!((answer.status, &*answer.code(), asked(&scene)), (503, "provider_unavailable", 0), "{answer}");
        // The button says so.
        let page = Browser::new().visit(scene.at("/sign-in")).await;
        let down = page.answer.text().to_owned();
        database.clock.advance(Duration::from_micros(1));
        assert_eq!((click(&scene).await.status, asked(&scene)), (302, 1));
        let page = Browser::new().visit(scene.at("/sign-in")).await;
        assert_ne!(down, page.answer.text());
    });
}

#[test]
fn what_is_known_serves_while_the_provider_is_down() {
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({})).await;
        assert_eq!((click(&scene).await.status, asked(&scene)), (302, 1));
        database.clock.advance(Duration::from_mins(59));
        assert_eq!((click(&scene).await.status, asked(&scene)), (302, 1));
        scene.peer.reply(Endpoint::Discovery, |reply| reply.fail(500, &json!({})));
        for minutes in [1, 60, 600] {
            database.clock.advance(Duration::from_mins(minutes));
            assert_eq!(click(&scene).await.status, 302);
        }
        assert_eq!(asked(&scene), 4);
    });
}

#[test]
fn a_silent_visit_to_a_provider_in_trouble_leads_on() {
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({})).await;
        let lies: [Lie; 2] = [|reply| reply.manner = Manner::Cut, |reply| reply.fail(500, &json!({}))];
        for lie in lies {
            database.clock.advance(Duration::from_secs(5));
            scene.peer.reply(Endpoint::Discovery, lie);
            let browser = Browser::new().stopping_at(&scene.at("/docs"));
            let page = browser.visit(scene.at("/auth/test/login/?silent=true&next=/docs")).await;
            assert_eq!(page.next.unwrap().path(), "/docs");
        }
    });
}
