//! Whose fault it is that there is no answer: told apart in the log, in the metrics and by `doctor`.

use std::time::Duration;

use serde_json::json;

use super::deploy_center::{ACTIVE, DeployCenter, KEY, STRANGE, Whim};
use super::stage::Stage;
use crate::doctor::findings::examine;
use crate::harness::{Database, log, on_both, on_sqlite};
use crate::process::Installation;

const TOKEN: &str = "a token for the metrics of enough characters";

fn saying(body: &str) -> Whim {
    Whim::Body(body.to_owned())
}

#[test]
fn failures_are_told_apart() {
    on_sqlite(async |database| {
        let token = TOKEN.replace(' ', "-");
        let settings = [("entitlements.timeout_seconds", "1"), ("metrics.token", &token)];
        let stage = Stage::with(&database, &settings).await;
        let failures = [
            (Whim::Status(400, None), "bad_request"),
            (Whim::Status(401, None), "unauthorized"),
            (Whim::Status(403, None), "unauthorized"),
            (Whim::Status(404, None), "upstream"),
            (Whim::Status(302, None), "upstream"),
            (Whim::Status(429, None), "rate_limited"),
            (Whim::Status(500, None), "upstream"),
            (Whim::Slow(Duration::from_secs(3)), "timeout"),
            (saying("<html>"), "malformed"),
            (saying("[]"), "malformed"),
            (saying(r#"{"entitlements": null}"#), "malformed"),
            (saying(r#"{"entitlements": {"can_access": "false"}}"#), "malformed"),
            (saying(&" ".repeat(65 * 1024)), "malformed"),
        ];
        let metrics = async || {
            let answer = stage.server().anonymous().with_token(&token).get("/metrics").expect(200).await;
            answer.text().to_owned()
        };
        for (index, (whim, kind)) in failures.into_iter().enumerate() {
            let told = format!("{whim:?}");
            stage.deploy_center.whim(whim);
            let (asked, name) = (stage.deploy_center.asked(), format!("person-{index}"));
            let (browser, page) = stage.comes(&name, ACTIVE).await;
            assert_eq!((page.url.path(), page.answer.status), ("/no-access", 503), "{told}");
            assert_eq!(stage.status(&browser).await, (false, "unknown".to_owned()), "{told}");
            let more = stage.deploy_center.asked() - asked;
            assert!(more == 1 || (kind == "timeout" && more <= 2), "{told}: {more}");
            // The one who waited may be told before the one who asked has noted why.
            tokio::time::sleep(Duration::from_millis(if kind == "timeout" { 300 } else { 0 })).await;
            let level = if matches!(kind, "bad_request" | "unauthorized") { "ERROR" } else { "WARN" };
            let log = log::all();
            let found =
                log.lines().rev().find(|line| line.contains("the entitlements provider") && !line.contains("answered"));
            let line: serde_json::Value = serde_json::from_str(found.unwrap()).unwrap();
            assert_eq!(
                (line["level"].as_str(), line["fields"]["outcome"].as_str()),
                (Some(level), Some(kind)),
                "{told}"
            );
            let counted = format!("parloir_entitlement_questions_total{{outcome=\"{kind}\"}}");
            assert!(metrics().await.contains(&counted), "{told}");
            // And it is over as soon as it is.
            stage.deploy_center.whim(None);
            stage.advance(31);
            assert_eq!(stage.status(&browser).await, (true, "granted".to_owned()), "{told}");
        }
        let metrics = metrics().await;
        assert!(metrics.contains("parloir_entitlement_questions_total{outcome=\"granted\"} 13\n"), "{metrics}");
        assert!(metrics.contains("parloir_entitlement_circuit_open 0\n"), "{metrics}");
    });
}

#[test]
fn what_is_missing_denies_and_what_is_unknown_is_kept() {
    on_sqlite(async |database| {
        let stage = Stage::new(&database).await;
        for (index, entitlements) in
            [json!({}), json!({ "can_access": null }), json!({ "can_create": true })].iter().enumerate()
        {
            let answer = json!({ "organization": null, "entitlements": entitlements, "more": { "to": "come" } });
            stage.deploy_center.whim(saying(&answer.to_string()));
            let (browser, page) = stage.comes(&format!("person-{index}"), ACTIVE).await;
            assert_eq!((page.url.path(), page.answer.status), ("/no-access", 200), "{entitlements}");
            assert_eq!(stage.status(&browser).await, (false, "denied".to_owned()), "{entitlements}");
            let kept = database.rows("SELECT answer FROM entitlement ORDER BY fetched_at DESC", []).await;
            let kept: serde_json::Value =
                serde_json::from_str(&kept[0].try_get_by_index::<String>(0).unwrap()).unwrap();
            assert_eq!(kept, answer);
            stage.advance(1);
        }
    });
}

on_both! {
    async fn doctor_asks_about_nobody(database: Database) {
        let deploy_center = DeployCenter::start().await;
        let mut parloir = Installation::on(database.url()).and("SERVER__LISTEN", "127.0.0.1:0");
        examine(&parloir).expect("entitlements", "ok", "everybody");
        for (key, value) in deploy_center.settings() {
            parloir = parloir.and(&key.to_uppercase().replace('.', "__"), &value);
        }
        examine(&parloir).expect("entitlements", "ok", "accepts our key");
        for question in deploy_center.questions().iter() {
            let names: Vec<_> = question.query.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["service_id", "account_type"]);
            assert_eq!(question.headers["x-service-auth"], format!("Bearer {KEY}"));
        }
        for (whim, state, words) in [
            (Whim::Status(401, None), "error", "does not accept entitlements.api_key"),
            (Whim::Status(403, None), "error", "does not accept entitlements.api_key"),
            (Whim::Status(500, None), "warning", "fails with status 500"),
            (Whim::Status(404, None), "warning", "fails with status 404"),
            (saying("{}"), "warning", "cannot be understood"),
        ] {
            deploy_center.whim(whim);
            examine(&parloir).expect("entitlements", state, words);
        }
        let wrong = parloir.and("ENTITLEMENTS__API_KEY", "another-unmistakable-key");
        deploy_center.whim(None);
        let findings = examine(&wrong);
        findings.expect("entitlements", "error", "does not accept entitlements.api_key");
        assert!(!format!("{findings:?}").contains("another-unmistakable-key"));
        assert!(!format!("{findings:?}").contains(STRANGE));
        deploy_center.stop().await;
        examine(&wrong).expect("entitlements", "warning", "cannot be reached");
    }
}
