//! What others may know of the server, what an operator sees of the provider, and what is counted.

use serde_json::{Value, json};

use super::{Stage, file};
use crate::doctor::findings::examine;
use crate::harness::{Database, Server, on_sqlite};
use crate::metrics::exposition::Metrics;
use crate::peer::{CLIENT_SECRET, Endpoint, Key, Peer};
use crate::process::Installation;

async fn jwks(server: &Server) -> Vec<Value> {
    let answer = server.anonymous().get("/jwks").expect(200).await;
    assert_eq!(
        (answer.header("content-type"), answer.header("cache-control")),
        ("application/json", "public, max-age=300")
    );
    let keys: Vec<Value> = serde_json::from_value(answer.json()["keys"].clone()).unwrap();
    for key in &keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{key}");
        }
    }
    keys
}

#[test]
fn our_public_keys() {
    on_sqlite(async |database: Database| {
        let server = database.serve().await;
        assert_eq!(jwks(&server).await, Vec::<Value>::new());
        server.anonymous().get("/jwks/").expect(200).await;
        let answer = server.anonymous().post("/jwks").expect(405).await;
        assert_eq!(answer.code(), "method_not_allowed");

        let (new, old, rsa, signing) = (Key::ec("new"), Key::ec("old"), Key::rsa("rsa"), Key::ec("signing"));
        let files = [file(&database, &new, "new.pem"), file(&database, &old, "old.pem")].join(",");
        let rsa_file = file(&database, &rsa, "rsa.pem");
        let provider = json!({
            "userinfo": "encrypted",
            "userinfo_encrypted_response_alg": "RSA-OAEP-256",
            "id_token_encrypted_response_alg": "ECDH-ES",
            "decryption_key_files": [rsa_file, file(&database, &old, "old.pem")],
        });
        let signing_file = file(&database, &signing, "signing.pem");
        let settings = [
            ("resource_server.response", "encrypted"),
            ("resource_server.introspection_encrypted_response_alg", "ECDH-ES"),
            ("resource_server.decryption_key_files", &*files),
            ("resource_server.token_endpoint_auth_method", "private_key_jwt"),
            ("resource_server.client_key_file", &*signing_file),
        ];
        let stage = Stage::on(&database, provider, &settings).await;
        let keys = jwks(&stage.server).await;
        let seen: Vec<_> =
            keys.iter().map(|key| (key["use"].as_str().unwrap(), key["alg"].as_str().unwrap())).collect();
        // The old key serves both, and stands there once.
        assert_eq!(seen, [("enc", "ECDH-ES"), ("enc", "ECDH-ES"), ("sig", "ES256"), ("enc", "RSA-OAEP-256")]);
        for (published, key) in keys.iter().zip([&new, &old, &signing, &rsa]) {
            let own = key.public();
            for member in ["kty", "crv", "x", "y", "n", "e"] {
                assert_eq!(published.get(member), own.get(member), "{published}");
            }
            let members = if published["kty"] == "RSA" { vec!["e", "kty", "n"] } else { vec!["crv", "kty", "x", "y"] };
            let members: Vec<_> = members.iter().map(|name| format!("\"{name}\":{}", published[*name])).collect();
            let text = format!("{{{}}}", members.join(","));
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
            assert_eq!(published["kid"], crate::harness::forger::encode(digest.as_ref()), "RFC 7638 §3");
        }
    });
}

#[test]
fn the_description_of_the_resource() {
    const AT: &str = "/.well-known/oauth-protected-resource";
    on_sqlite(async |database: Database| {
        let scopes = ["rooms:list", "rooms:retrieve", "rooms:create", "rooms:update", "rooms:delete"];
        let server = database.serve_with(&[("server.public_url", "https://meet.example.org")]).await;
        let told = |path: &str| {
            json!({
                "resource": format!("https://meet.example.org{path}"),
                "jwks_uri": "https://meet.example.org/jwks",
                "scopes_supported": scopes,
                "bearer_methods_supported": ["header"],
                "resource_name": "Parloir",
                "resource_documentation": "https://meet.example.org/docs",
            })
        };
        for path in ["", "/external-api/v1.0"] {
            let answer = server.anonymous().get(&format!("{AT}{path}")).expect(200).await;
            assert_eq!((answer.json(), answer.header("cache-control")), (told(path), "public, max-age=300"));
        }
        server.anonymous().get(&format!("{AT}/rooms")).expect(404).await;

        let settings = [("resource_server.scope_prefix", "meet"), ("resource_server.required_scopes", "lasuite")];
        let stage = Stage::with(&database, &settings).await;
        let answer = stage.server.anonymous().get(AT).expect(200).await.json();
        assert_eq!(answer["authorization_servers"], json!([stage.peer.issuer()]));
        let mut all = vec!["lasuite".to_owned()];
        all.extend(scopes.map(str::to_owned));
        all.extend(scopes.map(|scope| format!("meet:{scope}")));
        assert_eq!(answer["scopes_supported"], json!(all));
        assert_eq!(stage.asked(), 0);
    });
}

fn settings(peer: &Peer, more: &str) -> String {
    format!(
        "[[sign_in.providers]]\nid = \"test\"\nissuer = \"{}\"\nclient_id = \"parloir\"\nclient_secret = \"{CLIENT_SECRET}\"\n\n\
         [resource_server]\nprovider = \"test\"\nclient_id = \"parloir\"\nclient_secret = \"{CLIENT_SECRET}\"\n{more}\n",
        peer.issuer()
    )
}

#[test]
fn doctor_asks_about_an_invented_token() {
    on_sqlite(async |database: Database| {
        let peer = Peer::start(&parloir::base::Clock::System).await;
        peer.introspection(|token| super::merge(super::facts(token), &json!({ "active": false })));
        let parloir = Installation::on(database.url()).and("SERVER__LISTEN", "127.0.0.1:0");
        let write = |more: &str| std::fs::write(parloir.folder().join("parloir.toml"), settings(&peer, more)).unwrap();
        let clients = "accepted_clients = [\"calendar\"]\n";
        for form in ["json", "signed"] {
            write(&format!("{clients}response = \"{form}\""));
            let findings = examine(&parloir);
            assert!(findings.ok, "{findings:?}");
            findings.expect("resource_server", "ok", "accepts our credentials");
        }
        let shown = peer.received(Endpoint::Introspection).pop().unwrap().parameters["token"].clone();
        assert_eq!(shown.len(), 43);

        peer.reply(Endpoint::Introspection, |reply| reply.fail(401, &json!({ "error": "invalid_client" })));
        let findings = examine(&parloir);
        assert!(findings.ok, "{findings:?}");
        findings.expect("resource_server", "warning", "does not accept the resource server's credentials");
        peer.reply(Endpoint::Introspection, |reply| reply.fail(503, &json!({})));
        examine(&parloir).expect("resource_server", "warning", "answers 503");
        peer.reply(Endpoint::Introspection, |reply| reply.set_header("content-type", "text/plain"));
        examine(&parloir).expect("resource_server", "warning", "another media type");
        peer.be_honest();
        examine(&parloir).expect("resource_server", "warning", "calls an invented token active");

        write("accept_unknown_clients = true\nresponse = \"json\"");
        let findings = examine(&parloir);
        findings.expect("resource_server.accept_unknown_clients", "warning", "any of its clients");
        findings.expect("resource_server.response", "warning", "neither signed nor encrypted");
        write("");
        examine(&parloir).expect("resource_server.accepted_clients", "warning", "no client is accepted");

        write("response = \"encrypted\"\ndecryption_key_files = [\"none.pem\"]");
        let findings = examine(&parloir);
        assert_eq!(findings.in_state("error"), ["resource_server"]);
        findings.expect("resource_server", "error", "none.pem");
        assert_eq!(parloir.run(&["migrate"]).status.code(), Some(1));
    });
}

#[test]
fn what_came_of_questions_is_counted() {
    const TOKEN: &str = "a-token-for-the-metrics-of-the-tests";
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[("metrics.token", TOKEN)]).await;
        let token = stage.token();
        for _ in 0..3 {
            stage.list(&token).await.expect(200);
        }
        for (says, status) in
            [(json!({ "active": false }), 401), (json!({ "exp": 1 }), 401), (json!({ "active": 1 }), 503)]
        {
            stage.says(says);
            stage.list(&stage.token()).await.expect(status);
        }
        for status in [401, 500] {
            stage.peer.reply(Endpoint::Introspection, move |reply| reply.fail(status, &json!({})));
            stage.list(&stage.token()).await.expect(503);
            stage.server.clock.advance(std::time::Duration::from_secs(2));
        }
        let answer = stage.server.anonymous().with_token(TOKEN).get("/metrics").expect(200).await;
        let metrics = Metrics::read(&answer);
        for outcome in ["active", "inactive", "unusable", "unbelievable", "credentials", "down"] {
            let series = format!("parloir_introspections_total{{outcome=\"{outcome}\"}}");
            assert!((metrics.get(&series) - 1.0).abs() < f64::EPSILON, "{outcome}");
        }
        assert!((metrics.get("parloir_introspections_remembered_total") - 2.0).abs() < f64::EPSILON);
        assert!((metrics.get("parloir_bearers_accepted_total") - 3.0).abs() < f64::EPSILON);
        for (code, times) in [("invalid_token", 2.0), ("provider_error", 2.0), ("provider_unavailable", 1.0)] {
            let series = format!("parloir_bearer_refusals_total{{code=\"{code}\"}}");
            assert!((metrics.get(&series) - times).abs() < f64::EPSILON, "{code}");
        }
    });
}
