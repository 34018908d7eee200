//! Mail servers that are down, busy, silent or mad, and what becomes of letters then.

use std::time::Duration;

use parloir::mail::Letter;
use serde_json::json;

use super::peer::{Act, Peer};
use super::{ADA, LINK, borrowed, invitation, post, send, sent, to, waiting, within};
use crate::harness::{Database, Server, on_both, on_sqlite};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

async fn serve(database: &Database, peer: &Peer) -> Server {
    database.serve_with(&borrowed(&within(1, peer.address.port()))).await
}

/// How many minutes from now the one letter that waits is due.
async fn due_in(server: &Server) -> f64 {
    let waiting = waiting(server).await;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    let micros = waiting[0].next_attempt_at - server.clock.now().as_micros();
    Duration::from_micros(u64::try_from(micros).unwrap()).as_secs_f64() / 60.0
}

on_both! {
    async fn a_mail_server_that_was_down_gets_the_letter_later(database: Database) {
        let peer = Peer::new(&[("", Act::Close)]).await;
        let server = serve(&database, &peer).await;
        post(&server, &to(ADA, None, None), Letter::PasswordChanged).await;
        // Each pause is twice the one before, of which up to a half is left out.
        for (attempt, longest) in [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0)] {
            assert_eq!(send(&server).await, sent(0, 1, 0));
            let due = due_in(&server).await;
            assert!((longest / 2.0..=longest).contains(&due), "attempt {attempt}: due in {due} minutes");
            assert_eq!(waiting(&server).await[0].attempts, attempt);
            // Nobody tries before.
            assert_eq!(send(&server).await, sent(0, 0, 0));
            database.clock.advance(Duration::from_secs_f64(due * 60.0 + 1.0));
        }
        assert_eq!(peer.connections(), 4);
        peer.follow(&[]);
        assert_eq!(send(&server).await, sent(1, 0, 0));
        assert_eq!((peer.letters().len(), waiting(&server).await.len()), (1, 0));
    }

    async fn a_letter_that_is_refused_is_given_up(database: Database) {
        let peer = Peer::new(&[("RCPT", Act::Say("550 5.1.1 no ada@example.org here\r\n"))]).await;
        let server = serve(&database, &peer).await;
        let account = server.account(ADA).await;
        let mut her = to(ADA, None, None);
        her.account = Some(account.id);
        post(&server, &her, Letter::PasswordChanged).await;
        assert_eq!(send(&server).await, sent(0, 0, 1));
        assert_eq!((waiting(&server).await.len(), peer.letters().len()), (0, 0));
        let events = database.events("mail.given_up").await;
        assert_eq!(events.len(), 1);
        let event = &events[0];
        assert_eq!((event.actor_kind.as_str(), event.on_behalf_of), ("operator", Some(account.id.as_uuid())));
        let details = event.details();
        assert_eq!(
            (&details["kind"], &details["failure"], &details["attempts"]),
            (&json!("password_changed"), &json!("refused_550"), &json!(1))
        );
        // What the mail server said may hold addresses.
        assert!(!details.to_string().contains("ada"), "{details}");
    }

    async fn a_letter_whose_time_is_over_is_never_sent(database: Database) {
        let peer = Peer::new(&[]).await;
        let server = serve(&database, &peer).await;
        post(&server, &to(ADA, None, None), invitation(&server, 10 * MINUTE)).await;
        post(&server, &to(ADA, None, None), invitation(&server, 11 * MINUTE)).await;
        database.clock.advance(10 * MINUTE);
        assert_eq!(send(&server).await, sent(1, 0, 1));
        assert_eq!((waiting(&server).await.len(), peer.letters().len()), (0, 1));
        assert_eq!(database.events("mail.given_up").await[0].details()["failure"], "expired");
    }

    async fn after_three_days_no_letter_is_tried_any_more(database: Database) {
        let peer = Peer::new(&[("", Act::Say("421 not today\r\n"))]).await;
        let server = serve(&database, &peer).await;
        post(&server, &to(ADA, None, None), Letter::AccountsMerged).await;
        let begun = server.clock.now();
        while send(&server).await == sent(0, 1, 0) {
            let due = due_in(&server).await;
            assert!(due <= 60.0, "{due}");
            database.clock.advance(Duration::from_secs_f64(due * 60.0 + 1.0));
        }
        let age = server.clock.now().since(begun);
        assert!((Duration::from_hours(70)..=3 * DAY).contains(&age), "{age:?}");
        assert_eq!(waiting(&server).await, []);
        let details = database.events("mail.given_up").await[0].details();
        assert_eq!(details["failure"], "deferred_421");
        assert_eq!(details["attempts"], peer.connections());
    }
}

#[test]
fn every_other_failure_is_tried_again() {
    on_sqlite(async |database| {
        let peer = Peer::new(&[]).await;
        let server = serve(&database, &peer).await;
        for (point, act, failure) in [
            ("", Act::Say("421 busy\r\n"), "deferred_421"),
            ("", Act::Say("554 not you\r\n"), "deferred_554"),
            ("", Act::Say("HTTP/1.1 400 Bad Request\r\n\r\n"), "answer"),
            ("", Act::Silence, "timeout"),
            ("", Act::Close, "answer"),
            ("EHLO", Act::Say("451 later\r\n"), "deferred_451"),
            ("EHLO", Act::HalfClose, "answer"),
            ("MAIL", Act::Say("451 later\r\n"), "deferred_451"),
            ("MAIL", Act::Say("530 who are you\r\n"), "credentials_530"),
            ("RCPT", Act::Say("450 greylisted\r\n"), "deferred_450"),
            ("RCPT", Act::Say("\u{0}\u{1}\u{2}\r\n"), "answer"),
            ("DATA", Act::Say("452 full\r\n"), "deferred_452"),
            ("DATA", Act::Silence, "timeout"),
            (".", Act::Say("421 going down\r\n"), "deferred_421"),
            (".", Act::Silence, "timeout"),
            (".", Act::Close, "answer"),
            (".", Act::HalfClose, "answer"),
        ] {
            peer.follow(&[(point, act)]);
            post(&server, &to(ADA, None, None), Letter::PasswordChanged).await;
            assert_eq!(send(&server).await, sent(0, 1, 0), "{act:?} at {point:?}");
            let waiting = waiting(&server).await;
            assert_eq!(waiting[0].failure.as_deref(), Some(failure), "{act:?} at {point:?}");
            database.execute("DELETE FROM mail", []).await;
        }
        let metrics = server.metrics.encode(parloir::base::metrics::Exposition::Prometheus).unwrap();
        for (outcome, count) in [("deferred", 7), ("credentials", 1), ("timeout", 3), ("answer", 6)] {
            let line = format!("parloir_mail_total{{kind=\"password_changed\",outcome=\"{outcome}\"}} {count}\n");
            assert!(metrics.contains(&line), "{line}{metrics}");
        }
    });
}

#[test]
fn other_refusals_are_final_as_well() {
    on_sqlite(async |database| {
        let peer = Peer::new(&[]).await;
        let server = serve(&database, &peer).await;
        for (point, reply, failure) in [
            ("MAIL", "553 not from you\r\n", "refused_553"),
            ("DATA", "554 no\r\n", "refused_554"),
            (".", "550-spam\r\n550 really\r\n", "refused_550"),
        ] {
            peer.follow(&[(point, Act::Say(reply))]);
            post(&server, &to(ADA, None, None), Letter::PasswordChanged).await;
            assert_eq!(send(&server).await, sent(0, 0, 1), "{reply} at {point}");
            let events = database.events("mail.given_up").await;
            assert!(events.iter().any(|event| event.details()["failure"] == failure), "{failure}");
        }
    });
}

#[test]
fn nobody_at_the_port() {
    on_sqlite(async |database| {
        let peer = Peer::new(&[]).await;
        let server = serve(&database, &peer).await;
        drop(peer);
        post(&server, &to(ADA, None, None), Letter::PasswordChanged).await;
        assert_eq!(send(&server).await, sent(0, 1, 0));
        assert_eq!(waiting(&server).await[0].failure.as_deref(), Some("unreachable"));
    });
}

#[test]
fn a_mail_server_that_is_down_is_not_asked_about_every_letter() {
    on_sqlite(async |database| {
        let peer = Peer::new(&[("", Act::Close)]).await;
        let server = serve(&database, &peer).await;
        for _ in 0..30 {
            post(&server, &to(ADA, None, None), Letter::PasswordChanged).await;
        }
        assert_eq!(send(&server).await, sent(0, 4, 0));
        assert_eq!(peer.connections(), 4);
        server.mail.measure().await;
        let metrics = server.metrics.encode(parloir::base::metrics::Exposition::Prometheus).unwrap();
        assert!(metrics.contains("parloir_mail_queue_length 30\n"), "{metrics}");
        assert!(metrics.contains("parloir_mail_queue_age_seconds 0\n"), "{metrics}");
        database.clock.advance(MINUTE);
        server.mail.measure().await;
        let metrics = server.metrics.encode(parloir::base::metrics::Exposition::Prometheus).unwrap();
        assert!(metrics.contains("parloir_mail_queue_age_seconds 60\n"), "{metrics}");
        peer.follow(&[]);
        assert_eq!(send(&server).await, sent(30, 0, 0));
        assert_eq!((peer.letters().len(), waiting(&server).await.len()), (30, 0));
        assert!(peer.letters().iter().all(|letter| !letter.raw.contains(LINK)));
    });
}
