//! `/account/data`, and what administrators' pages do to a whole person.

use parloir::base::AccountId;

use super::fixture::{assert_whole, give, role, room};
use crate::harness::{Answer, Client, Server, on_both};

const ADA: &str = "ada@example.org";
const DELETE: &str = "/actions/account/delete";
const MINUTES: std::time::Duration = std::time::Duration::from_mins(10);

async fn page(client: &Client, path: &str) -> Answer {
    client.get(path).header("accept", "text/html").header("accept-language", "en").expect(200).await
}

async fn id_of(client: &Client) -> AccountId {
    client.get("/auth/users/me/").expect(200).await.json()["id"].as_str().unwrap().parse().unwrap()
}

async fn slug(server: &Server, room: parloir::base::RoomId) -> String {
    let rows = server.database.rows("SELECT slug FROM room_slug WHERE room_id = $1", [room.into()]).await;
    rows[0].try_get_by_index(0).unwrap()
}

on_both! {
    async fn she_decides_about_her_rooms_and_goes(server: Server) {
        let ada = server.person(ADA).await;
        let (ben, cleo) = (server.account("ben@example.org").await.id, server.account("cleo@example.org").await.id);
        let id = id_of(&ada).await;
        let (first, second, third) =
            (room(&server, id, "First").await, room(&server, id, "Second").await, room(&server, id, "Third").await);
        give(&server, ben, first, "member").await;
        let shown = page(&ada, "/account/data").await;
        for text in ["Download your data", "You alone own 3 rooms.", "What becomes of “First”?", "It goes to ben@example.org", "Type “ada@example.org” to confirm"] {
            assert!(shown.text().contains(text), "no {text} in {shown}");
        }
        assert_eq!(shown.header("cache-control"), "private, no-store");
        let [one, two, three] = [slug(&server, first).await, slug(&server, second).await, slug(&server, third).await];
        let ben_id = ben.to_string();
        let fates = [format!("fate[{one}]"), format!("fate[{two}]"), format!("heir[{two}]"), format!("fate[{three}]")];
        let all = |confirm: &'static str| {
            vec![(&*fates[0], &*ben_id), (&*fates[1], "address"), (&*fates[2], "Cleo@example.org"), (&*fates[3], "delete"), ("confirm", confirm)]
        };
        // Nothing is deleted until everything is said.
        for (fields, text) in [
            (vec![("confirm", ADA)], "Choose what becomes of this room."),
            (all("ada@example"), "This is not the address of the account."),
            (all(""), "This is not the address of the account."),
            (vec![(&*fates[0], &*ben_id), (&*fates[1], "address"), (&*fates[2], "cleo"), (&*fates[3], "delete"), ("confirm", ADA)], "Write an e-mail address"),
            (vec![(&*fates[0], &*ben_id), (&*fates[1], "address"), (&*fates[2], "nobody@example.org"), (&*fates[3], "delete"), ("confirm", ADA)], "At least one of these people has none."),
            // Not a member, though she exists.
            (vec![(&*fates[0], "00000000-0000-0000-0000-000000000000"), (&*fates[1], "delete"), (&*fates[3], "delete"), ("confirm", ADA)], "Choose what becomes of this room."),
        ] {
            assert_eq!(ada.submit(DELETE, &fields).await.header("location"), "/account/data");
            let shown = page(&ada, "/account/data").await;
            assert!(shown.text().contains(text), "no {text} in {shown}");
        }
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room WHERE deleted_at IS NULL", []).await, 3);
        let answer = ada.submit(DELETE, &all(" ADA@example.org ")).await;
        assert_eq!(answer.header("location"), "/");
        assert_eq!(ada.cookie().as_deref().map(|cookie| cookie.starts_with("parloir=")), None, "{answer}");
        assert_eq!(role(&server, ben, first).await.as_deref(), Some("owner"));
        assert_eq!(role(&server, cleo, second).await.as_deref(), Some("owner"));
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room WHERE deleted_at IS NOT NULL", []).await, 1);
        ada.get("/auth/users/me/").expect(401).await;
        assert_whole(&server.database).await;
    }

    async fn who_may_and_when(server: Server) {
        let (stranger, ada) = (server.anonymous(), server.person(ADA).await);
        let answer = stranger.get("/account/data").header("accept", "text/html").expect(303).await;
        assert_eq!(answer.header("location"), "/sign-in?next=%2Faccount%2Fdata");
        assert_eq!(stranger.submit(DELETE, &[("confirm", ADA)]).await.header("location"), "/sign-in?next=%2Faccount%2Fdata");
        ada.post(DELETE).header("sec-fetch-site", "cross-site").form(&[("confirm", ADA)]).expect(403).await;
        server.clock.advance(MINUTES);
        let answer = ada.submit(DELETE, &[("confirm", ADA)]).await;
        assert_eq!(answer.header("location"), "/sign-in/confirm?next=%2Faccount%2Fdata");
        let shown = page(&ada, "/account/data").await;
        assert!(shown.text().contains("Confirm it is you first") && !shown.text().contains(DELETE), "{shown}");
        assert_eq!(server.database.events("account.deleted").await.len(), 0);
        // The last administrator cannot.
        let admin = server.administrator().await;
        assert_eq!(admin.submit(DELETE, &[("confirm", "admin@example.org")]).await.header("location"), "/account/data");
        let shown = page(&admin, "/account/data").await;
        assert!(shown.text().contains("This is the last active administrator."), "{shown}");
    }

    async fn administrators_delete(server: Server) {
        let admin = server.administrator().await;
        let ada = server.person(ADA).await;
        let id = id_of(&ada).await;
        room(&server, id, "Alone").await;
        let (path, me) = (format!("/admin/users/{id}"), id_of(&admin).await.to_string());
        let person = id.to_string();
        let shown = page(&admin, &path).await;
        assert!(shown.text().contains("Delete account") && shown.text().contains("Merge into another account"), "{shown}");
        let send = async |client: &Client, fields: &[(&str, &str)]| {
            let fields: Vec<_> = [("person", &*person)].into_iter().chain(fields.iter().copied()).collect();
            client.submit("/actions/users/delete", &fields).await.header("location").to_owned()
        };
        let good = [("fate", "delete"), ("confirm", ADA)];
        assert_eq!(send(&server.anonymous(), &good).await, format!("/sign-in?next=%2Fadmin%2Fusers%2F{id}"));
        assert_eq!(send(&ada, &good).await, "/");
        for (fields, text) in [
            ([("fate", "delete"), ("confirm", "grace@example.org")], "This is not the address of the account."),
            ([("fate", ""), ("confirm", ADA)], "Some rooms have no other owner."),
            ([("fate", "address"), ("confirm", ADA)], "Write an e-mail address"),
        ] {
            assert_eq!(send(&admin, &fields).await, path);
            let shown = page(&admin, &path).await;
            assert!(shown.text().contains(text), "no {text} in {shown}");
        }
        let unknown = [("fate", "address"), ("heir", "nobody@example.org"), ("confirm", ADA)];
        assert_eq!(send(&admin, &unknown).await, path);
        assert!(page(&admin, &path).await.text().contains("At least one of these people has none."));
        // Herself she deletes where she sees her data.
        let answer = admin.submit("/actions/users/delete", &[("person", &me), ("confirm", "admin@example.org")]).await;
        assert_eq!(answer.header("location"), "/account/data");
        server.clock.advance(MINUTES);
        assert_eq!(send(&admin, &good).await, format!("/sign-in/confirm?next=%2Fadmin%2Fusers%2F{id}"));
        let admin = server.sign_in("admin@example.org").await;
        assert_eq!(send(&admin, &good).await, "/admin/users");
        assert!(page(&admin, "/admin/users").await.text().contains("The account is deleted."));
        admin.get(&path).header("accept", "text/html").expect(404).await;
        // The trail says that there was somebody, and no more.
        let shown = page(&admin, "/admin/audit?action=account.deleted").await;
        assert!(shown.text().contains("Deleted person") && !shown.text().contains(ADA), "{shown}");
        assert_eq!(send(&admin, &good).await, "/admin/users");
        assert_whole(&server.database).await;
    }

    async fn administrators_merge(server: Server) {
        let admin = server.administrator().await;
        let ada = server.person(ADA).await;
        let (from, into) = (id_of(&ada).await, server.account("lovelace@example.org").await.id);
        let moved = room(&server, from, "Moved").await;
        let path = format!("/admin/users/{from}/merge");
        for client in [&server.anonymous(), &ada] {
            let status = client.get(&path).header("accept", "text/html").send().await.status;
            assert!(matches!(status, 303 | 403), "{status}");
        }
        admin.get("/admin/users/x/merge").header("accept", "text/html").expect(404).await;
        let shown = page(&admin, &path).await;
        assert!(shown.text().contains("Merge ada@example.org into another account") && !shown.text().contains("/actions/users/merge"), "{shown}");
        for (asked, text) in [
            ("nobody%40example.org", "The address may be mistyped"),
            ("nonsense", "The address may be mistyped"),
            ("ada%40example.org", "An account cannot be merged into itself."),
        ] {
            let shown = page(&admin, &format!("{path}?into={asked}")).await;
            assert!(shown.text().contains(text) && !shown.text().contains("/actions/users/merge"), "no {text} in {shown}");
        }
        let preview = format!("{path}?into=lovelace%40example.org");
        let shown = page(&admin, &preview).await;
        for text in ["Roles in rooms: the stronger one counts", "ada@example.org is free again", "opens nothing any more", "/actions/users/merge"] {
            assert!(shown.text().contains(text), "no {text} in {shown}");
        }
        assert_eq!(role(&server, into, moved).await, None, "a look does nothing");
        let (person, other) = (from.to_string(), into.to_string());
        let send = async |client: &Client, confirm: &str, confirm_into: &str| {
            let fields = [("person", &*person), ("into", &*other), ("confirm", confirm), ("confirm_into", confirm_into)];
            client.submit("/actions/users/merge", &fields).await.header("location").to_owned()
        };
        let back = format!("/admin/users/{from}/merge?into={into}");
        let good = (ADA, "lovelace@example.org");
        assert!(send(&server.anonymous(), good.0, good.1).await.starts_with("/sign-in?next="));
        assert_eq!(send(&ada, good.0, good.1).await, "/");
        for (one, two) in [(good.0, ""), ("", good.1), (good.1, good.0)] {
            assert_eq!(send(&admin, one, two).await, back);
            let shown = page(&admin, &back).await;
            assert!(shown.text().contains("This is not the address of that account."), "{shown}");
        }
        server.clock.advance(MINUTES);
        assert!(send(&admin, good.0, good.1).await.starts_with("/sign-in/confirm?next="));
        let shown = page(&admin, &preview).await;
        assert!(shown.text().contains("To merge, confirm first that it is you.") && !shown.text().contains("/actions/users/merge"), "{shown}");
        let admin = server.sign_in("admin@example.org").await;
        assert_eq!(send(&admin, good.0, good.1).await, format!("/admin/users/{into}"));
        assert!(page(&admin, &format!("/admin/users/{into}")).await.text().contains("The two accounts are one now."));
        assert_eq!(role(&server, into, moved).await.as_deref(), Some("owner"));
        // The former page leads to the one that stays, and the trail names it.
        let answer = admin.get(&format!("/admin/users/{from}")).header("accept", "text/html").expect(303).await;
        assert_eq!(answer.header("location"), format!("/admin/users/{into}"));
        let shown = page(&admin, "/admin/audit?person=lovelace%40example.org&action=room.created").await;
        assert!(shown.text().contains("lovelace@example.org") && shown.text().contains(&format!("/admin/users/{into}")), "{shown}");
        assert_eq!(send(&admin, good.0, good.1).await, "/admin/users");
        assert_whole(&server.database).await;
    }
}
