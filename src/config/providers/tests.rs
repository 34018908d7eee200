//! What a provider's settings may be, and what is said of those that may not.

mod sources;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::config::{Config, Sources};

const MINIMUM: &str = r#"
id = "acme"
issuer = "https://id.example.org"
client_id = "parloir"
client_secret = "swordfish-swordfish-swordfish-32"
"#;

fn load(text: &str) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parloir.toml");
    std::fs::write(&file, text).unwrap();
    Config::from_sources(&Sources { file: Some(file.clone()), environment: BTreeMap::new() })
        .map_err(|error| error.to_string().replace(&file.display().to_string(), "FILE"))
}

/// The minimum, with these lines instead of those of the same keys.
fn provider(lines: &str) -> Result<Provider, String> {
    let key = |line: &str| line.split_once(" = ").map(|(key, _)| key.trim().to_owned());
    let given: Vec<_> = lines.lines().filter_map(key).collect();
    let kept: Vec<_> = MINIMUM.lines().filter(|line| key(line).is_none_or(|key| !given.contains(&key))).collect();
    let config = load(&format!("[[sign_in.providers]]\n{}\n{lines}\n", kept.join("\n")))?;
    Ok(config.sign_in.providers.into_iter().next().unwrap())
}

/// The provider is refused with a message that begins like that, names its file and keeps the secret.
#[track_caller]
fn refused(lines: &str, start: &str) {
    let error = provider(lines).unwrap_err();
    assert!(error.starts_with(&format!("sign_in.providers[0] (acme): {start}")), "{lines}\n{error}");
    assert!(error.contains("(in FILE)"), "{error}");
    assert!(!error.contains("swordfish"), "{error}");
}

#[test]
fn what_is_not_said_has_the_documented_default() {
    let defaults: Vec<_> = PROVIDER_SETTINGS
        .iter()
        .filter(|setting| !setting.default.is_empty())
        .map(|setting| format!("{} = {}", setting.key, setting.default))
        .collect();
    assert_eq!(format!("{:?}", provider(&defaults.join("\n")).unwrap()), format!("{:?}", provider("").unwrap()));

    let provider = provider("").unwrap();
    assert_eq!((provider.id.as_str(), provider.kind), ("acme", ProviderKind::Oidc));
    assert_eq!(provider.label, Label { en: "acme".to_owned(), fr: "acme".to_owned() });
    assert_eq!(provider.issuer.as_str(), "https://id.example.org");
    assert_eq!(provider.token_endpoint_auth_method, ClientAuthentication::SecretPost);
    assert_eq!((provider.client_key_file, provider.token_endpoint_auth_signing_alg), (None, None));
    assert_eq!(provider.scopes, ["openid", "email", "profile"]);
    assert!(provider.pkce && provider.create_users && !provider.refresh);
    assert_eq!(provider.id_token, IdTokenSettings { signed: SignatureAlgorithm::Es256, encrypted: None });
    let userinfo =
        UserInfoSettings { form: UserInfoForm::Any, signed: Some(SignatureAlgorithm::Es256), encrypted: None };
    assert_eq!(provider.userinfo, userinfo);
    assert_eq!(provider.email_trust, EmailTrust::VerifiedClaim);
    assert_eq!(provider.name_claims, ["given_name", "usual_name"]);
    assert_eq!((provider.clock_tolerance, provider.timeout), (Duration::from_mins(1), Duration::from_secs(5)));
    assert!(provider.http.is_none() && provider.endpoints.is_none() && provider.admin_claim.is_none());
}

#[test]
fn every_setting_reaches_the_provider() {
    let provider = provider(
        r#"
label = { fr = "Entrer", en = "Enter" }
endpoints = { authorization = "https://id.example.org/a?x=1", token = "https://id.example.org/t", userinfo = "https://id.example.org/u", jwks = "https://id.example.org/j", end_session = "https://id.example.org/e" }
token_endpoint_auth_method = "private_key_jwt"
client_key_file = "client.pem"
token_endpoint_auth_signing_alg = "PS256"
scopes = ["openid", "siret"]
pkce = "off"
extra_parameters = { idp_hint = "abc", prompt = "login consent" }
id_token_signed_response_alg = "HS256"
id_token_encrypted_response_alg = "ECDH-ES"
userinfo = "encrypted"
userinfo_signed_response_alg = "none"
userinfo_encrypted_response_alg = "RSA-OAEP-256"
userinfo_encrypted_response_enc = "A128CBC-HS256"
decryption_key_files = ["one.pem", "two.pem"]
email_trust = "never"
acr_values = ["eidas2", "eidas3"]
essential_claims = ["email"]
name_claims = ["name"]
create_users = false
admin_claim = { name = "groups", value = "admins" }
refresh = true
clock_tolerance_seconds = 0
timeout_seconds = 60
"#,
    )
    .unwrap();
    assert_eq!((provider.label.text(Language::En), provider.label.text(Language::Fr)), ("Enter", "Entrer"));
    let endpoints = provider.endpoints.unwrap();
    assert_eq!(endpoints.authorization.as_str(), "https://id.example.org/a?x=1");
    assert_eq!(
        (endpoints.token.as_str(), endpoints.jwks.as_str()),
        ("https://id.example.org/t", "https://id.example.org/j")
    );
    assert_eq!(endpoints.userinfo.unwrap().as_str(), "https://id.example.org/u");
    assert_eq!(endpoints.end_session.unwrap().as_str(), "https://id.example.org/e");
    assert_eq!(provider.client_key_file.as_deref(), Some(Path::new("client.pem")));
    assert_eq!(provider.token_endpoint_auth_signing_alg, Some(SignatureAlgorithm::Ps256));
    assert_eq!(provider.scopes, ["openid", "siret"]);
    assert!(!provider.pkce && !provider.create_users && provider.refresh);
    assert_eq!(provider.extra_parameters["prompt"], "login consent");
    let encrypted = Some((KeyManagementAlgorithm::EcdhEs, ContentEncryption::A256Gcm));
    assert_eq!(provider.id_token, IdTokenSettings { signed: SignatureAlgorithm::Hs256, encrypted });
    let encrypted = Some((KeyManagementAlgorithm::RsaOaep256, ContentEncryption::A128CbcHs256));
    assert_eq!(provider.userinfo, UserInfoSettings { form: UserInfoForm::Encrypted, signed: None, encrypted });
    assert_eq!(provider.decryption_key_files, [Path::new("one.pem"), Path::new("two.pem")]);
    assert_eq!(provider.email_trust, EmailTrust::Never);
    assert_eq!((provider.acr_values.len(), provider.essential_claims.len(), provider.name_claims.len()), (2, 1, 1));
    let claim = AdminClaim { name: "groups".to_owned(), value: "admins".to_owned() };
    assert_eq!(provider.admin_claim, Some(claim));
    assert_eq!((provider.clock_tolerance, provider.timeout), (Duration::ZERO, Duration::from_mins(1)));
}

#[test]
fn values_that_cannot_be_used_are_named_with_what_is_accepted() {
    refused(
        "issuer = \"http://id.example.org\"",
        "issuer = \"http://id.example.org\" cannot be used: accepted is an https",
    );
    refused("issuer = \"https://id.example.org?a\"", "issuer = ");
    refused("issuer = \"https://me:swordfish@id.example.org\"", "issuer = *** cannot be used");
    refused("kind = \"saml\"", "kind = \"saml\" cannot be used: accepted is oidc or datapass (in FILE)");
    for wrong in [
        "label = \"\"",
        "label = {}",
        "label = { de = \"Anmelden\" }",
        "label = { en = 1 }",
        "client_id = \"\"",
        "client_id = 7",
        "client_id = \"a\\nb\"",
        "client_secret = \"\"",
        "client_secret = \"swordfish\\u00e9\"",
        "token_endpoint_auth_method = \"none\"",
        "token_endpoint_auth_signing_alg = \"HS256\"",
        "token_endpoint_auth_signing_alg = \"none\"",
        "client_key_file = \"\"",
        "endpoints = { token = \"https://id.example.org/t\", jwks = \"https://id.example.org/j\" }",
        "endpoints = { authorization = \"http://id.example.org/a\", token = \"https://id.example.org/t\", jwks = \"https://id.example.org/j\" }",
        "endpoints = { authorization = \"https://id.example.org/a\", token = \"https://id.example.org/t\", jwks = \"https://id.example.org/j\", revocation = \"https://id.example.org/r\" }",
        "scopes = [\"email\"]",
        "scopes = [\"openid email\"]",
        "scopes = [\"openid\", \"openid\"]",
        "scopes = \"openid\"",
        "scopes = []",
        "pkce = \"plain\"",
        "pkce = true",
        "id_token_signed_response_alg = \"none\"",
        "id_token_signed_response_alg = \"es256\"",
        "id_token_encrypted_response_alg = \"RSA1_5\"",
        "id_token_encrypted_response_enc = \"A192GCM\"",
        "userinfo = \"jwt\"",
        "decryption_key_files = [\"\"]",
        "email_trust = true",
        "acr_values = [\"eidas1 eidas2\"]",
        "acr_values = [\"\"]",
        "essential_claims = [1]",
        "name_claims = [\" name\"]",
        "create_users = \"yes\"",
        "admin_claim = { name = \"groups\" }",
        "admin_claim = { name = \"groups\", value = \"\" }",
        "admin_claim = { name = \"groups\", value = \"a\", also = \"b\" }",
        "refresh = 1",
        "clock_tolerance_seconds = 301",
        "clock_tolerance_seconds = -1",
        "timeout_seconds = 0",
        "timeout_seconds = 61",
        "proxy = \"https://proxy.example.org\"",
        "proxy = \"http://me:swordfish@\"",
        "no_proxy = [\"*.example.org\"]",
        "ca_files = \"ca.pem\"",
    ] {
        let (key, _) = wrong.split_once(" = ").unwrap();
        refused(wrong, &format!("{key} = "));
    }
}

#[test]
fn unknown_words_are_refused_where_they_would_be_ignored() {
    refused("userinfo = \"json\"\nuserinfo_encrypted_response_alg = \"RSA1_5\"", "userinfo_encrypted_response_alg = ");
    refused(
        "userinfo = \"json\"\nuserinfo_encrypted_response_enc = \"nonsense\"",
        "userinfo_encrypted_response_enc = ",
    );
    refused("userinfo = \"json\"\nuserinfo_signed_response_alg = \"nonsense\"", "userinfo_signed_response_alg = ");
}

#[test]
fn extra_parameters_leave_ours_alone() {
    for name in settings::OWN_PARAMETERS {
        refused(&format!("extra_parameters = {{ {name} = \"x\" }}"), "extra_parameters = ");
    }
    refused("extra_parameters = { prompt = \"none\" }", "extra_parameters = ");
    refused("extra_parameters = { prompt = \"login none\" }", "extra_parameters = ");
    refused("extra_parameters = { idp_hint = 1 }", "extra_parameters = ");
    refused("extra_parameters = { \"\" = \"x\" }", "extra_parameters = ");
    let claims = "extra_parameters = { claims = '{\"id_token\":{\"amr\":null}}' }";
    assert!(provider(claims).unwrap().extra_parameters.contains_key("claims"));
    refused(
        &format!("{claims}\nacr_values = [\"eidas2\"]"),
        "acr_values and claims in extra_parameters cannot both stand",
    );
}

#[test]
fn names_in_addresses_are_ours_to_choose() {
    for id in ["a", "proconnect", "idp-2", &"x".repeat(40)] {
        assert_eq!(id.parse::<ProviderId>().unwrap().to_string(), id);
    }
    for id in ["", "Acme", "a/b", "a b", "a_b", "é", "login", "logout", "users", &"x".repeat(41)] {
        assert!(id.parse::<ProviderId>().is_err(), "{id}");
        let error = provider(&format!("id = \"{id}\"")).unwrap_err();
        assert!(error.starts_with(&format!("sign_in.providers[0]: id = \"{id}\" cannot be used")), "{error}");
    }
}

#[test]
fn unknown_keys_are_refused_with_the_nearest() {
    refused("isuer = \"x\"", "unknown setting isuer, did you mean issuer? (in FILE)");
    refused("scope = [\"openid\"]", "unknown setting scope, did you mean scopes?");
    refused("verify_ssl = false", "unknown setting verify_ssl (in FILE)");
    refused("issuer_file = \"x\"", "unknown setting issuer_file");
}

#[test]
fn what_is_required_is_asked_for() {
    let without = |key: &str| {
        let kept: Vec<_> = MINIMUM.lines().filter(|line| !line.starts_with(key)).collect();
        load(&format!("[[sign_in.providers]]\n{}", kept.join("\n"))).unwrap_err()
    };
    assert_eq!(without("id"), "sign_in.providers[0]: id is missing (in FILE)");
    assert_eq!(without("issuer"), "sign_in.providers[0] (acme): issuer is missing (in FILE)");
    assert_eq!(without("client_id"), "sign_in.providers[0] (acme): client_id is missing (in FILE)");
    assert_eq!(
        without("client_secret"),
        "sign_in.providers[0] (acme): client_secret is missing, which token_endpoint_auth_method = \"client_secret_post\" \
         needs (in FILE)"
    );
    refused("token_endpoint_auth_method = \"private_key_jwt\"", "client_key_file is missing");
}

#[test]
fn a_signing_secret_is_long_enough() {
    let short = "client_secret = \"swordfish\"";
    refused(
        &format!("{short}\nid_token_signed_response_alg = \"HS256\""),
        "client_secret must have at least 32 bytes, because id_token_signed_response_alg is HS256",
    );
    for form in ["any", "signed"] {
        let lines = format!("{short}\nuserinfo = \"{form}\"\nuserinfo_signed_response_alg = \"HS256\"");
        refused(&lines, "client_secret must have at least 32 bytes, because userinfo_signed_response_alg is HS256");
    }
    assert!(provider(&format!("{short}\nuserinfo = \"json\"\nuserinfo_signed_response_alg = \"HS256\"")).is_ok());
}

#[test]
fn what_is_encrypted_needs_a_key() {
    refused("userinfo = \"encrypted\"", "decryption_key_files is missing, which userinfo = \"encrypted\" needs");
    refused(
        "id_token_encrypted_response_alg = \"RSA-OAEP\"",
        "decryption_key_files is missing, which id_token_encrypted_response_alg needs",
    );
    refused("id_token_encrypted_response_enc = \"A256GCM\"", "id_token_encrypted_response_alg is missing");

    let keys = "decryption_key_files = [\"key.pem\"]";
    let form = |form: &str| provider(&format!("{keys}\nuserinfo = \"{form}\"")).unwrap().userinfo;
    assert!(form("any").encrypted.is_some() && form("any").signed.is_some());
    assert!(form("encrypted").encrypted.is_some() && form("encrypted").signed.is_some());
    assert!(form("signed").encrypted.is_none() && form("signed").signed.is_some());
    assert!(form("json").encrypted.is_none() && form("json").signed.is_none());
    refused(
        "userinfo = \"signed\"\nuserinfo_signed_response_alg = \"none\"",
        "userinfo_signed_response_alg = \"none\" does not go with userinfo = \"signed\"",
    );
}

#[test]
fn a_label_may_be_one_for_both_languages() {
    let label = |label: &str| {
        let label = provider(&format!("label = {label}")).unwrap().label;
        (label.en, label.fr)
    };
    let acme = ("Acme".to_owned(), "Acme".to_owned());
    for one in ["\"Acme\"", "{ en = \"Acme\" }", "{ fr = \"Acme\" }"] {
        assert_eq!(label(one), acme);
    }
}
