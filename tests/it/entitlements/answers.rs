//! What is asked, when, and what is believed for how long.

use std::time::Duration;

use serde_json::{Value, json};

use super::deploy_center::{ACTIVE, INACTIVE, KEY, STRANGE, Whim};
use super::stage::{EMAIL, ROOMS, Stage};
use crate::harness::{Database, log, on_both, on_sqlite};

fn pairs(query: &[(String, String)]) -> Vec<(&str, &str)> {
    query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// What the trail says about changes of access, oldest first.
async fn changes(database: &Database) -> Vec<Value> {
    let sql = "SELECT details FROM audit_event WHERE action = 'entitlement.changed' ORDER BY id";
    let texts = database.rows(sql, []).await;
    texts.iter().map(|row| serde_json::from_str(&row.try_get_by_index::<String>(0).unwrap()).unwrap()).collect()
}

on_both! {
    async fn the_same_is_asked_with_and_without_a_sign_in(database: Database) {
        let stage = Stage::new(&database).await;
        let (browser, page) = stage.comes("xanthippe", ACTIVE).await;
        assert_eq!(page.url.path(), "/rooms");
        let sent = [("service_id", "7"), ("account_type", "user"), ("account_email", EMAIL), ("siret", ACTIVE)];
        {
            let questions = stage.deploy_center.questions();
            let [question] = questions.as_slice() else { panic!("{questions:?}") };
            assert_eq!(pairs(&question.query), sent);
            assert_eq!(question.headers["x-service-auth"], format!("Bearer {KEY}"));
            assert!(!question.headers.contains_key("authorization"));
        }
        assert_eq!(stage.status(&browser).await, (true, "granted".to_owned()));
        stage.create("xanthippe").await.expect(201);
        assert_eq!(stage.deploy_center.asked(), 1);

        // No longer fresh: it serves, and is renewed beside, once.
        stage.advance(301);
        stage.create("xanthippe").await.expect(201);
        stage.deploy_center.asked_in_time(2).await;
        assert_eq!(pairs(&stage.deploy_center.questions()[1].query), sent);
        stage.create("xanthippe").await.expect(201);
        assert_eq!(stage.deploy_center.asked(), 2);
        // Older: she who comes waits for the new answer, and gets that one.
        stage.deploy_center.activate(ACTIVE, false);
        stage.advance(601);
        assert_eq!(stage.create("xanthippe").await.expect(403).code(), "not_entitled");
        assert_eq!(stage.deploy_center.asked(), 3);
        assert_eq!(changes(&database).await, [
            json!({ "before": null, "after": "granted", "reason": null }),
            json!({ "before": "granted", "after": "denied", "reason": "not_activated" }),
        ]);
    }

    async fn many_at_once_on_a_cold_key_are_one_question(database: Database) {
        let stage = Stage::new(&database).await;
        stage.comes("ada", ACTIVE).await;
        let acting = stage.acting_for("ada").await;
        database.execute("UPDATE entitlement SET status = NULL, fetched_at = NULL, answer = NULL", []).await;
        stage.deploy_center.whim(Whim::Slow(Duration::from_millis(300)));
        let creating = (0..50).map(|_| {
            let acting = acting.clone();
            tokio::spawn(async move { acting.post(ROOMS).send().await.status })
        });
        for status in creating.collect::<Vec<_>>() {
            assert_eq!(status.await.unwrap(), 201);
        }
        assert_eq!(stage.deploy_center.asked(), 2);
        assert_eq!(database.number("SELECT COUNT(*) FROM room", []).await, 50);
    }

    async fn a_denial_does_not_outlive_its_time(database: Database) {
        let stage = Stage::new(&database).await;
        let (browser, page) = stage.comes("ada", INACTIVE).await;
        assert_eq!(page.url.path(), "/no-access");
        let body = json!({ "detail": "This person may not use the service: not_activated." });
        stage.create("ada").await.expect_refusal(403, "not_entitled", &body);
        stage.deploy_center.activate(INACTIVE, true);
        stage.advance(50);
        stage.create("ada").await.expect_refusal(403, "not_entitled", &body);
        assert_eq!(stage.status(&browser).await, (false, "denied".to_owned()));
        assert_eq!(stage.deploy_center.asked(), 1);
        stage.advance(10);
        assert_eq!(stage.status(&browser).await, (true, "granted".to_owned()));
        stage.create("ada").await.expect(201);
        assert_eq!(stage.deploy_center.asked(), 2);
    }

    async fn other_claims_are_another_question(database: Database) {
        let stage = Stage::new(&database).await;
        stage.comes("ada", ACTIVE).await;
        let (browser, page) = stage.comes("ada", STRANGE).await;
        assert_eq!(page.url.path(), "/no-access");
        assert_eq!(stage.deploy_center.asked(), 2);
        assert_eq!(stage.status(&browser).await, (false, "denied".to_owned()));
        // While the provider is down, nothing that was said about the other organisation counts.
        stage.deploy_center.whim(Whim::Status(500, None));
        let (browser, _) = stage.comes("ada", ACTIVE).await;
        assert_eq!(stage.status(&browser).await, (false, "unknown".to_owned()));
        // The organisation that she chose stands in place of the claim, until a sign-in names another or none.
        stage.deploy_center.whim(None);
        stage.advance(31);
        let email = "ada@example.org".parse::<parloir::base::EmailAddress>().unwrap();
        let ada = stage.server().accounts.find_by_email(&email.key()).await.unwrap().unwrap();
        let asked = stage.deploy_center.asked();
        stage.server().entitlements.choose_organisation(ada.id, Some(INACTIVE)).await.unwrap();
        assert_eq!(stage.status(&browser).await, (false, "denied".to_owned()));
        stage.deploy_center.asked_in_time(asked + 1).await;
        let last = stage.deploy_center.questions().last().unwrap().query.clone();
        assert_eq!(pairs(&last).last(), Some(&("siret", INACTIVE)));
        stage.comes("ada", ACTIVE).await;
        assert_eq!(stage.status(&browser).await, (true, "granted".to_owned()));
        stage.server().entitlements.choose_organisation(ada.id, None).await.unwrap();
        assert_eq!(stage.status(&browser).await, (true, "granted".to_owned()));
        let claims = stage.server().entitlements.claims_of(ada.id).await.unwrap();
        assert_eq!(claims.into_iter().collect::<Vec<_>>(), [("siret".to_owned(), ACTIVE.to_owned())]);
    }

    async fn of_overlapping_answers_the_later_one_stays(database: Database) {
        let stage = Stage::new(&database).await;
        let (browser, _) = stage.comes("ada", INACTIVE).await;
        let other = stage.server().twin().await;
        stage.advance(61);
        // This instance asks first and is answered last, with what held before.
        stage.deploy_center.whim(Whim::Slow(Duration::from_millis(700)));
        let (me, first) = (stage.scene.at("/auth/users/me/"), browser.clone());
        let first = tokio::spawn(async move { first.visit(me).await.answer.json() });
        stage.deploy_center.asked_in_time(2).await;
        stage.deploy_center.activate(INACTIVE, true);
        stage.deploy_center.whim(None);
        stage.advance(1);
        let acting = stage.acting_for("ada").await.at(other.address());
        acting.with_token(&stage.application.token_for("ada@example.org").await).post(ROOMS).expect(201).await;
        assert_eq!(first.await.unwrap()["access_status"], "granted");
        assert_eq!(stage.status(&browser).await, (true, "granted".to_owned()));
        assert_eq!(stage.deploy_center.asked(), 3);
    }

    async fn what_is_kept_goes_with_the_account(database: Database) {
        let stage = Stage::new(&database).await;
        stage.comes("xanthippe", ACTIVE).await;
        let kept = database.rows("SELECT claims, answer FROM entitlement", []).await;
        let claims: Vec<u8> = kept[0].try_get_by_index(0).unwrap();
        assert!(!claims.windows(ACTIVE.len()).any(|window| window == ACTIVE.as_bytes()), "the claims are not sealed");
        let answer: Value = serde_json::from_str(&kept[0].try_get_by_index::<String>(1).unwrap()).unwrap();
        assert_eq!(answer["entitlements"]["is_admin_resolve_level"], "population");
        let sql = "DELETE FROM account WHERE email_key = $1";
        assert_eq!(database.execute(sql, [EMAIL.into()]).await, 1);
        assert_eq!(database.number("SELECT COUNT(*) FROM entitlement", []).await, 0);
    }
}

#[test]
fn a_person_without_address_signs_in_and_is_not_asked_about() {
    on_sqlite(async |database| {
        let stage = Stage::new(&database).await;
        let (browser, page) = stage.comes_as(&json!({ "sub": "nemo", "siret": ACTIVE })).await;
        assert_eq!(page.url.path(), "/no-access");
        assert!(page.answer.text().contains("no e-mail address"), "{}", page.answer);
        assert_eq!(stage.status(&browser).await, (false, "denied".to_owned()));
        assert_eq!(stage.deploy_center.asked(), 0);
    });
}

#[test]
fn answers_of_another_provider_do_not_count() {
    on_sqlite(async |database| {
        let stage = Stage::new(&database).await;
        stage.comes("ada", ACTIVE).await;
        let token = stage.application.token_for("ada@example.org").await;
        let settings = stage.deploy_center.settings();
        let mut settings: Vec<_> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
        settings.push(("entitlements.service_id", "8"));
        let url = stage.server().public_url().to_owned();
        let elsewhere = database.serve_with(&[settings.as_slice(), &[("server.public_url", &url)]].concat()).await;
        let answer = elsewhere.anonymous().with_token(&token).post(ROOMS).send().await;
        assert_eq!((answer.status, &*answer.code()), (503, "entitlement_unknown"), "{answer}");
        assert_eq!(stage.deploy_center.asked(), 2);
    });
}

#[test]
fn nothing_of_a_person_is_logged() {
    on_sqlite(async |database| {
        let stage = Stage::new(&database).await;
        let whims = [
            None,
            Some(Whim::Status(400, None)),
            Some(Whim::Status(401, None)),
            Some(Whim::Status(302, None)),
            Some(Whim::Status(503, None)),
            Some(Whim::Body(format!("{{\"entitlements\": {{\"can_access\": \"{EMAIL}\"}}}}"))),
        ];
        for whim in whims {
            stage.advance(40);
            stage.deploy_center.whim(whim);
            stage.comes("xanthippe", INACTIVE).await;
        }
        stage.deploy_center.stop().await;
        stage.advance(40);
        stage.comes("xanthippe", INACTIVE).await;
        let log = log::all().to_lowercase();
        assert!(log.contains("the entitlements provider refuses our question"), "{log}");
        for mark in ["xanthippe", "quux", INACTIVE, KEY, "account_email", "service_id=", "/api/v1.0/entitlements"] {
            let line = log.lines().find(|line| line.contains(mark));
            assert_eq!(line, None, "{mark}");
        }
    });
}
