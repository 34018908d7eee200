//! Who can read what waits, and in which language it is written.

use std::time::Duration;

use super::peer::{Act, Peer};
use super::{ADA, LINK, borrowed, invitation, post, send, sent, through, to, waiting};
use crate::harness::{Database, Kind, log, on_both};

const DAY: Duration = Duration::from_hours(24);
const XANTHIPPE: &str = "xanthippe.quux@example.org";

on_both! {
    async fn what_waits_is_readable_by_nobody(database: Database) {
        log::record();
        let peer = Peer::new(&[("RCPT", Act::Say("450 xanthippe.quux@example.org is greylisted\r\n"))]).await;
        let settings = through(peer.address.port());
        let server = database.serve_with(&borrowed(&settings)).await;
        post(&server, &to(XANTHIPPE, Some("Xanthippe Quux"), None), invitation(&server, DAY)).await;
        assert_eq!(send(&server).await, sent(0, 1, 0));
        let hidden = ["quux", "xanthippe", "prl_ln_unmistakable", "invited"];
        let sealed = database.rows("SELECT sealed FROM mail", []).await[0].try_get_by_index::<Vec<u8>>(0).unwrap();
        let read = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_lowercase();
        let mut texts = vec![read(&sealed), log::all().to_lowercase()];
        if database.kind == Kind::Sqlite {
            let files = std::fs::read_dir(database.folder()).unwrap();
            let files: Vec<_> = files.map(|file| read(&std::fs::read(file.unwrap().path()).unwrap())).collect();
            // The database and what is written ahead of it are among them.
            assert!(files.iter().any(|text| text.contains("deferred_450")), "{}", files.len());
            texts.extend(files);
        }
        for text in texts {
            for word in hidden {
                assert!(!text.contains(word), "{word} is readable");
            }
        }
        assert!(log::all().contains("deferred_450"));

        // Delivered, nothing is left of it at all.
        peer.follow(&[]);
        database.clock.advance(DAY / 24);
        assert_eq!(send(&server).await, sent(1, 0, 0));
        assert!(peer.letters()[0].body.contains(LINK));
        assert_eq!(waiting(&server).await, []);
    }

    async fn under_another_key_a_letter_is_given_up(database: Database) {
        let peer = Peer::new(&[]).await;
        let settings = through(peer.address.port());
        let server = database.serve_with(&borrowed(&settings)).await;
        post(&server, &to(ADA, None, None), invitation(&server, DAY)).await;
        post(&server, &to(ADA, None, None), invitation(&server, DAY)).await;
        // Not even another row's text opens.
        database.execute("UPDATE mail SET sealed = (SELECT sealed FROM mail ORDER BY id LIMIT 1)", []).await;
        assert_eq!(send(&server).await, sent(1, 0, 1));
        assert_eq!(database.events("mail.given_up").await[0].details()["failure"], "unreadable");
    }

    async fn who_makes_a_token_is_told_in_her_language(database: Database) {
        let peer = Peer::new(&[]).await;
        let settings = through(peer.address.port());
        let server = database.serve_with(&borrowed(&settings)).await;
        let client = server.person(ADA).await;
        for (language, subject, said) in [
            (None, "You have a new personal token", "“Backup <script> & more”"),
            (Some("fr"), "Vous avez un nouveau jeton personnel", "«\u{a0}Backup <script> & more\u{a0}»"),
        ] {
            if let Some(language) = language {
                database.execute("UPDATE account SET language = $1", [language.into()]).await;
            }
            let form = [("name", "Backup <script> & more"), ("scopes[0]", "rooms:list"), ("days", "30")];
            let call = client.post("/actions/tokens/create").header("sec-fetch-site", "same-origin").form(&form);
            call.expect(303).await;
            assert_eq!(send(&server).await, sent(1, 0, 0));
            let letter = peer.letters().pop().unwrap();
            assert_eq!((letter.field("subject"), letter.field("to")), (subject, ADA));
            assert!(letter.body.contains(said), "{letter:?}");
            assert!(letter.body.contains(&format!("\n{}/account/tokens\n", server.public_url())), "{letter:?}");
        }
        assert_eq!((waiting(&server).await.len(), peer.letters().len()), (0, 2));
    }
}
