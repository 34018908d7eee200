//! Invitations: a link by which somebody chooses a password, once; and whom it does not let in.

use std::collections::BTreeMap;
use std::time::Duration;

use parloir::accounts::{
    Account, Arrival, Delivery, Invitation, LinkError, LinkPurpose, Made, OneTimeToken, Reception,
};
use parloir::applications::NewApplication;
use parloir::audit::Actor;
use parloir::base::{ClientRequest, EmailAddress, Random, Secret};
use serde_json::{Value, json};

use crate::command_line::{assert_fails, assert_misused, keys};
use crate::harness::{Answer, Client, Database, PASSWORD, Server, all_domains, on_both, scopes};
use crate::leaks::{dump, hex, tables};
use crate::process::Installation;

pub(crate) const ADA: &str = "ada@example.org";
const ACCEPT: &str = "/actions/invitation/accept";
const WEEK: Duration = Duration::from_hours(7 * 24);
const SECOND: Duration = Duration::from_secs(1);

/// A server that mails, if anybody were there.
pub(crate) const MAIL: [(&str, &str); 3] =
    [("mail.smtp_host", "127.0.0.1"), ("mail.security", "none"), ("mail.from", "Parloir <parloir@example.org>")];

pub(crate) fn address(email: &str) -> EmailAddress {
    email.parse().unwrap()
}

fn invitation(email: &str) -> Invitation {
    Invitation { email: address(email), name: Some("Ada Lovelace".to_owned()), administrator: false }
}

async fn invite(server: &Server, email: &str) -> Result<Made, LinkError> {
    server.one_time_links.invite(invitation(email), Delivery::Shown, Actor::Operator).await
}

/// The path of a link that was made, and the secret in it.
pub(crate) fn path_of(server: &Server, made: &Made) -> (String, String) {
    let link = made.link.as_ref().unwrap().expose();
    let path = link.strip_prefix(server.public_url()).unwrap().to_owned();
    let token = path.rsplit('/').next().unwrap().to_owned();
    (path, token)
}

/// Opens a page as a browser does that reads English.
pub(crate) async fn open(client: &Client, path: &str) -> Answer {
    client.get(path).header("accept", "text/html").header("accept-language", "en").send().await
}

/// Sends a form as its page does; where it leads.
pub(crate) async fn send(client: &Client, action: &str, fields: &[(&str, &str)]) -> String {
    let call = client.post(action).header("sec-fetch-site", "same-origin").header("accept-language", "en");
    call.form(fields).expect(303).await.header("location").to_owned()
}

pub(crate) async fn find(server: &Server, email: &str) -> Account {
    server.accounts.find_by_email(&address(email).key()).await.unwrap().unwrap()
}

/// Somebody comes through a provider with that address, which it vouches for.
pub(crate) async fn arrives(server: &Server, email: &str) -> Reception {
    let arrival = Arrival {
        issuer: "https://id.example.org".to_owned(),
        subject: email.to_owned(),
        provider: "agency".to_owned(),
        email: Some(email.to_owned()),
        email_trusted: true,
        name: None,
        administrator: None,
        may_be_made: true,
        memberships: None,
        organisation: None,
        claims: BTreeMap::new(),
    };
    server.accounts.receive(&arrival, &ClientRequest::local("")).await.unwrap()
}

/// An account for an address whose person an application expects.
pub(crate) async fn pending(server: &Server, email: &str) -> Account {
    let new = NewApplication {
        name: "Calendar".to_owned(),
        scopes: scopes("rooms:create"),
        domains: all_domains(),
        allow_user_creation: true,
        ..Default::default()
    };
    server.new_application(new).await.ask(email).await.expect(200);
    find(server, email).await
}

async fn sessions(server: &Server) -> i64 {
    server.database.number("SELECT COUNT(*) FROM session", []).await
}

async fn letters(server: &Server, kind: &str) -> i64 {
    server.database.number("SELECT COUNT(*) FROM mail WHERE kind = $1", [kind.into()]).await
}

/// A link that is over: its page says so, and its form does nothing.
pub(crate) async fn assert_over(server: &Server, purpose: LinkPurpose, token: &str) {
    let (before, client) = (sessions(server).await, server.anonymous());
    let path = format!("{}/{token}", purpose.page());
    let page = open(&client, &path).await.expect(410);
    assert!(page.text().contains("This link is over"), "{page}");
    let action = match purpose {
        LinkPurpose::Invitation => ACCEPT,
        LinkPurpose::PasswordReset => "/actions/reset-password/choose",
    };
    let led = send(&client, action, &[("token", token), ("password", "a password of somebody else")]).await;
    assert_eq!((led.as_str(), client.cookie()), (path.as_str(), None));
    assert_eq!(sessions(server).await, before);
}

on_both! {
    async fn it_is_followed_once(server: Server) {
        let made = invite(&server, "Ada@Example.org").await.unwrap();
        let (path, token) = path_of(&server, &made);
        assert!(token.starts_with("prl_ol_") && token.len() == 56, "{token}");
        let ada = server.anonymous();
        // Programs that look into letters open it, too.
        for _ in 0..3 {
            let page = open(&server.anonymous(), &path).await.expect(200);
            assert_eq!((page.header("referrer-policy"), page.header("cache-control")), ("no-referrer", "no-store"));
            assert!(page.text().contains("You are invited") && page.text().contains("Ada Lovelace"), "{page}");
        }
        // What refuses a password leaves the link as it is.
        for wrong in ["", "short", &"x".repeat(1025)] {
            assert_eq!(send(&ada, ACCEPT, &[("token", &token), ("password", wrong)]).await, path);
            let page = open(&ada, &path).await.expect(200);
            assert!(page.text().contains("between 8 and 1,024 characters"), "{page}");
        }
        let ada = server.anonymous();
        assert_eq!(send(&ada, ACCEPT, &[("token", &token), ("password", PASSWORD)]).await, "/rooms");
        let me = ada.get("/auth/users/me/").expect(200).await.json();
        assert_eq!((&me["email"], &me["name"]), (&json!("Ada@Example.org"), &json!("Ada Lovelace")));
        let account = find(&server, ADA).await;
        assert!(account.email_verified && account.id == made.account.id);
        assert_over(&server, LinkPurpose::Invitation, &token).await;
        server.sign_in(ADA).await;
        let [invited] = server.database.events("user.invited").await.try_into().unwrap();
        assert_eq!((invited.actor_kind.as_str(), invited.on_behalf_of), ("operator", Some(account.id.as_uuid())));
        assert_eq!(invited.details()["mailed"], json!(false));
        let [accepted] = server.database.events("invitation.accepted").await.try_into().unwrap();
        assert_eq!((accepted.actor_id, accepted.on_behalf_of), (Some(account.id.as_uuid()), Some(account.id.as_uuid())));
    }

    async fn of_two_who_follow_it_at_once_one_gets_in(server: Server) {
        let made = invite(&server, ADA).await.unwrap();
        let (path, token) = path_of(&server, &made);
        let twin = server.twin().await;
        let passwords = ["the password of the first", "the password of the second"];
        let tries = [&server, &twin].into_iter().zip(passwords).map(|(at, password)| {
            let (client, token) = (at.anonymous(), token.clone());
            tokio::spawn(async move { send(&client, ACCEPT, &[("token", &token), ("password", password)]).await })
        });
        let mut led = Vec::new();
        for tried in tries.collect::<Vec<_>>() {
            led.push(tried.await.unwrap());
        }
        assert!(led.contains(&"/rooms".to_owned()) && led.contains(&path), "{led:?}");
        assert_eq!((sessions(&server).await, server.database.events("invitation.accepted").await.len()), (1, 1));
        let mut let_in = Vec::new();
        for password in passwords {
            let credentials = json!({ "email": ADA, "password": password });
            let_in.push(server.anonymous().post("/auth/login/").json(&credentials).send().await.status);
        }
        let expected = if led[0] == "/rooms" { [200, 401] } else { [401, 200] };
        assert_eq!(let_in, expected);
    }

    async fn a_new_link_takes_the_place_of_the_old_one(server: Server) {
        let first = path_of(&server, &invite(&server, ADA).await.unwrap()).1;
        let id = find(&server, ADA).await.id;
        let again = server.one_time_links.invite_again(id, Delivery::Shown, Actor::Operator).await.unwrap();
        let second = path_of(&server, &again).1;
        let third = path_of(&server, &invite(&server, ADA).await.unwrap()).1;
        assert_eq!(find(&server, ADA).await.id, id);
        for old in [first, second] {
            assert_over(&server, LinkPurpose::Invitation, &old).await;
        }
        assert_eq!(server.database.number("SELECT COUNT(*) FROM one_time_link", []).await, 1);
        assert_eq!(send(&server.anonymous(), ACCEPT, &[("token", &third), ("password", PASSWORD)]).await, "/rooms");
        assert_eq!(server.database.events("user.invited").await.len(), 3);
    }

    async fn it_works_for_a_week(server: Server) {
        let (path, token) = path_of(&server, &invite(&server, ADA).await.unwrap());
        server.clock.advance(WEEK.saturating_sub(SECOND));
        open(&server.anonymous(), &path).await.expect(200);
        server.clock.advance(SECOND);
        assert_over(&server, LinkPurpose::Invitation, &token).await;
        parloir::server::clean(&server).await.unwrap();
        assert_eq!(server.database.number("SELECT COUNT(*) FROM one_time_link", []).await, 0);
    }

    async fn who_is_invited_and_who_is_not(server: Server) {
        server.new_account("has.password@example.org", false, Some(PASSWORD)).await;
        arrives(&server, "has.identity@example.org").await;
        for has in ["has.password@example.org", "has.identity@example.org"] {
            assert!(matches!(invite(&server, has).await, Err(LinkError::HasWayIn)), "{has}");
        }
        let disabled = server.account("disabled@example.org").await;
        server.accounts.set_enabled(disabled.id, false, Actor::Operator).await.unwrap();
        assert!(matches!(invite(&server, "disabled@example.org").await, Err(LinkError::Disabled)));
        let bad = Invitation { name: Some("two\nlines".to_owned()), ..invitation("new@example.org") };
        assert!(matches!(server.one_time_links.invite(bad, Delivery::Shown, Actor::Operator).await, Err(LinkError::Name)));
        assert_eq!(server.database.number("SELECT COUNT(*) FROM one_time_link", []).await, 0);
        assert!(server.accounts.find_by_email(&address("new@example.org").key()).await.unwrap().is_none());

        // An account that nobody can enter becomes hers.
        let without = server.account("without@example.org").await;
        let new = Invitation { administrator: true, ..invitation("without@example.org") };
        let made = server.one_time_links.invite(new, Delivery::Shown, Actor::Operator).await.unwrap();
        assert_eq!((made.account.id, made.account.is_administrator()), (without.id, true));
        assert_eq!(server.database.events("account.role_changed").await.len(), 1);
        // So does that of somebody whom an application expects, with id and rooms; only an invitation of her address does it.
        let expected = pending(&server, "pending@example.org").await;
        let refused = server.one_time_links.invite_again(expected.id, Delivery::Shown, Actor::Operator).await;
        assert!(matches!(refused, Err(LinkError::Account(_))), "{refused:?}");
        let made = invite(&server, "pending@example.org").await.unwrap();
        assert_eq!((made.account.id, made.account.status), (expected.id, parloir::accounts::Status::Active));
    }

    // Between the letter and whoever opens it, the account may become another matter.
    async fn it_fits_the_account_as_it_was(server: Server) {
        let made = async |email: &str| {
            let made = invite(&server, email).await.unwrap();
            (made.account.id, path_of(&server, &made).1)
        };
        let (id, by_identity) = made("a@example.org").await;
        assert!(matches!(arrives(&server, "a@example.org").await, Reception::Welcome(account) if account.id == id));
        let (id, by_password) = made("b@example.org").await;
        server.accounts.set_password(id, &Secret::new(PASSWORD), Actor::Operator).await.unwrap();
        let (id, by_address) = made("c@example.org").await;
        let sql = "UPDATE account SET email = 'd@example.org', email_key = 'd@example.org' WHERE id = $1";
        server.database.execute(sql, [id.as_uuid().into()]).await;
        let (id, by_switch) = made("e@example.org").await;
        server.accounts.set_enabled(id, false, Actor::Operator).await.unwrap();
        let (id, by_removal) = made("f@example.org").await;
        server.database.execute("DELETE FROM account WHERE id = $1", [id.as_uuid().into()]).await;
        let (id, by_waiting) = made("g@example.org").await;
        server.database.execute("UPDATE account SET status = 'pending' WHERE id = $1", [id.as_uuid().into()]).await;
        for token in [by_identity, by_password, by_address, by_switch, by_removal, by_waiting] {
            assert_over(&server, LinkPurpose::Invitation, &token).await;
        }
        let changed = "SELECT COUNT(*) FROM account WHERE password_hash IS NOT NULL";
        assert_eq!(server.database.number(changed, []).await, 1);
        assert_eq!(server.database.events("invitation.accepted").await.len(), 0);
    }

    async fn what_is_no_link_is_over(server: Server) {
        let token = path_of(&server, &invite(&server, ADA).await.unwrap()).1;
        let mut altered = token.clone();
        altered.replace_range(20..21, if &token[20..21] == "a" { "b" } else { "a" });
        let unknown = OneTimeToken::generate(&Random::System).expose().to_owned();
        for (purpose, token) in [
            (LinkPurpose::PasswordReset, &token),
            (LinkPurpose::Invitation, &unknown),
            (LinkPurpose::PasswordReset, &unknown),
        ] {
            assert_over(&server, purpose, token).await;
        }
        // What has not even the form of one costs no query, and is not repeated.
        let before = server.store.statements();
        for none in [&*altered, "x", &token[1..], "%3Cscript%3E"] {
            let page = open(&server.anonymous(), &format!("/invitation/{none}")).await.expect(410);
            assert!(page.text().contains("This link is over") && !page.text().contains("<script>"), "{page}");
        }
        let led = send(&server.anonymous(), ACCEPT, &[("token", "//evil.example.org"), ("password", PASSWORD)]).await;
        assert_eq!((led.as_str(), server.store.statements()), ("/invitation/over", before));
        let call = server.anonymous().post(ACCEPT).header("sec-fetch-site", "cross-site");
        call.form(&[("token", &*token), ("password", PASSWORD)]).expect(403).await;
        open(&server.anonymous(), &format!("/invitation/{token}")).await.expect(200);
    }

    // In a browser in which somebody else is signed in, it ends that; and no row keeps the secret meanwhile.
    async fn it_takes_the_place_of_another_sign_in(server: Server) {
        let admin = server.administrator().await;
        let former = admin.cookie();
        let (path, token) = path_of(&server, &invite(&server, ADA).await.unwrap());
        assert!(open(&admin, &path).await.expect(200).text().contains("admin@example.org is signed in"));
        assert_eq!(send(&admin, ACCEPT, &[("token", &token), ("password", "short")]).await, path);
        let secret = &token["prl_ol_".len()..];
        for table in tables(&server.database).await {
            let text = dump(&server.database, &table).await;
            assert!(!text.contains(secret) && !text.to_lowercase().contains(&hex(secret)), "{table}: {text}");
        }
        assert!(open(&admin, &path).await.expect(200).text().contains("between 8 and 1,024 characters"));
        assert_eq!(send(&admin, ACCEPT, &[("token", &token), ("password", PASSWORD)]).await, "/rooms");
        assert!(open(&admin, "/rooms").await.expect(200).text().contains("Your account is ready."));
        assert_eq!(admin.get("/auth/users/me/").expect(200).await.json()["email"], ADA);
        let before = server.anonymous();
        before.set_cookie(&former.unwrap());
        before.get("/auth/users/me/").expect(401).await;
    }

    async fn administrators_invite_on_their_pages(server: Server) {
        let admin = server.administrator().await;
        let fields = [("email", ADA), ("name", "Ada Lovelace")];
        let person = server.person("person@example.org").await;
        for (client, led) in [(&server.anonymous(), "/sign-in?next=%2Fadmin%2Fusers%2Fnew"), (&person, "/")] {
            assert_eq!(send(client, "/actions/users/invite", &fields).await, led);
        }
        assert!(open(&admin, "/admin/users").await.expect(200).text().contains("href=\"/admin/users/new\""));
        assert!(open(&admin, "/admin/users/new").await.expect(200).text().contains("you are shown the link once"));
        let page = send(&admin, "/actions/users/invite", &fields).await;
        let id = find(&server, ADA).await.id;
        assert_eq!(page, format!("/admin/users/{id}"));
        let shown = open(&admin, &page).await.expect(200);
        let start = shown.text().find("prl_ol_").unwrap();
        let token = shown.text()[start..start + 56].to_owned();
        let shown = open(&admin, &page).await.expect(200);
        assert!(!shown.text().contains("prl_ol_") && shown.text().contains("Send a new invitation"), "{shown}");
        // The second one ends the first.
        assert_eq!(send(&admin, "/actions/users/invite-again", &[("person", &id.to_string())]).await, page);
        assert_over(&server, LinkPurpose::Invitation, &token).await;
        let shown = open(&admin, &page).await.expect(200);
        let start = shown.text().find("prl_ol_").unwrap();
        let token = shown.text()[start..start + 56].to_owned();
        assert_eq!(send(&server.anonymous(), ACCEPT, &[("token", &token), ("password", PASSWORD)]).await, "/rooms");
        // She has a way in now.
        assert!(!open(&admin, &page).await.text().contains("Send a new invitation"));
        let in_vain = async |action: &str, fields: &[(&str, &str)], page: &str, said: &str| {
            assert_eq!(send(&admin, action, fields).await, page);
            let shown = open(&admin, page).await.expect(200);
            assert!(shown.text().contains(said), "no {said} in {shown}");
        };
        let said = "already has a way to sign in";
        in_vain("/actions/users/invite-again", &[("person", &id.to_string())], &page, said).await;
        in_vain("/actions/users/invite", &fields, "/admin/users/new", said).await;
        in_vain("/actions/users/invite", &[("email", "ada at home")], "/admin/users/new", "Write an e-mail address").await;
        let long = "x".repeat(201);
        let fields = [("email", "new@example.org"), ("name", &*long)];
        in_vain("/actions/users/invite", &fields, "/admin/users/new", "at most 200 characters").await;
        in_vain("/actions/users/invite-again", &[("person", "x")], "/admin/users", "The address may be mistyped").await;
        // Whoever follows a link gets in, so it needs a recent sign-in.
        server.clock.advance(Duration::from_mins(10));
        for (action, next) in [("invite", "%2Fadmin%2Fusers%2Fnew".to_owned()), ("invite-again", format!("%2Fadmin%2Fusers%2F{id}"))] {
            let fields = [("email", "new@example.org"), ("person", &*id.to_string())];
            let led = send(&admin, &format!("/actions/users/{action}"), &fields).await;
            assert_eq!(led, format!("/sign-in/confirm?next={next}"));
        }
        let events = server.database.events("user.invited").await;
        assert!(events.len() == 2 && events.iter().all(|event| event.actor_kind == "person"), "{events:?}");
    }

    async fn where_mail_is_sent_nobody_is_shown_the_link(database: Database) {
        let server = database.serve_with(&MAIL).await;
        let admin = server.administrator().await;
        let page = send(&admin, "/actions/users/invite", &[("email", ADA)]).await;
        let shown = open(&admin, &page).await.expect(200);
        assert!(shown.text().contains("The invitation is on its way.") && !shown.text().contains("prl_ol_"), "{shown}");
        assert_eq!(letters(&server, "invitation").await, 1);
        let made = server.one_time_links.invite(invitation(ADA), Delivery::Mailed, Actor::Operator).await.unwrap();
        assert!(made.link.is_none() && letters(&server, "invitation").await == 2);
        // Unless an operator asks for it.
        let made = invite(&server, ADA).await.unwrap();
        assert!(made.link.is_some() && letters(&server, "invitation").await == 2);
        let events = database.events("user.invited").await;
        let mailed = events.iter().filter(|event| event.details()["mailed"] == json!(true)).count();
        assert_eq!((events.len(), mailed), (3, 2));
    }

    async fn by_command(database: Database) {
        let parloir = Installation::on(database.url());
        let made = parloir.json(&["user", "invite", " Ada@Example.org", "--name", "Ada", "--admin"]);
        assert_eq!(keys(&made), ["id", "email", "name", "role", "status", "link", "until", "mailed"]);
        assert_eq!((&made["email"], &made["name"], &made["role"]), (&json!("Ada@Example.org"), &json!("Ada"), &json!("ADMIN")));
        assert_eq!((&made["status"], &made["mailed"]), (&json!("active"), &json!(false)));
        let link = made["link"].as_str().unwrap();
        assert!(link.contains("/invitation/prl_ol_"), "{made}");
        let words = parloir.run(&["user", "invite", ADA, "--print"]);
        assert!(words.status.success() && words.stdout.contains("/invitation/prl_ol_"), "{words:?}");
        assert_ne!(words.stdout.lines().last().unwrap(), link);
        let mailing = Installation::on(database.url())
            .and("MAIL__SMTP_HOST", "127.0.0.1")
            .and("MAIL__SECURITY", "none")
            .and("MAIL__FROM", "parloir@example.org");
        let mailed = mailing.json(&["user", "invite", ADA]);
        assert_eq!((&mailed["link"], &mailed["mailed"]), (&Value::Null, &json!(true)));
        assert!(mailing.json(&["user", "invite", ADA, "--print"])["link"].is_string());
        parloir.json_with_input(&["user", "create", "--email", "grace@example.org", "--password-stdin"], "a long password\n");
        assert_fails(&parloir, &["user", "invite", "grace@example.org"], "has a way in already");
        parloir.json(&["user", "disable", ADA]);
        assert_fails(&parloir, &["user", "invite", ADA], "this account is disabled");
        for wrong in [["user", "invite"].as_slice(), &["user", "invite", "ada"], &["user", "invite", ADA, "--password", "x"]] {
            assert_misused(&parloir, wrong);
        }
        let trail = parloir.run(&["audit", "--json"]).stdout;
        assert!(!trail.contains("prl_ol_") && !trail.contains('@'), "{trail}");
    }
}
