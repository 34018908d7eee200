//! The list of a provider's settings.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::{
    AdminClaim, AskAgain, ClientAuthentication, Draft, EmailTrust, Endpoints, Label, ProviderKind, ProviderUrl,
};
use crate::base::{ContentEncryption, KeyManagementAlgorithm, Secret, SignatureAlgorithm, UserInfoForm};
use crate::config::Setting;
use crate::config::given::Given;
use crate::config::http::{CA_FILES, NO_PROXY, PROXY, files, route};
use crate::config::settings::setting;

/// Parameters of the authorization request that this server sets itself, or that
/// would stand over all others (`request`, `request_uri`; OpenID Connect Core 1.0 §6).
pub(super) const OWN_PARAMETERS: [&str; 14] = [
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "id_token_hint",
    "login_hint",
    "max_age",
    "nonce",
    "redirect_uri",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
];

/// What `prompt` may be. With `none` nobody could sign in who is not signed in at the provider.
const PROMPTS: [&str; 3] = ["login", "consent", "select_account"];

/// The ways to prove who we are, by the names that they have in OpenID Connect Core 1.0 §9.
pub(in crate::config) const CLIENT_AUTHENTICATION: [(&str, ClientAuthentication); 3] = [
    ("client_secret_post", ClientAuthentication::SecretPost),
    ("client_secret_basic", ClientAuthentication::SecretBasic),
    ("private_key_jwt", ClientAuthentication::PrivateKeyJwt),
];

/// All settings of a provider, in the order of the reference.
pub const PROVIDER_SETTINGS: &[Setting<Draft>] = &[
    setting!(
        "id",
        "",
        "1 to 40 of a-z, 0-9 and -; neither login nor logout nor users; another for each provider",
        "The provider's name in addresses: its callback is /auth/ID/callback/. Required.",
        |draft, given| given.parse().map(|id| draft.id = Some(id))
    ),
    setting!(
        "kind",
        "\"oidc\"",
        "oidc or datapass",
        "What is spoken with the provider: OpenID Connect. With datapass (DataPass, MonComptePro, ProConnect) it also says for which \
         organisations, by SIRET, somebody comes: only people of those known here are let in, and act for one of them.",
        |draft, given| {
            let kinds = [("oidc", ProviderKind::Oidc), ("datapass", ProviderKind::DataPass)];
            word(given, &kinds).map(|kind| draft.kind = kind)
        }
    ),
    setting!(
        "label",
        "",
        "a text, or { en = \"…\", fr = \"…\" }, of which one may be missing",
        "The provider's name, as it stands on its button: \"Sign in with …\". Without it: the id.",
        |draft, given| label(given).map(|label| draft.label = Some(label))
    ),
    setting!(
        "issuer",
        "",
        "an https address without query; http on loopback only",
        "The provider's issuer, exactly as it writes it. Its other addresses are found by discovery. Required.",
        |draft, given| ProviderUrl::issuer(&given.text()?).map(|issuer| draft.issuer = Some(issuer))
    ),
    setting!(
        "endpoints",
        "",
        "{ authorization, token, userinfo, jwks, end_session, introspection }: https addresses, http on loopback only; \
         userinfo, end_session and introspection may be missing",
        "The provider's addresses, where it has no discovery.",
        |draft, given| endpoints(given).map(|endpoints| draft.endpoints = Some(endpoints))
    ),
    setting!("client_id", "", "a text", "Who this server is to the provider. Required.", |draft, given| {
        visible(given).map(|id| draft.client_id = Some(id))
    }),
    Setting {
        key: "client_secret",
        default: "",
        accepts: "a text of ASCII characters",
        meaning: "The secret that the provider gave. It can stand in a file of its own: client_secret_file. HS256 needs at \
                  least 32 bytes.",
        secret: true,
        set: |draft, given| visible(given).map(|secret| draft.client_secret = Some(Secret::new(secret))),
    },
    setting!(
        "token_endpoint_auth_method",
        "\"client_secret_post\"",
        "client_secret_post, client_secret_basic or private_key_jwt",
        "How this server proves to the provider who it is.",
        |draft, given| { word(given, &CLIENT_AUTHENTICATION).map(|method| draft.authentication = method) }
    ),
    setting!(
        "client_key_file",
        "",
        "a file",
        "The private key for private_key_jwt: PEM (PKCS#8, PKCS#1, SEC1) or JWK.",
        |draft, given| path(given).map(|file| draft.client_key_file = Some(file))
    ),
    setting!(
        "token_endpoint_auth_signing_alg",
        "\"ES256\"",
        "ES256, RS256, PS256 or EdDSA",
        "What private_key_jwt signs with.",
        |draft, given| {
            let algorithm = signature(given).filter(|algorithm| *algorithm != SignatureAlgorithm::Hs256)?;
            draft.authentication_algorithm = algorithm;
            Some(())
        }
    ),
    setting!(
        "scopes",
        "[\"openid\", \"email\", \"profile\"]",
        "a list of scopes, each by itself, with openid among them",
        "What this server asks to know. With datapass the default is [\"openid\", \"email\", \"organizations\"].",
        |draft, given| {
            let scopes = texts(given).filter(|scopes| scopes.iter().all(|scope| is_scope(scope)))?;
            scopes.iter().any(|scope| scope == "openid").then(|| draft.scopes = Some(scopes))
        }
    ),
    setting!(
        "pkce",
        "\"S256\"",
        "S256 or off",
        "Whether the code is bound to the browser's attempt by PKCE. Turn it off only for a provider that refuses it.",
        |draft, given| word(given, &[("S256", true), ("off", false)]).map(|pkce| draft.pkce = pkce)
    ),
    setting!(
        "extra_parameters",
        "{}",
        "a table of texts, such as { idp_hint = \"…\" }; no parameter that the server sets itself; prompt may be login, \
         consent or select_account",
        "What the authorization request says besides.",
        |draft, given| parameters(given).map(|parameters| draft.extra_parameters = parameters)
    ),
    setting!(
        "ask_again",
        "\"both\"",
        "both, prompt or max_age",
        "How the provider is told to have a person prove again who she is, before she does what gives power away or cannot be \
         undone: by prompt=login, max_age=0, or both. Say prompt for a provider that refuses max_age.",
        |draft, given| {
            let ways = [("both", AskAgain::Both), ("prompt", AskAgain::Prompt), ("max_age", AskAgain::MaxAge)];
            word(given, &ways).map(|way| draft.ask_again = way)
        }
    ),
    setting!(
        "id_token_signed_response_alg",
        "\"ES256\"",
        "ES256, RS256, PS256, EdDSA or HS256",
        "What the provider signs its ID tokens and logout tokens with.",
        |draft, given| signature(given).map(|algorithm| draft.id_token_signed = algorithm)
    ),
    setting!(
        "id_token_encrypted_response_alg",
        "",
        "RSA-OAEP, RSA-OAEP-256, ECDH-ES or ECDH-ES+A256KW",
        "How the provider encrypts its ID tokens. Without it they must not be encrypted.",
        |draft, given| key_management(given).map(|algorithm| draft.id_token_key_management = Some(algorithm))
    ),
    setting!(
        "id_token_encrypted_response_enc",
        "",
        "A256GCM or A128CBC-HS256",
        "The encryption that goes with it. Without it: A256GCM.",
        |draft, given| encryption(given).map(|encryption| draft.id_token_encryption = Some(encryption))
    ),
    setting!(
        "userinfo",
        "\"any\"",
        "json, signed, encrypted or any",
        "In which form UserInfo must come. Algorithms that the form does not need are ignored. With any it may be encrypted \
         when there are decryption_key_files.",
        |draft, given| UserInfoForm::parse(&given.text()?).map(|form| draft.userinfo = form)
    ),
    setting!(
        "userinfo_signed_response_alg",
        "\"ES256\"",
        "ES256, RS256, PS256, EdDSA, HS256 or none",
        "What UserInfo is signed with. With none, encrypted UserInfo has JSON inside.",
        |draft, given| {
            draft.userinfo_signed = if given.text()? == "none" { None } else { Some(signature(given)?) };
            Some(())
        }
    ),
    setting!(
        "userinfo_encrypted_response_alg",
        "\"RSA-OAEP\"",
        "RSA-OAEP, RSA-OAEP-256, ECDH-ES or ECDH-ES+A256KW",
        "How UserInfo is encrypted.",
        |draft, given| key_management(given).map(|algorithm| draft.userinfo_key_management = algorithm)
    ),
    setting!(
        "userinfo_encrypted_response_enc",
        "\"A256GCM\"",
        "A256GCM or A128CBC-HS256",
        "The encryption that goes with it.",
        |draft, given| encryption(given).map(|encryption| draft.userinfo_encryption = encryption)
    ),
    setting!(
        "decryption_key_files",
        "[]",
        "a list of files",
        "Private keys that decrypt: PEM (PKCS#8, PKCS#1, SEC1) or JWK. Several during a rotation; their public keys are at \
         /jwks.",
        |draft, given| files(given).map(|files| draft.decryption_key_files = files)
    ),
    setting!(
        "email_trust",
        "\"verified_claim\"",
        "verified_claim, always or never",
        "When an e-mail address counts as verified, so that invitations, domains and applications find the person by it: when \
         the provider says email_verified, always, or never. Say always only of a provider that gives nobody the address of \
         another: what waits for an address goes to whoever comes with it.",
        |draft, given| {
            let trusts = [
                ("verified_claim", EmailTrust::VerifiedClaim),
                ("always", EmailTrust::Always),
                ("never", EmailTrust::Never),
            ];
            word(given, &trusts).map(|trust| draft.email_trust = trust)
        }
    ),
    setting!(
        "acr_values",
        "[]",
        "a list of texts without blanks",
        "Levels of authentication, one of which is required. They are asked for as an essential claim, and a sign-in whose ID \
         token has none of them is refused.",
        |draft, given| {
            let words = texts(given).filter(|values| !values.iter().any(|value| value.contains(' ')))?;
            draft.acr_values = words;
            Some(())
        }
    ),
    setting!("essential_claims", "[]", "a list of claims", "Claims without which nobody is let in.", |draft, given| {
        texts(given).map(|claims| draft.essential_claims = claims)
    }),
    setting!(
        "name_claims",
        "[\"given_name\", \"usual_name\"]",
        "a list of claims",
        "Claims that make up a person's name, in this order. Those that are missing are left out.",
        |draft, given| texts(given).map(|claims| draft.name_claims = claims)
    ),
    setting!(
        "create_users",
        "true",
        "true or false",
        "Whether somebody who signs in for the first time gets an account.",
        |draft, given| given.boolean().map(|create| draft.create_users = create)
    ),
    setting!(
        "admin_claim",
        "",
        "{ name = \"…\", value = \"…\" }",
        "Who is an administrator: those whose claim of that name is that text, or a list that holds it.",
        |draft, given| admin_claim(given).map(|claim| draft.admin_claim = Some(claim))
    ),
    setting!(
        "refresh",
        "false",
        "true or false",
        "Whether the provider's refresh token is kept (encrypted) and used.",
        |draft, given| given.boolean().map(|refresh| draft.refresh = refresh)
    ),
    setting!(
        "clock_tolerance_seconds",
        "60",
        "0 to 300",
        "How far the provider's clock may be from this one.",
        |draft, given| given.integer(0, 300).map(|value| draft.clock_tolerance = Duration::from_secs(value))
    ),
    setting!("timeout_seconds", "5", "1 to 60", "How long an answer of the provider may take.", |draft, given| {
        given.integer(1, 60).map(|value| draft.timeout = Duration::from_secs(value))
    }),
    setting!("proxy", "", PROXY, "As http.proxy, for this provider alone.", |draft, given| {
        route(given).map(|route| draft.http.route = Some(route))
    }),
    setting!("no_proxy", "", NO_PROXY, "As http.no_proxy, for this provider alone.", |draft, given| {
        given.parse_list().map(|hosts| draft.http.no_proxy = Some(hosts))
    }),
    setting!("ca_files", "", CA_FILES, "As http.ca_files, for this provider alone.", |draft, given| {
        files(given).map(|files| draft.http.ca_files = Some(files))
    }),
];

pub(in crate::config) fn word<T: Copy>(given: &Given, words: &[(&str, T)]) -> Option<T> {
    let text = given.text()?;
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
}

/// A text with something in it, and nothing that would not be seen.
fn text(given: &Given) -> Option<String> {
    given.text().filter(|text| !text.trim().is_empty() && !text.chars().any(char::is_control))
}

/// Texts with something in them, each once.
pub(in crate::config) fn texts(given: &Given) -> Option<Vec<String>> {
    let texts: Vec<String> = given.parse_list()?;
    let good = |text: &String| !text.is_empty() && text.trim() == text && !text.chars().any(char::is_control);
    let once = texts.iter().enumerate().all(|(at, text)| !texts[..at].contains(text));
    (once && texts.iter().all(good)).then_some(texts)
}

/// RFC 6749 appendices A.1 and A.2: what client ids and secrets are made of.
pub(in crate::config) fn visible(given: &Given) -> Option<String> {
    text(given).filter(|text| text.chars().all(|char| (' '..='~').contains(&char)))
}

/// RFC 6749 §3.3.
pub(in crate::config) fn is_scope(text: &str) -> bool {
    text.chars().all(|char| char.is_ascii_graphic() && char != '"' && char != '\\')
}

pub(in crate::config) fn path(given: &Given) -> Option<PathBuf> {
    text(given).map(PathBuf::from)
}

pub(in crate::config) fn signature(given: &Given) -> Option<SignatureAlgorithm> {
    SignatureAlgorithm::parse(&given.text()?)
}

pub(in crate::config) fn key_management(given: &Given) -> Option<KeyManagementAlgorithm> {
    KeyManagementAlgorithm::parse(&given.text()?)
}

pub(in crate::config) fn encryption(given: &Given) -> Option<ContentEncryption> {
    ContentEncryption::parse(&given.text()?)
}

fn label(given: &Given) -> Option<Label> {
    let Some(texts) = given.entries_of(&["en", "fr"]) else {
        return text(given).map(|text| Label { en: text.clone(), fr: text });
    };
    let (en, fr) = (texts.get("en").or(texts.get("fr"))?, texts.get("fr").or(texts.get("en"))?);
    Some(Label { en: text(en)?, fr: text(fr)? })
}

fn endpoints(given: &Given) -> Option<Endpoints> {
    let addresses =
        given.entries_of(&["authorization", "token", "userinfo", "jwks", "end_session", "introspection"])?;
    let optional = |name: &str| match addresses.get(name) {
        None => Some(None),
        Some(address) => ProviderUrl::endpoint(&address.text()?).map(Some),
    };
    Some(Endpoints {
        authorization: optional("authorization")??,
        token: optional("token")??,
        userinfo: optional("userinfo")?,
        jwks: optional("jwks")??,
        end_session: optional("end_session")?,
        introspection: optional("introspection")?,
    })
}

fn admin_claim(given: &Given) -> Option<AdminClaim> {
    let claim = given.entries_of(&["name", "value"])?;
    Some(AdminClaim { name: text(claim.get("name")?)?, value: text(claim.get("value")?)? })
}

fn parameters(given: &Given) -> Option<BTreeMap<String, String>> {
    let allowed = |name: &str, value: &str| match name {
        "prompt" => value.split(' ').all(|word| PROMPTS.contains(&word)),
        name => is_scope(name) && !name.is_empty() && !OWN_PARAMETERS.contains(&name),
    };
    given
        .entries()?
        .into_iter()
        .map(|(name, value)| text(&value).filter(|value| allowed(&name, value)).map(|value| (name, value)))
        .collect()
}
