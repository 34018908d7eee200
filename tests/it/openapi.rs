//! The document of the JSON surfaces at `/openapi.json`.

use std::collections::BTreeSet;

use image::ImageFormat;
use parloir::base::Code;
use serde_json::{Value, json};

use crate::application_logo::{picture, put};
use crate::harness::{Database, Server, on_both};

/// Method, path and description of every operation.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations.push((method.to_uppercase(), path.clone(), operation.clone()));
        }
    }
    operations
}

/// Every `$ref` below a value.
fn references<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(reference) if name == "$ref" => {
                        found.insert(reference);
                    }
                    _ => references(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// The words between backticks that have the form of an error code.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    let form = |word: &&str| {
        !word.is_empty() && word.contains('_') && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    text.split('`').skip(1).step_by(2).filter(form)
}

on_both! {
    async fn the_document(server: Server) {
        let answer = server.anonymous().get("/openapi.json").expect(200).await;
        let mut document = answer.json();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1."), "{}", document["openapi"]);
        // Changes with every release, and with nothing else.
        document["info"]["version"] = json!("x.y.z");
        insta::assert_json_snapshot!("document", document);
    }

    async fn what_is_documented_is_there(database: Database) {
        // Without a token there are no metrics here.
        let endpoint = |name: &str| format!("http://127.0.0.1:9/{name}");
        let provider = json!([{
            "id": "test", "kind": "oidc", "issuer": "http://127.0.0.1:9", "client_id": "parloir", "client_secret": "s".repeat(32),
            "endpoints": { "authorization": endpoint("auth"), "token": endpoint("token"), "jwks": endpoint("jwks") },
        }]);
        let settings = [("metrics.token", &*"t".repeat(32)), ("sign_in.providers", &provider.to_string())];
        let server = database.serve_with(&settings).await;
        let document = server.anonymous().get("/openapi.json").expect(200).await.json();
        // A picture that everybody may see.
        let administrator = server.administrator().await;
        let application = server.application("", &[]).await;
        put(&administrator, &application, picture(8, 8, ImageFormat::Png, 1)).await.expect(200);
        let operations = operations(&document);
        assert!(operations.len() >= 10);
        for (method, path, operation) in operations {
            let mut path = path.replace("{provider}", "test").replace("/applications/{slug}/", "/applications/helpdesk/");
            while let (Some(begin), Some(end)) = (path.find('{'), path.find('}')) {
                path.replace_range(begin..=end, "0190b0de-0000-7000-8000-000000000000");
            }
            let answer = server.anonymous().call(&method, &path).header("sec-fetch-site", "same-origin").send().await;
            assert!(answer.status < 500 && answer.status != 404 && answer.status != 405, "{answer}");
            // The status that it has is a documented one, and what asks for a token gets none here.
            assert!(operation["responses"].get(answer.status.to_string()).is_some(), "{answer}");
            assert_eq!(operation["security"].is_array(), answer.header("www-authenticate") == "Bearer", "{answer}");
        }
    }

    async fn it_is_whole(server: Server) {
        let document = server.anonymous().get("/openapi.json").expect(200).await.json();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
        let (mut ids, known) =
            (BTreeSet::new(), Code::ALL.iter().map(|(code, _)| code.as_str()).collect::<BTreeSet<_>>());
        for (method, path, operation) in operations(&document) {
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no id"));
            assert!(ids.insert(id.to_owned()), "{id} twice");
            for response in operation["responses"].as_object().unwrap().values() {
                let description = response["description"].as_str().unwrap();
                for code in codes(description) {
                    assert!(known.contains(code) || FIELDS.contains(&code), "{method} {path}: {code} is no error code");
                }
            }
        }
    }
}

/// What else stands between backticks: fields, not codes.
const FIELDS: &[&str] = &["client_id", "client_secret", "grant_type", "access_level", "external_id"];
