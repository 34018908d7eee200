//! The list of settings of the resource server.

use super::{AcceptedClient, ResourceServerDraft};
use crate::base::{IntrospectionForm, ScopeList, Secret, SignatureAlgorithm};
use crate::config::Setting;
use crate::config::given::Given;
use crate::config::http::files;
use crate::config::providers::{
    CLIENT_AUTHENTICATION, encryption, is_scope, key_management, path, signature, texts, visible, word,
};
use crate::config::settings::setting;

/// All settings of the resource server, in the order of the reference.
pub const RESOURCE_SERVER_SETTINGS: &[Setting<ResourceServerDraft>] = &[
    setting!(
        "resource_server.provider",
        "",
        "the id of one of the sign_in.providers",
        "The provider whose access tokens open the API beside the tokens of this server: it is asked what each is worth. Without \
         it: only tokens of this server do.",
        |draft, given| given.parse().map(|id| draft.provider = Some(id))
    ),
    setting!(
        "resource_server.client_id",
        "",
        "a text",
        "Who this server is to the provider when it asks. Needed with a provider.",
        |draft, given| visible(given).map(|id| draft.client_id = Some(id))
    ),
    Setting {
        key: "resource_server.client_secret",
        default: "",
        accepts: "a text of ASCII characters",
        meaning: "The secret that the provider gave with it. HS256 needs at least 32 bytes.",
        secret: true,
        set: |draft, given| visible(given).map(|secret| draft.client_secret = Some(Secret::new(secret))),
    },
    setting!(
        "resource_server.token_endpoint_auth_method",
        "\"client_secret_post\"",
        "client_secret_post, client_secret_basic or private_key_jwt",
        "How this server proves to the provider who it is.",
        |draft, given| word(given, &CLIENT_AUTHENTICATION).map(|method| draft.authentication = method)
    ),
    setting!(
        "resource_server.client_key_file",
        "",
        "a file",
        "The private key for private_key_jwt: PEM (PKCS#8, PKCS#1, SEC1) or JWK. Its public key is at /jwks.",
        |draft, given| path(given).map(|file| draft.client_key_file = Some(file))
    ),
    setting!(
        "resource_server.token_endpoint_auth_signing_alg",
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
        "resource_server.response",
        "\"json\"",
        "json, signed or encrypted",
        "In which form the provider must answer: plain JSON (RFC 7662), signed, or signed and then encrypted (RFC 9701).",
        |draft, given| IntrospectionForm::parse(&given.text()?).map(|form| draft.response = form)
    ),
    setting!(
        "resource_server.introspection_signed_response_alg",
        "\"ES256\"",
        "ES256, RS256, PS256, EdDSA or HS256",
        "What its answers are signed with.",
        |draft, given| signature(given).map(|algorithm| draft.signed = algorithm)
    ),
    setting!(
        "resource_server.introspection_encrypted_response_alg",
        "\"RSA-OAEP\"",
        "RSA-OAEP, RSA-OAEP-256, ECDH-ES or ECDH-ES+A256KW",
        "How its answers are encrypted.",
        |draft, given| key_management(given).map(|algorithm| draft.key_management = algorithm)
    ),
    setting!(
        "resource_server.introspection_encrypted_response_enc",
        "\"A256GCM\"",
        "A256GCM or A128CBC-HS256",
        "The encryption that goes with it.",
        |draft, given| encryption(given).map(|encryption| draft.encryption = encryption)
    ),
    setting!(
        "resource_server.decryption_key_files",
        "[]",
        "a list of files",
        "Private keys that decrypt its answers: PEM (PKCS#8, PKCS#1, SEC1) or JWK. Several during a rotation, the new one first; \
         their public keys are at /jwks, where the provider fetches them.",
        |draft, given| files(given).map(|files| draft.decryption_key_files = files)
    ),
    setting!(
        "resource_server.accepted_clients",
        "[]",
        "a list of client ids, or of { client_id = \"…\", scopes = [\"rooms:list\", …] }",
        "The provider's clients whose tokens are taken. With scopes, only those of a token's scopes count.",
        |draft, given| accepted_clients(given).map(|clients| draft.accepted_clients = clients)
    ),
    setting!(
        "resource_server.accept_unknown_clients",
        "false",
        "true or false",
        "Whether the tokens of all other clients are taken too, with every scope that they carry.",
        |draft, given| given.boolean().map(|accept| draft.accept_unknown_clients = accept)
    ),
    setting!(
        "resource_server.audience_claim",
        "\"client_id\"",
        "the name of a member, such as client_id, azp or aud",
        "Which member of the provider's answer names the client: a text, or a list of which one must be an accepted client.",
        |draft, given| {
            draft.audience_claim = visible(given).filter(|name| !name.contains(' '))?;
            Some(())
        }
    ),
    setting!(
        "resource_server.required_scopes",
        "[]",
        "a list of scopes",
        "Scopes, in the provider's words, that a token must carry, all of them.",
        |draft, given| {
            let scopes = texts(given).filter(|scopes| scopes.iter().all(|scope| is_scope(scope)))?;
            draft.required_scopes = scopes;
            Some(())
        }
    ),
    setting!(
        "resource_server.scope_prefix",
        "\"\"",
        "a text without blanks, such as lasuite_meet",
        "What stands before the scopes of this server where the provider names them: with lasuite_meet, \
         lasuite_meet:rooms:list is rooms:list. Those without it count as well.",
        |draft, given| {
            draft.scope_prefix = given.text().filter(|prefix| is_scope(prefix) && !prefix.ends_with(':'))?;
            Some(())
        }
    ),
];

/// Each client once. In the environment a list of ids between commas, or a list in TOML or JSON.
fn accepted_clients(given: &Given) -> Option<Vec<AcceptedClient>> {
    let clients: Vec<_> = given.items()?.iter().map(accepted_client).collect::<Option<_>>()?;
    let once =
        |at: usize, client: &AcceptedClient| clients[..at].iter().all(|other| other.client_id != client.client_id);
    clients.iter().enumerate().all(|(at, client)| once(at, client)).then_some(clients.clone())
}

fn accepted_client(given: &Given) -> Option<AcceptedClient> {
    let Some(entries) = given.entries_of(&["client_id", "scopes"]) else {
        return visible(given).map(|client_id| AcceptedClient { client_id, scopes: None });
    };
    let scopes = match entries.get("scopes") {
        None => None,
        Some(scopes) => Some(scopes.parse_list()?.into_iter().collect::<ScopeList>()),
    };
    Some(AcceptedClient { client_id: visible(entries.get("client_id")?)?, scopes })
}
