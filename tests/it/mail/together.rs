//! Two servers on one database, and one that dies.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use parloir::mail::Letter;
use tokio::sync::watch;

use super::peer::{Act, Peer};
use super::server::MailServer;
use super::{ADA, borrowed, post, send, sent, through, to, waiting, within};
use crate::harness::{Database, on_both};

/// Longer than a letter is left to whoever took it up.
const LEASE: Duration = Duration::from_mins(11);

on_both! {
    async fn two_servers_send_each_letter_once(database: Database) {
        const LETTERS: u64 = 40;
        let mail = MailServer::plain().await;
        let settings = through(mail.port);
        let one = database.serve_with(&borrowed(&settings)).await;
        let two = one.twin().await;
        for number in 0..LETTERS {
            let server = if number % 2 == 0 { &one } else { &two };
            post(server, &to(ADA, None, None), Letter::PersonalTokenMade { name: format!("number {number}") }).await;
        }
        let (by_one, by_two) = tokio::join!(send(&one), send(&two));
        assert_eq!(by_one.delivered + by_two.delivered, LETTERS, "{by_one:?} {by_two:?}");
        // Neither waits for the other.
        assert!(by_one.delivered > 0 && by_two.delivered > 0, "{by_one:?} {by_two:?}");
        let taken = mail.takes(usize::try_from(LETTERS).unwrap()).await;
        let ids: BTreeSet<_> = taken.iter().map(|taken| taken.letter.field("message-id").to_owned()).collect();
        assert_eq!((ids.len(), waiting(&one).await.len()), (taken.len(), 0));
    }

    async fn a_server_that_dies_leaves_its_letter_to_the_next(database: Database) {
        // It has the whole letter, and never says so.
        let peer = Peer::new(&[(".", Act::Silence)]).await;
        let settings = through(peer.address.port());
        let dying = database.serve_with(&borrowed(&settings)).await;
        let next = dying.twin().await;
        post(&dying, &to(ADA, None, None), Letter::PasswordChanged).await;
        let mail = dying.mail.clone();
        let sending = tokio::spawn(async move { mail.send_due().await });
        let start = Instant::now();
        while peer.letters().is_empty() && start.elapsed() < Duration::from_secs(5) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(peer.letters().len(), 1);
        // It is in hand: nobody else takes it up.
        assert_eq!(send(&next).await, sent(0, 0, 0));
        sending.abort();
        assert!(sending.await.unwrap_err().is_cancelled());
        drop(dying);

        peer.follow(&[]);
        assert_eq!(send(&next).await, sent(0, 0, 0));
        database.clock.advance(LEASE);
        assert_eq!(send(&next).await, sent(1, 0, 0));
        let letters = peer.letters();
        assert_eq!((letters.len(), waiting(&next).await.len()), (2, 0));
        // Whoever gets both sees that they are one.
        assert_eq!(letters[0].raw, letters[1].raw);
    }

    async fn who_is_told_to_stop_finishes_what_is_under_way(database: Database) {
        let peer = Peer::new(&[(".", Act::Silence)]).await;
        let server = database.serve_with(&borrowed(&within(2, peer.address.port()))).await;
        post(&server, &to(ADA, None, None), Letter::PasswordChanged).await;
        let (stop, stopped) = watch::channel(false);
        let working = tokio::spawn(server.mail.clone().run(stopped));
        let start = Instant::now();
        while peer.letters().is_empty() && start.elapsed() < Duration::from_secs(5) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stop.send(true).unwrap();
        // It waits as long for the silent one as the settings say, and writes down what became of it.
        tokio::time::timeout(Duration::from_secs(20), working).await.unwrap().unwrap();
        assert_eq!(waiting(&server).await[0].failure.as_deref(), Some("timeout"));
    }
}
