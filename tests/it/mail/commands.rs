//! What an operator sees of letters, with the real binary.

use parloir::mail::Letter;
use serde_json::json;

use super::peer::{Act, Peer};
use super::server::MailServer;
use super::{ADA, FROM, borrowed, post, send, sent, to, within};
use crate::doctor::findings::examine;
use crate::harness::{Database, SECRET_KEY, on_both};
use crate::process::Installation;

/// An installation on that database whose letters go to that port.
fn installation(database: &Database, port: u16) -> Installation {
    let settings = [("DATABASE__URL", database.url()), ("SECURITY__SECRET_KEY", SECRET_KEY)];
    Installation::with(&settings)
        .and("SERVER__LISTEN", "127.0.0.1:0")
        .and("MAIL__SMTP_HOST", "127.0.0.1")
        .and("MAIL__SMTP_PORT", &port.to_string())
        .and("MAIL__SECURITY", "none")
        .and("MAIL__FROM", FROM)
        .and("MAIL__TIMEOUT_SECONDS", "2")
}

on_both! {
    async fn a_letter_to_try_it_out(database: Database) {
        let mail = MailServer::plain().await;
        let parloir = installation(&database, mail.port);
        let said = parloir.json(&["mail", "test", ADA]);
        assert_eq!(said["sent"], true);
        let taken = &mail.takes(1).await[0];
        assert_eq!(taken.letter.field("subject"), "Letters from Meetings arrive");
        assert_eq!(taken.letter.field("message-id"), format!("<{}@localhost>", said["id"].as_str().unwrap()));
        let ended = parloir.run(&["mail", "test", ADA, "--language", "fr"]);
        assert!(ended.status.success() && ended.stdout.contains("The mail server took the letter"), "{ended:?}");
        assert_eq!(mail.takes(2).await[1].letter.field("content-language"), "fr");
        assert!(!parloir.run(&["mail", "test", ADA, "--language", "de"]).status.success());
        // They went past the queue.
        let queue = json!({ "on": true, "waiting": 0, "oldest": null, "failing": [] });
        assert_eq!(parloir.json(&["mail", "queue"]), queue);
        examine(&parloir).expect("mail", "ok", "lets us in");

        let peer = Peer::new(&[("RCPT", Act::Say("550 5.1.1 nobody of that name\r\n"))]).await;
        let ended = installation(&database, peer.address.port()).run(&["mail", "test", ADA]);
        assert_eq!(ended.status.code(), Some(1));
        assert!(ended.stderr.contains("the letter was not sent: refused_550: "), "{ended:?}");
        assert!(ended.stderr.contains("nobody of that name"), "{ended:?}");
    }

    async fn a_mail_server_in_trouble(database: Database) {
        let peer = Peer::new(&[]).await;
        let parloir = installation(&database, peer.address.port());
        for (point, act, words) in [
            ("", Act::Silence, "timeout: no answer in time"),
            ("", Act::Say("554 not you\r\n"), "deferred_554: not you"),
            ("NOOP", Act::Close, "NOOP"),
        ] {
            peer.follow(&[(point, act)]);
            let findings = examine(&parloir);
            findings.expect("mail", "warning", words);
            assert!(findings.ok, "the server serves all the same: {findings:?}");
        }
        assert!(peer.letters().is_empty());
        let starttls = installation(&database, peer.address.port()).and("MAIL__SECURITY", "starttls");
        peer.follow(&[]);
        examine(&starttls).expect("mail", "warning", "tls: it does not offer STARTTLS");
        drop(peer);
        examine(&parloir).expect("mail", "warning", "unreachable: ");
        let unread = parloir.and("MAIL__SECURITY", "tls").and("MAIL__CA_FILES", "/nowhere.pem");
        examine(&unread).expect("mail", "error", "/nowhere.pem");
        assert_eq!(unread.run(&["mail", "queue"]).status.code(), Some(1));
        let off = Installation::on(database.url()).and("SERVER__LISTEN", "127.0.0.1:0");
        assert!(examine(&off).checks["mail"].1.contains("off"));
    }

    async fn the_queue_names_nobody(database: Database) {
        let peer = Peer::new(&[("RCPT", Act::Say("450 ada@example.org is greylisted\r\n"))]).await;
        let server = database.serve_with(&borrowed(&within(2, peer.address.port()))).await;
        post(&server, &to(ADA, Some("Ada"), None), Letter::PasswordChanged).await;
        post(&server, &to(ADA, Some("Ada"), None), Letter::AccountsMerged).await;
        assert_eq!(send(&server).await, sent(0, 2, 0));
        let parloir = installation(&database, peer.address.port());
        let queue = parloir.json(&["mail", "queue"]);
        assert_eq!((&queue["on"], &queue["waiting"]), (&json!(true), &json!(2)));
        assert_eq!(queue["oldest"], "2026-01-15T12:00:00.000000Z");
        let failing = queue["failing"].as_array().unwrap();
        assert_eq!(failing.len(), 2);
        assert_eq!((&failing[0]["failure"], &failing[0]["attempts"]), (&json!("deferred_450"), &json!(1)));
        let words = parloir.run(&["mail", "queue"]).stdout;
        assert!(words.starts_with("Letters that wait: 2, the oldest since 2026-01-15T12:00:00.000000Z.\n"), "{words}");
        assert!(words.contains("  password_changed  deferred_450  1 attempts, next at "), "{words}");
        for text in [queue.to_string(), words] {
            assert!(!text.to_lowercase().contains("ada"), "{text}");
        }

        let off = Installation::with(&[("DATABASE__URL", database.url()), ("SECURITY__SECRET_KEY", SECRET_KEY)]);
        assert!(off.run(&["mail", "queue"]).stdout.contains("None are sent: mail.smtp_host is not set."));
        let ended = off.run(&["mail", "test", ADA]);
        assert_eq!(ended.status.code(), Some(1));
        assert_eq!(ended.stderr, "parloir: no letters are sent: mail.smtp_host is not set\n");
    }

    async fn a_running_server_sends_letters(database: Database) {
        let mail = MailServer::plain().await;
        let parloir = installation(&database, mail.port);
        parloir.json_with_input(&["user", "create", "--email", ADA, "--password-stdin"], "correct horse battery staple\n");
        let running = parloir.serve(&[]);
        let client = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let credentials = json!({ "email": ADA, "password": "correct horse battery staple" });
        let answer = client.post(running.at("/auth/login/")).json(&credentials).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let form = [("name", "Backup"), ("scopes[0]", "rooms:list"), ("days", "30")];
        let create = client.post(running.at("/actions/tokens/create")).header("sec-fetch-site", "same-origin").form(&form);
        assert_eq!(create.send().await.unwrap().status(), 303);
        let taken = &mail.takes(1).await[0];
        assert_eq!((taken.letter.field("to"), taken.letter.field("subject")), (ADA, "You have a new personal token"));
        let (status, _) = running.terminate();
        assert!(status.success());
        let log = parloir.log();
        assert!(log.contains("stopped") && !log.contains(ADA) && !log.contains("Backup"), "{log}");
        assert_eq!(parloir.json(&["mail", "queue"])["waiting"], 0);
    }
}
