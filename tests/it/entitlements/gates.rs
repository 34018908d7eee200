//! Every gate and every status: who may make rooms, whichever way, and what is never gated.

use std::future::Future;

use serde_json::json;

use super::deploy_center::{ACTIVE, INACTIVE, Whim};
use super::stage::{ROOMS, Stage};
use crate::harness::{Answer, Database, Kind, Server, on_both, on_sqlite};
use crate::provider::Browser;

async fn rooms(database: &Database) -> i64 {
    database.number("SELECT COUNT(*) FROM room", []).await
}

/// Sends the form that makes a room, as the page does, and gives the path that it leads to.
async fn make(stage: &Stage, browser: &Browser, fields: &str) -> String {
    let cookie = browser.cookie(stage.server().public_url(), "parloir").unwrap();
    let client = stage.server().anonymous();
    client.set_cookie(&format!("parloir={cookie}"));
    let call =
        client.post("/actions/rooms/create").header("sec-fetch-site", "same-origin").header("accept", "text/html");
    let answer = call.body("application/x-www-form-urlencoded", fields.to_owned()).expect(303).await;
    answer.header("location").to_owned()
}

/// Both ways of a page, and the application's: whether a room is made.
async fn all_ways(stage: &Stage, database: &Database, browser: &Browser, name: &str, (status, code): (u16, &str)) {
    let before = rooms(database).await;
    let made = i64::from(status == 201);
    for (index, fields) in ["name=Tuesday&access_level=trusted", "start_now=true"].into_iter().enumerate() {
        let path = make(stage, browser, fields).await;
        assert_eq!(path == "/no-access", made == 0, "{path}");
        assert_eq!(rooms(database).await, before + made * (i64::try_from(index).unwrap() + 1));
    }
    let acting = stage.acting_for(name).await;
    let answer = acting.post(ROOMS).header("idempotency-key", "once").send().await;
    assert_eq!((answer.status, &*answer.code()), (status, code), "{answer}");
    assert_eq!(!answer.header("retry-after").is_empty(), status == 503, "{answer}");
    assert_eq!(rooms(database).await, before + made * 3);
    let kept = database.number("SELECT COUNT(*) FROM idempotency", []).await;
    assert_eq!(kept, made, "a refusal must not be repeated when it is over");
    database.execute("DELETE FROM idempotency", []).await;
    // What does not make rooms is not gated.
    acting.get(ROOMS).expect(200).await;
    let page = browser.visit(stage.scene.at("/rooms")).await;
    assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
    let page = browser.visit(stage.scene.at("/rooms/new")).await;
    assert_eq!(page.url.path(), if made == 1 { "/rooms/new" } else { "/no-access" });
}

on_both! {
    async fn every_way_of_making_a_room_passes_the_gate(database: Database) {
        let stage = Stage::new(&database).await;
        let (ada, _) = stage.comes("ada", ACTIVE).await;
        let (ben, _) = stage.comes("ben", INACTIVE).await;
        stage.deploy_center.whim(Whim::Status(500, None));
        let (cleo, _) = stage.comes("cleo", ACTIVE).await;
        all_ways(&stage, &database, &ada, "ada", (201, "")).await;
        all_ways(&stage, &database, &ben, "ben", (403, "not_entitled")).await;
        all_ways(&stage, &database, &cleo, "cleo", (503, "entitlement_unknown")).await;
    }

    async fn a_room_that_one_was_invited_to_is_never_gated(database: Database) {
        let stage = Stage::new(&database).await;
        stage.comes("ada", ACTIVE).await;
        let room = stage.create("ada").await.expect(201).json();
        let (id, slug) = (room["id"].as_str().unwrap(), room["slug"].as_str().unwrap());
        let (ben, _) = stage.comes("ben", INACTIVE).await;
        stage.server().give_role("ben@example.org", id, "member").await;
        for path in [format!("/rooms/{slug}"), "/rooms".to_owned()] {
            let page = ben.visit(stage.scene.at(&path)).await;
            assert_eq!((page.url.path(), page.answer.status), (&*path, 200));
            assert!(page.answer.text().contains(slug), "{}", page.answer);
        }
        let list = stage.acting_for("ben").await.get(ROOMS).expect(200).await.json();
        assert_eq!(list["count"], 1);
        // On her way to a room she is not held up either.
        stage.scene.peer.person(&json!({ "sub": "ben", "email": "ben@example.org", "email_verified": true, "siret": INACTIVE }));
        let page = Browser::new().visit(stage.scene.at(&format!("/auth/test/login/?next=/rooms/{slug}"))).await;
        assert_eq!(page.url.path(), format!("/rooms/{slug}"));
    }

    async fn of_whom_nothing_was_kept_nobody_is_asked(database: Database) {
        let stage = Stage::new(&database).await;
        stage.server().person("made@example.org").await;
        let made = stage.server().sign_in("made@example.org").await;
        let me = made.get("/auth/users/me/").expect(200).await.json();
        assert_eq!((&me["can_access"], &me["access_status"]), (&json!(false), &json!("denied")));
        let body = json!({ "detail": "This person may not use the service: not_signed_in." });
        stage.create("made").await.expect_refusal(403, "not_entitled", &body);
        let answer = made.submit("/actions/rooms/create", &[("start_now", "true")]).await;
        assert_eq!(answer.header("location"), "/no-access");
        let answer = stage.server().anonymous().submit("/actions/sign-in", &[
            ("email", "made@example.org"), ("password", crate::harness::PASSWORD), ("next", "/rooms"),
        ]).await;
        assert_eq!(answer.header("location"), "/no-access");
        assert_eq!(stage.deploy_center.asked(), 0);
    }

    async fn a_fresh_answer_costs_no_query(database: Database) {
        let stage = Stage::new(&database).await;
        let (browser, _) = stage.comes("ada", ACTIVE).await;
        let acting = stage.acting_for("ada").await;
        // Token, then room, address, role and event: as without any entitlement.
        let making = if database.kind == Kind::Sqlite { 1 } else { 4 };
        assert_eq!(cost(stage.server(), async { acting.post(ROOMS).expect(201).await }).await, 1 + making);
        let cookie = browser.cookie(stage.server().public_url(), "parloir").unwrap();
        let signed_in = stage.server().anonymous();
        signed_in.set_cookie(&format!("parloir={cookie}"));
        let local = database.serve().await;
        let at_local = signed_in.at(local.address());
        for path in ["/rooms/new", "/rooms", "/auth/users/me/"] {
            // The first look writes when she was last seen.
            signed_in.get(path).expect(200).await;
            at_local.get(path).expect(200).await;
            let gated = cost(stage.server(), async { signed_in.get(path).expect(200).await }).await;
            let free = cost(&local, async { at_local.get(path).expect(200).await }).await;
            assert_eq!(gated, free, "{path}");
        }
        assert_eq!(stage.deploy_center.asked(), 1);
    }
}

/// The statements of one request on an otherwise idle server.
async fn cost(server: &Server, request: impl Future<Output = Answer>) -> u64 {
    let before = server.store.statements();
    request.await;
    server.store.statements() - before
}

#[test]
fn applications_may_make_rooms_for_those_who_never_came_where_the_operator_wants_that() {
    on_sqlite(async |database| {
        let stage = Stage::with(&database, &[("entitlements.allow_pending", "true")]).await;
        stage.server().person("made@example.org").await;
        stage.create("made").await.expect(201);
        // In her own browser she is still nobody of whom anything is known.
        let made = stage.server().sign_in("made@example.org").await;
        assert_eq!(made.get("/auth/users/me/").expect(200).await.json()["access_status"], "denied");
        let answer = made.submit("/actions/rooms/create", &[("start_now", "true")]).await;
        assert_eq!(answer.header("location"), "/no-access");
        // It is no way around a denial.
        stage.comes("ben", INACTIVE).await;
        assert_eq!(stage.create("ben").await.code(), "not_entitled");
        assert_eq!(stage.deploy_center.asked(), 1);
    });
}

#[test]
fn the_unknown_may_make_rooms_where_the_operator_wants_that() {
    on_sqlite(async |database| {
        let stage = Stage::with(&database, &[("entitlements.rooms_when_unknown", "allow")]).await;
        let (ben, _) = stage.comes("ben", INACTIVE).await;
        stage.deploy_center.whim(Whim::Status(500, None));
        let (ada, _) = stage.comes("ada", ACTIVE).await;
        assert_eq!(stage.status(&ada).await, (false, "unknown".to_owned()));
        stage.create("ada").await.expect(201);
        assert!(make(&stage, &ada, "start_now=true").await.starts_with("/rooms/"));
        assert_eq!(make(&stage, &ben, "start_now=true").await, "/no-access");
    });
}
