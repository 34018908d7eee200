//! How a token may be asked for: media types, `Accept`, methods, addresses; and the limits of a body.

use serde_json::json;

use crate::harness::{Answer, Application, Client, Server, TOKEN, on_both};

async fn ready(server: &Server) -> (Application, Client) {
    server.account("ada@example.org").await;
    (server.application("rooms:list", &["example.org"]).await, server.anonymous())
}

fn fields<'a>(application: &'a Application, email: &'a str) -> [(&'static str, &'a str); 4] {
    [
        ("client_id", application.client_id.as_str()),
        ("client_secret", &application.client_secret),
        ("grant_type", "client_credentials"),
        ("scope", email),
    ]
}

fn assert_always(answer: &Answer) {
    assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    assert_eq!(answer.header("allow"), "POST, OPTIONS", "{answer}");
}

on_both! {
    async fn forms_and_json_are_read_alike(server: Server) {
        let (application, client) = ready(&server).await;
        client.post(TOKEN).form(&fields(&application, "ada@example.org")).expect(200).await;
        client.post(TOKEN).form(&fields(&application, " ADA@example.org ")).expect(200).await;
        let padded = (format!(" {}\t", application.client_id), format!("\n{} ", application.client_secret));
        let body = json!({
            "client_id": padded.0, "client_secret": padded.1, "grant_type": "client_credentials",
            "scope": " ada@example.org", "extra": [1],
        });
        client.post(TOKEN).json(&body).expect(200).await;
        // Of a repeated field the last counts.
        let [id, secret, grant, scope] = fields(&application, "ada@example.org");
        client.post(TOKEN).form(&[("scope", "eve@example.net"), id, secret, grant, scope]).expect(200).await;
        for content_type in ["APPLICATION/JSON; charset=utf-8", "application/json;x=y"] {
            client.post(TOKEN).body(content_type, application.body("ada@example.org").to_string()).expect(200).await;
        }
        let told = json!({
            "client_id": ["This field may not be blank."], "client_secret": ["This field is required."],
            "grant_type": ["\"x\" is not a valid choice."], "scope": ["This field is required."],
        });
        let answer = client.post(TOKEN).form(&[("client_id", ""), ("grant_type", "x")]).send().await;
        answer.expect_refusal(400, "invalid_request", &told);
    }

    async fn a_secret_counts_in_the_body_alone(server: Server) {
        let (application, client) = ready(&server).await;
        let [id, secret, grant, scope] = fields(&application, "ada@example.org");
        let required =
            json!({ "client_id": ["This field is required."], "client_secret": ["This field is required."] });
        let basic = format!("Basic {}", base64(&format!("{}:{}", id.1, secret.1)));
        let answer = client.post(TOKEN).header("authorization", &basic).form(&[grant, scope]).send().await;
        answer.expect_refusal(400, "invalid_request", &required);
        let query = format!("{TOKEN}?client_id={}&client_secret={}", id.1, secret.1);
        client.post(&query).form(&[grant, scope]).send().await.expect_refusal(400, "invalid_request", &required);
        // A header that means nothing here does no harm either, nor does a bearer token or somebody's session.
        client.post(TOKEN).header("authorization", &basic).form(&fields(&application, scope.1)).expect(200).await;
        client.with_token("nonsense").post(TOKEN).form(&fields(&application, scope.1)).expect(200).await;
        let grace = server.person("grace@example.org").await;
        let cross_site =
            grace.post(TOKEN).header("sec-fetch-site", "cross-site").header("origin", "https://evil.example.net");
        let answer = cross_site.form(&fields(&application, scope.1)).expect(200).await;
        assert_eq!(answer.header("set-cookie"), "");
    }

    async fn other_media_types_are_refused_before_the_fields_are_looked_at(server: Server) {
        let (application, client) = ready(&server).await;
        for content_type in
            ["text/plain", "multipart/form-data; boundary=x", "application/xml", "application/jsonp", "", "nonsense"]
        {
            let told = json!({ "detail": format!("Unsupported media type \"{content_type}\" in request.") });
            let answer = client.post(TOKEN).body(content_type, "{}").send().await;
            assert_always(&answer);
            answer.expect_refusal(415, "unsupported_media_type", &told);
        }
        let typeless = client.post(TOKEN).body("", application.body("ada@example.org").to_string()).send().await;
        typeless.expect(415);
    }

    async fn bodies_that_cannot_be_read(server: Server) {
        let (_, client) = ready(&server).await;
        for body in
            ["{", "{\"client_id\": }", "{'client_id': 1}", "NaN", "\u{feff}{}", "{} {}", "[", &"[".repeat(10_000)]
        {
            let answer = client.post(TOKEN).body("application/json", body.to_owned()).send().await.expect(400);
            assert_always(&answer);
            let detail = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.starts_with("JSON parse error - "), "{detail}");
            assert_eq!(answer.code(), "parse_error");
        }
        let answer = client.post(TOKEN).body("application/json", vec![b'"', 0xff, b'"']).send().await.expect(400);
        assert_eq!(answer.code(), "parse_error");
        for (body, kind) in [("[]", "list"), ("\"x\"", "str"), ("5", "int"), ("1.5", "float"), ("true", "bool")] {
            let told = json!({ "non_field_errors": [format!("Invalid data. Expected a dictionary, but got {kind}.")] });
            let answer = client.post(TOKEN).body("application/json", body).send().await;
            answer.expect_refusal(400, "invalid_request", &told);
        }
        // Nothing at all is an object without fields.
        for content_type in ["application/json", "application/x-www-form-urlencoded", "text/plain"] {
            let answer = client.post(TOKEN).body(content_type, "").send().await.expect(400);
            assert_eq!(answer.json().as_object().unwrap().len(), 4, "{answer}");
        }
    }

    async fn a_body_has_64_kilobytes_at_most(server: Server) {
        let (application, client) = ready(&server).await;
        let mut body = application.body("ada@example.org");
        let length = body.to_string().len();
        body["padding"] = "x".repeat(64 * 1024 - length - r#","padding":"""#.len()).into();
        assert_eq!(body.to_string().len(), 64 * 1024);
        client.post(TOKEN).json(&body).expect(200).await;
        let told = json!({ "detail": "Request body is too large." });
        let answer = client.post(TOKEN).body("application/json", format!("{body} ")).send().await;
        assert_always(&answer);
        answer.expect_refusal(413, "payload_too_large", &told);
        client.post(TOKEN).body("text/plain", vec![b'x'; 1 << 20]).send().await.expect(413);
    }

    async fn whoever_takes_no_json_is_told_first(server: Server) {
        let (application, client) = ready(&server).await;
        let body = application.body("ada@example.org");
        let told = json!({ "detail": "Could not satisfy the request Accept header." });
        for accept in ["text/html", "application/json;q=0", "image/*, text/*", "*/*;q=0"] {
            let answer = client.post(TOKEN).header("accept", accept).json(&body).send().await;
            assert_always(&answer);
            answer.expect_refusal(406, "not_acceptable", &told);
            client.post(TOKEN).header("accept", accept).body("text/plain", "x").send().await.expect(406);
            client.get(TOKEN).header("accept", accept).send().await.expect(406);
        }
        for accept in ["", "*/*", "application/*", "text/html, */*;q=0.1", "application/json; indent=4"] {
            client.post(TOKEN).header("accept", accept).json(&body).expect(200).await;
        }
    }

    async fn other_methods_are_refused(server: Server) {
        let (application, client) = ready(&server).await;
        for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"] {
            let told = json!({ "detail": format!("Method \"{method}\" not allowed.") });
            let answer = client.call(method, TOKEN).json(&application.body("ada@example.org")).send().await;
            assert_always(&answer);
            answer.expect_refusal(405, "method_not_allowed", &told);
        }
        let answer = client.call("HEAD", TOKEN).expect(405).await;
        assert_always(&answer);
        assert_eq!(answer.text(), "");
    }

    async fn both_slash_forms_are_served(server: Server) {
        let (application, client) = ready(&server).await;
        let path = TOKEN.trim_end_matches('/');
        let answer = client.post(path).json(&application.body("ada@example.org")).expect(200).await;
        assert_always(&answer);
        assert_always(&client.get(path).expect(405).await);
        for path in [format!("{TOKEN}/"), TOKEN.replace("v1.0", "v2.0"), TOKEN.replace("token", "TOKEN")] {
            let answer = client.post(&path).json(&application.body("ada@example.org")).expect(404).await;
            assert_eq!(answer.code(), "not_found");
        }
    }
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}
