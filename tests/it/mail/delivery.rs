//! What arrives, and that it does.

use std::time::Duration;

use parloir::base::{Language, StoreError};
use parloir::mail::Letter;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::server::MailServer;
use super::{ADA, FROM, LINK, borrowed, invitation, post, send, sent, through, to, waiting};
use crate::harness::{Database, Server, on_both, on_sqlite};
use crate::outgoing::peer::Authority;

const DAY: Duration = Duration::from_hours(24);

/// A mail server with TLS whose certificate is for `name`, and the file of the authority that made it.
async fn protected(database: &Database, security: &str, name: &str, more: Value) -> (MailServer, String) {
    let authority = Authority::new();
    let identity = authority.identity(&[name]);
    let file = database.folder().join("authority.pem");
    std::fs::write(&file, &authority.pem).unwrap();
    let mut document = json!({ "security": security, "key": identity.key, "cert": identity.certificate });
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    (MailServer::start(&document).await, file.display().to_string())
}

/// A server whose letters go there.
async fn serve(database: &Database, mail: &MailServer, more: &[(&'static str, &str)]) -> Server {
    let settings = through(mail.port);
    let mut settings = borrowed(&settings);
    settings.retain(|(key, _)| !more.iter().any(|(other, _)| other == key));
    database.serve_with(&[settings.as_slice(), more].concat()).await
}

on_both! {
    async fn a_letter_is_delivered_once(database: Database) {
        let account = json!({ "user": "parloir", "password": "swordfish" });
        let (mail, authority) = protected(&database, "starttls", "127.0.0.1", account).await;
        let settings = [
            ("mail.security", "starttls"),
            ("mail.username", "parloir"),
            ("mail.password", "swordfish"),
            ("mail.ca_files", authority.as_str()),
        ];
        let server = serve(&database, &mail, &settings).await;
        post(&server, &to("Ada@bücher.example", Some("Adélaïde"), Some(Language::Fr)), invitation(&server, DAY)).await;
        assert_eq!(mail.taken().len(), 0);
        assert_eq!(send(&server).await, sent(1, 0, 0));
        assert_eq!(send(&server).await, sent(0, 0, 0));
        assert_eq!(waiting(&server).await, []);

        let taken = &mail.takes(1).await[0];
        assert_eq!(taken.from, "no-reply@example.org");
        // As this mail server reads it: on its way the domain is ASCII, as in the letter.
        assert_eq!(taken.to, ["Ada@bücher.example"]);
        assert_eq!((taken.secure, taken.user.as_deref()), (true, Some("parloir")));
        let letter = &taken.letter;
        assert_eq!(letter.field("from"), FROM);
        assert_eq!(letter.field("to"), "Adélaïde <Ada@xn--bcher-kva.example>");
        assert_eq!(letter.field("date"), "Thu, 15 Jan 2026 12:00:00 +0000");
        assert_eq!(letter.field("subject"), "Votre invitation à Meetings");
        assert_eq!(letter.field("auto-submitted"), "auto-generated");
        assert_eq!(letter.field("content-language"), "fr");
        assert_eq!(letter.field("content-type"), "text/plain; charset=utf-8");
        assert_eq!(letter.field("mime-version"), "1.0");
        assert!(letter.field("message-id").ends_with("@127.0.0.1>"), "{letter:?}");
        assert!(letter.body.starts_with("Bonjour Adélaïde,\n"), "{letter:?}");
        assert!(letter.body.lines().any(|line| line == LINK), "{letter:?}");
        assert!(letter.body.contains("16 janv. 2026") || letter.body.contains("16\u{a0}janv.\u{a0}2026"), "{letter:?}");
    }

    async fn without_a_mail_server_nothing_is_queued(server: Server) {
        assert!(!server.mail.is_on());
        post(&server, &to(ADA, None, None), invitation(&server, DAY)).await;
        assert_eq!(waiting(&server).await, []);
        assert_eq!(send(&server).await, sent(0, 0, 0));
    }

    async fn what_is_undone_is_not_written(database: Database) {
        let mail = MailServer::plain().await;
        let server = serve(&database, &mail, &[]).await;
        let (post, to, letter) = (server.mail.clone(), to(ADA, None, None), Letter::PasswordChanged);
        let undone = server.store.write(async move |tx| {
            post.post_in(&tx, &to, &letter).await?;
            Err::<(), _>(StoreError::Busy)
        });
        assert!(undone.await.is_err());
        assert_eq!(send(&server).await, sent(0, 0, 0));
        assert_eq!(waiting(&server).await, []);
    }

    async fn the_worker_hears_of_a_letter_and_ends_when_told(database: Database) {
        let mail = MailServer::plain().await;
        let server = serve(&database, &mail, &[]).await;
        let (stop, stopped) = watch::channel(false);
        let working = tokio::spawn(server.mail.clone().run(stopped));
        for count in 1..=3 {
            post(&server, &to(ADA, None, None), Letter::DataDownloaded).await;
            mail.takes(count).await;
        }
        stop.send(true).unwrap();
        tokio::time::timeout(Duration::from_secs(10), working).await.unwrap().unwrap();
        assert_eq!(waiting(&server).await, []);
        post(&server, &to(ADA, None, None), Letter::DataDownloaded).await;
        assert_eq!(waiting(&server).await.len(), 1);
    }

    async fn a_letter_outlives_the_account_that_it_tells_of(database: Database) {
        let mail = MailServer::plain().await;
        let server = serve(&database, &mail, &[]).await;
        let account = server.account(ADA).await;
        let mut her = to(ADA, None, None);
        her.account = Some(account.id);
        post(&server, &her, Letter::AccountDeleted).await;
        assert_eq!(waiting(&server).await[0].account_id, Some(account.id));
        database.execute("DELETE FROM account WHERE id = $1", [account.id.into()]).await;
        assert_eq!(waiting(&server).await[0].account_id, None);
        assert_eq!(send(&server).await, sent(1, 0, 0));
        assert_eq!(mail.takes(1).await[0].letter.field("subject"), "Your account was deleted");
    }
}

#[test]
fn tls_from_the_first_byte() {
    on_sqlite(async |database| {
        let (mail, authority) = protected(&database, "tls", "127.0.0.1", json!({})).await;
        let settings = [("mail.security", "tls"), ("mail.ca_files", authority.as_str())];
        let server = serve(&database, &mail, &settings).await;
        post(&server, &to(ADA, None, None), Letter::PasswordChanged).await;
        assert_eq!(send(&server).await, sent(1, 0, 0));
        let taken = &mail.takes(1).await[0];
        assert!(taken.secure && taken.user.is_none());
        assert_eq!(taken.letter.field("to"), ADA);
    });
}

#[test]
fn a_mail_server_that_cannot_prove_who_it_is_gets_nothing() {
    on_sqlite(async |database| {
        for security in ["tls", "starttls"] {
            let (mail, authority) = protected(&database, security, "mail.example.org", json!({})).await;
            let other = Authority::new();
            let unknown = database.folder().join("unknown.pem");
            std::fs::write(&unknown, other.pem).unwrap();
            let unknown = unknown.display().to_string();
            // The name is another one; nobody knows the authority; the authority is none of those that are believed.
            for authorities in [authority.as_str(), "", unknown.as_str()] {
                let settings = [("mail.security", security), ("mail.ca_files", authorities)];
                let server = serve(&database, &mail, &settings).await;
                post(&server, &to(ADA, None, None), Letter::PasswordChanged).await;
                assert_eq!(send(&server).await, sent(0, 1, 0), "{security} {authorities}");
                assert_eq!(waiting(&server).await[0].failure.as_deref(), Some("tls"), "{security} {authorities}");
                database.execute("DELETE FROM mail", []).await;
            }
            assert_eq!(mail.taken().len(), 0);
        }
    });
}

#[test]
fn a_mail_server_without_starttls_gets_nothing() {
    on_sqlite(async |database| {
        let mail = MailServer::plain().await;
        let server = serve(&database, &mail, &[("mail.security", "starttls")]).await;
        post(&server, &to(ADA, None, None), Letter::PasswordChanged).await;
        assert_eq!(send(&server).await, sent(0, 1, 0));
        assert_eq!(waiting(&server).await[0].failure.as_deref(), Some("tls"));
        assert_eq!(mail.taken().len(), 0);
    });
}

#[test]
fn wrong_credentials_are_no_fault_of_the_letter() {
    on_sqlite(async |database| {
        let account = json!({ "user": "parloir", "password": "swordfish" });
        let (mail, authority) = protected(&database, "starttls", "127.0.0.1", account).await;
        let settings = |password| {
            [
                ("mail.security", "starttls"),
                ("mail.username", "parloir"),
                ("mail.password", password),
                ("mail.ca_files", authority.as_str()),
            ]
        };
        let server = serve(&database, &mail, &settings("sword fish")).await;
        post(&server, &to(ADA, None, None), Letter::PasswordChanged).await;
        assert_eq!(send(&server).await, sent(0, 1, 0));
        assert_eq!(waiting(&server).await[0].failure.as_deref(), Some("credentials_535"));
        database.clock.advance(Duration::from_mins(1));
        let server = serve(&database, &mail, &settings("swordfish")).await;
        assert_eq!(send(&server).await, sent(1, 0, 0));
        assert_eq!(mail.takes(1).await[0].user.as_deref(), Some("parloir"));
    });
}
