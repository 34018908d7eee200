//! A provider that changes its keys, or does not answer.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::through::{ada, beside, me_at};
use crate::harness::{Database, Through, on_both, on_sqlite};
use crate::provider::{Browser, Provider};

/// The provider at `issuer`, started again: it has forgotten everything.
async fn again(database: &Database, issuer: &str) -> Provider {
    let port: u16 = issuer.rsplit_once(':').unwrap().1.parse().unwrap();
    let document = json!({ "keys": ["EC"], "port": port, "accounts": { "ada": { "claims": ada() } } });
    Provider::start(&database.clock, document).await
}

#[test]
fn keys_are_rotated_in_the_middle_of_a_sign_in() {
    on_sqlite(async |database| {
        let through = Through::plain(&database).await;
        through.sign_in("ada").await;
        through.provider.advance(Duration::from_secs(11)).await;
        let browser = Browser::new();
        let page = browser.visit(through.start()).await;
        through.provider.rotate_keys(false).await;
        let page = browser.submit(&page, &[("account", "ada"), ("answer", "login")]).await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        // Logout tokens are signed with the new key too.
        through.provider.advance(Duration::from_secs(11)).await;
        through.provider.rotate_keys(false).await;
        let told = through.provider.end_sessions("ada").await;
        assert!(told.iter().all(|told| told["error"].is_null()), "{told:?}");
        assert_eq!(through.me(&browser).await, Value::Null);
    });
}

on_both! {
    async fn a_server_starts_without_its_provider_and_recovers(database: Database) {
        let document = json!({ "keys": ["EC"], "accounts": { "ada": { "claims": ada() } } });
        let provider = Provider::start(&database.clock, document).await;
        let issuer = provider.issuer().to_owned();
        let server = beside(&database, &[(&provider, "test", json!({}), json!({}))], &[]).await;
        let [client] = provider.clients().await.try_into().unwrap();
        drop(provider);

        let at = |path: &str| format!("{}{path}", server.public_url());
        let says_so = "does not answer";
        server.openid.look_around().await;
        let page = Browser::new().visit(at("/sign-in")).await;
        assert!(page.answer.status == 200 && page.answer.text().contains(says_so), "{}", page.answer);
        let page = Browser::new().visit(at("/auth/test/login/")).await;
        assert_eq!(page.answer.status, 503, "{}", page.answer);
        assert!(page.answer.text().contains(page.answer.header("x-request-id")), "{}", page.answer);
        let page = Browser::new().for_json().visit(at("/auth/test/login/")).await;
        assert_eq!((page.answer.status, &*page.answer.code()), (503, "provider_unavailable"));
        assert!(!page.answer.header("retry-after").is_empty(), "{}", page.answer);
        // Nobody asked for a silent visit, so nobody is told.
        let page = Browser::new().visit(at("/auth/test/login/?silent=true&next=/docs")).await;
        assert_eq!((page.url.path(), page.answer.status), ("/docs", 200), "{}", page.answer);

        let provider = again(&database, &issuer).await;
        provider.put_client(&client).await;
        provider.advance(Duration::from_secs(5)).await;
        let browser = Browser::new();
        let page = browser.sign_in(at("/auth/test/login/?next=/rooms"), "ada").await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        assert_eq!(me_at(&browser, server.public_url()).await["email"], "ada@example.org");
        let page = Browser::new().visit(at("/sign-in")).await;
        assert!(!page.answer.text().contains(says_so), "{}", page.answer);
    }
}

#[test]
fn what_fails_on_the_way_back_is_told() {
    on_sqlite(async |database| {
        let through = Through::set(&database, json!({ "timeout_seconds": 1 })).await;
        for (path, status, code) in
            [("/token", 502, "provider_error"), ("/me", 502, "provider_error"), ("/jwks", 502, "provider_error")]
        {
            through.provider.fail(path, 500).await;
            assert_eq!(through.refusal("ada").await, (status, code.to_owned()), "{path}");
            through.provider.mend(path).await;
            through.provider.advance(Duration::from_secs(5)).await;
        }
        for path in ["/token", "/me"] {
            through.provider.slow(path, Duration::from_millis(1500)).await;
            assert_eq!(through.refusal("ada").await, (503, "provider_unavailable".to_owned()), "{path}");
            through.provider.mend(path).await;
        }
        through.sign_in("ada").await;
        // Keys that are known outlive their source.
        through.provider.fail("/jwks", 503).await;
        through.provider.advance(Duration::from_hours(2)).await;
        through.sign_in("ada").await;
    });
}

#[test]
fn signing_out_waits_for_nobody() {
    on_sqlite(async |database| {
        let Through { provider, server } = Through::plain(&database).await;
        let browser = Browser::new();
        let at = |path: &str| format!("{}{path}", server.public_url());
        browser.sign_in(at("/auth/test/login/?next=/rooms"), "ada").await;
        let issuer = provider.issuer().to_owned();
        drop(provider);
        let page = browser.visit(at("/rooms")).await;
        let page = browser.stopping_at(&issuer).submit_to(&page, "/auth/logout/", &[]).await;
        assert_eq!(page.answer.status, 303, "{}", page.answer);
        assert_eq!(me_at(&browser, server.public_url()).await, Value::Null);
    });
}
