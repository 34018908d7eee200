//! The cookies of a sign-in, and where the provider's tokens are not.

use std::fmt::Write as _;

use parloir::base::Clock;
use serde_json::json;

use crate::harness::{Answer, Client, Database, PASSWORD, SECRET_KEY, on_both};
use crate::leaks::{dump, hex, tables};
use crate::peer::{Endpoint, Scene};
use crate::process::Installation;
use crate::provider::Browser;

/// The `Set-Cookie` lines of an answer, without values.
fn cookies(answer: &Answer) -> Vec<String> {
    let lines = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
    lines
        .map(|line| {
            let (pair, attributes) = line.split_once(';').unwrap();
            format!("{}={};{attributes}", pair.split_once('=').unwrap().0, "…")
        })
        .collect()
}

async fn login(scene: &Scene) -> Answer {
    Client::new(scene.server.address()).get("/auth/test/login/").expect(302).await
}

on_both! {
    // SameSite=Lax: a strict one would not come back with the redirect from the provider.
    async fn the_cookie_of_attempts(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        let answer = login(&scene).await;
        assert_eq!(cookies(&answer), ["parloir-login=…; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax"]);
        assert_eq!(answer.header("cache-control"), "no-store");
        let public = [("server.public_url", "https://meet.example.org")];
        let scene = Scene::with(&database, json!({}), &public).await;
        let answer = login(&scene).await;
        assert_eq!(cookies(&answer), ["__Host-parloir-login=…; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax; Secure"]);
        assert!(answer.header("location").contains("redirect_uri=https%3A%2F%2Fmeet.example.org%2Fauth%2Ftest%2Fcallback%2F"));
        // Over https the cookie of plain http is nobody's: whoever listens on the wire could have set it.
        let value = answer.header("set-cookie").split(['=', ';']).nth(1).unwrap();
        let state = answer.header("location").parse::<reqwest::Url>().unwrap();
        let state = state.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let path = format!("/auth/test/callback/?state={state}&error=access_denied&iss={}", scene.peer.issuer());
        let come_back = async |name: &str| {
            let caller = Client::new(scene.server.address());
            caller.get(&path).header("cookie", format!("{name}={value}")).send().await.status
        };
        assert_eq!(come_back("parloir-login").await, 400);
        assert_eq!(come_back("__Host-parloir-login").await, 403);
    }

    // Session fixation, also by way of a provider; and one browser that changes its person.
    async fn signing_in_changes_the_session(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        let email = "bob@example.org";
        scene.server.new_account(email, false, Some(PASSWORD)).await;
        let bob = scene.server.sign_in(email).await;
        let ada = Browser::new();
        let address = scene.returning(&ada).await;
        let path = address.strip_prefix(scene.server.public_url()).unwrap();
        let attempts = format!("parloir-login={}", ada.cookie(&address, "parloir-login").unwrap());
        let before = bob.cookie().unwrap();
        let caller = Client::new(scene.server.address());
        let answer = caller.get(path).header("cookie", format!("{attempts}; {before}")).expect(303).await;
        let after = caller.cookie().unwrap();
        assert!(after.starts_with("parloir=") && after != before, "{answer}");
        let me = async |cookie: &str| {
            let thief = Client::new(scene.server.address());
            thief.set_cookie(cookie);
            thief.get("/auth/users/me/").send().await
        };
        assert_eq!(me(&before).await.status, 401);
        assert_eq!(me(&after).await.json()["name"], "Xanthippe Quux");
        assert_eq!(scene.traces().await.sessions, 1);
    }

    // State, nonce and the challenge of PKCE: unguessable, new each time, and not what is stored.
    async fn what_goes_to_the_provider(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        let ada = Browser::new();
        scene.returning(&ada).await;
        scene.returning(&ada).await;
        let asked = scene.peer.received(Endpoint::Authorization);
        let of = |name: &str| [asked[0].parameters[name].clone(), asked[1].parameters[name].clone()];
        let text = dump(&database, "login_attempt").await.to_lowercase();
        for name in ["state", "nonce", "code_challenge"] {
            let [one, other] = of(name);
            assert!(one.len() >= 43 && one != other, "{name}: {one} {other}");
            assert!(!text.contains(&one.to_lowercase()) && !text.contains(&hex(&one)), "{name}");
        }
        assert_eq!(of("code_challenge_method"), ["S256", "S256"]);
        assert_eq!(of("response_type"), ["code", "code"]);
        // The verifier is the one of the challenge, and stays here until then.
        let browser = scene.signed_in().await;
        assert!(scene.knows(&browser).await);
        let sent = &scene.peer.received(Endpoint::Token)[0].parameters;
        let challenge = scene.peer.received(Endpoint::Authorization)[2].parameters["code_challenge"].clone();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, sent["code_verifier"].as_bytes());
        assert_eq!(crate::harness::forger::encode(digest.as_ref()), challenge);
    }

    // Tokens of the provider: in no page, no cookie, no log line, and not in clear in the database.
    async fn the_tokens_of_the_provider_stay_here(database: Database) {
        let mut database = database;
        database.clock = Clock::System;
        let scene = Scene::new(&database, json!({ "refresh": true })).await;
        let entry = scene.peer.entry("test", &json!({ "refresh": true })).to_string();
        let parloir = Installation::on(database.url())
            .and("SECURITY__SECRET_KEY", SECRET_KEY)
            .and("SIGN_IN__PROVIDERS", &format!("[{entry}]"))
            .and("SERVER__LOG", "trace")
            .and("SERVER__LOG_FORMAT", "json");
        let running = parloir.serve(&[]);
        // Where it is by its settings; it listens elsewhere.
        let ada = Browser::new();
        let page = ada.stopping_at("http://localhost:8080/auth/").visit(running.at("/auth/test/login/?next=/rooms")).await;
        let back = page.next.unwrap();
        let id_token = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = std::sync::Arc::clone(&id_token);
        scene.peer.reply(Endpoint::Token, move |reply| {
            let answer: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
            seen.lock().unwrap().push(answer["id_token"].as_str().unwrap().to_owned());
        });
        let page = ada.visit(running.at(&format!("{}?{}", back.path(), back.query().unwrap()))).await;
        assert_eq!(page.answer.status, 200, "{}", page.answer);
        let mut secrets = vec![
            ("access token", "an-access-token".to_owned()),
            ("refresh token", "a refresh token".to_owned()),
            ("id token", id_token.lock().unwrap()[0].clone()),
            ("code", "code=code-1".to_owned()),
        ];
        let query: Vec<_> = back.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        let state = query.iter().find(|(name, _)| name == "state").unwrap().1.clone();
        let verifier = scene.peer.received(Endpoint::Token)[0].parameters["code_verifier"].clone();
        secrets.extend([("state", state), ("verifier", verifier)]);
        let mut shown = format!("{:?}{}", page.answer.headers, page.answer.text());
        for path in ["/", "/rooms", "/auth/users/me/", "/sign-in"] {
            let page = ada.visit(running.at(path)).await;
            write!(shown, "{:?}{}", page.answer.headers, page.answer.text()).unwrap();
        }
        let mut stored = String::new();
        for table in tables(&database).await {
            stored.push_str(&dump(&database, &table).await.to_lowercase());
        }
        let (status, _) = running.terminate();
        assert!(status.success());
        let written = parloir.log();
        assert!(written.contains("answered"), "there is no log");
        for (name, secret) in secrets {
            assert!(!shown.contains(&secret), "a page shows the {name}");
            assert!(!written.contains(&secret), "the log holds the {name}");
            assert!(!stored.contains(&secret.to_lowercase()) && !stored.contains(&hex(&secret)), "stored: {name}");
        }
        let person = written.to_lowercase();
        assert!(!person.contains("xanthippe") && !person.contains("quux"), "the log names a person");
    }
}
