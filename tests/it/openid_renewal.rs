//! Whether somebody still is signed in at the provider: asked again after the hours of the settings.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Database, Through, Way, on_both, on_sqlite};
use crate::provider::{Browser, Page};

const HOUR: Duration = Duration::from_hours(1);

/// A way on which sessions are confirmed every hour, and on which the provider does not tell that somebody signed out.
fn hourly(entry: Value) -> Way {
    let client = json!({ "backchannel_logout_uri": "http://127.0.0.1:9/nobody" });
    Way { entry, client, settings: &[("session.revalidate_hours", "1")], ..Way::default() }
}

async fn page(through: &Through, browser: &Browser) -> Page {
    browser.visit(through.at("/rooms?page=1")).await
}

/// She sees the page, and by the way of so many addresses.
async fn assert_stays(through: &Through, browser: &Browser, steps: usize) {
    let page = page(through, browser).await;
    assert_eq!((page.url.as_str(), page.answer.status), (&*through.at("/rooms?page=1"), 200), "{}", page.answer);
    assert_eq!(page.trail.len(), steps, "{:?}", page.trail);
    assert_eq!(through.me(browser).await["email"], "ada@example.org");
}

/// She is a stranger by now.
async fn assert_ended(through: &Through, browser: &Browser) {
    let page = page(through, browser).await;
    assert_eq!((page.url.path(), page.answer.status), ("/sign-in", 200), "{}", page.answer);
    assert_eq!((through.me(browser).await, through.count("session").await), (Value::Null, 0));
}

on_both! {
    async fn the_provider_is_asked_in_passing(database: Database) {
        let through = Through::with(&database, hourly(json!({}))).await;
        let browser = through.sign_in("ada").await;
        let cookie = browser.cookie(&through.at("/"), "parloir");
        assert_stays(&through, &browser, 0).await;
        through.provider.advance(HOUR).await;
        // What is no page does not go anywhere.
        assert_eq!(through.me(&browser).await["email"], "ada@example.org");
        // The page, our address, the provider, our callback, and the page again.
        assert_stays(&through, &browser, 4).await;
        assert_stays(&through, &browser, 0).await;
        assert_eq!(browser.cookie(&through.at("/"), "parloir"), cookie);
        assert_eq!((through.count("session").await, through.count("login_attempt").await), (1, 0));

        through.provider.end_sessions("ada").await;
        through.provider.advance(HOUR).await;
        assert_ended(&through, &browser).await;
    }

    async fn a_refresh_token_asks_without_the_browser(database: Database) {
        for rotating in [false, true] {
            let mut way = hourly(json!({ "refresh": true }));
            way.document = json!({ "rotate_refresh_tokens": rotating });
            let through = Through::with(&database, way).await;
            database.execute("DELETE FROM session", []).await;
            database.execute("DELETE FROM identity", []).await;
            let browser = through.sign_in("ada").await;
            for times in 1..4 {
                assert_eq!(through.provider.requests("/token").await, times);
                through.provider.advance(HOUR).await;
                assert_stays(&through, &browser, 0).await;
                assert_stays(&through, &browser, 0).await;
            }
            // Whoever cannot be asked is believed.
            through.provider.fail("/token", 503).await;
            through.provider.advance(HOUR).await;
            assert_stays(&through, &browser, 0).await;
            through.provider.mend("/token").await;
            through.provider.revoke_grants("ada").await;
            // It is put off for five minutes.
            assert_stays(&through, &browser, 0).await;
            through.provider.advance(Duration::from_mins(5)).await;
            assert_ended(&through, &browser).await;
        }
    }
}

#[test]
fn whoever_has_a_password_alone_is_asked_nothing() {
    on_sqlite(async |database| {
        let through = Through::with(&database, hourly(json!({}))).await;
        let person = through.server.person("grace@example.org").await;
        through.provider.advance(HOUR * 2).await;
        person.get("/rooms").header("accept", "text/html").expect(200).await;
    });
}

#[test]
fn a_provider_that_is_down_ends_no_session() {
    on_sqlite(async |database| {
        let through = Through::with(&database, hourly(json!({ "timeout_seconds": 1 }))).await;
        let browser = through.sign_in("ada").await;
        through.provider.advance(Duration::from_mins(58)).await;
        // Somebody else looked at it a moment before it went down.
        Browser::new().visit(through.at("/auth/test/login/?silent=true")).await;
        through.provider.advance(Duration::from_mins(2)).await;
        through.provider.fail("/.well-known/openid-configuration", 503).await;
        through.provider.fail("/auth", 503).await;
        let page = page(&through, &browser).await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        assert!(page.trail.iter().all(|url| url.port() == Some(through.server.address().port())), "{:?}", page.trail);
        assert_stays(&through, &browser, 0).await;
        // Back again, it is asked after a while.
        through.provider.mend("/.well-known/openid-configuration").await;
        through.provider.mend("/auth").await;
        through.provider.advance(Duration::from_mins(5)).await;
        assert_stays(&through, &browser, 4).await;
    });
}

#[test]
fn somebody_else_who_is_signed_in_there_is_not_she() {
    on_sqlite(async |database| {
        let through = Through::with(&database, hourly(json!({}))).await;
        through.provider.set_claims("eve", &json!({ "email": "eve@example.org", "email_verified": true })).await;
        let (browser, other) = (through.sign_in("ada").await, Browser::new());
        through.sign_in_with(&other, "eve").await;
        // Eve signs in at the provider in Ada's browser, elsewhere than here.
        through.provider.end_sessions("ada").await;
        let stopped = browser.stopping_at(&through.at("/auth/test/callback/"));
        stopped.sign_in(through.start(), "eve").await;
        through.provider.advance(HOUR).await;
        let page = page(&through, &browser).await;
        assert_eq!(page.url.path(), "/sign-in", "{}", page.answer);
        assert_eq!(through.me(&browser).await, Value::Null);
        assert_eq!(through.me(&other).await["email"], "eve@example.org");
    });
}
