//! Attempts to take over somebody's account: each one that the design names, and why it fails.
//!
//! | attempt | proved in |
//! |---|---|
//! | a credential in an address, or one that never ends | `front_ends`, here |
//! | another address or organisation than one's own is posted to the choice of an organisation; its page in another browser, twice, or too late | `organisations` |
//! | a link signs the visitor in to the attacker's account | `sign_in_callback`, `sign_in_cookies` |
//! | an address alone, one that nobody vouches for, or the same subject at another issuer | `openid_accounts`, here |
//! | an address that is another's is joined by whoever comes with it | `openid_conflict`, `conflict_code` |
//! | one more way in is joined to somebody else's account | here |

use serde_json::{Value, json};

use crate::harness::{Database, PASSWORD, on_both};
use crate::peer::{Peer, Scene, person};
use crate::provider::{Browser, Page};

const LINK: &str = "/actions/account/link";
const PAGE: &str = "/account/sign-in";

/// A server with the peer `test` and another one, `other`.
async fn two(database: &Database) -> (Scene, Peer) {
    let scene = Scene::new(database, json!({})).await;
    let other = Peer::start(&database.clock).await;
    let entries = [scene.peer.entry("test", &json!({})), other.entry("other", &json!({}))];
    let server = database.serve_beside(&entries, &[]).await;
    (Scene { peer: scene.peer, server }, other)
}

/// Somebody signs in through `test`.
async fn comes(scene: &Scene, subject: &str) -> Browser {
    scene.peer.person(&person(subject));
    scene.signed_in().await
}

/// Asks for one more way in through `provider`: where she is sent back to. She has not gone there yet.
async fn asks(scene: &Scene, browser: &Browser, provider: &str) -> String {
    let page = browser.stopping_at(&scene.at("/auth/")).post_with(&scene.at(LINK), &[("provider", provider)]).await;
    page.next.unwrap_or_else(|| panic!("{}", page.answer)).into()
}

async fn me(scene: &Scene, browser: &Browser) -> Value {
    crate::harness::through::me_at(browser, scene.server.public_url()).await
}

/// How many identities there are, and how many were joined to accounts ever.
async fn identities(scene: &Scene) -> (i64, usize) {
    let count = scene.server.database.number("SELECT COUNT(*) FROM identity", []).await;
    (count, scene.server.database.events("identity.linked").await.len())
}

#[track_caller]
fn expired(page: &Page) {
    assert_eq!((page.answer.status, &*page.answer.code()), (400, "sign_in_expired"), "{}", page.answer);
}

#[track_caller]
fn says(page: &Page, text: &str) {
    assert_eq!((page.url.path(), page.answer.status), (PAGE, 200), "{}", page.answer);
    assert!(page.answer.text().contains(text), "no {text} in {}", page.answer);
}

on_both! {
    // Eve begins at home and has Ada open where it ends: Eve's identity would be Ada's way in.
    async fn the_end_of_it_in_another_browser(database: Database) {
        let (scene, other) = two(&database).await;
        let (ada, eve) = (comes(&scene, "ada").await, comes(&scene, "eve").await);
        other.person(&person("eve at home"));
        let stolen = asks(&scene, &eve, "other").await;
        for victim in [&ada, &Browser::new()] {
            expired(&victim.visit(&stolen).await);
        }
        assert_eq!(identities(&scene).await, (2, 2));
        // It is still Eve's own to finish, once.
        says(&eve.visit(&stolen).await, "Connected.");
        expired(&eve.visit(&stolen).await);
        assert_eq!(identities(&scene).await, (3, 3));
    }

    // In her own browser, with the attacker's cookie of the attempt planted there.
    async fn begun_by_one_and_finished_by_another(database: Database) {
        let (scene, other) = two(&database).await;
        let browser = comes(&scene, "eve").await;
        other.person(&person("eve at home"));
        let address = asks(&scene, &browser, "other").await;
        browser.post(&scene.at("/auth/logout/")).await;
        scene.peer.person(&person("ada"));
        let page = browser.visit(scene.login()).await;
        assert_eq!(page.url.path(), "/rooms", "{}", page.answer);
        let ada = me(&scene, &browser).await;
        says(&browser.visit(&address).await, "began in another browser");
        assert_eq!((identities(&scene).await, me(&scene, &browser).await), ((2, 2), ada));
        // The same person, but in another session: not that one either.
        let address = asks(&scene, &browser, "other").await;
        browser.post(&scene.at("/auth/logout/")).await;
        browser.visit(scene.login()).await;
        says(&browser.visit(&address).await, "began in another browser");
        assert_eq!(identities(&scene).await, (2, 2));
    }

    async fn whose_session_ended_meanwhile(database: Database) {
        let (scene, other) = two(&database).await;
        let ada = comes(&scene, "ada").await;
        other.person(&person("ada at home"));
        let id = me(&scene, &ada).await["id"].as_str().unwrap().parse().unwrap();
        let address = asks(&scene, &ada, "other").await;
        scene.server.sessions.end_others(id, None, parloir::audit::Actor::Operator).await.unwrap();
        let page = ada.visit(&address).await;
        assert_eq!((page.url.path(), &*page.parameter("next")), ("/sign-in", PAGE), "{}", page.answer);
        assert_eq!((identities(&scene).await, me(&scene, &ada).await), ((1, 1), Value::Null));
    }

    async fn whose_account_was_disabled_meanwhile(database: Database) {
        let (scene, other) = two(&database).await;
        let ada = comes(&scene, "ada").await;
        other.person(&person("ada at home"));
        let address = asks(&scene, &ada, "other").await;
        let sql = "UPDATE account SET status = 'disabled'";
        assert_eq!(database.execute(sql, []).await, 1);
        let page = ada.visit(&address).await;
        assert_eq!(page.url.path(), "/sign-in", "{}", page.answer);
        assert_eq!(identities(&scene).await, (1, 1));
        // Nor does it bring anybody in.
        let page = Browser::new().visit(scene.at("/auth/other/login/?next=/rooms")).await;
        assert_ne!(page.url.path(), "/account", "{}", page.answer);
        assert_eq!(database.number("SELECT COUNT(*) FROM identity i JOIN account a ON a.id = i.account_id WHERE a.status = 'disabled'", []).await, 1);
    }

    // A provider must not be able to answer for another one's people.
    async fn the_same_subject_at_another_issuer(database: Database) {
        let (scene, other) = two(&database).await;
        let ada = comes(&scene, "ada").await;
        let hers = me(&scene, &ada).await;
        // The same subject, and her address besides, for which the other one does not vouch.
        let mut claims = person("ada");
        claims["email_verified"] = json!(false);
        other.person(&claims);
        let eve = Browser::new();
        let page = eve.visit(scene.at("/auth/other/login/?next=/rooms")).await;
        assert_eq!(page.url.path(), "/rooms", "{}", page.answer);
        assert_ne!(me(&scene, &eve).await["id"], hers["id"]);
        // With one for which it vouches she still has to prove that the account is hers.
        other.person(&person("ada"));
        claims["sub"] = json!("ada, they say");
        claims["email_verified"] = json!(true);
        other.person(&claims);
        let page = Browser::new().visit(scene.at("/auth/other/login/?next=/rooms")).await;
        assert_eq!(page.url.path(), "/sign-in/conflict", "{}", page.answer);
        // The identity of the one is not that of the other: hers is refused to Eve, Eve's own is hers already.
        other.person(&person("ada"));
        says(&eve.visit(asks(&scene, &eve, "other").await).await, "connected to your account already");
        scene.peer.person(&person("ada"));
        says(&eve.visit(asks(&scene, &eve, "test").await).await, "Nothing has changed.");
        assert_eq!(me(&scene, &ada).await, hers);
        assert_eq!(identities(&scene).await, (2, 2));
    }

    // An unverified address joins nothing and moves nothing, also on the way of a link.
    async fn an_address_that_comes_along_with_a_link(database: Database) {
        let (scene, other) = two(&database).await;
        scene.server.new_account("victim@example.org", false, Some(PASSWORD)).await;
        let eve = comes(&scene, "eve").await;
        let before = me(&scene, &eve).await;
        for verified in [false, true] {
            let subject = format!("eve {verified}");
            other.person(&json!({ "sub": subject, "email": "victim@example.org", "email_verified": verified }));
            says(&eve.visit(asks(&scene, &eve, "other").await).await, "Connected.");
            assert_eq!(me(&scene, &eve).await, before);
        }
        let victim = scene.server.sign_in("victim@example.org").await;
        let id = victim.get("/auth/users/me/").expect(200).await.json()["id"].clone();
        assert_ne!(id, before["id"]);
        // Signing in with it leads to Eve's account, and the address stays the victim's.
        let browser = Browser::new();
        browser.visit(scene.at("/auth/other/login/?next=/rooms")).await;
        let here = me(&scene, &browser).await;
        assert_eq!((&here["id"], &here["email"]), (&before["id"], &before["email"]));
    }

    // Two accounts, one identity, at once.
    async fn one_identity_for_two_at_once(database: Database) {
        let (scene, other) = two(&database).await;
        let (ada, eve) = (comes(&scene, "ada").await, comes(&scene, "eve").await);
        for round in 0..3 {
            other.person(&person(&format!("at home {round}")));
            let addresses = [asks(&scene, &ada, "other").await, asks(&scene, &eve, "other").await];
            let (one, two) = tokio::join!(ada.visit(&addresses[0]), eve.visit(&addresses[1]));
            let joined = [&one, &two].map(|page| page.answer.text().contains("Connected. You can now"));
            assert_eq!(joined.iter().filter(|joined| **joined).count(), 1, "{} {}", one.answer, two.answer);
            let refused = if joined[0] { two } else { one };
            says(&refused, "Nothing has changed.");
        }
        assert_eq!(identities(&scene).await, (5, 5));
    }

    // Whoever was signed in at the provider before has not said that it is she who asks.
    async fn a_proof_from_before(database: Database) {
        let (scene, other) = two(&database).await;
        let ada = comes(&scene, "ada").await;
        other.person(&person("eve, signed in there"));
        other.id_token(|token| {
            let at = token.claims["auth_time"].as_i64().unwrap();
            token.claims["auth_time"] = json!(at - 3600);
        });
        says(&ada.visit(asks(&scene, &ada, "other").await).await, "did not ask you who you are");
        assert_eq!(identities(&scene).await, (1, 1));
    }

    // What leads her in and out says nothing that lets anybody else in.
    async fn no_address_holds_a_credential(database: Database) {
        let (scene, other) = two(&database).await;
        let ada = comes(&scene, "ada").await;
        other.person(&person("ada at home"));
        let page = ada.post_with(&scene.at(LINK), &[("provider", "other")]).await;
        says(&page, "Connected.");
        let cookie = ada.cookie(scene.server.public_url(), "parloir").unwrap();
        for url in page.trail.iter().chain([&page.url]) {
            assert!(!url.as_str().contains(&cookie) && !url.as_str().contains("prl_pat_"), "{url}");
            let ours = url.as_str().starts_with(scene.server.public_url());
            let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
            assert!(!ours || names.iter().all(|name| ["code", "state", "iss"].contains(&name.as_str())), "{url}");
        }
    }
}
