//! An address that belongs to an account already: what its person can do, and what nobody else can.

use std::time::Duration;

use parloir::base::Timestamp;
use serde_json::{Value, json};

use crate::harness::through::ada;
use crate::harness::{Database, PASSWORD, SECRET_KEY, Through, on_both};
use crate::process::Installation;
use crate::provider::{Browser, Page};

const CONFLICT: &str = "/sign-in/conflict";
const REQUESTS: &str = "/admin/sign-in-requests";
const JOIN: &str = "/actions/sign-in/join";
const ASK: &str = "/actions/sign-in/ask";
const DECIDE: &str = "/actions/sign-in/decide";

/// A server on which `ada@example.org` has a password, and the browser that came there through the provider.
async fn met(database: &Database) -> (Through, Browser, Page) {
    let through = Through::plain(database).await;
    through.server.new_account("ada@example.org", false, Some(PASSWORD)).await;
    let (browser, page) = comes(&through, "ada").await;
    (through, browser, page)
}

/// Somebody comes through the provider and meets an account.
async fn comes(through: &Through, subject: &str) -> (Browser, Page) {
    let browser = Browser::new();
    let page = browser.sign_in(through.start(), subject).await;
    assert_eq!((page.url.path(), page.answer.status), (CONFLICT, 200), "{}", page.answer);
    (browser, page)
}

/// Signs in with [`PASSWORD`] on the page, and goes on to `next`.
async fn the_old_way(through: &Through, browser: &Browser, email: &str, next: &str) -> Page {
    let page = browser.visit(through.at(&format!("/sign-in?next={next}"))).await;
    browser.submit_to(&page, "/actions/sign-in", &[("email", email), ("password", PASSWORD)]).await
}

async fn administrator(through: &Through) -> Browser {
    through.server.new_account("admin@example.org", true, Some(PASSWORD)).await;
    let browser = Browser::new();
    let page = the_old_way(through, &browser, "admin@example.org", REQUESTS).await;
    assert_eq!((page.url.path(), page.answer.status), (REQUESTS, 200), "{}", page.answer);
    browser
}

fn offers(page: &Page, action: &str) -> bool {
    page.answer.text().contains(&format!(r#"action="{action}""#))
}

on_both! {
    async fn she_proves_herself_and_joins_both(database: Database) {
        let (through, browser, page) = met(&database).await;
        for word in ["Provider test", "ada@example.org", "/sign-in?next=%2Fsign-in%2Fconflict"] {
            assert!(page.answer.text().contains(word), "no {word} in {}", page.answer);
        }
        assert!(!offers(&page, JOIN) && offers(&page, ASK), "{}", page.answer);
        assert_eq!(through.me(&browser).await, Value::Null);
        let page = the_old_way(&through, &browser, "ada@example.org", CONFLICT).await;
        assert_eq!(page.url.path(), CONFLICT, "{}", page.answer);
        let page = browser.submit_to(&page, JOIN, &[]).await;
        assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{}", page.answer);
        // Both ways lead to the same account now, and nothing is left to decide.
        let me = through.me(&browser).await;
        assert_eq!(through.me(&through.sign_in("ada").await).await["id"], me["id"]);
        let again = Browser::new();
        the_old_way(&through, &again, "ada@example.org", "/rooms").await;
        assert_eq!(through.me(&again).await["id"], me["id"]);
        assert!(!offers(&browser.visit(through.at(CONFLICT)).await, JOIN));
        assert_eq!((through.count("account").await, through.count("identity").await), (1, 1));
        let [event] = database.events("identity.linked").await.try_into().unwrap();
        assert_eq!((event.actor_kind.as_str(), json!(event.actor_id)), ("person", me["id"].clone()));
        assert_eq!(through.count("sign_in_conflict").await, 0);
    }

    async fn nobody_else_can_join(database: Database) {
        let (through, browser, _) = met(&database).await;
        through.server.new_account("eve@example.org", false, Some(PASSWORD)).await;
        // Without a session, as somebody else in this browser, and as the right person in another browser.
        let stranger = browser.post(&through.at(JOIN)).await;
        assert_eq!(stranger.url.path(), "/sign-in", "{}", stranger.answer);
        let page = the_old_way(&through, &browser, "eve@example.org", CONFLICT).await;
        assert!(!offers(&page, JOIN), "{}", page.answer);
        browser.post(&through.at(JOIN)).await;
        let other = Browser::new();
        let page = the_old_way(&through, &other, "ada@example.org", CONFLICT).await;
        assert!(!page.answer.text().contains("Provider test") && !offers(&page, ASK), "{}", page.answer);
        other.post(&through.at(JOIN)).await;
        other.post(&through.at(ASK)).await;
        assert_eq!(through.count("identity").await, 0);
        assert_eq!(database.number("SELECT COUNT(*) FROM sign_in_conflict WHERE requested_at IS NOT NULL", []).await, 0);
    }

    async fn an_administrator_joins(database: Database) {
        let (through, browser, page) = met(&database).await;
        let page = browser.submit_to(&page, ASK, &[]).await;
        assert_eq!(page.url.path(), CONFLICT, "{}", page.answer);
        assert!(!offers(&page, ASK), "{}", page.answer);
        let administrator = administrator(&through).await;
        let page = administrator.visit(through.at(REQUESTS)).await;
        for word in ["Ada Lovelace", "ada@example.org", "Provider test"] {
            assert!(page.answer.text().contains(word), "no {word} in {}", page.answer);
        }
        let page = administrator.submit_to(&page, DECIDE, &[("join", "true")]).await;
        assert_eq!((page.url.path(), page.answer.status), (REQUESTS, 200), "{}", page.answer);
        assert!(!offers(&page, DECIDE), "{}", page.answer);
        let me = through.me(&through.sign_in("ada").await).await;
        assert_eq!(me["id"], json!(through.account("ada@example.org").await.unwrap().id));
        let [event] = database.events("identity.linked").await.try_into().unwrap();
        let admin = through.account("admin@example.org").await.unwrap();
        assert_eq!((json!(event.actor_id), json!(event.on_behalf_of)), (json!(admin.id), me["id"].clone()));
        assert_eq!(database.events("identity.requested").await.len(), 1);
    }

    async fn an_administrator_refuses(database: Database) {
        let (through, browser, page) = met(&database).await;
        browser.submit_to(&page, ASK, &[]).await;
        let administrator = administrator(&through).await;
        let page = administrator.visit(through.at(REQUESTS)).await;
        administrator.submit_to(&page, DECIDE, &[("join", "false")]).await;
        assert_eq!(database.events("identity.refused").await.len(), 1);
        // The page of before decides nothing any more.
        administrator.submit_to(&page, DECIDE, &[("join", "true")]).await;
        assert_eq!((through.count("identity").await, through.count("sign_in_conflict").await), (0, 0));
        comes(&through, "ada").await;
    }

    async fn nobody_but_administrators_decides(database: Database) {
        let (through, browser, page) = met(&database).await;
        browser.submit_to(&page, ASK, &[]).await;
        let sql = "SELECT COUNT(*) FROM sign_in_conflict WHERE requested_at IS NOT NULL";
        assert_eq!(database.number(sql, []).await, 1);
        let request = {
            let administrator = administrator(&through).await;
            administrator.visit(through.at(REQUESTS)).await
        };
        let person = Browser::new();
        the_old_way(&through, &person, "ada@example.org", "/rooms").await;
        for browser in [&Browser::new(), &person] {
            let page = browser.visit(through.at(REQUESTS)).await;
            assert!(!page.answer.text().contains("Ada Lovelace"), "{}", page.answer);
            browser.submit_to(&request, DECIDE, &[("join", "true")]).await;
        }
        assert_eq!((through.count("identity").await, database.number(sql, []).await), (0, 1));
    }

    async fn requests_are_decided_on_the_command_line(database: Database) {
        let (through, browser, page) = met(&database).await;
        browser.submit_to(&page, ASK, &[]).await;
        through.provider.advance(Duration::from_secs(1)).await;
        through.server.new_account("grace@example.org", false, Some(PASSWORD)).await;
        let mut claims = ada();
        claims["email"] = json!("grace@example.org");
        through.provider.set_claims("grace", &claims).await;
        let (browser, page) = comes(&through, "grace").await;
        browser.submit_to(&page, ASK, &[]).await;

        // The commands go by the machine's clock, by which all of this was long ago.
        let distant = Timestamp::from_seconds(4_102_444_800);
        assert_eq!(database.execute("UPDATE sign_in_conflict SET ends_at = $1", [distant.into()]).await, 2);
        let settings = [("DATABASE__URL", database.url()), ("SECURITY__SECRET_KEY", SECRET_KEY)];
        let parloir = Installation::with(&settings);
        let waiting = parloir.json(&["user", "requests"]);
        assert_eq!(waiting.as_array().map(Vec::len), Some(2), "{waiting}");
        let of = |n: usize| (waiting[n]["subject"].as_str().unwrap(), waiting[n]["id"].as_str().unwrap().to_owned());
        let ((one, first), (two, second)) = (of(0), of(1));
        assert_eq!((one, two), ("ada", "grace"));
        let ada = through.account("ada@example.org").await.unwrap();
        assert_eq!((&waiting[0]["account"], &waiting[0]["issuer"]), (&json!(ada.id), &json!(through.provider.issuer())));
        let words = parloir.run(&["user", "requests"]);
        assert!(words.stdout.contains(&first) && words.stdout.contains("<ada@example.org> through test"), "{words:?}");

        assert_eq!(parloir.json(&["user", "decide", &first, "--join"]), json!({ "id": first, "joined": true }));
        assert_eq!(parloir.json(&["user", "decide", &second, "--refuse"]), json!({ "id": second, "joined": false }));
        assert_eq!(parloir.json(&["user", "requests"]), json!([]));
        for arguments in [["user", "decide", &first, "--join"], ["user", "decide", &second, "--join"]] {
            let ended = parloir.run(&arguments);
            assert!(!ended.status.success() && ended.stderr.contains("there is no such request"), "{ended:?}");
        }
        assert_eq!(parloir.run(&["user", "decide", &first]).status.code(), Some(2));
        through.sign_in("ada").await;
        comes(&through, "grace").await;
        assert_eq!(database.events("identity.linked").await[0].actor_kind, "operator");
    }
}
