//! Pages elsewhere that sign their visitors in here: what they get, once, and what nobody else gets.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parloir::audit::Actor;
use serde_json::{Value, json};

use crate::harness::organisations::{CHOOSE_ACTION, COMMUNE, REGION, ada_of};
use crate::harness::{Answer, Client, Database, Through, Way, on_both};
use crate::provider::{Browser, Page};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const EXCHANGE: &str = "/auth/test/exchange";
const BACK: &str = "https://catalogue.example.org/back?tab=1";
const ORIGIN: &str = "https://catalogue.example.org";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const STATE: &str = "a state & more=\u{e9}+%20";

const SETTINGS: &[(&str, &str)] = &[(
    "sign_in.front_ends",
    r#"[{"id": "catalogue", "redirect_uri": "https://catalogue.example.org/back?tab=1"},
        {"id": "other", "redirect_uri": "https://other.example.org/"}]"#,
)];

async fn plain(database: &Database) -> Through {
    Through::with(database, Way { settings: SETTINGS, ..Way::default() }).await
}

fn challenge(verifier: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
    URL_SAFE_NO_PAD.encode(digest)
}

/// Where a front end sends its visitor.
fn start(through: &Through, pairs: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    through.at(&format!("/auth/test/login/?{query}"))
}

fn usual(through: &Through) -> String {
    let challenge = challenge(VERIFIER);
    start(through, &[("front_end", "catalogue"), ("code_challenge", &challenge), ("state", STATE)])
}

/// Ada comes for the catalogue, up to the address to which she would go back.
async fn arrives(through: &Through, browser: &Browser) -> Page {
    browser.stopping_at(ORIGIN).sign_in(usual(through), "ada").await
}

async fn code(through: &Through) -> (Browser, String) {
    let browser = Browser::new();
    let page = arrives(through, &browser).await;
    assert!(page.next.is_some(), "{}", page.answer);
    (browser, page.parameter("code"))
}

async fn exchange_at(client: &Client, path: &str, code: &str, verifier: &str) -> Answer {
    client.post(path).json(&json!({ "code": code, "code_verifier": verifier })).send().await
}

async fn exchange(through: &Through, code: &str) -> Answer {
    exchange_at(&through.server.anonymous(), EXCHANGE, code, VERIFIER).await
}

#[track_caller]
fn refused(answer: Answer) {
    let told = json!({ "code": "invalid_grant", "detail": "The code cannot be exchanged." });
    assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    answer.expect_refusal(400, "invalid_grant", &told);
}

fn holder(through: &Through, granted: &Value) -> Client {
    through.server.anonymous().with_token(granted["api_token"].as_str().unwrap())
}

async fn works(client: &Client) {
    client.get(ROOMS).expect(200).await;
}

async fn ended(client: &Client) {
    let told = json!({ "detail": "Token has been revoked." });
    client.get(ROOMS).send().await.expect_refusal(401, "token_revoked", &told);
}

on_both! {
    async fn a_visitor_comes_back_with_a_code_and_nothing_else(database: Database) {
        let through = plain(&database).await;
        let browser = Browser::new();
        let page = arrives(&through, &browser).await;
        assert_eq!(page.answer.status, 303, "{}", page.answer);
        let location = page.answer.header("location");
        let query = location.strip_prefix(&format!("{BACK}&")).unwrap_or_else(|| panic!("{location}"));
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let [(code_name, code), (state_name, state)] = &*pairs else { panic!("{pairs:?}") };
        assert_eq!((&**code_name, &**state_name, &**state), ("code", "state", STATE));
        let answer = exchange(&through, code).await.expect(200);
        assert_eq!(answer.header("cache-control"), "no-store");
        let granted = answer.json();
        let expected = json!({ "organization_siret": null, "email": "ada@example.org", "role": "USER" });
        let mut without = granted.clone();
        without.as_object_mut().unwrap().remove("api_token");
        assert_eq!(without, expected);
        assert!(granted["api_token"].as_str().unwrap().starts_with("prl_pat_"));
        let client = holder(&through, &granted);
        works(&client).await;
        client.post(ROOMS).expect(201).await;
        let [event] = database.events("personal_token.created").await.try_into().unwrap();
        assert_eq!(event.details()["front_end"], "catalogue");
        // Each sign-in gives another, and is told apart.
        let (_, second) = self::code(&through).await;
        let again = exchange(&through, &second).await.expect(200).json();
        assert_ne!(again["api_token"], granted["api_token"]);
        works(&client).await;
    }

    async fn without_state_there_is_none(database: Database) {
        let through = plain(&database).await;
        let challenge = challenge(VERIFIER);
        for method in [None, Some("S256")] {
            let mut pairs = vec![("front_end", "catalogue"), ("code_challenge", &*challenge)];
            pairs.extend(method.map(|method| ("code_challenge_method", method)));
            let page = Browser::new().stopping_at(ORIGIN).sign_in(start(&through, &pairs), "ada").await;
            let next = page.next.unwrap();
            let names: Vec<_> = next.query_pairs().map(|(name, _)| name.into_owned()).collect();
            assert_eq!(names, ["tab", "code"]);
        }
    }

    async fn the_organisation_goes_along(database: Database) {
        let through = Through::organised_with(&database, SETTINGS).await;
        through.provider.set_claims("ada", &ada_of(&[REGION, COMMUNE])).await;
        let browser = Browser::new().stopping_at(ORIGIN);
        let page = browser.sign_in(usual(&through), "ada").await;
        let page = browser.submit_to(&page, CHOOSE_ACTION, &[("organisation", REGION)]).await;
        assert_eq!(page.parameter("state"), STATE, "{}", page.answer);
        let granted = exchange(&through, &page.parameter("code")).await.expect(200).json();
        assert_eq!(granted["organization_siret"], REGION);
        assert_eq!(through.acts_for(&browser).await, REGION);
        // The form may lead there.
        let again = Browser::new().stopping_at(ORIGIN);
        let page = again.sign_in(usual(&through), "ada").await;
        let policy = page.answer.header("content-security-policy").to_owned();
        let form_action = policy.split(';').find(|part| part.contains("form-action")).unwrap();
        assert!(form_action.contains(ORIGIN), "{policy}");
    }

    async fn who_asks_wrongly_is_not_gone_back_to(database: Database) {
        let through = plain(&database).await;
        let challenge = challenge(VERIFIER);
        let long = "s".repeat(1025);
        for (pairs, told) in [
            (vec![("front_end", "nobody"), ("code_challenge", &*challenge)], "There is no such front end."),
            (vec![("front_end", "")], "There is no such front end."),
            (vec![("front_end", "catalogue")], "A code_challenge of S256 is needed."),
            (vec![("front_end", "catalogue"), ("code_challenge", "short")], "A code_challenge of S256 is needed."),
            (vec![("front_end", "catalogue"), ("code_challenge", &challenge[1..])], "A code_challenge of S256 is needed."),
            (
                vec![("front_end", "catalogue"), ("code_challenge", &*challenge), ("code_challenge_method", "plain")],
                "The code_challenge_method must be S256.",
            ),
            (vec![("front_end", "catalogue"), ("code_challenge", &*challenge), ("state", &long)], "The state is too long."),
        ] {
            let browser = Browser::new();
            let answer = browser.for_json().visit(start(&through, &pairs)).await.answer;
            answer.expect_refusal(400, "invalid_request", &json!({ "code": "invalid_request", "detail": told }));
            let page = browser.visit(start(&through, &pairs)).await;
            assert_eq!((page.answer.status, page.trail.len()), (400, 0), "{}", page.answer);
            assert!(page.answer.header("content-type").starts_with("text/html"), "{}", page.answer);
        }
        assert_eq!(through.count("login_attempt").await, 0);
        assert_eq!(through.provider.requests("/auth").await, 0);
    }

    async fn only_the_right_verifier_opens_it(database: Database) {
        let through = plain(&database).await;
        let (_, code) = code(&through).await;
        let client = through.server.anonymous();
        let other = "a".repeat(43);
        for (code, verifier) in [
            (&*code, &*other),
            (&code, ""),
            (&code, &challenge(VERIFIER)),
            (&code, &VERIFIER[1..]),
            (&code[1..], VERIFIER),
            ("", VERIFIER),
            (&other, VERIFIER),
        ] {
            refused(exchange_at(&client, EXCHANGE, code, verifier).await);
        }
        // Another provider's path opens nothing either; none of this has used it up.
        for path in ["/auth/other/exchange", "/auth/other/exchange/", "/auth/TEST/exchange"] {
            refused(exchange_at(&client, path, &code, VERIFIER).await);
        }
        assert_eq!(through.count("personal_token").await, 0);
        exchange_at(&client, "/auth/test/exchange/", &code, VERIFIER).await.expect(200);
    }

    async fn what_is_no_request(database: Database) {
        let through = plain(&database).await;
        let client = through.server.anonymous();
        let told = |code: &str, detail: &str| json!({ "code": code, "detail": detail });
        let text = "The body needs the texts code and code_verifier.";
        for body in [json!({}), json!({ "code": "x" }), json!({ "code": 1, "code_verifier": "x" }), json!([])] {
            let answer = client.post(EXCHANGE).json(&body).send().await;
            answer.expect_refusal(400, "invalid_request", &told("invalid_request", text));
        }
        let answer = client.post(EXCHANGE).body("application/json", "{").send().await;
        answer.expect_refusal(400, "parse_error", &told("parse_error", "The body is not valid JSON."));
        let answer = client.post(EXCHANGE).form(&[("code", "x"), ("code_verifier", "y")]).send().await;
        answer.expect_refusal(415, "unsupported_media_type", &told("unsupported_media_type", "The body must be JSON."));
        client.get(&format!("{EXCHANGE}?code=x&code_verifier=y")).expect(405).await;
    }

    async fn a_code_that_comes_again_ends_what_it_gave(database: Database) {
        let through = plain(&database).await;
        let (browser, code) = code(&through).await;
        let client = holder(&through, &exchange(&through, &code).await.expect(200).json());
        works(&client).await;
        refused(exchange(&through, &code).await);
        ended(&client).await;
        assert_eq!(database.events("personal_token.revoked").await.len(), 1);
        refused(exchange(&through, &code).await);
        assert_eq!(database.events("personal_token.revoked").await.len(), 1);
        // Her own session here is none of it.
        assert_eq!(through.me(&browser).await["email"], "ada@example.org");
    }

    async fn of_many_at_once_one_gets_it(database: Database) {
        let through = plain(&database).await;
        let twin = through.server.twin().await;
        let (_, code) = code(&through).await;
        let clients = [through.server.anonymous(), twin.anonymous()];
        let asking: Vec<_> = (0..8)
            .map(|n| {
                let (client, code) = (clients[n % 2].clone(), code.clone());
                tokio::spawn(async move { exchange_at(&client, EXCHANGE, &code, VERIFIER).await })
            })
            .collect();
        let mut granted = Vec::new();
        for asked in asking {
            let answer = asked.await.unwrap();
            if answer.status == 200 { granted.push(answer.json()) } else { refused(answer) }
        }
        assert_eq!((granted.len(), through.count("personal_token").await), (1, 1));
        // The others came again with it.
        ended(&holder(&through, &granted[0])).await;
    }

    async fn a_code_works_for_a_minute(database: Database) {
        let through = plain(&database).await;
        let (_, first) = code(&through).await;
        let (_, second) = code(&through).await;
        through.server.clock.advance(Duration::from_micros(59_999_999));
        exchange(&through, &first).await.expect(200);
        through.server.clock.advance(Duration::from_micros(1));
        refused(exchange(&through, &second).await);
        assert_eq!(through.count("personal_token").await, 1);
        through.server.clock.advance(Duration::from_hours(25));
        parloir::server::clean(&through.server).await.unwrap();
        assert_eq!(through.count("login_code").await, 0);
    }

    async fn the_token_ends_with_the_sign_in(database: Database) {
        let through = plain(&database).await;
        let signed_in = async || {
            let (browser, code) = code(&through).await;
            (browser, holder(&through, &exchange(&through, &code).await.expect(200).json()))
        };
        // She signs out.
        let (browser, client) = signed_in().await;
        let (_, other) = signed_in().await;
        browser.stopping_at(through.provider.issuer()).post(&through.at("/auth/logout/")).await;
        ended(&client).await;
        works(&other).await;
        // The provider ends it.
        through.provider.end_sessions("ada").await;
        ended(&other).await;
        // It is ended from outside, or she is disabled.
        let (_, client) = signed_in().await;
        database.execute("DELETE FROM session", []).await;
        ended(&client).await;
        let (_, client) = signed_in().await;
        through.server.accounts.set_enabled(&"ada@example.org".parse().unwrap(), false, Actor::Operator).await.unwrap();
        let told = json!({ "detail": "User account is disabled." });
        client.get(ROOMS).send().await.expect_refusal(401, "account_disabled", &told);
        through.server.accounts.set_enabled(&"ada@example.org".parse().unwrap(), true, Actor::Operator).await.unwrap();
        ended(&client).await;
        // A code of a session that is over gives nothing.
        let (browser, code) = code(&through).await;
        browser.stopping_at(through.provider.issuer()).post(&through.at("/auth/logout/")).await;
        refused(exchange(&through, &code).await);
        assert_eq!(through.count("login_code").await, 0);
    }

    async fn it_is_idle_and_over_when_the_sign_in_is(database: Database) {
        let through = plain(&database).await;
        let (_, code) = code(&through).await;
        let client = holder(&through, &exchange(&through, &code).await.expect(200).json());
        // Used, the sign-in stays: twelve hours of nothing end it, seven days in any case.
        for _ in 0..13 {
            through.server.clock.advance(Duration::from_hours(11));
            works(&client).await;
            through.server.personal_tokens.write_usage().await.unwrap();
        }
        through.server.clock.advance(Duration::from_hours(12));
        ended(&client).await;
        through.server.clock.advance(Duration::from_hours(24));
        let told = json!({ "detail": "Token expired." });
        client.get(ROOMS).send().await.expect_refusal(401, "invalid_token", &told);
    }

    async fn only_pages_of_front_ends_may_ask(database: Database) {
        let through = plain(&database).await;
        let client = through.server.anonymous();
        let preflight = |path: &str, origin: &str, method: &str| {
            let call = client.call("OPTIONS", path).header("origin", origin);
            call.header("access-control-request-method", method).header("access-control-request-headers", "content-type")
        };
        for (path, method) in [(EXCHANGE, "POST"), (ROOMS, "GET"), (&*format!("{ROOMS}x/"), "DELETE")] {
            for origin in [ORIGIN, "https://other.example.org"] {
                let answer = preflight(path, origin, method).expect(204).await;
                assert_eq!(answer.header("access-control-allow-origin"), origin, "{answer}");
                assert!(answer.header("access-control-allow-methods").contains(method), "{answer}");
                assert!(answer.header("access-control-allow-headers").contains("authorization"), "{answer}");
                assert_eq!(answer.header("access-control-allow-credentials"), "", "{answer}");
            }
            for origin in ["https://evil.example.org", "http://catalogue.example.org", "null", &format!("{ORIGIN}.evil.example")] {
                let answer = preflight(path, origin, method).send().await;
                assert!(answer.status >= 400 && !answer.headers.contains_key("access-control-allow-origin"), "{answer}");
            }
        }
        // The exchange itself: another site's page is refused before the code is looked at, another front end's with it.
        let (_, code) = code(&through).await;
        let body = json!({ "code": code, "code_verifier": VERIFIER });
        let from = |origin: &str| client.post(EXCHANGE).header("origin", origin).json(&body);
        let told = json!({ "code": "cross_site_request", "detail": "The request comes from another site." });
        let answer = from("https://evil.example.org").send().await.expect_refusal(403, "cross_site_request", &told);
        assert_eq!(answer.header("access-control-allow-origin"), "", "{answer}");
        refused(from("https://other.example.org").send().await);
        let answer = from(ORIGIN).expect(200).await;
        assert_eq!(answer.header("access-control-allow-origin"), ORIGIN, "{answer}");
        assert!(answer.header("access-control-allow-credentials").is_empty(), "{answer}");
        // With its token, it calls the API.
        let held = holder(&through, &answer.json());
        let answer = held.get(ROOMS).header("origin", ORIGIN).expect(200).await;
        assert_eq!(answer.header("access-control-allow-origin"), ORIGIN, "{answer}");
        let answer = client.get(ROOMS).header("origin", ORIGIN).expect(401).await;
        assert_eq!(answer.header("access-control-allow-origin"), ORIGIN, "{answer}");
    }

    async fn nothing_is_left_of_a_person_who_goes(database: Database) {
        let through = plain(&database).await;
        let (_, code) = code(&through).await;
        exchange(&through, &code).await.expect(200);
        database.execute("DELETE FROM account", []).await;
        for table in ["session", "login_code", "personal_token", "identity", "membership"] {
            assert_eq!(through.count(table).await, 0, "{table}");
        }
    }
}
