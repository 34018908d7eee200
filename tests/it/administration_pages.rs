//! The administrators' pages about the trail and about people, and what they send.

use parloir::audit::{Action, Actor, Event};
use parloir::base::AccountId;
use sea_orm::entity::prelude::Uuid;

use crate::harness::{Answer, Client, Database, Server, on_both};

const MINUTES: std::time::Duration = std::time::Duration::from_mins(10);

async fn page(client: &Client, path: &str) -> Answer {
    client.get(path).header("accept", "text/html").header("accept-language", "en").expect(200).await
}

async fn person(server: &Server, email: &str) -> AccountId {
    server.account(email).await.id
}

/// The address that a link of the pager leads to.
fn link(answer: &Answer, rel: &str) -> Option<String> {
    let at = answer.text().find(&format!(r#"rel="{rel}""#))?;
    let rest = answer.text()[at..].split_once("href=\"")?.1;
    Some(rest.split_once('"')?.0.replace("&amp;", "&"))
}

/// The ids of the events on a page of the trail, as they stand there.
fn events(answer: &Answer) -> Vec<String> {
    let parts = answer.text().split("href=\"/admin/audit/").skip(1);
    parts.map(|rest| rest.split_once('"').unwrap().0.to_owned()).collect()
}

on_both! {
    async fn pages_are_for_administrators(server: Server) {
        let ada = server.person("ada@example.org").await;
        let admin = server.administrator().await;
        let me: AccountId = admin.get("/auth/users/me/").expect(200).await.json()["id"].as_str().unwrap().parse().unwrap();
        let event = server.audit.append(Event::new(Action::AccountUpdated, Actor::Operator)).await.unwrap();
        for path in ["/admin/audit".to_owned(), format!("/admin/audit/{event}"), "/admin/users".to_owned(), "/admin/users/new".to_owned(), format!("/admin/users/{me}")] {
            let get = |client: &Client| client.get(&path).header("accept", "text/html");
            let stranger = get(&server.anonymous()).expect(303).await;
            assert_eq!(stranger.header("location"), format!("/sign-in?next={}", path.replace('/', "%2F")));
            get(&ada).expect(403).await;
            // A sign-in of days ago is good enough to look.
            let shown = get(&admin).expect(200).await;
            assert_eq!(shown.header("cache-control"), "private, no-store", "{path}");
        }
        for path in ["/admin/audit/x", "/admin/users/x", "/admin/users/01999999-0000-7000-8000-000000000000"] {
            admin.get(path).header("accept", "text/html").expect(404).await;
        }
    }

    async fn what_the_pages_send_is_for_administrators(server: Server) {
        let ada = server.person("ada@example.org").await;
        let admin = server.administrator().await;
        let id = person(&server, "grace@example.org").await;
        let identity = Uuid::nil().to_string();
        let id = id.to_string();
        let before = server.database.number("SELECT COUNT(*) FROM audit_event", []).await;
        for (deed, more) in [
            ("disable", ("x", "")),
            ("enable", ("x", "")),
            ("role", ("admin", "true")),
            ("end-session", ("session", "")),
            ("end-sessions", ("x", "")),
            ("unlink", ("identity", &*identity)),
            ("invite-again", ("x", "")),
        ] {
            let path = format!("/actions/users/{deed}");
            let fields = [("person", &*id), more];
            let stranger = server.anonymous().submit(&path, &fields).await;
            assert_eq!(stranger.header("location"), format!("/sign-in?next=%2Fadmin%2Fusers%2F{id}"), "{deed}");
            assert_eq!(ada.submit(&path, &fields).await.header("location"), "/", "{deed}");
            let cross = admin.post(&path).header("sec-fetch-site", "cross-site").form(&fields).send().await;
            assert_eq!((cross.status, cross.code().as_str()), (403, "cross_site_request"), "{deed}");
            let cross = admin.post(&path).header("origin", "https://evil.example.org").form(&fields).send().await;
            assert_eq!(cross.status, 403, "{deed}");
        }
        assert_eq!(server.database.number("SELECT COUNT(*) FROM audit_event", []).await, before);
        let grace = server.accounts.find(id.parse().unwrap()).await.unwrap().unwrap();
        assert!(!grace.is_administrator());
    }

    async fn a_person_is_looked_after(server: Server) {
        let admin = server.administrator().await;
        let ada = server.person("ada@example.org").await;
        let id: AccountId = ada.get("/auth/users/me/").expect(200).await.json()["id"].as_str().unwrap().parse().unwrap();
        let path = format!("/admin/users/{id}");
        let shown = page(&admin, "/admin/users?q=ada").await;
        // The way to her, and that to invite somebody.
        assert_eq!(shown.text().matches("href=\"/admin/users/").count(), 2, "{shown}");
        assert!(shown.text().contains(&format!("href=\"{path}\"")), "{shown}");
        let send = async |deed: &str, fields: &[(&str, &str)]| {
            let id = id.to_string();
            let fields: Vec<(&str, &str)> = [("person", &*id)].into_iter().chain(fields.iter().copied()).collect();
            let answer = admin.submit(&format!("/actions/users/{deed}"), &fields).await;
            assert_eq!(answer.header("location"), path, "{answer}");
            page(&admin, &path).await
        };
        assert!(send("end-sessions", &[]).await.text().contains("The session has ended."));
        ada.get("/auth/users/me/").expect(401).await;
        let shown = send("disable", &[]).await;
        assert!(shown.text().contains("The account is disabled.") && shown.text().contains("This account is disabled."), "{shown}");
        assert!(send("enable", &[]).await.text().contains("The account is enabled."));
        assert!(send("role", &[("admin", "true")]).await.text().contains("This person is an administrator now."));
        assert!(send("role", &[("admin", "false")]).await.text().contains("no administrator any more"));
        assert!(send("unlink", &[("identity", "x")]).await.text().contains("The address may be mistyped"));
        // Herself she can neither disable nor, being the last, depose.
        let me = admin.get("/auth/users/me/").expect(200).await.json()["id"].as_str().unwrap().to_owned();
        let own = format!("/admin/users/{me}");
        for deed in ["disable", "role"] {
            let answer = admin.submit(&format!("/actions/users/{deed}"), &[("person", &me), ("admin", "false")]).await;
            assert_eq!(answer.header("location"), own);
            let shown = page(&admin, &own).await;
            assert!(shown.text().contains("This is the last active administrator."), "{shown}");
        }
        // Power needs a recent sign-in, and she comes back.
        server.clock.advance(MINUTES);
        let id = id.to_string();
        for (deed, more) in [("role", ("admin", "true")), ("unlink", ("identity", "x"))] {
            let answer = admin.submit(&format!("/actions/users/{deed}"), &[("person", &id), more]).await;
            assert_eq!(answer.header("location"), format!("/sign-in/confirm?next=%2Fadmin%2Fusers%2F{id}"), "{deed}");
        }
        // What takes no power does not, unless it is an administrator's.
        let answer = admin.submit("/actions/users/disable", &[("person", &id)]).await;
        assert_eq!(answer.header("location"), path);
        let answer = admin.submit("/actions/users/disable", &[("person", &me)]).await;
        assert!(answer.header("location").starts_with("/sign-in/confirm?next="), "{answer}");
        let answer = admin.submit("/actions/users/disable", &[("person", "x")]).await;
        assert_eq!(answer.header("location"), "/admin/users");
    }

    // Names in place of ids, whatever their number, in so many statements; who is gone stays as an id.
    async fn the_trail_names_people_and_applications(server: Server) {
        let admin = server.administrator().await;
        for n in 0..20 {
            person(&server, &format!("person{n}@example.org")).await;
        }
        let gone = person(&server, "gone@example.org").await;
        let application = server.application("rooms:create", &["example.org"]).await;
        application.ask("person3@example.org").await.expect(200);
        server.database.execute("DELETE FROM account WHERE id = $1", [gone.as_uuid().into()]).await;
        let shown = page(&admin, "/admin/audit").await;
        for text in ["person3@example.org", "person19@example.org", "Helpdesk", "Deleted person", &gone.to_string(), "token.issued", "Operator"] {
            assert!(shown.text().contains(text), "no {text} in {shown}");
        }
        assert!(!shown.text().contains("gone@example.org"));
        let cost = async |path: &str| {
            let before = server.store.statements();
            page(&admin, path).await;
            server.store.statements() - before
        };
        let one = cost("/admin/audit?action=token.issued").await;
        assert!(cost("/admin/audit?action=account.created").await <= one);
        // An event opens to all that is known of it.
        let found = page(&admin, "/admin/audit?action=token.issued").await;
        let one = page(&admin, &format!("/admin/audit/{}", events(&found)[0])).await;
        for text in ["token.issued", "person3@example.org", "Helpdesk", "127.0.0.1", "2026-01-15T12:00:00.000000Z"] {
            assert!(one.text().contains(text), "no {text} in {one}");
        }
        server.accounts.set_enabled(&"person3@example.org".parse().unwrap(), false, Actor::Operator).await.unwrap();
        let found = page(&admin, "/admin/audit?action=account.disabled").await;
        let one = page(&admin, &format!("/admin/audit/{}", events(&found)[0])).await;
        for text in ["Before", "After", ">active<", ">disabled<"] {
            assert!(one.text().contains(text), "no {text} in {one}");
        }
    }

    async fn the_trail_is_turned_over_in_both_directions(server: Server) {
        let admin = server.administrator().await;
        for _ in 0..120 {
            server.audit.append(Event::new(Action::AccountUpdated, Actor::Operator)).await.unwrap();
        }
        let first = page(&admin, "/admin/audit?action=account.updated").await;
        assert_eq!((events(&first).len(), link(&first, "prev")), (50, None));
        // What comes meanwhile moves nothing.
        server.clock.advance(MINUTES / 600);
        for _ in 0..3 {
            server.audit.append(Event::new(Action::AccountUpdated, Actor::Operator)).await.unwrap();
        }
        let second = page(&admin, &link(&first, "next").unwrap()).await;
        let third = page(&admin, &link(&second, "next").unwrap()).await;
        assert_eq!((events(&second).len(), events(&third).len(), link(&third, "next")), (50, 20, None));
        let all: std::collections::BTreeSet<_> = [&first, &second, &third].iter().flat_map(|shown| events(shown)).collect();
        assert_eq!(all.len(), 120);
        let back = page(&admin, &link(&third, "prev").unwrap()).await;
        assert_eq!(events(&back), events(&second));
        // Towards the newest: a whole page, with what came meanwhile.
        let newest = page(&admin, &link(&back, "prev").unwrap()).await;
        assert_eq!(events(&newest), events(&first));
        let newest = page(&admin, &link(&newest, "prev").unwrap()).await;
        assert_eq!((events(&newest).len(), link(&newest, "prev")), (50, None));
        assert_eq!(events(&newest)[3..], events(&first)[..47]);
    }

    async fn what_cannot_be_asked_is_said_beside_its_field(server: Server) {
        let admin = server.administrator().await;
        let query = "person=nobody%40example.org&application=none&action=room&since=yesterday&room=1";
        let shown = page(&admin, &format!("/admin/audit?{query}")).await;
        for text in ["No account has this address or id.", "There is no such application.", "There is no such action.", "This is no date and time.", "This is no id."] {
            assert!(shown.text().contains(text), "no {text} in {shown}");
        }
        assert!(events(&shown).is_empty() && !shown.text().contains("/admin/audit/export"));
        let evil = page(&admin, "/admin/audit?person=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&action=%3Ci%3E").await;
        assert!(!evil.text().contains("<script>alert") && !evil.text().contains("<i>"), "{evil}");
    }

    // The file has the moments that the reader meant, in her zone.
    async fn the_way_to_the_file_says_which_moment_is_meant(database: Database) {
        let server = database.serve_with(&[("interface.time_zone", "Europe/Paris")]).await;
        let admin = server.administrator().await;
        let shown = page(&admin, "/admin/audit?since=2026-01-15T10%3A30&action=account.").await;
        let address = "/api/v1/admin/audit/export?action=account.&amp;since=2026-01-15T09%3A30%3A00.000000Z&amp;format=csv";
        assert!(shown.text().contains(address), "{shown}");
        assert!(shown.text().contains(r#"value="2026-01-15T10:30""#), "{shown}");
    }
}
