//! The commands, through the real binary: their names, what they print, how they fail.

use serde_json::{Value, json};

use crate::harness::{Database, on_both};
use crate::process::{Ended, Installation};

pub(crate) fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The command failed with a sentence on standard error, and with `--json` the same as one value on standard output.
#[track_caller]
pub(crate) fn assert_fails(installation: &Installation, arguments: &[&str], sentence: &str) {
    let Ended { status, stdout, stderr } = installation.run(&[arguments, &["--json"]].concat());
    assert_eq!(status.code(), Some(1), "{arguments:?}: {stdout} {stderr}");
    assert!(stderr.contains(sentence), "{arguments:?}: {stderr:?}");
    assert_eq!(stderr.lines().count(), 1, "{arguments:?}: {stderr:?}");
    let value: Value = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{arguments:?}: {stdout:?}"));
    assert!(value["error"].as_str().unwrap().contains(sentence), "{value}");
    let in_words = installation.run(arguments);
    assert_eq!((in_words.status.code(), in_words.stdout.as_str()), (Some(1), ""), "{arguments:?}");
}

/// The command line itself is wrong: said by exit code 2 and on standard error alone.
#[track_caller]
pub(crate) fn assert_misused(installation: &Installation, arguments: &[&str]) {
    let Ended { status, stdout, stderr } = installation.run(arguments);
    assert_eq!((status.code(), stdout.as_str()), (Some(2), ""), "{arguments:?}");
    assert!(!stderr.is_empty(), "{arguments:?}");
}

on_both! {
    async fn accounts(database: Database) {
        let parloir = Installation::on(database.url());
        assert_eq!(parloir.json(&["migrate"]), json!({ "migrated": true }));
        assert_eq!(parloir.json(&["migrate"]), json!({ "migrated": true }));

        let arguments = ["user", "create", "--email", " Ada.Lovelace@Example.ORG", "--name", " Ada ", "--admin", "--password-stdin"];
        let ada = parloir.json_with_input(&arguments, "correct horse battery\n");
        assert_eq!(keys(&ada), ["id", "email", "name", "role", "status"]);
        assert_eq!(ada["name"], "Ada");
        assert_eq!((&ada["role"], &ada["status"]), (&json!("ADMIN"), &json!("active")));
        let plain = parloir.json(&["user", "create", "--email", "grace@example.org"]);
        assert_eq!((&plain["role"], &plain["name"]), (&json!("USER"), &Value::Null));
        assert_ne!(plain["id"], ada["id"]);

        let changed = parloir.json(&["user", "admin", "grace@example.org", "--grant"]);
        assert_eq!((&changed["id"], &changed["role"]), (&plain["id"], &json!("ADMIN")));
        assert_eq!(parloir.json(&["user", "admin", "GRACE@example.org", "--revoke"])["role"], "USER");
        assert_eq!(parloir.json(&["user", "disable", "grace@example.org"])["status"], "disabled");
        assert_eq!(parloir.json(&["user", "enable", "grace@example.org"])["status"], "active");

        let words = parloir.run(&["user", "disable", "grace@example.org"]);
        assert!(words.status.success() && words.stdout.contains("grace@example.org"), "{words:?}");
        assert_eq!(words.stdout.lines().count(), 1, "{words:?}");
    }

    async fn accounts_refused(database: Database) {
        let parloir = Installation::on(database.url());
        parloir.json(&["user", "create", "--email", "ada@example.org"]);
        assert_fails(&parloir, &["user", "create", "--email", "ADA@example.org"], "another account has this e-mail address");
        for arguments in [
            ["user", "disable", "nobody@example.org"].as_slice(),
            &["user", "enable", "nobody@example.org"],
            &["user", "admin", "nobody@example.org", "--grant"],
            &["audit", "--user", "nobody@example.org"],
        ] {
            assert_fails(&parloir, arguments, "there is no such account");
        }
        let password = ["user", "create", "--email", "grace@example.org", "--password-stdin"];
        assert_fails(&parloir, &password, "standard input is empty");
        let short = parloir.run_with_input(&password, "short\n");
        assert_eq!(short.status.code(), Some(1));
        assert!(short.stderr.contains("between 8 and 1024 characters"), "{short:?}");
        for arguments in [
            ["user", "create"].as_slice(),
            &["user", "create", "--email", "not an address"],
            &["user", "create", "--email", "x@example.org", "--password", "typed"],
            &["user", "admin", "ada@example.org"],
            &["user", "admin", "ada@example.org", "--grant", "--revoke"],
            &["user", "rename", "ada@example.org"],
            &["audit", "--since", "yesterday"],
            &["serve", "--verbose"],
            &[],
        ] {
            assert_misused(&parloir, arguments);
        }
    }

    async fn applications(database: Database) {
        let parloir = Installation::on(database.url());
        let created = parloir.json(&[
            "application", "create", "--name", "Team Calendar", "--scope", "rooms:create", "--scope", "rooms:list",
            "--domain", "Example.org", "--domain", "example.com", "--domain", "EXAMPLE.ORG",
        ]);
        assert_eq!(
            keys(&created),
            [
                "id", "slug", "name", "client_id", "active", "scopes", "all_domains", "domains", "allow_user_creation",
                "user_creation_per_day",
                "created_at", "last_used_at", "secrets", "description", "owner_contact", "home_page", "logo",
                "optional_scopes", "token_lifetime_minutes", "networks", "version", "updated_at", "client_secret",
            ]
        );
        let (client_id, secret) = (created["client_id"].as_str().unwrap(), created["client_secret"].as_str().unwrap());
        assert!(client_id.starts_with("prl_ci_") && client_id.len() == 29, "{client_id}");
        assert!(client_id[7..].bytes().all(|byte| byte.is_ascii_alphanumeric()), "{client_id}");
        assert!(secret.starts_with("prl_cs_") && secret.len() == 56, "a secret has another form");
        assert_eq!(created["slug"], "team-calendar");
        // In the order in which they were given.
        assert_eq!(created["scopes"], json!(["rooms:create", "rooms:list"]));
        assert_eq!(created["domains"], json!(["example.com", "example.org"]));
        assert_eq!((&created["active"], &created["all_domains"]), (&json!(true), &json!(false)));

        let other = parloir.json(&["application", "create", "--name", "Team Calendar", "--all-scopes", "--all-domains", "--allow-user-creation"]);
        assert_eq!(other["slug"], "team-calendar-2");
        assert_eq!(other["scopes"], json!(["rooms:list", "rooms:retrieve", "rooms:create", "rooms:update", "rooms:delete"]));
        assert_eq!((&other["all_domains"], &other["allow_user_creation"]), (&json!(true), &json!(true)));
        assert_eq!(parloir.json(&["application", "create", "--name", "x", "--slug", "crm"])["slug"], "crm");

        let disabled = parloir.json(&["application", "disable", client_id]);
        assert_eq!((&disabled["client_id"], &disabled["active"]), (&json!(client_id), &json!(false)));
        let listed = parloir.run(&["application", "list", "--json"]);
        assert!(!listed.stdout.contains("client_secret") && !listed.stdout.contains(secret), "a secret is shown again");
        let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
        let slugs: Vec<_> = listed.as_array().unwrap().iter().map(|row| row["slug"].as_str().unwrap()).collect();
        assert_eq!(slugs, ["crm", "team-calendar-2", "team-calendar"], "newest first");
        assert_eq!(listed[2]["active"], false);
        assert_eq!(parloir.json(&["application", "enable", client_id])["active"], true);
    }

    async fn secrets_are_rotated(database: Database) {
        let parloir = Installation::on(database.url());
        let created = parloir.json(&["application", "create", "--name", "CRM", "--all-domains"]);
        let client_id = created["client_id"].as_str().unwrap();
        let rotated = parloir.json(&["application", "rotate-secret", client_id, "--overlap-hours", "2"]);
        assert_eq!(rotated["client_id"], created["client_id"]);
        assert_ne!(rotated["client_secret"], created["client_secret"]);
        let secrets = parloir.json(&["application", "list"])[0]["secrets"].clone();
        assert_eq!(secrets.as_array().unwrap().len(), 2);
        assert_eq!(secrets[0]["expires_at"], Value::Null);
        assert!(secrets[1]["expires_at"].is_string());
        for (row, secret) in [(&secrets[0], &rotated), (&secrets[1], &created)] {
            assert!(secret["client_secret"].as_str().unwrap().starts_with(row["prefix"].as_str().unwrap()));
        }
        assert_fails(&parloir, &["application", "rotate-secret", client_id], "two secrets are in use");
        parloir.json(&["application", "rotate-secret", client_id, "--now"]);
        assert_eq!(parloir.json(&["application", "list"])[0]["secrets"].as_array().unwrap().len(), 1);
        // Without a word on the overlap, the former secret works for a while: nobody is cut off by habit.
        parloir.json(&["application", "rotate-secret", client_id]);
        assert_eq!(parloir.json(&["application", "list"])[0]["secrets"].as_array().unwrap().len(), 2);
    }

    async fn applications_refused(database: Database) {
        let parloir = Installation::on(database.url());
        parloir.json(&["application", "create", "--name", "CRM", "--slug", "crm"]);
        let create = |arguments: &[&'static str]| [&["application", "create"], arguments].concat();
        assert_fails(&parloir, &create(&["--name", "x", "--slug", "crm"]), "another application has this slug");
        assert_fails(&parloir, &create(&["--name", "x", "--slug", "No Slug"]), "a slug has between 1 and 50 characters");
        assert_fails(&parloir, &create(&["--name", "  "]), "a name has between 1 and 255 characters");
        for verb in ["disable", "enable", "rotate-secret"] {
            assert_fails(&parloir, &["application", verb, "prl_ci_0000000000000000000000"], "there is no such application");
        }
        assert_fails(&parloir, &["audit", "--application", "prl_ci_0"], "there is no such application");
        for arguments in [
            create(&[]),
            create(&["--name", "x", "--scope", "rooms:everything"]),
            create(&["--name", "x", "--scope", "rooms:list", "--all-scopes"]),
            create(&["--name", "x", "--domain", "example.org", "--all-domains"]),
            create(&["--name", "x", "--domain", "not a domain"]),
            create(&["--name", "x", "--domain", "*.example.org"]),
            create(&["--name", "x", "--client-secret", "typed"]),
            vec!["application", "rotate-secret", "prl_ci_0", "--now", "--overlap-hours", "1"],
            vec!["application", "rotate-secret", "prl_ci_0", "--overlap-hours", "-1"],
        ] {
            assert_misused(&parloir, &arguments);
        }
        assert_eq!(parloir.json(&["application", "list"]).as_array().unwrap().len(), 1, "a refused command left something");
    }
}
