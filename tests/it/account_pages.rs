//! The pages of a person's own account: what she says of herself, and where she is signed in.

use parloir::accounts::SessionId;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, PASSWORD, Server, on_both};

const EMAIL: &str = "ada@example.org";
const PROFILE: &str = "/actions/account/profile";
const ROOMS: &str = "/actions/account/rooms";
const END: &str = "/actions/account/end-session";
const END_OTHERS: &str = "/actions/account/end-other-sessions";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Somebody who signs in with a browser that introduces itself so.
async fn signs_in(server: &Server, email: &str, agent: &str) -> Client {
    let client = server.anonymous();
    let credentials = json!({ "email": email, "password": PASSWORD });
    client.post("/auth/login/").header("user-agent", agent).json(&credentials).expect(200).await;
    client
}

async fn page(client: &Client, path: &str) -> Answer {
    client.get(path).header("accept", "text/html").header("accept-language", "en").expect(200).await
}

async fn signed_in(client: &Client) -> bool {
    client.get("/auth/users/me/").send().await.status == 200
}

/// The id of a session as forms send it.
fn id_of(client: &Client) -> String {
    let cookie = client.cookie().unwrap();
    SessionId::of(&cookie.split_once('=').unwrap().1.parse().unwrap()).to_string()
}

on_both! {
    async fn she_says_who_she_is(server: Server) {
        let ada = server.person(EMAIL).await;
        let fields = [("name", "  Ada Lovelace "), ("language", "fr"), ("time_zone", "America/Martinique")];
        let answer = ada.submit(PROFILE, &fields).await;
        assert_eq!(answer.header("location"), "/account", "{answer}");
        assert!(answer.header("set-cookie").starts_with("parloir-language=fr; Path=/; Max-Age=31536000"), "{answer}");
        let me = ada.get("/auth/users/me/").expect(200).await.json();
        assert_eq!((&me["name"], &me["language"]), (&json!("Ada Lovelace"), &json!("fr")));
        let shown = page(&ada, "/account").await;
        for text in ["C’est enregistré.", r#"value="Ada Lovelace""#, r#"<option value="America/Martinique" selected"#] {
            assert!(shown.text().contains(text), "no {text} in {shown}");
        }
        let [event] = server.database.events("account.updated").await.try_into().unwrap();
        assert_eq!(event.details()["changed"], json!(["name", "language", "time_zone"]));
        // The same again changes nothing, and tells of nothing.
        ada.submit(PROFILE, &fields).await;
        assert_eq!(server.database.events("account.updated").await.len(), 1);
        // Back to what browser, provider and server say.
        let answer = ada.submit(PROFILE, &[("name", ""), ("language", ""), ("time_zone", "")]).await;
        assert!(answer.header("set-cookie").starts_with("parloir-language=; Path=/; Max-Age=0"), "{answer}");
        let me = ada.get("/auth/users/me/").expect(200).await.json();
        assert_eq!((&me["name"], &me["language"]), (&Value::Null, &Value::Null));
    }

    async fn what_cannot_be_is_refused_beside_its_field(server: Server) {
        let ada = server.person(EMAIL).await;
        for (fields, text) in [
            ([("name", "a\nb"), ("time_zone", "")], "A name has at most 200 characters, in one line."),
            ([("name", "Ada"), ("time_zone", "Mars/Olympus")], "Choose a time zone from the list."),
        ] {
            ada.submit(PROFILE, &fields).await;
            let shown = page(&ada, "/account").await;
            assert!(shown.text().contains(text), "no {text} in {shown}");
        }
        ada.submit(ROOMS, &[("access_level", "everybody")]).await;
        let shown = page(&ada, "/account").await;
        assert!(shown.text().contains("Choose who may enter"), "{shown}");
        assert_eq!(server.database.events("account.updated").await.len(), 0);
    }

    async fn new_rooms_are_as_she_wants_them(server: Server) {
        let ada = server.person(EMAIL).await;
        ada.submit(ROOMS, &[("access_level", "restricted")]).await;
        let answer = ada.submit("/actions/rooms/create", &[("start_now", "true")]).await;
        assert!(answer.header("location").starts_with("/rooms/"), "{answer}");
        let level = "SELECT COUNT(*) FROM room WHERE access_level = 'restricted'";
        assert_eq!(server.database.number(level, []).await, 1);
        let shown = page(&ada, "/rooms/new").await;
        let (_, restricted) = shown.text().split_once(r#"value="restricted""#).unwrap();
        assert!(restricted[..restricted.find('>').unwrap()].contains("checked"), "{shown}");
        // Nobody else's.
        let ben = server.person("ben@example.org").await;
        ben.submit("/actions/rooms/create", &[("start_now", "true")]).await;
        assert_eq!(server.database.number(level, []).await, 1);
    }

    async fn her_sessions_and_how_she_ends_them(server: Server) {
        let ada = server.person(EMAIL).await;
        let (laptop, thief) = (signs_in(&server, EMAIL, FIREFOX).await, signs_in(&server, EMAIL, "<script>").await);
        let ben = server.person("ben@example.org").await;
        let shown = page(&ada, "/account/sessions").await;
        for text in ["Firefox on Linux", "Unknown device", "127.0.0.1", "With password", "This one"] {
            assert!(shown.text().contains(text), "no {text} in {shown}");
        }
        for (id, listed) in [(id_of(&laptop), true), (id_of(&thief), true), (id_of(&ada), false), (id_of(&ben), false)] {
            assert_eq!(shown.text().contains(&id), listed, "{id} in {shown}");
        }
        ada.submit(END, &[("session", &id_of(&thief))]).await;
        assert_eq!((signed_in(&thief).await, signed_in(&laptop).await, signed_in(&ada).await), (false, true, true));
        // Ben's is not hers to end, nor is what is no session.
        for session in [&*id_of(&ben), "", "nonsense", "é"] {
            ada.submit(END, &[("session", session)]).await;
        }
        assert!(signed_in(&ben).await);
        ada.submit(END_OTHERS, &[]).await;
        assert_eq!((signed_in(&laptop).await, signed_in(&ada).await, signed_in(&ben).await), (false, true, true));
        assert_eq!(server.database.events("session.ended").await.len(), 2);
    }

    // One that is over by time is not there to be ended.
    async fn sessions_that_are_over_are_not_shown(server: Server) {
        let old = server.person(EMAIL).await;
        server.clock.advance(std::time::Duration::from_hours(12));
        let ada = server.sign_in(EMAIL).await;
        let shown = page(&ada, "/account/sessions").await;
        assert!(!shown.text().contains(&id_of(&old)) && !shown.text().contains("End all others"), "{shown}");
    }

    async fn strangers_and_other_sites_are_refused(server: Server) {
        let (stranger, ada) = (server.anonymous(), server.person(EMAIL).await);
        for path in ["/account", "/account/sessions"] {
            let answer = stranger.get(path).header("accept", "text/html").expect(303).await;
            assert_eq!(answer.header("location"), format!("/sign-in?next={}", path.replace('/', "%2F")));
        }
        for action in [PROFILE, ROOMS, END, END_OTHERS] {
            let fields = [("name", "Eve"), ("access_level", "public"), ("session", &*id_of(&ada))];
            let answer = stranger.submit(action, &fields).await;
            assert!(answer.header("location").starts_with("/sign-in?next="), "{answer}");
            ada.post(action).header("sec-fetch-site", "cross-site").form(&fields).expect(403).await;
        }
        assert!(signed_in(&ada).await);
        assert_eq!(ada.get("/auth/users/me/").expect(200).await.json()["name"], Value::Null);
    }
}
