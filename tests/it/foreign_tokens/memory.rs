//! How long an answer is believed, and how often one is asked for.

use std::time::Duration;

use serde_json::json;

use super::{INVALID, ROOMS, Stage};
use crate::harness::{Database, on_sqlite};
use crate::peer::Endpoint;

const DOWN: &str = "provider_unavailable";

#[test]
fn an_answer_is_believed_for_half_a_minute_and_never_beyond_its_end() {
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[]).await;
        let clock = &stage.server.clock;
        let token = stage.token();
        stage.list(&token).await.expect(200);
        stage.says(json!({ "active": false }));
        clock.advance(Duration::from_micros(29_999_999));
        stage.list(&token).await.expect(200);
        assert_eq!(stage.asked(), 1);
        clock.advance(Duration::from_micros(1));
        stage.list(&token).await.expect(401);
        assert_eq!(stage.asked(), 2);

        // One that is refused, for five seconds.
        stage.says(json!({}));
        clock.advance(Duration::from_micros(4_999_999));
        stage.list(&token).await.expect(401);
        assert_eq!(stage.asked(), 2);
        clock.advance(Duration::from_micros(1));
        stage.list(&token).await.expect(200);
        assert_eq!(stage.asked(), 3);

        // Its end comes first.
        let token = stage.token();
        stage.says(json!({ "exp": clock.now().as_seconds() + 10 }));
        let left = Duration::from_micros(u64::try_from(9_999_999 - clock.now().as_micros() % 1_000_000).unwrap());
        stage.list(&token).await.expect(200);
        clock.advance(left);
        stage.list(&token).await.expect(200);
        assert_eq!(stage.asked(), 4);
        clock.advance(Duration::from_micros(1));
        let answer = stage.list(&token).await;
        assert_eq!(answer.header("www-authenticate"), INVALID);
        answer.expect_refusal(401, "invalid_token", &json!({ "detail": "Token expired." }));
        assert_eq!(stage.asked(), 5);

        // What is remembered is the token, not who shows it or how it ends.
        stage.says(json!({}));
        let other = stage.token();
        stage.list(&other).await.expect(200);
        stage.list(&format!("{other}x")).await.expect(200);
        assert_eq!(stage.asked(), 7);
    });
}

#[test]
fn an_answer_that_ends_before_its_token() {
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[("resource_server.response", "signed")]).await;
        let now = stage.server.clock.now().as_seconds();
        stage.lies(move |token| token.claims["exp"] = json!(now + 3));
        let token = stage.token();
        stage.list(&token).await.expect(200);
        stage.server.clock.advance(Duration::from_secs(3));
        stage.says(json!({ "active": false }));
        stage.list(&token).await.expect(401);
        assert_eq!(stage.asked(), 2);
    });
}

#[test]
fn of_many_requests_at_once_one_asks() {
    on_sqlite(async |database: Database| {
        let stage = Stage::on(&database, json!({}), &[]).await;
        stage.peer.reply(Endpoint::Introspection, |reply| reply.delay = Duration::from_millis(500));
        for (says, status) in [(json!({}), 200), (json!({ "active": false }), 401)] {
            stage.says(says);
            let (token, before) = (stage.token(), stage.asked());
            let mut waiting = tokio::task::JoinSet::new();
            for _ in 0..60 {
                let caller = stage.caller(&token);
                waiting.spawn(async move { caller.get(ROOMS).send().await.status });
            }
            assert_eq!(waiting.join_all().await, vec![status; 60]);
            assert_eq!(stage.asked() - before, 1);
        }
        // A provider in trouble is asked once for all of them too.
        stage.peer.reply(Endpoint::Introspection, |reply| {
            reply.delay = Duration::from_millis(500);
            reply.fail(500, &json!({}));
        });
        let (token, before) = (stage.token(), stage.asked());
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..60 {
            let caller = stage.caller(&token);
            waiting.spawn(async move { caller.get(ROOMS).send().await.status });
        }
        assert_eq!(waiting.join_all().await, vec![503; 60]);
        assert_eq!(stage.asked() - before, 1);
    });
}

#[test]
fn whoever_asked_first_may_go_away() {
    on_sqlite(async |database: Database| {
        let stage = Stage::on(&database, json!({}), &[]).await;
        stage.peer.reply(Endpoint::Introspection, |reply| reply.delay = Duration::from_millis(500));
        let token = stage.token();
        let first = stage.caller(&token);
        let first = tokio::spawn(async move { first.get(ROOMS).try_send().await.map(|answer| answer.status) });
        while stage.asked() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        first.abort();
        stage.list(&token).await.expect(200);
        assert_eq!(stage.asked(), 1);
    });
}

/// Two minutes without the provider: what it said a moment ago holds for its time, everything else is 503, and then all is well.
#[test]
fn an_outage() {
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[]).await;
        let clock = &stage.server.clock;
        let (known, unknown) = (stage.token(), stage.token());
        stage.list(&known).await.expect(200);
        stage.peer.stop().await;
        let began = clock.now();
        let minutes = Duration::from_mins(2);
        while clock.now().since(began) < minutes {
            let remembered = clock.now().since(began) < Duration::from_secs(30);
            let answer = stage.list(&known).await;
            if remembered {
                answer.expect(200);
            } else {
                assert_eq!(
                    (answer.status, &*answer.code(), answer.header("retry-after")),
                    (503, DOWN, "5"),
                    "{answer}"
                );
            }
            let answer = stage.list(&unknown).await;
            assert_eq!((answer.status, &*answer.code(), answer.header("retry-after")), (503, DOWN, "5"), "{answer}");
            clock.advance(Duration::from_secs(10));
        }
        // Nothing else suffers.
        stage.server.account("grace@example.org").await;
        let application = stage.server.application("rooms:list", &["example.org"]).await;
        application.acting_for("grace@example.org").await.get(ROOMS).expect(200).await;
        stage.peer.resume().await;
        stage.list(&known).await.expect(200);
        stage.list(&unknown).await.expect(200);
        assert_eq!(stage.asked(), 3);
    });
}

/// A provider that does not answer, or does not know us, is left alone for two seconds, whatever is shown meanwhile.
#[test]
fn a_provider_in_trouble_is_left_alone() {
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[]).await;
        for status in [500, 401] {
            let before = stage.asked();
            stage.peer.reply(Endpoint::Introspection, move |reply| reply.fail(status, &json!({})));
            for _ in 0..10 {
                stage.list(&stage.token()).await.expect(503);
            }
            assert_eq!(stage.asked() - before, 1, "{status}");
            stage.server.clock.advance(Duration::from_secs(2));
        }
        // An answer that cannot be believed is about one token: others are asked about.
        stage.peer.be_honest();
        stage.says(json!({ "active": "yes" }));
        let (odd, before) = (stage.token(), stage.asked());
        stage.list(&odd).await.expect(503);
        stage.says(json!({}));
        stage.list(&odd).await.expect(503);
        stage.list(&stage.token()).await.expect(200);
        assert_eq!(stage.asked() - before, 2);
    });
}

/// Some callers wrap a token in base64. What came is asked about first: a provider may make tokens that look like that.
#[test]
fn a_token_in_base64() {
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[]).await;
        let wrapped = "eGFudGhpcHBlcy13cmFwcGVkLXRva2Vu";
        stage.list(wrapped).await.expect(200);
        let shown = |at: usize| stage.peer.received(Endpoint::Introspection)[at].parameters["token"].clone();
        assert_eq!((stage.asked(), &*shown(0)), (1, wrapped), "it is a token as it is");

        stage.server.clock.advance(Duration::from_secs(30));
        stage.peer.reply(Endpoint::Introspection, |reply| reply.edit(|body| *body = json!({ "active": false })));
        stage.list(wrapped).await.expect(401);
        assert_eq!((stage.asked(), &*shown(1), &*shown(2)), (3, wrapped, "xanthippes-wrapped-token"));
        stage.list(wrapped).await.expect(401);
        stage.list(&stage.token()).await.expect(401);
        assert_eq!(stage.asked(), 4, "no other is asked about twice");
    });
}
