//! An address that is an account's already: a code sent to it proves whose it is, and to whom that is of use.

use std::time::Duration;

use parloir::base::{MasterKey, Purpose, Secret};
use sea_orm::FromQueryResult;
use sea_orm::entity::prelude::Uuid;
use serde_json::{Value, json};

use crate::harness::{Database, PASSWORD, SECRET_KEY, Through, Way, on_both};
use crate::provider::{Browser, Page};

const CONFLICT: &str = "/sign-in/conflict";
const SEND: &str = "/actions/sign-in/send-code";
const PROVE: &str = "/actions/sign-in/code";
const EMAIL: &str = "ada@example.org";
const MAIL: &[(&str, &str)] = &[("mail.smtp_host", "127.0.0.1"), ("mail.from", "Parloir <parloir@example.org>")];
const WRONG: &str = "not the code that was sent last";
const SENT: &str = "If the account may be connected that way";

/// A server that sends letters, on which `ada@example.org` has a password, and the browser that came there through the provider.
async fn met(database: &Database) -> (Through, Browser, Page) {
    let through = Through::with(database, Way { settings: MAIL, ..Way::default() }).await;
    through.server.new_account(EMAIL, false, Some(PASSWORD)).await;
    let (browser, page) = comes(&through).await;
    (through, browser, page)
}

async fn comes(through: &Through) -> (Browser, Page) {
    let browser = Browser::new();
    let page = browser.sign_in(through.start(), "ada").await;
    assert_eq!((page.url.path(), page.answer.status), (CONFLICT, 200), "{}", page.answer);
    (browser, page)
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    sealed: Vec<u8>,
}

/// The letters that wait, as text, oldest first.
async fn letters(database: &Database) -> Vec<String> {
    let sealer = MasterKey::new(&Secret::new(SECRET_KEY)).sealer(Purpose::Letter);
    let rows: Vec<Row> = database.all("SELECT id, sealed FROM mail WHERE kind = 'sign_in_code' ORDER BY id", []).await;
    let open = |row: Row| String::from_utf8(sealer.open(row.id.as_bytes(), &row.sealed).unwrap()).unwrap();
    rows.into_iter().map(open).collect()
}

/// The code in the letter that was queued last.
async fn code(database: &Database) -> String {
    let letters = letters(database).await;
    let letter = letters.last().unwrap();
    let mut words = letter.split(|char: char| !char.is_ascii_digit());
    words.find(|word| word.len() == 8).unwrap_or_else(|| panic!("no code in {letter}")).to_owned()
}

/// Another code than that.
fn other(code: &str) -> String {
    format!("{:08}", (code.parse::<u32>().unwrap() + 1) % 100_000_000)
}

async fn send(through: &Through, browser: &Browser) -> Page {
    through.server.clock.advance(Duration::from_secs(1));
    browser.post(&through.at(SEND)).await
}

async fn prove(through: &Through, browser: &Browser, code: &str) -> Page {
    browser.post_with(&through.at(PROVE), &[("code", code)]).await
}

#[track_caller]
fn says(page: &Page, path: &str, text: &str) {
    assert_eq!((page.url.path(), page.answer.status), (path, 200), "{}", page.answer);
    assert!(page.answer.text().contains(text), "no {text} in {}", page.answer);
}

on_both! {
    async fn whoever_reads_the_letter_is_she(database: Database) {
        let (through, browser, page) = met(&database).await;
        says(&page, CONFLICT, "Have a code sent to you");
        let page = browser.submit_to(&page, SEND, &[]).await;
        says(&page, CONFLICT, SENT);
        let letter = letters(&database).await.pop().unwrap();
        assert!(letter.contains(EMAIL), "{letter}");
        let code = code(&database).await;
        assert!(!page.answer.text().contains(&code), "{}", page.answer);
        says(&prove(&through, &browser, &other(&code)).await, CONFLICT, WRONG);
        assert_eq!(through.count("identity").await, 0);
        // As it is typed from a letter.
        let typed = format!(" {} {} ", &code[..4], &code[4..]);
        let page = browser.visit(through.at(CONFLICT)).await;
        let page = browser.submit_to(&page, PROVE, &[("code", &typed)]).await;
        says(&page, "/sign-in", "Both ways to sign in now lead to this account.");
        // The code alone is no sign-in.
        assert_eq!(through.me(&browser).await, Value::Null);
        through.sign_in_with(&browser, "ada").await;
        let account = through.account(EMAIL).await.unwrap();
        assert_eq!(through.me(&browser).await["id"], json!(account.id));
        let [event] = database.events("identity.linked").await.try_into().unwrap();
        assert_eq!((event.actor_kind.as_str(), event.on_behalf_of), ("person", Some(account.id.as_uuid())));
        let [event] = database.events("identity.code_sent").await.try_into().unwrap();
        assert_eq!((event.actor_kind.as_str(), event.on_behalf_of), ("anonymous", Some(account.id.as_uuid())));
        assert_eq!(database.number("SELECT COUNT(*) FROM mail WHERE kind = 'identity_linked'", []).await, 1);
        assert_eq!(through.count("sign_in_conflict").await, 0);
        // It was used up.
        prove(&through, &browser, &code).await;
        assert_eq!(through.count("identity").await, 1);
    }

    async fn five_guesses_ten_minutes_and_the_last_one_alone(database: Database) {
        let (through, browser, _) = met(&database).await;
        send(&through, &browser).await;
        let first = code(&database).await;
        send(&through, &browser).await;
        let second = code(&database).await;
        says(&prove(&through, &browser, &first).await, CONFLICT, WRONG);
        for wrong in ["", "nonsense", &*other(&second), "00000000000000000000"] {
            says(&prove(&through, &browser, wrong).await, CONFLICT, WRONG);
        }
        says(&prove(&through, &browser, &second).await, CONFLICT, WRONG);
        send(&through, &browser).await;
        let third = code(&database).await;
        through.provider.advance(Duration::from_mins(10)).await;
        says(&prove(&through, &browser, &third).await, CONFLICT, WRONG);
        assert_eq!(through.count("identity").await, 0);
        send(&through, &browser).await;
        says(&prove(&through, &browser, &code(&database).await).await, "/sign-in", "lead to this account");
    }

    async fn another_browser_another_question_another_address(database: Database) {
        let (through, browser, _) = met(&database).await;
        send(&through, &browser).await;
        let code = code(&database).await;
        let (stranger, (second, _)) = (Browser::new(), comes(&through).await);
        prove(&through, &stranger, &code).await;
        prove(&through, &second, &code).await;
        assert_eq!(through.count("identity").await, 0);
        // Hers by now is another address: what was sent to the former one proves nothing of it.
        let sql = "UPDATE account SET email = 'new@example.org', email_key = 'new@example.org'";
        assert_eq!(database.execute(sql, []).await, 1);
        says(&prove(&through, &browser, &code).await, CONFLICT, WRONG);
        assert_eq!(through.count("identity").await, 0);
    }

    // The page says the same of all accounts.
    async fn administrators_and_the_disabled_are_not_joined_by_it(database: Database) {
        let (through, _, page) = met(&database).await;
        let changes = [
            ("UPDATE account SET role = 'ADMIN'", "UPDATE account SET role = 'USER'"),
            ("UPDATE account SET status = 'disabled'", "UPDATE account SET status = 'active'"),
            ("UPDATE account SET email_verified = FALSE", "UPDATE account SET email_verified = TRUE"),
        ];
        for (there, back) in changes {
            // Nothing is sent …
            let (browser, _) = comes(&through).await;
            assert_eq!(database.execute(there, []).await, 1);
            let shown = browser.visit(through.at(CONFLICT)).await;
            assert_eq!(shown.answer.text().contains(SEND), page.answer.text().contains(SEND), "{}", shown.answer);
            let before = letters(&database).await.len();
            says(&send(&through, &browser).await, CONFLICT, SENT);
            assert_eq!(letters(&database).await.len(), before, "{there}");
            says(&prove(&through, &browser, "12345678").await, CONFLICT, WRONG);
            // … and what was sent before is of no use.
            database.execute(back, []).await;
            through.provider.advance(Duration::from_hours(1)).await;
            let (browser, _) = comes(&through).await;
            send(&through, &browser).await;
            let code = code(&database).await;
            database.execute(there, []).await;
            says(&prove(&through, &browser, &code).await, CONFLICT, WRONG);
            database.execute(back, []).await;
        }
        assert_eq!((through.count("identity").await, database.events("identity.code_sent").await.len()), (0, 3));
    }

    async fn so_many_codes_an_hour(database: Database) {
        let (through, browser, _) = met(&database).await;
        for _ in 0..5 {
            says(&send(&through, &browser).await, CONFLICT, SENT);
        }
        // Another question about the same account is no way round it.
        let (second, _) = comes(&through).await;
        for browser in [&browser, &second] {
            let page = send(&through, browser).await;
            assert!(page.answer.text().contains("Wait a few minutes") && !page.answer.text().contains(SENT), "{}", page.answer);
        }
        assert_eq!(letters(&database).await.len(), 5);
        through.provider.advance(Duration::from_hours(1)).await;
        let (third, _) = comes(&through).await;
        says(&send(&through, &third).await, CONFLICT, SENT);
    }

    async fn where_no_letters_are_sent(database: Database) {
        let through = Through::plain(&database).await;
        through.server.new_account(EMAIL, false, Some(PASSWORD)).await;
        let (browser, page) = comes(&through).await;
        assert!(!page.answer.text().contains(SEND), "{}", page.answer);
        send(&through, &browser).await;
        prove(&through, &browser, "00000000").await;
        assert_eq!((through.count("mail").await, through.count("identity").await), (0, 0));
        // Nothing waits in a browser that met nobody.
        let stranger = Browser::new();
        says(&send(&through, &stranger).await, CONFLICT, "There is nothing to decide");
        says(&prove(&through, &stranger, "00000000").await, CONFLICT, "There is nothing to decide");
    }

    // Of two that type it at once one joins.
    async fn the_same_code_twice_at_once(database: Database) {
        let (through, browser, _) = met(&database).await;
        send(&through, &browser).await;
        let code = code(&database).await;
        tokio::join!(prove(&through, &browser, &code), prove(&through, &browser, &code));
        assert_eq!((through.count("identity").await, database.events("identity.linked").await.len()), (1, 1));
        assert_eq!(through.me(&through.sign_in("ada").await).await["email"], EMAIL);
    }
}
