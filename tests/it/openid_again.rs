//! A person who is signed in proves again, at the real provider, who she is.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::through::{beside, person};
use crate::harness::{Database, PASSWORD, Through, Way, on_both, on_sqlite};
use crate::peer::{Scene, person as somebody};
use crate::provider::{Browser, Page, Provider};

const TEN_MINUTES: Duration = Duration::from_mins(10);

/// Where the page's button leads.
fn again(through: &Through) -> String {
    through.at("/auth/test/login/?again=true&next=%2Frooms%3Fq%3Dx")
}

/// Whether her last proof still holds.
async fn is_recent(browser: &Browser, url: &str) -> bool {
    browser.visit(format!("{url}/sign-in/confirm?next=/rooms")).await.url.path() == "/rooms"
}

#[track_caller]
fn refused(page: &Page, why: &str) {
    assert_eq!((page.url.path(), page.answer.status), ("/sign-in/confirm", 200), "{}", page.answer);
    assert_eq!(page.parameter("next"), "/rooms?q=x");
    assert!(page.answer.text().contains(why), "{}", page.answer);
}

on_both! {
    async fn the_provider_asks_again(database: Database) {
        let through = Through::plain(&database).await;
        let url = through.server.public_url();
        let browser = through.sign_in("ada").await;
        let me = through.me(&browser).await;
        through.provider.advance(TEN_MINUTES).await;
        let page = browser.visit(through.at("/sign-in/confirm?next=%2Frooms%3Fq%3Dx")).await;
        // She has no password, and so no field for one.
        assert!(page.answer.text().contains("Confirm with Provider test"), "{}", page.answer);
        assert!(page.answer.text().contains("/auth/test/login/?again=true&amp;next=%2Frooms%3Fq%3Dx"), "{}", page.answer);
        assert!(!page.answer.text().contains(r#"type="password""#), "{}", page.answer);

        let former = browser.cookie(url, "parloir").unwrap();
        let page = browser.visit(again(&through)).await;
        // Although she is signed in there.
        assert!(page.asks("answer", "login"), "{}", page.answer);
        let page = browser.submit(&page, &[("account", "ada"), ("answer", "login")]).await;
        assert_eq!((page.url.path(), page.url.query()), ("/rooms", Some("q=x")), "{}", page.answer);
        assert!(page.answer.text().contains("You can go on now."), "{}", page.answer);
        assert!(is_recent(&browser, url).await);
        assert_eq!(through.me(&browser).await, me);
        assert_ne!(browser.cookie(url, "parloir").unwrap(), former);
        assert_eq!((through.count("session").await, through.count("session_provider").await), (1, 1));
        // The provider still can end it.
        through.provider.end_sessions("ada").await;
        assert_eq!(through.me(&browser).await, Value::Null);
    }

    async fn another_person_there_is_refused(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        scene.peer.person(&somebody("eve"));
        scene.signed_in().await;
        scene.peer.person(&somebody("ada"));
        let browser = scene.signed_in().await;
        let ada = browser.visit(scene.at("/auth/users/me/")).await.answer.json();
        scene.server.clock.advance(TEN_MINUTES);
        let before = scene.traces().await;
        // Known here or not: nobody is made, joined or signed in by it.
        for subject in ["eve", "somebody new"] {
            scene.peer.person(&somebody(subject));
            let page = browser.visit(scene.at("/auth/test/login/?again=true&next=%2Frooms%3Fq%3Dx")).await;
            refused(&page, "There you are signed in as somebody else.");
            assert_eq!(browser.visit(scene.at("/auth/users/me/")).await.answer.json(), ada);
            assert!(!is_recent(&browser, scene.server.public_url()).await);
            // Said once.
            let page = browser.visit(scene.at("/sign-in/confirm?next=%2Frooms%3Fq%3Dx")).await;
            assert!(!page.answer.text().contains("somebody else"), "{}", page.answer);
        }
        assert_eq!(scene.traces().await, crate::peer::Traces { refusals: before.refusals + 2, ..before });
        assert_eq!(database.number("SELECT COUNT(*) FROM identity", []).await, 2);
    }

    // A real one ends the session of whom another takes the place of, and tells us.
    async fn whoever_takes_her_place_there_does_not_take_it_here(database: Database) {
        let through = Through::plain(&database).await;
        through.provider.set_claims("eve", &person("eve@example.org", "Eve", "Elliot")).await;
        through.sign_in("eve").await;
        let browser = through.sign_in("ada").await;
        through.provider.advance(TEN_MINUTES).await;
        let page = browser.sign_in(again(&through), "eve").await;
        assert_eq!((page.url.path(), through.me(&browser).await), ("/sign-in", Value::Null), "{}", page.answer);
    }
}

#[test]
fn what_comes_to_nothing_changes_nothing() {
    on_sqlite(async |database| {
        let through = Through::plain(&database).await;
        let browser = through.sign_in("ada").await;
        through.provider.advance(TEN_MINUTES).await;
        refused(&browser.abort(again(&through)).await, "You cancelled it");
        // Signed out meanwhile, in another tab.
        let callback = through.at("/auth/test/callback/");
        let stopped = browser.stopping_at(&callback).sign_in(again(&through), "ada").await;
        browser.post(&through.at("/auth/logout/")).await;
        let page = browser.visit(stopped.next.unwrap()).await;
        assert_eq!((page.url.path(), through.me(&browser).await), ("/sign-in", Value::Null), "{}", page.answer);

        // Whoever is not signed in only signs in.
        let page = Browser::new().sign_in(again(&through), "ada").await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        through.provider.advance(TEN_MINUTES).await;
        through.provider.fail("/.well-known/openid-configuration", 500).await;
        let browser = Browser::new();
        through.server.clock.advance(Duration::from_hours(2));
        let page = browser.visit(again(&through)).await;
        assert!(page.answer.status == 503 || page.url.path() != "/sign-in/confirm", "{}", page.answer);
    });
}

#[test]
fn a_password_keeps_the_providers_side_of_the_session() {
    on_sqlite(async |database| {
        let through = Through::plain(&database).await;
        let browser = through.sign_in("ada").await;
        // She has both: a password, too.
        let account = through.account("ada@example.org").await.unwrap();
        let hash = through.server.accounts.passwords().hash(&parloir::base::Secret::new(PASSWORD)).await.unwrap();
        let sql = "UPDATE account SET password_hash = $1 WHERE id = $2";
        assert_eq!(database.execute(sql, [hash.into(), account.id.into()]).await, 1);
        through.provider.advance(TEN_MINUTES).await;
        let page = browser.visit(through.at("/sign-in/confirm?next=/rooms")).await;
        assert!(page.answer.text().contains("or with your password"), "{}", page.answer);
        let page = browser.submit_to(&page, "/actions/sign-in/confirm", &[("password", PASSWORD)]).await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        let ended = through.provider.end_sessions("ada").await;
        assert_eq!((ended.len(), through.me(&browser).await), (1, Value::Null));
    });
}

#[test]
fn the_request_asks_as_the_settings_say() {
    on_sqlite(async |database| {
        for (way, prompt, max_age) in [("both", "login", "0"), ("prompt", "login", ""), ("max_age", "consent", "0")] {
            let entry = json!({ "ask_again": way, "extra_parameters": { "prompt": "consent" } });
            let claims = person(&format!("ada.{way}@example.org"), "Ada", "Lovelace");
            let document = json!({ "accounts": { "ada": { "claims": claims } } });
            let through = Through::with(&database, Way { document, entry, ..Way::default() }).await;
            let browser = Browser::new();
            browser.sign_in(through.start(), "ada").await;
            let stopped = browser.stopping_at(through.provider.issuer());
            let page = stopped.visit(again(&through)).await;
            assert_eq!((page.parameter("prompt"), page.parameter("max_age")), (prompt.into(), max_age.into()), "{way}");
            // Otherwise nothing of it is asked.
            let page = stopped.visit(through.start()).await;
            assert_eq!(
                (page.parameter("prompt"), page.parameter("max_age")),
                ("consent".into(), String::new()),
                "{way}"
            );
        }
    });
}

#[test]
fn a_provider_that_did_not_ask_proves_nothing() {
    on_sqlite(async |database| {
        for (way, auth_time, confirmed) in [
            ("both", Some(0), true),
            ("both", Some(-59), true),
            ("both", Some(-61), false),
            ("both", None, false),
            ("max_age", None, false),
            ("prompt", None, true),
            ("prompt", Some(-61), false),
        ] {
            let scene = Scene::new(&database, json!({ "ask_again": way })).await;
            scene.peer.person(&somebody(&format!("{way} {auth_time:?}")));
            let browser = scene.signed_in().await;
            scene.server.clock.advance(TEN_MINUTES);
            let now = scene.server.clock.now().as_seconds();
            scene.peer.id_token(move |token| match auth_time {
                Some(shift) => token.claims["auth_time"] = json!(now + shift),
                None => {
                    token.claims.as_object_mut().unwrap().remove("auth_time");
                }
            });
            let page = browser.visit(scene.at("/auth/test/login/?again=true&next=%2Frooms%3Fq%3Dx")).await;
            let recent = is_recent(&browser, scene.server.public_url()).await;
            assert_eq!(recent, confirmed, "{way} {auth_time:?}: {}", page.answer);
            if !confirmed {
                refused(&page, "did not ask you who you are");
            }
        }
    });
}

#[test]
fn each_provider_that_knows_her_is_offered() {
    on_sqlite(async |database| {
        let of = |email: &str| json!({ "keys": ["EC"], "accounts": { "1": { "claims": person(email, "A", "B") } } });
        let one = Provider::start(&database.clock, of("one@example.org")).await;
        let two = Provider::start(&database.clock, of("two@example.org")).await;
        let entries = [(&one, "one", json!({}), json!({})), (&two, "two", json!({}), json!({}))];
        let server = beside(&database, &entries, &[]).await;
        let browser = Browser::new();
        browser.sign_in(format!("{}/auth/one/login/?next=/rooms", server.public_url()), "1").await;
        server.clock.advance(TEN_MINUTES);
        let page = browser.visit(format!("{}/sign-in/confirm?next=/rooms", server.public_url())).await;
        assert!(page.answer.text().contains("/auth/one/login/"), "{}", page.answer);
        assert!(!page.answer.text().contains("/auth/two/login/"), "{}", page.answer);
        // The same subject at another issuer is somebody else.
        two.advance(Duration::ZERO).await;
        let address = format!("{}/auth/two/login/?again=true&next=%2Frooms%3Fq%3Dx", server.public_url());
        refused(&browser.sign_in(address, "1").await, "There you are signed in as somebody else.");
    });
}
