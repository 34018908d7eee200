//! DeployCenter is down: what counts meanwhile, and how often it is asked.

use std::time::{Duration, Instant};

use super::deploy_center::{ACTIVE, Whim};
use super::stage::{ROOMS, Stage};
use crate::harness::{Answer, Database, on_both, on_sqlite};

/// A refusal because nobody knows, which says when to come again: soon.
#[track_caller]
fn unknown(answer: &Answer) {
    assert_eq!((answer.status, &*answer.code()), (503, "entitlement_unknown"), "{answer}");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=30).contains(&wait), "{answer}");
}

on_both! {
    async fn the_last_answer_outlives_an_outage_and_not_for_ever(database: Database) {
        let stage = Stage::new(&database).await;
        stage.comes("ada", ACTIVE).await;
        stage.deploy_center.whim(Whim::Status(500, None));
        stage.advance(3600);
        stage.create("ada").await.expect(201);
        assert_eq!(stage.deploy_center.asked(), 2);
        // It is left alone for a moment.
        stage.create("ada").await.expect(201);
        assert_eq!(stage.deploy_center.asked(), 2);
        // The end is exact.
        stage.advance(86_400 - 3600 - 1);
        stage.create("ada").await.expect(201);
        stage.advance(1);
        let asked = stage.deploy_center.asked();
        unknown(&stage.create("ada").await);
        assert!(stage.deploy_center.asked() <= asked + 1);
        stage.deploy_center.whim(None);
        stage.advance(30);
        stage.create("ada").await.expect(201);
    }

    async fn a_restart_in_an_outage_keeps_it(database: Database) {
        let stage = Stage::new(&database).await;
        stage.comes("ada", ACTIVE).await;
        stage.deploy_center.stop().await;
        stage.advance(1800);
        let token = stage.application.token_for("ada@example.org").await;
        let restarted = stage.server().twin().await;
        restarted.anonymous().with_token(&token).post(ROOMS).expect(201).await;
    }
}

#[test]
fn a_sign_in_waits_no_longer_than_the_provider_may_take() {
    on_sqlite(async |database| {
        let stage = Stage::with(&database, &[("entitlements.timeout_seconds", "1")]).await;
        stage.deploy_center.whim(Whim::Slow(Duration::from_secs(20)));
        let begun = Instant::now();
        let (browser, page) = stage.comes("ada", ACTIVE).await;
        // The page that says so asks once more, if that makes sense already.
        assert_eq!((page.url.path(), page.answer.status), ("/no-access", 503));
        assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
        assert_eq!(stage.status(&browser).await, (false, "unknown".to_owned()));
        stage.deploy_center.whim(None);
        stage.advance(31);
        assert_eq!(stage.status(&browser).await, (true, "granted".to_owned()));
    });
}

#[test]
fn while_it_fails_for_everybody_nobody_is_asked_about() {
    on_sqlite(async |database| {
        let stage = Stage::new(&database).await;
        stage.deploy_center.whim(Whim::Status(500, None));
        for person in 0..5 {
            let (browser, _) = stage.comes(&format!("person-{person}"), ACTIVE).await;
            assert_eq!(stage.status(&browser).await, (false, "unknown".to_owned()));
        }
        let asked = stage.deploy_center.asked();
        assert_eq!(asked, 5);
        let (browser, page) = stage.comes("ada", ACTIVE).await;
        assert_eq!(page.answer.status, 503);
        unknown(&stage.create("ada").await);
        assert_eq!(stage.deploy_center.asked(), asked);
        // Then one tries, and if that fails, nobody else does for a while, never longer than half a minute.
        for _ in 0..6 {
            stage.advance(30);
            unknown(&stage.create("ada").await);
            unknown(&stage.create("person-0").await);
        }
        assert_eq!(stage.deploy_center.asked(), asked + 6);
        stage.deploy_center.whim(None);
        stage.advance(30);
        assert_eq!(stage.status(&browser).await, (true, "granted".to_owned()));
        stage.create("person-0").await.expect(201);
        assert_eq!(stage.deploy_center.asked(), asked + 8);
    });
}

#[test]
fn whoever_is_asked_too_often_is_left_alone_as_long_as_it_says() {
    on_sqlite(async |database| {
        let stage = Stage::new(&database).await;
        stage.deploy_center.whim(Whim::Status(429, Some("17")));
        stage.comes("ada", ACTIVE).await;
        let answer = stage.create("ada").await;
        unknown(&answer);
        assert_eq!(answer.header("retry-after"), "17");
        let (_, page) = stage.comes("ben", ACTIVE).await;
        assert_eq!((page.answer.header("retry-after"), page.answer.header("refresh")), ("17", "17"));
        stage.deploy_center.whim(None);
        stage.advance(16);
        unknown(&stage.create("ben").await);
        assert_eq!(stage.deploy_center.asked(), 1);
        stage.advance(1);
        stage.create("ben").await.expect(201);
        assert_eq!(stage.deploy_center.asked(), 2);
    });
}
