//! Sign-ins in which nothing is asked, in which somebody says no, or in which somebody else takes over the browser.

use serde_json::{Value, json};

use crate::harness::through::person;
use crate::harness::{Database, Through, Way, on_both, on_sqlite};
use crate::provider::{Browser, Page};

const SILENT: &str = "/auth/test/login/?silent=true&next=/docs";

/// A page says what happened, and has the reference that is in the log.
fn assert_explains(page: &Page, status: u16) {
    let answer = &page.answer;
    assert_eq!(answer.status, status, "{answer}");
    assert!(answer.header("content-type").starts_with("text/html"), "{answer}");
    let reference = answer.header("x-request-id");
    assert!(!reference.is_empty() && answer.text().contains(reference), "{answer}");
}

on_both! {
    async fn whoever_is_signed_in_there_comes_in_silently(database: Database) {
        let through = Through::plain(&database).await;
        let browser = through.sign_in("ada").await;
        database.execute("DELETE FROM session", []).await;
        assert_eq!(through.me(&browser).await, Value::Null);
        let page = browser.visit(through.at(SILENT)).await;
        assert_eq!(page.url.as_str(), through.at("/docs"));
        assert_eq!(page.trail.len(), 3, "nothing was asked: {:?}", page.trail);
        assert_eq!(through.me(&browser).await["email"], "ada@example.org");
    }

    async fn another_person_takes_over_the_browser(database: Database) {
        let entry = json!({ "extra_parameters": { "prompt": "login" } });
        let through = Through::set(&database, entry).await;
        through.provider.set_claims("eve", &person("eve@example.org", "Eve", "Elliot")).await;
        let browser = through.sign_in("ada").await;
        let cookie = browser.cookie(&through.at("/"), "parloir").unwrap();
        through.sign_in_with(&browser, "eve").await;
        assert_eq!(through.me(&browser).await["email"], "eve@example.org");
        assert_ne!(browser.cookie(&through.at("/"), "parloir").unwrap(), cookie);
        let former = through.server.anonymous();
        former.set_cookie(&format!("parloir={cookie}"));
        former.get("/auth/users/me/").expect(401).await;
        for table in ["session", "session_provider"] {
            assert_eq!(through.count(table).await, 1, "{table}");
        }
        assert_eq!(through.count("login_attempt").await, 0);
        let sql = "SELECT COUNT(*) FROM session_provider WHERE subject = 'eve'";
        assert_eq!(database.number(sql, []).await, 1);
    }
}

#[test]
fn a_stranger_lands_quietly() {
    on_sqlite(async |database| {
        let through = Through::plain(&database).await;
        let browser = Browser::new();
        let page = browser.visit(through.at(SILENT)).await;
        assert_eq!((page.url.as_str(), page.answer.status), (&*through.at("/docs"), 200), "{}", page.answer);
        assert_eq!(page.trail.len(), 3, "{:?}", page.trail);
        assert_eq!(through.me(&browser).await, Value::Null);
        // Also where she would be asked for consent only.
        let through =
            Through::with(&database, Way { client: json!({ "skip_consent": false }), ..Way::default() }).await;
        let browser = Browser::new();
        let page = browser.visit(through.start()).await;
        browser.submit(&page, &[("account", "ada"), ("answer", "login")]).await;
        let page = browser.visit(through.at(SILENT)).await;
        assert_eq!((page.url.as_str(), page.answer.status), (&*through.at("/docs"), 200), "{}", page.answer);
        assert_eq!((through.me(&browser).await, through.count("account").await), (Value::Null, 0));
    });
}

#[test]
fn a_person_who_is_signed_in_stays_so_when_silence_finds_nobody() {
    on_sqlite(async |database| {
        let client = json!({ "backchannel_logout_uri": "http://127.0.0.1:9/nobody" });
        let through = Through::with(&database, Way { client, ..Way::default() }).await;
        let browser = through.sign_in("ada").await;
        through.provider.end_sessions("ada").await;
        browser.visit(through.at(SILENT)).await;
        assert_eq!(through.me(&browser).await["email"], "ada@example.org");
    });
}

#[test]
fn giving_up_and_denying_are_told() {
    on_sqlite(async |database| {
        let client = json!({ "skip_consent": false });
        let through = Through::with(&database, Way { client, ..Way::default() }).await;
        assert_explains(&Browser::new().abort(through.start()).await, 403);
        assert_explains(&Browser::new().deny(through.start(), "ada").await, 403);
        for page in [
            Browser::new().for_json().abort(through.start()).await,
            Browser::new().for_json().deny(through.start(), "ada").await,
        ] {
            assert_eq!((page.answer.status, &*page.answer.code()), (403, "sign_in_denied"), "{}", page.answer);
            assert_eq!(page.answer.header("cache-control"), "no-store");
        }
        assert_eq!((through.count("account").await, through.count("login_attempt").await), (0, 0));
        // Whoever says no stays who she was.
        let browser = through.sign_in("ada").await;
        let through_again = through.at("/auth/test/callback/?error=access_denied&state=unknown");
        browser.visit(through_again).await;
        assert_eq!(through.me(&browser).await["email"], "ada@example.org");
    });
}

#[test]
fn what_comes_back_counts_once_and_in_one_browser() {
    on_sqlite(async |database| {
        let through = Through::plain(&database).await;
        let browser = Browser::new();
        let callback = through.at("/auth/test/callback/");
        let page = browser.stopping_at(&callback).sign_in(through.start(), "ada").await;
        let back = page.next.unwrap();
        let expired = |page: &Page| (page.answer.status, page.answer.code()) == (400, "sign_in_expired".to_owned());
        assert!(expired(&Browser::new().for_json().visit(&back).await), "another browser used it");
        assert_explains(&Browser::new().visit(&back).await, 400);
        assert_eq!(browser.visit(&back).await.url.path(), "/rooms");
        assert!(expired(&browser.for_json().visit(&back).await), "it was used twice");
        assert_eq!(through.me(&browser).await["email"], "ada@example.org");
        // An attempt ends after a quarter of an hour.
        let page = browser.stopping_at(&callback).visit(through.start()).await;
        through.provider.advance(std::time::Duration::from_mins(15)).await;
        assert!(expired(&browser.for_json().visit(page.next.unwrap()).await), "it is too old");
    });
}
