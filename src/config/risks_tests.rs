use std::collections::BTreeSet;

use super::*;
use crate::config::{SETTINGS, Sources};

fn config(settings: &[(&str, &str)]) -> Config {
    let environment = settings
        .iter()
        .map(|(key, value)| (format!("PARLOIR__{}", key.to_uppercase().replace('.', "__")), (*value).to_owned()));
    Config::from_sources(&Sources { file: None, environment: environment.collect() }).unwrap()
}

/// The settings that are risky on a local disk.
fn risky(settings: &[(&str, &str)]) -> Vec<&'static str> {
    config(settings).risks_on(|_| Medium::Local).into_iter().map(|risk| risk.setting).collect()
}

/// Settings with the one risk that is expected of them.
const RISKY: &[(&str, &[(&str, &str)])] = &[
    ("server.listen", &[("server.listen", "0.0.0.0:8080")]),
    ("server.listen", &[("server.listen", "[::]:8080")]),
    ("server.trusted_proxies", &[("server.trusted_proxies", "0.0.0.0/0")]),
    ("server.trusted_proxies", &[("server.trusted_proxies", "10.0.0.0/8,::/0")]),
    ("server.trusted_proxies", &[("server.public_url", "https://meet.example.org")]),
    ("database.url", &[("database.url", "postgres://parloir:hush@db.example.org/parloir")]),
    ("security.secret_key", &[("database.url", "sqlite:///srv/parloir/parloir.db")]),
    ("session.idle_hours", &[("session.idle_hours", "169")]),
    ("session.absolute_hours", &[("session.absolute_hours", "721")]),
    ("sign_in.failures_per_account", &[("sign_in.failures_per_account", "101")]),
    ("sign_in.failures_per_address", &[("sign_in.failures_per_address", "1001")]),
    ("delegation.signing_algorithm", &[("delegation.signing_algorithm", "HS256")]),
    ("delegation.pending_people_per_day", &[("delegation.pending_people_per_day", "1001")]),
    (
        "rooms.api_default_access_level",
        &[("rooms.api_default_access_level", "public"), ("rooms.api_allow_public", "true")],
    ),
    ("rooms.api_allow_public", &[("rooms.api_allow_public", "true")]),
    (
        "mail.security",
        &[("mail.smtp_host", "mail.example.org"), ("mail.from", "no-reply@example.org"), ("mail.security", "none")],
    ),
    ("audit.retention_days", &[("audit.retention_days", "29")]),
    ("metrics.listen", &[("metrics.listen", "0.0.0.0:9464")]),
];

#[test]
fn each_risk_is_named_by_its_setting() {
    for (setting, settings) in RISKY {
        assert_eq!(risky(settings), [*setting], "{settings:?}");
    }
    for (setting, _) in RISKY {
        assert!(SETTINGS.iter().any(|known| known.key == *setting), "{setting}");
    }
}

#[test]
fn what_is_risky_about_entitlements_is_named() {
    let provider = r#"[{ "id": "staff", "issuer": "https://idp.example.org", "client_id": "parloir", "client_secret": "a secret" }]"#;
    let sound = [
        ("sign_in.providers", provider),
        ("entitlements.provider", "deploycenter"),
        ("entitlements.url", "https://deploycenter.example.org/api/v1.0/entitlements/"),
        ("entitlements.service_id", "7"),
        ("entitlements.api_key", "a-key"),
        ("entitlements.claims", "siret"),
    ];
    assert_eq!(risky(&sound), [""; 0]);
    assert_eq!(risky(&sound[1..]), ["entitlements.provider"]);
    for (setting, value) in [
        ("entitlements.claims", "email"),
        ("entitlements.soft_ttl_seconds", "3601"),
        ("entitlements.hard_ttl_seconds", "604801"),
        ("entitlements.timeout_seconds", "30"),
        ("entitlements.rooms_when_unknown", "allow"),
    ] {
        assert_eq!(risky(&[sound.as_slice(), &[(setting, value)]].concat()), [setting], "{value}");
    }
    // Where everybody may use the service, none of this matters.
    assert_eq!(risky(&[("entitlements.rooms_when_unknown", "allow")]), [""; 0]);
}

#[test]
fn a_provider_without_pkce_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parloir.toml");
    let provider = |id, pkce| {
        format!(
            "[[sign_in.providers]]\nid = \"{id}\"\nissuer = \"https://idp.example.org\"\nclient_id = \"parloir\"\n\
             client_secret = \"a secret\"\npkce = \"{pkce}\"\n"
        )
    };
    std::fs::write(&file, provider("staff", "off") + &provider("guests", "S256")).unwrap();
    let config = Config::from_sources(&Sources { file: Some(file), ..Sources::default() }).unwrap();
    let risks = config.risks_on(|_| Medium::Local);
    assert_eq!(risks.len(), 1, "{risks:?}");
    assert_eq!(risks[0].setting, "sign_in.providers");
    assert!(risks[0].found.starts_with("no PKCE with staff:"), "{risks:?}");
}

#[test]
fn what_is_usual_is_no_risk() {
    let token = "t".repeat(32);
    let settings: [&[(&str, &str)]; 11] = [
        &[],
        &[("server.listen", "[::1]:80")],
        &[
            ("server.listen", "0.0.0.0:8080"),
            ("server.public_url", "https://meet.example.org"),
            ("server.trusted_proxies", "10.0.0.0/8"),
        ],
        &[("database.url", "postgres://parloir:hush@localhost/parloir")],
        &[("database.url", "postgres://parloir@%2Fvar%2Frun%2Fpostgresql/parloir")],
        &[("database.url", "postgres://parloir@[::1]:5432/parloir"), ("delegation.signing_algorithm", "RS256")],
        &[("database.url", "sqlite:///srv/parloir/parloir.db"), ("security.secret_key", &token)],
        &[("database.url", "sqlite:///srv/parloir/parloir.db"), ("data_dir", "/srv/parloir")],
        &[("metrics.listen", "0.0.0.0:9464"), ("metrics.token", &token)],
        &[("mail.smtp_host", "mail.example.org"), ("mail.from", "no-reply@example.org")],
        &[("mail.smtp_host", "::1"), ("mail.from", "no-reply@example.org"), ("mail.security", "none")],
    ];
    for settings in settings {
        assert_eq!(risky(settings), Vec::<&str>::new(), "{settings:?}");
    }
    for setting in ["audit.retention_days", "session.idle_hours"] {
        assert_eq!(risky(&[(setting, "30")]), Vec::<&str>::new());
    }
}

#[test]
fn where_the_database_lies_is_looked_at() {
    let on = |medium| config(&[]).risks_on(|_| medium);
    for (medium, word) in [(Medium::Memory, "in memory"), (Medium::Network("NFS"), "NFS")] {
        let risks = on(medium);
        assert_eq!(risks.len(), 1, "{risks:?}");
        assert_eq!(risks[0].setting, "database.url");
        assert!(risks[0].found.contains(word) && risks[0].found.contains("data/parloir.db"), "{risks:?}");
    }
    let postgres = config(&[("database.url", "postgres://localhost/parloir")]);
    assert_eq!(postgres.risks_on(|_| Medium::Memory), []);
}

#[test]
fn risks_are_told_together_and_without_secrets() {
    let all: Vec<_> = RISKY.iter().flat_map(|(_, settings)| settings.iter().copied()).collect();
    let risks = config(&all).risks_on(|_| Medium::Local);
    let settings: BTreeSet<_> = risks.iter().map(|risk| risk.setting).collect();
    assert_eq!(settings.len(), risks.len(), "{risks:?}");
    assert!(settings.len() > 10, "{risks:?}");
    for risk in risks {
        assert!(!risk.found.contains("hush"), "{risk:?}");
        assert!(risk.advice.ends_with('.') && !risk.found.ends_with('.'), "{risk:?}");
    }
}
