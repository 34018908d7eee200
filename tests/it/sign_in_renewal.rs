//! Whether somebody still is signed in at her provider: asked again after a while, by one request alone.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Answer, Client, Database, on_both};
use crate::peer::{Endpoint, Reply, Scene, person};
use crate::provider::Browser;

const HOUR: Duration = Duration::from_hours(1);

async fn scene(database: &Database, refresh: bool) -> Scene {
    Scene::with(database, json!({ "refresh": refresh }), &[("session.revalidate_hours", "1")]).await
}

/// A page as that browser navigates to it.
async fn page(scene: &Scene, browser: &Browser) -> Answer {
    let caller = Client::new(scene.server.address());
    let id = browser.cookie(scene.server.public_url(), "parloir").unwrap_or_default();
    caller.get("/rooms?page=1").header("cookie", format!("parloir={id}")).header("accept", "text/html").send().await
}

fn refreshes(scene: &Scene) -> Vec<String> {
    let asked = scene.peer.received(Endpoint::Token);
    let refreshes = asked.iter().filter(|asked| asked.parameters["grant_type"] == "refresh_token");
    refreshes.map(|asked| asked.parameters["refresh_token"].clone()).collect()
}

fn without(answer: &mut Value, name: &str) {
    answer.as_object_mut().unwrap().shift_remove(name);
}

on_both! {
    // Of ten pages at once, on two instances, one asks; none waits for another or fails.
    async fn one_asks(database: Database) {
        let scene = scene(&database, true).await;
        let twin = Scene { peer: crate::peer::Peer::start(&database.clock).await, server: scene.server.twin().await };
        let ada = scene.signed_in().await;
        database.clock.advance(HOUR.checked_sub(Duration::from_micros(1)).unwrap());
        assert_eq!((page(&scene, &ada).await.status, refreshes(&scene).len()), (200, 0));
        scene.peer.reply(Endpoint::Token, |reply| reply.delay = Duration::from_millis(100));
        for round in 1..=3 {
            database.clock.advance(HOUR);
            let answers = tokio::join!(
                page(&scene, &ada), page(&twin, &ada), page(&scene, &ada),
                page(&twin, &ada), page(&scene, &ada), page(&twin, &ada),
            );
            for answer in <[Answer; 6]>::from(answers) {
                assert_eq!(answer.status, 200, "{answer}");
            }
            assert_eq!(refreshes(&scene).len(), round);
        }
    }

    // RFC 6749 §6, OpenID Connect Core §12.2: neither a new refresh token nor an ID token has to come; what was there stays.
    async fn an_answer_without_new_tokens(database: Database) {
        let scene = scene(&database, true).await;
        let ada = scene.signed_in().await;
        let answers: [fn(&mut Value); 4] = [
            |it| without(it, "refresh_token"),
            |it| without(it, "id_token"),
            |it| {
                without(it, "refresh_token");
                without(it, "id_token");
                without(it, "expires_in");
            },
            |it| it["refresh_token"] = json!("the next one"),
        ];
        for change in answers {
            scene.peer.reply(Endpoint::Token, move |reply| reply.edit(change));
            database.clock.advance(HOUR);
            assert_eq!(page(&scene, &ada).await.status, 200);
        }
        scene.peer.be_honest();
        database.clock.advance(HOUR);
        assert_eq!(page(&scene, &ada).await.status, 200);
        let first = "a refresh token";
        assert_eq!(refreshes(&scene), [first, first, first, first, "the next one"]);
        // The ID token is there still, for the sign-out.
        let caller = Client::new(scene.server.address());
        caller.set_cookie(&format!("parloir={}", ada.cookie(scene.server.public_url(), "parloir").unwrap()));
        let left = caller.post("/auth/logout/").json(&json!({})).expect(303).await;
        let left: reqwest::Url = left.header("location").parse().unwrap();
        assert!(left.query_pairs().any(|(name, value)| name == "id_token_hint" && value.starts_with("eyJ")), "{left}");
    }

    // The session ends when the provider says so, or gives a token that is not hers; in mere trouble it is believed.
    async fn when_it_ends(database: Database) {
        type Lie = fn(&mut Reply);
        let lies: &[(&str, Lie, bool)] = &[
            ("over", |reply| reply.fail(400, &json!({ "error": "invalid_grant" })), false),
            ("500", |reply| reply.fail(500, &json!({})), true),
            ("no JSON", |reply| reply.body = b"<html>".to_vec(), true),
            ("no ID token that can be read", |reply| reply.edit(|it| it["id_token"] = json!("x")), false),
        ];
        let scene = scene(&database, true).await;
        for (name, lie, stays) in lies {
            scene.peer.be_honest();
            let ada = scene.signed_in().await;
            scene.peer.reply(Endpoint::Token, *lie);
            database.clock.advance(HOUR);
            let before = refreshes(&scene).len();
            let answer = page(&scene, &ada).await;
            assert_eq!(answer.status, if *stays { 200 } else { 303 }, "{name}: {answer}");
            assert_eq!(scene.knows(&ada).await, *stays, "{name}");
            // After trouble it is asked again, but not at once.
            page(&scene, &ada).await;
            assert_eq!(refreshes(&scene).len(), before + 1, "{name}");
            database.clock.advance(Duration::from_mins(5));
            page(&scene, &ada).await;
            assert_eq!(refreshes(&scene).len(), before + 1 + usize::from(*stays), "{name}");
        }
    }

    async fn somebody_else_comes_back(database: Database) {
        let scene = scene(&database, true).await;
        let ada = scene.signed_in().await;
        scene.peer.person(&person("eve"));
        database.clock.advance(HOUR);
        assert_eq!(page(&scene, &ada).await.status, 303);
        assert!(!scene.knows(&ada).await);
        assert_eq!(scene.traces().await.accounts, 1);
    }

    // Without a refresh token the browser goes and asks, in silence.
    async fn the_browser_asks(database: Database) {
        let scene = scene(&database, false).await;
        let ada = scene.signed_in().await;
        let confirm = async || {
            database.clock.advance(HOUR);
            let answer = page(&scene, &ada).await.expect(303);
            let to = answer.header("location").to_owned();
            assert!(to.starts_with("/auth/test/login/?silent=true&confirm=true&next="), "{to}");
            ada.visit(scene.at(&to)).await
        };
        let back = confirm().await;
        assert_eq!((back.url.path(), back.url.query(), back.answer.status), ("/rooms", Some("page=1"), 200));
        let asked = scene.peer.received(Endpoint::Authorization);
        assert_eq!(asked.last().unwrap().parameters["prompt"], "none");
        assert_eq!((page(&scene, &ada).await.status, refreshes(&scene).len()), (200, 0));
        // A provider in trouble is no reason to end anything.
        for error in ["server_error", "temporarily_unavailable", "access_denied"] {
            scene.peer.callback(move |it| {
                it.remove("code");
                it.insert("error".to_owned(), error.to_owned());
            });
            assert_eq!(confirm().await.answer.status, 200, "{error}");
            assert!(scene.knows(&ada).await, "{error}");
        }
        scene.peer.callback(|it| {
            it.remove("code");
            it.insert("error".to_owned(), "login_required".to_owned());
        });
        confirm().await;
        assert!(!scene.knows(&ada).await);
        assert_eq!(scene.traces().await.refusals, 0);
    }
}
