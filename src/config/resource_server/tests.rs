//! What the settings of the resource server may be, and what is said of those that may not.

use std::collections::BTreeMap;

use super::*;
use crate::base::{ContentEncryption, KeyManagementAlgorithm, Scope};
use crate::config::{Config, ConfigError, Sources};

const PROVIDERS: &str = r#"
[[sign_in.providers]]
id = "acme"
issuer = "https://id.example.org"
client_id = "parloir"
client_secret = "swordfish-swordfish-swordfish-32"

[[sign_in.providers]]
id = "listed"
issuer = "https://id.example.org"
client_id = "parloir"
client_secret = "swordfish"
endpoints = { authorization = "https://id.example.org/a", token = "https://id.example.org/t", jwks = "https://id.example.org/j" }
"#;

const MINIMUM: &str = "provider = \"acme\"\nclient_id = \"parloir-api\"\nclient_secret = \"swordfish\"\n";

fn load(section: &str, environment: &[(&str, &str)]) -> Result<Option<ResourceServer>, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parloir.toml");
    std::fs::write(&file, format!("[resource_server]\n{section}\n{PROVIDERS}")).unwrap();
    let key = |key: &str| format!("PARLOIR__RESOURCE_SERVER__{key}");
    let environment: BTreeMap<_, _> =
        environment.iter().map(|(name, value)| (key(name), (*value).to_owned())).collect();
    let config = Config::from_sources(&Sources { file: Some(file), environment });
    config.map(|config| config.resource_server).map_err(|error: ConfigError| error.to_string())
}

fn set(lines: &str) -> ResourceServer {
    load(&format!("{MINIMUM}{lines}"), &[]).unwrap().unwrap()
}

#[track_caller]
fn refused(section: &str, start: &str) {
    let error = load(section, &[]).unwrap_err();
    assert!(error.starts_with(start), "{section}\n{error}");
    assert!(!error.contains("swordfish"), "{error}");
}

#[test]
fn without_a_provider_there_is_none() {
    assert!(load("", &[]).unwrap().is_none());
    assert!(load("client_id = \"parloir\"\nresponse = \"encrypted\"", &[]).unwrap().is_none());
}

#[test]
fn what_is_not_said_has_the_documented_default() {
    let defaults: Vec<_> = RESOURCE_SERVER_SETTINGS
        .iter()
        .filter(|setting| !setting.default.is_empty())
        .map(|setting| format!("{} = {}", setting.key.trim_start_matches(SECTION), setting.default))
        .collect();
    let least = set("");
    assert_eq!(format!("{:?}", set(&defaults.join("\n"))), format!("{least:?}"));
    assert_eq!((least.provider.as_str(), least.client_id.as_str()), ("acme", "parloir-api"));
    assert_eq!(least.token_endpoint_auth_method, ClientAuthentication::SecretPost);
    assert_eq!((least.answer.form, least.answer.encrypted), (IntrospectionForm::Json, None));
    assert_eq!((least.audience_claim.as_str(), least.scope_prefix.as_str()), ("client_id", ""));
    assert!(!least.accept_unknown_clients && least.accepted_clients.is_empty() && least.required_scopes.is_empty());
    assert!(RESOURCE_SERVER_SETTINGS.iter().all(|setting| setting.key.starts_with(SECTION)));
    assert!(!format!("{least:?}").contains("swordfish"));
}

#[test]
fn every_setting_counts() {
    let all = set(r#"
token_endpoint_auth_method = "private_key_jwt"
client_key_file = "client.pem"
token_endpoint_auth_signing_alg = "EdDSA"
response = "encrypted"
introspection_signed_response_alg = "RS256"
introspection_encrypted_response_alg = "ECDH-ES"
introspection_encrypted_response_enc = "A128CBC-HS256"
decryption_key_files = ["new.pem", "old.pem"]
accept_unknown_clients = true
audience_claim = "azp"
required_scopes = ["lasuite_meet", "openid"]
scope_prefix = "lasuite_meet"
[[resource_server.accepted_clients]]
client_id = "calendar"
scopes = ["rooms:list", "rooms:create"]
[[resource_server.accepted_clients]]
client_id = "helpdesk"
"#);
    assert_eq!(all.token_endpoint_auth_signing_alg, Some(SignatureAlgorithm::EdDsa));
    let with = (KeyManagementAlgorithm::EcdhEs, ContentEncryption::A128CbcHs256);
    assert_eq!((all.answer.signed, all.answer.encrypted), (SignatureAlgorithm::Rs256, Some(with)));
    assert_eq!(all.decryption_key_files.len(), 2);
    assert_eq!((all.audience_claim.as_str(), all.scope_prefix.as_str()), ("azp", "lasuite_meet"));
    assert_eq!(all.required_scopes, ["lasuite_meet", "openid"]);
    let those: ScopeList = [Scope::RoomsList, Scope::RoomsCreate].into_iter().collect();
    assert_eq!(all.scopes_of("calendar"), Some(ClientScopes::Those(&those)));
    assert_eq!((all.scopes_of("helpdesk"), all.scopes_of("other")), (Some(ClientScopes::All), Some(ClientScopes::All)));
}

#[test]
fn clients_may_be_listed_in_every_way() {
    let listed = set("accepted_clients = [\"calendar\", { client_id = \"helpdesk\", scopes = [] }]");
    assert_eq!(listed.scopes_of("calendar"), Some(ClientScopes::All));
    assert_eq!(listed.scopes_of("helpdesk"), Some(ClientScopes::Those(&ScopeList::default())));
    assert_eq!(listed.scopes_of("Calendar"), None);
    for list in [
        "calendar, helpdesk",
        r#"["calendar", "helpdesk"]"#,
        r#"[{"client_id": "calendar"}, "helpdesk"]"#,
        r#"[{ client_id = "calendar" }, { client_id = "helpdesk" }]"#,
    ] {
        let of_environment = load(MINIMUM, &[("ACCEPTED_CLIENTS", list)]).unwrap().unwrap();
        assert_eq!(of_environment.accepted_clients.len(), 2, "{list}");
    }
    for wrong in [
        "[\"a\", \"a\"]",
        "[\"a\", { client_id = \"a\" }]",
        "[{ scopes = [] }]",
        "[{ client_id = \"a\", scopes = [\"rooms:fly\"] }]",
        "[{ client_id = \"a\", scope = [\"rooms:list\"] }]",
        "[{ client_id = \"a\", scopes = \"rooms:list\" }]",
        "[\"\"]",
        "[1]",
        "{ client_id = \"a\" }",
        "7",
    ] {
        let start = "resource_server.accepted_clients = ";
        refused(&format!("{MINIMUM}accepted_clients = {wrong}"), start);
    }
}

#[test]
fn secrets_may_stand_in_a_file_and_are_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "swordfish\n").unwrap();
    let least = "provider = \"acme\"\nclient_id = \"parloir\"\n";
    let of_file = load(&format!("{least}client_secret_file = {:?}", file.to_str().unwrap()), &[]).unwrap().unwrap();
    assert_eq!(of_file.client_secret.unwrap().expose(), "swordfish");
    refused(&format!("{least}client_secret = [\"swordfish\"]"), "resource_server.client_secret = *** (in ");
}

#[test]
fn what_does_not_go_together_is_named() {
    let least = "provider = \"acme\"\nclient_id = \"parloir\"\n";
    for (section, start) in [
        ("provider = \"acme\"".to_owned(), "resource_server: client_id is missing"),
        (
            least.to_owned(),
            "resource_server: client_secret is missing, which token_endpoint_auth_method = \"client_secret_post\" needs",
        ),
        (
            format!("{least}token_endpoint_auth_method = \"private_key_jwt\""),
            "resource_server: client_key_file is missing, which token_endpoint_auth_method = \"private_key_jwt\" needs",
        ),
        (
            format!("{MINIMUM}response = \"encrypted\""),
            "resource_server: decryption_key_files is missing, which response = \"encrypted\" needs",
        ),
        (
            format!("{MINIMUM}response = \"signed\"\nintrospection_signed_response_alg = \"HS256\""),
            "resource_server: client_secret must have at least 32 bytes, because introspection_signed_response_alg is HS256",
        ),
        (MINIMUM.replace("acme", "other"), "resource_server: no provider in sign_in.providers is called other"),
        (
            MINIMUM.replace("acme", "listed"),
            "resource_server: the provider listed has endpoints, and introspection is not among them",
        ),
        (format!("{MINIMUM}response = \"any\""), "resource_server.response = \"any\" (in "),
        (
            format!("{MINIMUM}token_endpoint_auth_signing_alg = \"HS256\""),
            "resource_server.token_endpoint_auth_signing_alg = ",
        ),
        (format!("{MINIMUM}scope_prefix = \"a b\""), "resource_server.scope_prefix = "),
        (format!("{MINIMUM}scope_prefix = \"lasuite:\""), "resource_server.scope_prefix = "),
        (format!("{MINIMUM}required_scopes = [\"a b\"]"), "resource_server.required_scopes = "),
        (format!("{MINIMUM}audience_claim = \"\""), "resource_server.audience_claim = "),
        (format!("{MINIMUM}issuer = \"https://id.example.org\""), "unknown setting resource_server.issuer (in "),
    ] {
        refused(&section, start);
    }
    let misplaced = load("", &[("LISTEN", "127.0.0.1:1")]).unwrap_err();
    assert!(misplaced.contains("unknown setting resource_server.listen"), "{misplaced}");
}
