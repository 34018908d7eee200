//! Whose tokens are taken, and what they allow here.

use std::sync::Arc;

use serde_json::Value;

use super::Denied;
use crate::accounts::Arrival;
use crate::base::{Scope, ScopeList};
use crate::config::{ClientScopes, ResourceServer};
use crate::jose::foreign::ActiveToken;
use crate::providers::Provider;

/// A token that is taken: all that is remembered of it.
#[derive(Debug, PartialEq)]
pub(super) struct Admitted {
    /// Whose it is at the provider.
    pub(super) subject: String,
    /// The provider's client that it was made for.
    pub(super) client_id: Arc<str>,
    /// What it allows here.
    pub(super) scopes: ScopeList,
    /// Her, should an account have to be made; none when the provider does not say all that is needed for that.
    pub(super) arrival: Option<Arrival>,
}

/// Takes an active token by the rules of the settings, or says why not: client, scopes, person, in this order.
pub(super) fn admit(settings: &ResourceServer, provider: &Provider, token: &ActiveToken) -> Result<Admitted, Denied> {
    let (client_id, counting) = client(settings, token)?;
    let carries = |scope: &String| token.scopes.contains(scope);
    if !settings.required_scopes.iter().all(carries) {
        return Err(Denied::RequiredScope(settings.required_scopes.join(" ")));
    }
    let scopes = match counting {
        ClientScopes::All => ours(&token.scopes, &settings.scope_prefix),
        ClientScopes::Those(those) => ours(&token.scopes, &settings.scope_prefix).intersection(those),
    };
    let subject = token.subject.clone().ok_or(Denied::NoSubject)?;
    // Nobody becomes an administrator, or ceases to be one, by what a token says.
    let arrival = provider.arrival(&subject, &token.claims).ok();
    let arrival = arrival.map(|arrival| Arrival { administrator: None, ..arrival });
    Ok(Admitted { subject, client_id: client_id.into(), scopes, arrival })
}

/// The client that the token was made for, and which of its scopes count. Of several that are named, the first that is listed.
fn client<'a>(settings: &'a ResourceServer, token: &'a ActiveToken) -> Result<(&'a str, ClientScopes<'a>), Denied> {
    let named: Vec<&str> = match token.claims.get(&settings.audience_claim) {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().map(Value::as_str).collect::<Option<_>>().unwrap_or_default(),
        _ => Vec::new(),
    };
    if named.is_empty() || named.contains(&"") {
        return Err(Denied::NoClient);
    }
    let is_listed = |id: &&str| settings.accepted_clients.iter().any(|client| client.client_id == **id);
    let id = named.iter().copied().find(is_listed).or(named.first().copied()).ok_or(Denied::NoClient)?;
    settings.scopes_of(id).map(|scopes| (id, scopes)).ok_or(Denied::UnknownClient)
}

/// Our scopes among those of the provider, in whatever case, with the prefix or without it.
fn ours(words: &[String], prefix: &str) -> ScopeList {
    let prefix = format!("{}:", prefix.to_ascii_lowercase());
    let ours = |word: &String| {
        let word = word.to_ascii_lowercase();
        let bare = word.strip_prefix(&prefix).filter(|_| prefix.len() > 1).unwrap_or(&word);
        bare.parse::<Scope>().ok()
    };
    words.iter().filter_map(ours).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(words: &str, prefix: &str) -> String {
        let words: Vec<_> = words.split(' ').map(str::to_owned).collect();
        ours(&words, prefix).to_string()
    }

    #[test]
    fn a_prefix_is_taken_off_once_and_need_not_be_there() {
        assert_eq!(scopes("openid rooms:list Rooms:Create", ""), "rooms:list rooms:create");
        assert_eq!(scopes("p:rooms:list rooms:create P:Rooms:Delete", "p"), "rooms:list rooms:create rooms:delete");
        assert_eq!(scopes("Meet:rooms:list", "MEET"), "rooms:list");
        for none in
            ["p:p:rooms:list", "prooms:list", "q:rooms:list", "p:", "p", "rooms:list:p", "p:rooms", ":rooms:list"]
        {
            assert_eq!(scopes(none, "p"), "", "{none}");
        }
        assert_eq!(scopes(":rooms:list", ""), "");
    }
}
