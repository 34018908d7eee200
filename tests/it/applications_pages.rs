//! The pages about applications, and what they send: who may, what is asked again, what is shown once.

use std::collections::BTreeSet;
use std::time::Duration;

use parloir::applications::NewApplication;
use parloir::audit::Actor;
use serde_json::json;

use crate::harness::{Answer, Client, Server, domains, on_both, on_sqlite, scopes};

const LIST: &str = "/admin/applications";
const TEN_MINUTES: Duration = Duration::from_mins(10);

/// Who may send a form, and whether she must have proved lately who she is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    Administrators { lately: bool },
    Managers { lately: bool },
}

/// What is sent: a name and a value each.
type Fields = &'static [(&'static str, &'static str)];

/// Everything that these pages send, with fields that would change something.
const FORMS: [(&str, For, Fields); 11] = [
    ("create", For::Administrators { lately: true }, &[("name", "New"), ("domains", "example.org")]),
    ("describe", For::Managers { lately: false }, &[("name", "Other")]),
    ("remove-logo", For::Managers { lately: false }, &[]),
    ("permit", For::Administrators { lately: false }, &[("all_domains", "true")]),
    ("rotate-secret", For::Managers { lately: true }, &[("reason", "leak"), ("overlap", "0")]),
    ("end-secret", For::Managers { lately: true }, &[("secret", "SECRET"), ("last", "true")]),
    ("switch", For::Administrators { lately: true }, &[("active", "false")]),
    ("revoke-tokens", For::Administrators { lately: true }, &[]),
    ("delete", For::Administrators { lately: true }, &[("confirm", "Helpdesk")]),
    ("add-manager", For::Administrators { lately: true }, &[("email", "person@example.org")]),
    ("remove-manager", For::Administrators { lately: true }, &[("account", "MANAGER")]),
];

/// A server with the application `helpdesk`, a manager of it, and one of another.
struct Scene {
    server: Server,
    secret: String,
    manager_id: String,
    administrator: Client,
    manager: Client,
    other: Client,
    person: Client,
}

impl Scene {
    async fn new(server: Server) -> Self {
        let administrator = server.administrator().await;
        let mut clients = Vec::new();
        for email in ["manager@example.org", "other@example.org", "person@example.org"] {
            clients.push(server.person(email).await);
        }
        server.application("rooms:list rooms:create", &["example.org"]).await;
        let new = NewApplication { name: "Elsewhere".into(), domains: domains(&[]), ..Default::default() };
        server.new_application(new).await;
        let mut manager_id = String::new();
        for (slug, email) in [("helpdesk", "manager@example.org"), ("elsewhere", "other@example.org")] {
            let email: parloir::base::EmailAddress = email.parse().unwrap();
            let account = server.accounts.find_by_email(&email.key()).await.unwrap().unwrap().id;
            let application = server.applications.find_by_slug(slug).await.unwrap().unwrap().application;
            server.applications.add_manager(&application.client_id, account, Actor::Operator).await.unwrap();
            if slug == "helpdesk" {
                manager_id = account.to_string();
            }
        }
        let secret = server.applications.find_by_slug("helpdesk").await.unwrap().unwrap().secrets[0].id.to_string();
        let [manager, other, person] = clients.try_into().unwrap();
        Self { server, secret, manager_id, administrator, manager, other, person }
    }

    /// Sends a form as a page of ours does.
    async fn send(&self, client: &Client, form: &str, fields: &[(&str, &str)]) -> Answer {
        self.call(client, form, fields).header("sec-fetch-site", "same-origin").send().await
    }

    fn call(&self, client: &Client, form: &str, fields: &[(&str, &str)]) -> crate::harness::Call {
        let filled: Vec<(&str, &str)> = std::iter::once(("application", "helpdesk"))
            .chain(fields.iter().map(|(name, value)| match *value {
                "SECRET" => (*name, self.secret.as_str()),
                "MANAGER" => (*name, self.manager_id.as_str()),
                value => (*name, value),
            }))
            .filter(|(name, _)| form != "create" || *name != "application")
            .collect();
        client.post(&format!("/actions/applications/{form}")).header("accept-language", "en").form(&filled)
    }

    /// What the forms could change.
    async fn state(&self) -> String {
        let events = "SELECT COUNT(*) FROM audit_event WHERE action LIKE 'application.%' OR action LIKE 'secret.%'";
        let overview = self.server.applications.find_by_slug("helpdesk").await.unwrap();
        format!("{} {overview:?}", self.server.database.number(events, []).await)
    }
}

async fn open(client: &Client, path: &str) -> Answer {
    client.get(path).header("accept", "text/html").header("accept-language", "en").send().await
}

/// The first text of a page that begins with `prefix`.
fn word(page: &Answer, prefix: &str) -> String {
    let text = page.text();
    let start = text.find(prefix).unwrap_or_else(|| panic!("no {prefix} in {page}"));
    text[start..].chars().take_while(|char| char.is_ascii_alphanumeric() || *char == '_').collect()
}

#[test]
fn every_form_is_listed_here() {
    let sent: BTreeSet<_> = leptos::server_fn::axum::server_fn_paths()
        .filter_map(|(path, _)| path.strip_prefix("/actions/applications/"))
        .collect();
    let listed: BTreeSet<_> = FORMS.iter().map(|(form, ..)| *form).collect();
    assert_eq!(sent, listed, "who may send it stands in FORMS");
}

on_both! {
    async fn forms_are_for_those_who_may(server: Server) {
        let scene = Scene::new(server).await;
        let before = scene.state().await;
        let stranger = scene.server.anonymous();
        for (form, whose, fields) in FORMS {
            let answer = scene.send(&stranger, form, fields).await.expect(303);
            assert!(answer.header("location").starts_with("/sign-in?next=%2Fadmin%2Fapplications"), "{answer}");
            for somebody in [&scene.person, &scene.other] {
                assert_eq!(scene.send(somebody, form, fields).await.expect(303).header("location"), "/", "{form}");
            }
            if matches!(whose, For::Administrators { .. }) {
                let answer = scene.send(&scene.manager, form, fields).await.expect(303);
                assert_eq!(answer.header("location"), "/", "{form}");
            }
            for site in ["cross-site", "same-site", "none"] {
                let call = scene.call(&scene.administrator, form, fields).header("sec-fetch-site", site);
                assert_eq!(call.expect(403).await.code(), "cross_site_request", "{form}");
            }
            assert_eq!(scene.state().await, before, "{form}");
        }
        // Ten minutes after she proved who she is, she is asked again where it matters.
        scene.server.clock.advance(TEN_MINUTES);
        for (form, whose, fields) in FORMS {
            let (client, lately) = match whose {
                For::Administrators { lately } => (&scene.administrator, lately),
                For::Managers { lately } => (&scene.manager, lately),
            };
            if lately {
                let answer = scene.send(client, form, fields).await.expect(303);
                assert!(answer.header("location").starts_with("/sign-in/confirm?next=%2Fadmin%2Fapplications"), "{answer}");
                assert_eq!(scene.state().await, before, "{form}");
            }
        }
    }

    async fn pages_are_for_those_who_may(server: Server) {
        let scene = Scene::new(server).await;
        let tabs = ["", "/permissions", "/credentials", "/activity", "/test?for=person%40example.org", "/danger"];
        for tab in tabs {
            let path = format!("{LIST}/helpdesk{tab}");
            let next = format!("/sign-in?next={}", form_urlencoded::byte_serialize(path.as_bytes()).collect::<String>());
            assert_eq!(open(&scene.server.anonymous(), &path).await.expect(303).header("location"), next);
            for somebody in [&scene.person, &scene.other] {
                let page = open(somebody, &path).await.expect(404);
                assert!(!page.text().contains("prl_c") && !page.text().contains("Helpdesk"), "{page}");
            }
            assert!(open(&scene.administrator, &path).await.expect(200).text().contains("Helpdesk"));
            open(&scene.manager, &path).await.expect(if tab == "/danger" { 403 } else { 200 });
        }
        open(&scene.administrator, &format!("{LIST}/none/credentials")).await.expect(404);
        // A manager has a list of hers, and the way to it; whoever manages nothing has neither.
        let page = open(&scene.manager, LIST).await.expect(200);
        assert!(page.text().contains("Helpdesk") && !page.text().contains("Elsewhere"), "{page}");
        assert!(open(&scene.manager, "/rooms").await.text().contains(r#"href="/admin/applications""#));
        assert!(!open(&scene.person, "/rooms").await.text().contains("/admin/applications"));
        open(&scene.person, LIST).await.expect(403);
        open(&scene.manager, &format!("{LIST}/new")).await.expect(403);
    }

    async fn a_secret_is_shown_once_and_replaced(server: Server) {
        let scene = Scene::new(server).await;
        let (server, administrator) = (&scene.server, &scene.administrator);
        let fields = [("name", "Calendar"), ("scopes[]", "rooms:list"), ("domains", "example.org")];
        let made = scene.send(administrator, "create", &fields).await.expect(303);
        let page_of = "/admin/applications/calendar/credentials";
        assert_eq!(made.header("location"), page_of);
        let page = open(administrator, page_of).await.expect(200);
        let (id, first) = (word(&page, "prl_ci_"), word(&page, "prl_cs_"));
        assert!(!open(administrator, page_of).await.text().contains(&first));
        let ask = async |secret: &str| {
            let body = json!({ "client_id": id, "client_secret": secret, "grant_type": "client_credentials", "scope": "person@example.org" });
            server.anonymous().post(crate::harness::TOKEN).json(&body).send().await.status
        };
        assert_eq!(ask(&first).await, 200);
        let rotate = async |reason: &str, overlap: &str| {
            let fields = [("application", "calendar"), ("reason", reason), ("overlap", overlap)];
            let call = administrator.post("/actions/applications/rotate-secret").header("sec-fetch-site", "same-origin");
            let answer = call.form(&fields).expect(303).await;
            assert_eq!(answer.header("location"), page_of);
            open(administrator, page_of).await.expect(200)
        };
        let page = rotate("routine", "24").await;
        let second = word(&page, "prl_cs_");
        assert_eq!((ask(&first).await, ask(&second).await), (200, 200));
        // A third is refused, with the moment at which one ends.
        let page = rotate("routine", "1").await;
        assert!(page.text().contains("Two secrets work already; the older one ends 16"), "{page}");
        assert!(!page.text().contains("It will not be shown again"), "{page}");
        for (reason, overlap) in [("whim", "24"), ("routine", "721"), ("routine", "-1"), ("routine", "")] {
            assert!(!rotate(reason, overlap).await.text().contains("It will not be shown again"), "{reason} {overlap}");
        }
        let third = word(&rotate("leak", "0").await, "prl_cs_");
        assert_eq!((ask(&first).await, ask(&second).await, ask(&third).await), (401, 401, 200));
        let trail = open(administrator, "/admin/applications/calendar/activity").await.expect(200);
        assert!(trail.text().contains("secret.rotated") && trail.text().contains("token.issued"), "{trail}");
    }

    async fn permissions_are_in_force_at_once(server: Server) {
        let scene = Scene::new(server).await;
        let page_of = "/admin/applications/helpdesk/permissions";
        let version = async || {
            let found = scene.server.applications.find_by_slug("helpdesk").await.unwrap().unwrap();
            found.application.version.to_string()
        };
        let permit = async |fields: &[(&str, &str)]| {
            let answer = scene.send(&scene.administrator, "permit", fields).await.expect(303);
            assert_eq!(answer.header("location"), page_of);
            open(&scene.administrator, page_of).await.expect(200)
        };
        let first = version().await;
        let fields = [
            ("version", first.as_str()),
            ("rights[0]", "rooms:list required"),
            ("rights[1]", "rooms:retrieve no"),
            ("rights[2]", "rooms:create optional"),
            ("domains", "example.net\nEXAMPLE.net"),
            ("token_lifetime_minutes", "5"),
            ("networks", "10.0.0.0/8"),
        ];
        let page = permit(&fields).await;
        assert!(page.text().contains("May list and create rooms for people of example.net; sees nothing else."), "{page}");
        let found = scene.server.applications.find_by_slug("helpdesk").await.unwrap().unwrap().application;
        assert_eq!((found.scopes, found.optional_scopes), (scopes("rooms:list rooms:create"), scopes("rooms:create")));
        assert_eq!((found.token_lifetime_minutes, found.networks.to_string()), (Some(5), "10.0.0.0/8".to_owned()));
        // What was made of an older state does not undo a newer one, and what was typed stays.
        let page = permit(&fields).await;
        assert!(page.text().contains("Somebody else changed this application meanwhile."), "{page}");
        let latest = version().await;
        for (field, value, told) in [
            ("domains", "not a domain!", "“not” is not a domain."),
            ("token_lifetime_minutes", "61", "Enter a whole number from 1 to 60."),
            ("token_lifetime_minutes", "soon", "Enter a whole number from 1 to 60."),
            ("user_creation_per_day", "many", "Enter a whole number."),
            ("networks", "10.0.0.1/8", "Write 10.0.0.0/8, or a single address."),
            ("networks", "here", "“here” is not a network."),
            ("rights[0]", "rooms:paint required", "One of these rights is unknown."),
        ] {
            let page = permit(&[("version", &latest), (field, value)]).await;
            assert!(page.text().contains(told), "{field} {value}: {page}");
            assert_eq!(version().await, latest);
        }
    }

    async fn the_test_says_what_a_token_request_would(server: Server) {
        let scene = Scene::new(server).await;
        let before = scene.server.database.number("SELECT COUNT(*) FROM audit_event", []).await;
        let test = async |email: &str| {
            let query: String = form_urlencoded::byte_serialize(email.as_bytes()).collect();
            open(&scene.manager, &format!("{LIST}/helpdesk/test?for={query}")).await.expect(200)
        };
        for (email, told) in [
            ("person@example.org", "Works: it would get a token for person@example.org."),
            ("person@example.net", "may not act for people of example.net"),
            ("nobody@example.org", "nobody here has the address nobody@example.org"),
            ("nobody", "that is not an e-mail address"),
        ] {
            assert!(test(email).await.text().contains(told), "{email}");
        }
        let client_id = scene.server.applications.find_by_slug("helpdesk").await.unwrap().unwrap().application.client_id;
        scene.server.applications.set_active(&client_id, false, Actor::Operator).await.unwrap();
        assert!(test("person@example.org").await.text().contains("application_inactive"));
        // Nothing was issued, made or recorded, but for the switch.
        assert_eq!(scene.server.database.number("SELECT COUNT(*) FROM audit_event", []).await, before + 1);
    }
}

/// A small picture.
fn png() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image::RgbaImage::from_pixel(40, 30, image::Rgba([10, 120, 130, 255]))
        .write_to(&mut file, image::ImageFormat::Png)
        .unwrap();
    file.into_inner()
}

#[test]
fn a_logo_is_drawn_anew() {
    on_sqlite(async |database| {
        let scene = Scene::new(database.serve().await).await;
        let upload = async |client: &Client, file: Vec<u8>| {
            let head = "--xx\r\ncontent-disposition: form-data; name=\"application\"\r\n\r\nhelpdesk\r\n--xx\r\n\
                        content-disposition: form-data; name=\"file\"; filename=\"logo.png\"\r\n\r\n";
            let body = [head.as_bytes(), &file, b"\r\n--xx--\r\n"].concat();
            let call = client.post("/actions/applications/logo").header("sec-fetch-site", "same-origin");
            call.body("multipart/form-data; boundary=xx", body).send().await
        };
        let picture = png();
        assert!(upload(&scene.server.anonymous(), picture.clone()).await.header("location").starts_with("/sign-in"));
        for somebody in [&scene.person, &scene.other] {
            upload(somebody, picture.clone()).await.expect(404);
        }
        upload(&scene.manager, picture.clone()).await.expect(303);
        let page = open(&scene.manager, "/admin/applications/helpdesk").await.expect(200);
        assert!(page.text().contains("The logo is in place."), "{page}");
        let start = page.text().find("/applications/helpdesk/logo?v=").unwrap();
        let address: String = page.text()[start..].chars().take_while(|char| *char != '"').collect();
        let shown = scene.server.anonymous().get(&address).expect(200).await;
        assert_eq!((shown.header("content-type"), shown.header("x-content-type-options")), ("image/png", "nosniff"));
        for (file, told) in [
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "That is no PNG, JPEG, WebP or GIF picture."),
            (vec![0; 513 * 1024], "That file is larger than 512 kB."),
            (picture[..picture.len() / 2].to_vec(), "That picture cannot be read."),
        ] {
            upload(&scene.manager, file).await.expect(303);
            let page = open(&scene.manager, "/admin/applications/helpdesk").await.expect(200);
            assert!(page.text().contains(told), "{page}");
        }
        // Sent by another site it is not looked at.
        let call = scene.manager.post("/actions/applications/logo").header("sec-fetch-site", "cross-site");
        assert_eq!(call.body("multipart/form-data; boundary=x", "").expect(403).await.code(), "cross_site_request");
    });
}
