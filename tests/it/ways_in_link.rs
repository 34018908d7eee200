//! `/account/sign-in`: identities at real providers are joined to an account and parted from it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::organisations::{ELSEWHERE, REGION, ada_of};
use crate::harness::through::{ada, beside, me_at, person};
use crate::harness::{Database, PASSWORD, Server, Through, on_both};
use crate::provider::{Browser, Page, Provider};

const PAGE: &str = "/account/sign-in";
const LINK: &str = "/actions/account/link";
const UNLINK: &str = "/actions/account/unlink";
const MAIL: [(&str, &str); 2] = [("mail.smtp_host", "127.0.0.1"), ("mail.from", "Parloir <parloir@example.org>")];

/// A server with two providers, `work` and `home`, at which the same person has accounts; and one who is somebody else.
struct Two {
    work: Provider,
    _home: Provider,
    server: Server,
}

impl Two {
    async fn new(database: &Database) -> Self {
        let accounts = json!({
            "ada": { "claims": ada() },
            "eve": { "claims": person("eve@example.org", "Eve", "Elliot") },
        });
        let work = Provider::start(&database.clock, json!({ "keys": ["EC"], "accounts": accounts })).await;
        let home = json!({ "augusta": { "claims": { "email": "augusta@example.com", "email_verified": false } } });
        let home = Provider::start(&database.clock, json!({ "keys": ["EC"], "accounts": home })).await;
        let none = || json!({});
        let server = beside(database, &[(&work, "work", none(), none()), (&home, "home", none(), none())], &MAIL).await;
        Self { work, _home: home, server }
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.server.public_url())
    }

    async fn sign_in(&self, provider: &str, subject: &str) -> Browser {
        let browser = Browser::new();
        let page = browser.sign_in(self.at(&format!("/auth/{provider}/login/?next=/rooms")), subject).await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        browser
    }

    async fn me(&self, browser: &Browser) -> Value {
        me_at(browser, self.server.public_url()).await
    }

    async fn page(&self, browser: &Browser) -> Page {
        browser.visit(self.at(PAGE)).await
    }

    /// Asks for one more way in, and shows who she is there.
    async fn link(&self, browser: &Browser, provider: &str, subject: &str) -> Page {
        // Ids of one millisecond have no order.
        self.server.clock.advance(Duration::from_millis(2));
        let page = self.page(browser).await;
        let page = browser.submit_to(&page, LINK, &[("provider", provider)]).await;
        assert!(page.asks("answer", "login"), "{}", page.answer);
        browser.submit(&page, &[("account", subject), ("answer", "login")]).await
    }

    async fn count(&self, sql: &str) -> i64 {
        self.server.database.number(sql, []).await
    }

    /// The ids of her identities, oldest first.
    async fn identities(&self, me: &Value) -> Vec<String> {
        let id = me["id"].as_str().unwrap().parse().unwrap();
        let identities = self.server.accounts.identities(id).await.unwrap();
        identities.iter().map(|identity| identity.id.to_string()).collect()
    }
}

#[track_caller]
fn says(page: &Page, text: &str) {
    assert_eq!((page.url.path(), page.answer.status), (PAGE, 200), "{}", page.answer);
    assert!(page.answer.text().contains(text), "no {text} in {}", page.answer);
}

on_both! {
    async fn one_more_way_in_and_one_less(database: Database) {
        let two = Two::new(&database).await;
        let browser = two.sign_in("work", "ada").await;
        let me = two.me(&browser).await;
        let page = two.page(&browser).await;
        for text in ["Provider work", two.work.issuer(), "Connect Provider home", "It is your only way in", "You have no password."] {
            says(&page, text);
        }
        assert!(!page.answer.text().contains(UNLINK), "{}", page.answer);
        // Not even when it is asked for all the same.
        let [first] = two.identities(&me).await.try_into().unwrap();
        let page = browser.post_with(&two.at(UNLINK), &[("identity", &first)]).await;
        says(&page, "It is your only way in.");

        let page = two.link(&browser, "home", "augusta").await;
        says(&page, "Connected. You can now sign in with it.");
        // She is who she was, and nothing of what that provider says is taken over, least of all an address.
        assert_eq!(two.me(&browser).await, me);
        assert_eq!(two.count("SELECT COUNT(*) FROM account").await, 1);
        let events = database.events("identity.linked").await;
        assert_eq!((json!(events[1].actor_id), events[1].details()["provider"].clone()), (me["id"].clone(), json!("home")));
        assert_eq!(two.count("SELECT COUNT(*) FROM mail WHERE kind = 'identity_linked'").await, 1);
        let page = two.link(&browser, "home", "augusta").await;
        says(&page, "It was connected to your account already.");
        assert_eq!(two.count("SELECT COUNT(*) FROM identity").await, 2);
        let elsewhere = two.sign_in("home", "augusta").await;
        assert_eq!(two.me(&elsewhere).await["id"], me["id"]);

        // Away with it: who came by it is out, who came by another stays.
        let [_, second] = two.identities(&me).await.try_into().unwrap();
        let page = browser.post_with(&two.at(UNLINK), &[("identity", &second)]).await;
        says(&page, "Nobody can sign in to your account with it any more.");
        assert_eq!((two.me(&browser).await["id"].clone(), two.me(&elsewhere).await), (me["id"].clone(), Value::Null));
        assert_eq!(database.events("identity.unlinked").await.len(), 1);
        assert_eq!(two.count("SELECT COUNT(*) FROM mail WHERE kind = 'identity_unlinked'").await, 1);
        let page = browser.post_with(&two.at(UNLINK), &[("identity", &first)]).await;
        says(&page, "It is your only way in.");
        let stranger = two.sign_in("home", "augusta").await;
        assert_ne!(two.me(&stranger).await["id"], me["id"]);
    }

    async fn whoever_came_by_it_is_out(database: Database) {
        let two = Two::new(&database).await;
        let browser = two.sign_in("work", "ada").await;
        let me = two.me(&browser).await;
        two.link(&browser, "home", "augusta").await;
        let page = two.page(&browser).await;
        says(&page, "Sessions that began with it end, also this one");
        let [first, _] = two.identities(&me).await.try_into().unwrap();
        let page = browser.post_with(&two.at(UNLINK), &[("identity", &first)]).await;
        assert_eq!((page.url.path(), page.answer.status), ("/sign-in", 200), "{}", page.answer);
        assert!(page.answer.text().contains("you are signed out here"), "{}", page.answer);
        assert_eq!(two.me(&browser).await, Value::Null);
        assert_eq!(two.me(&two.sign_in("home", "augusta").await).await["id"], me["id"]);
    }

    async fn the_identity_of_another_is_refused(database: Database) {
        let two = Two::new(&database).await;
        let eve = two.sign_in("work", "eve").await;
        let hers = two.me(&eve).await;
        two.sign_in("home", "augusta").await;
        let before = (two.count("SELECT COUNT(*) FROM mail").await, two.count("SELECT COUNT(*) FROM session").await);
        let page = two.link(&eve, "home", "augusta").await;
        says(&page, "Nothing has changed.");
        assert!(!page.answer.text().contains("augusta"), "{}", page.answer);
        assert_eq!((two.count("SELECT COUNT(*) FROM mail").await, two.count("SELECT COUNT(*) FROM session").await), before);
        assert_eq!((two.me(&eve).await, two.identities(&hers).await.len()), (hers.clone(), 1));
        // Nor is it hers to part.
        let sql = "SELECT COUNT(*) FROM identity";
        let other = two.server.database.all::<Row>("SELECT id FROM identity WHERE provider = 'home'", []).await;
        for identity in [other[0].id.to_string(), "nonsense".to_owned(), String::new()] {
            let page = eve.post_with(&two.at(UNLINK), &[("identity", &identity)]).await;
            assert_eq!((page.url.path(), two.count(sql).await), (PAGE, 2), "{}", page.answer);
        }
    }

    async fn what_comes_to_nothing_changes_nothing(database: Database) {
        let two = Two::new(&database).await;
        let browser = two.sign_in("work", "ada").await;
        let me = two.me(&browser).await;
        let page = browser.submit_to(&two.page(&browser).await, LINK, &[("provider", "home")]).await;
        says(&browser.submit(&page, &[("answer", "abort")]).await, "You cancelled it");
        for provider in ["nowhere", ""] {
            let page = browser.post_with(&two.at(LINK), &[("provider", provider)]).await;
            says(&page, "Nothing has changed.");
        }
        two.server.clock.advance(Duration::from_mins(10));
        let page = browser.post_with(&two.at(LINK), &[("provider", "home")]).await;
        assert_eq!((page.url.path(), &*page.parameter("next")), ("/sign-in/confirm", PAGE), "{}", page.answer);
        let stranger = Browser::new();
        for action in [LINK, UNLINK] {
            let page = stranger.post(&two.at(action)).await;
            assert_eq!((page.url.path(), &*page.parameter("next")), ("/sign-in", PAGE), "{}", page.answer);
        }
        assert_eq!((two.me(&browser).await, two.count("SELECT COUNT(*) FROM identity").await), (me, 1));
    }

    // Of two parted at once one stays.
    async fn both_at_once(database: Database) {
        let two = Two::new(&database).await;
        let browser = two.sign_in("work", "ada").await;
        let me = two.me(&browser).await;
        two.link(&browser, "home", "augusta").await;
        let [first, second] = two.identities(&me).await.try_into().unwrap();
        let [one, other] = [[("identity", &*first)], [("identity", &*second)]];
        let action = two.at(UNLINK);
        tokio::join!(browser.post_with(&action, &one), browser.post_with(&action, &other));
        assert_eq!(two.identities(&me).await.len(), 1);
        assert_eq!(database.events("identity.unlinked").await.len(), 1);
    }

    // Where the provider tells organisations, they are read as at a sign-in; for none of them is the session that there is.
    async fn memberships_come_along(database: Database) {
        let through = Through::organised(&database).await;
        through.provider.set_claims("ada", &ada_of(&[REGION, ELSEWHERE])).await;
        through.server.new_account("zoe@example.org", false, Some(PASSWORD)).await;
        let browser = Browser::new();
        let page = browser.visit(through.at("/sign-in?next=/account/sign-in")).await;
        let fields = [("email", "zoe@example.org"), ("password", PASSWORD)];
        let page = browser.submit_to(&page, "/actions/sign-in", &fields).await;
        let page = browser.submit_to(&page, LINK, &[("provider", "test")]).await;
        says(&browser.submit(&page, &[("account", "ada"), ("answer", "login")]).await, "Connected.");
        assert_eq!(through.count("membership").await, 2);
        let me = through.me(&browser).await;
        assert_eq!((&me["organization_siret"], &me["email"]), (&Value::Null, &json!("zoe@example.org")));
    }

    // A password is a way in, too.
    async fn the_last_identity_beside_a_password(database: Database) {
        let two = Two::new(&database).await;
        let browser = two.sign_in("work", "ada").await;
        let me = two.me(&browser).await;
        let page = two.page(&browser).await;
        let page = browser.submit_to(&page, "/actions/account/first-password", &[("new_password", PASSWORD)]).await;
        says(&page, "You have a password now.");
        let [only] = two.identities(&me).await.try_into().unwrap();
        browser.post_with(&two.at(UNLINK), &[("identity", &only)]).await;
        assert!(two.identities(&me).await.is_empty());
        let ada = two.server.sign_in("ada@example.org").await;
        assert_eq!(ada.get("/auth/users/me/").expect(200).await.json()["id"], me["id"]);
        // The way in from the page of a password alone.
        ada.submit("/actions/account/remove-password", &[]).await;
        two.server.sign_in("ada@example.org").await;
    }
}

#[derive(Debug, sea_orm::FromQueryResult)]
struct Row {
    id: sea_orm::entity::prelude::Uuid,
}
