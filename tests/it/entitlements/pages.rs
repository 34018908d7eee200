//! `/no-access`, and where a person without access meets it.

use super::deploy_center::{ACTIVE, INACTIVE, STRANGE, Whim};
use super::stage::Stage;
use crate::harness::{Database, PASSWORD, on_both, on_sqlite};
use crate::provider::Page;

const RECHECK: &str = "/actions/access/recheck";

#[track_caller]
fn says(page: &Page, words: &[&str]) {
    for words in words {
        assert!(page.answer.text().contains(words), "{words} is not in {}", page.answer);
    }
}

on_both! {
    async fn it_says_why_and_who_can_help(database: Database) {
        let stage = Stage::new(&database).await;
        let (browser, page) = stage.comes("ada", INACTIVE).await;
        assert_eq!((page.url.path(), page.answer.status), ("/no-access", 200));
        says(&page, &[
            "Commune of Example has not activated this service",
            "Example Operators",
            "href=\"https://operator.example.org/join\"",
            "rel=\"noopener noreferrer\"",
            "Signed in as ada@example.org.",
            "action=\"/auth/logout/\"",
        ]);
        assert_eq!(page.answer.header("refresh"), "");
        // Pages that she may use say so, and offer nothing else.
        let rooms = browser.visit(stage.scene.at("/rooms")).await;
        says(&rooms, &["You cannot make new rooms yet", "href=\"/no-access\""]);
        assert!(!rooms.answer.text().contains("/actions/rooms/create"), "{}", rooms.answer);

        // She asks again herself, and not too often.
        for _ in 0..2 {
            let page = browser.submit_to(&page, RECHECK, &[]).await;
            says(&page, &["you have no access yet"]);
        }
        stage.deploy_center.activate(INACTIVE, true);
        let granted = browser.submit_to(&page, RECHECK, &[]).await;
        assert_eq!(granted.url.path(), "/rooms");
        says(&granted, &["You have access now.", "href=\"/rooms/new\""]);
        assert_eq!(stage.deploy_center.asked(), 4);
        stage.deploy_center.activate(INACTIVE, false);
        let page = browser.submit_to(&page, RECHECK, &[]).await;
        assert_eq!(page.url.path(), "/rooms");
        assert_eq!(stage.deploy_center.asked(), 4);
        // Whoever has access has nothing to do there.
        assert_eq!(browser.visit(stage.scene.at("/no-access")).await.url.path(), "/rooms");
    }
}

#[test]
fn other_reasons_have_their_own_words() {
    on_sqlite(async |database| {
        let stage = Stage::new(&database).await;
        let (_, page) = stage.comes("ada", STRANGE).await;
        says(&page, &["your organisation is not registered for this service"]);
        let answer = r#"{"organization": {"name": "<b>Commune</b>"}, "entitlements": {"can_access": false, "can_access_reason": "<i>"}}"#;
        stage.deploy_center.whim(Whim::Body(answer.to_owned()));
        let (_, page) = stage.comes("ben", STRANGE).await;
        says(&page, &["&lt;b&gt;Commune&lt;/b&gt; has not opened this service to your account"]);
        assert!(!page.answer.text().contains("<i>"));
        // Somebody whom an operator made, who signs in with a password.
        stage.server().new_account("made@example.org", false, Some(PASSWORD)).await;
        let made = stage.server().sign_in("made@example.org").await;
        let answer = made.get("/no-access").header("accept", "text/html").expect(200).await;
        assert!(answer.text().contains("we do not know yours"), "{answer}");
        assert!(!answer.text().contains(RECHECK), "{answer}");
        let answer =
            made.get("/no-access").header("accept", "text/html").header("accept-language", "fr").expect(200).await;
        assert!(answer.text().contains("nous ne connaissons pas la vôtre"), "{answer}");
    });
}

#[test]
fn where_nobody_knows_the_page_comes_again_by_itself() {
    on_sqlite(async |database| {
        let stage = Stage::new(&database).await;
        stage.deploy_center.whim(Whim::Status(503, Some("12")));
        let (browser, page) = stage.comes("ada", ACTIVE).await;
        assert_eq!((page.url.path(), page.answer.status), ("/no-access", 503));
        assert_eq!((page.answer.header("refresh"), page.answer.header("retry-after")), ("12", "12"));
        says(&page, &["tries again by itself in 12 seconds", RECHECK]);
        stage.deploy_center.whim(None);
        stage.advance(12);
        let page = browser.visit(page.url.as_str()).await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200));
        assert_eq!(stage.deploy_center.asked(), 2);
    });
}

#[test]
fn strangers_sign_in_first_and_other_sites_are_refused() {
    on_sqlite(async |database| {
        let stage = Stage::new(&database).await;
        let client = stage.server().anonymous();
        let answer = client.get("/no-access").expect(303).await;
        assert_eq!(answer.header("location"), "/sign-in?next=%2Fno-access");
        assert_eq!(client.submit(RECHECK, &[]).await.header("location"), "/sign-in?next=%2Fno-access");
        let (browser, _) = stage.comes("ada", INACTIVE).await;
        let cookie = browser.cookie(stage.server().public_url(), "parloir").unwrap();
        client.set_cookie(&format!("parloir={cookie}"));
        let elsewhere = client.post(RECHECK).header("sec-fetch-site", "cross-site").form(&[("x", "y")]);
        assert_eq!(elsewhere.expect(403).await.code(), "cross_site_request");
        assert_eq!(stage.deploy_center.asked(), 1);
    });
}

#[test]
fn administrators_go_where_they_want() {
    on_sqlite(async |database| {
        let stage = Stage::new(&database).await;
        stage.server().new_account("root@example.org", true, Some(PASSWORD)).await;
        let fields = [("email", "root@example.org"), ("password", PASSWORD), ("next", "/")];
        let answer = stage.server().anonymous().submit("/actions/sign-in", &fields).await;
        assert_eq!(answer.header("location"), "/");
        assert_eq!(stage.deploy_center.asked(), 0);
    });
}
