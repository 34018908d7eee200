//! What an application may do, and for whom.
#![expect(clippy::too_many_arguments, reason = "a field of the form each")]

use leptos::prelude::*;
use leptos::server_fn::error::ServerFnError;

use super::{administered, domains_in, flag, number_in, settle, version_of};
use crate::applications::pages::ApplicationTab;
use crate::applications::{ApplicationPatch, Applications, Domains, InvalidNetwork, Networks};
use crate::base::wire::Nullable;
use crate::base::{Scope, ScopeList};
use crate::ui::{Flash, FormState, key, leave_and_see_other, t};

/// The id of the form that says what an application may do.
pub const PERMIT_FORM: &str = "permit-application";

/// How far one right is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Not at all.
    No,
    /// It is; whoever lets the application act for her gives it.
    Required,
    /// It is; a person may decline it.
    Optional,
}

impl Level {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::No, Self::Required, Self::Optional];

    /// The word in the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Required => "required",
            Self::Optional => "optional",
        }
    }

    /// The field's value for a right: `rooms:list required`.
    pub fn of(self, scope: Scope) -> String {
        format!("{scope} {}", self.as_str())
    }

    fn read(text: &str) -> Option<(Scope, Self)> {
        let (scope, word) = text.split_once(' ')?;
        let level = Self::ALL.into_iter().find(|level| level.as_str() == word)?;
        Some((scope.parse().ok()?, level))
    }
}

/// What was chosen: the rights, and those among them that are optional.
fn rights_in(rights: &[String]) -> Option<(ScopeList, ScopeList)> {
    let chosen: Vec<_> = rights.iter().map(|right| Level::read(right)).collect::<Option<_>>()?;
    let those = |wanted: fn(Level) -> bool| {
        chosen.iter().filter(|(_, level)| wanted(*level)).map(|(scope, _)| *scope).collect::<ScopeList>()
    };
    Some((those(|level| level != Level::No), those(|level| level == Level::Optional)))
}

/// Says what an application may do: rights, domains, accounts for newcomers, lifetime, networks. For administrators.
#[server(prefix = "/actions", endpoint = "applications/permit")]
pub async fn permit_application(
    #[server(default)] application: String,
    #[server(default)] version: String,
    #[server(default)] rights: Vec<String>,
    #[server(default)] domains: String,
    #[server(default)] all_domains: bool,
    #[server(default)] allow_user_creation: bool,
    #[server(default)] user_creation_per_day: String,
    #[server(default)] token_lifetime_minutes: String,
    #[server(default)] networks: String,
) -> Result<(), ServerFnError> {
    let page = ApplicationTab::Permissions.path(&application);
    let Some(managed) = administered(&application, &page).await else { return Ok(()) };
    let mut form = FormState::new(PERMIT_FORM)
        .with_value("domains", &domains)
        .with_value("all_domains", flag(all_domains))
        .with_value("allow_user_creation", flag(allow_user_creation))
        .with_value("user_creation_per_day", &user_creation_per_day)
        .with_value("token_lifetime_minutes", &token_lifetime_minutes)
        .with_value("networks", &networks);
    for (at, right) in rights.iter().enumerate() {
        form = form.with_value(&format!("rights[{at}]"), right);
    }
    let chosen = rights_in(&rights);
    if chosen.is_none() {
        form = form.with_error("rights[0]", key("applications-error-scope"));
    }
    let allowed = domains_in(&domains);
    if let Err(word) = &allowed {
        form = form.with_error_args("domains", key("applications-error-domain"), &[("domain", word.as_str().into())]);
    }
    let per_day = number_in(&user_creation_per_day);
    if per_day.is_err() {
        form = form.with_error("user_creation_per_day", key("applications-error-number"));
    }
    let lifetime = number_in(&token_lifetime_minutes);
    if lifetime.is_err() {
        form = form.with_error("token_lifetime_minutes", key("applications-error-lifetime"));
    }
    let from = networks.parse::<Networks>();
    form = match &from {
        Ok(_) => form,
        Err(InvalidNetwork::Syntax(word)) => {
            form.with_error_args("networks", key("applications-error-network"), &[("network", word.as_str().into())])
        }
        Err(InvalidNetwork::Inside { given, network }) => form.with_error_args(
            "networks",
            key("applications-error-network-inside"),
            &[("given", given.as_str().into()), ("network", network.to_string().into())],
        ),
    };
    let (Some((scopes, optional)), Ok(allowed), Ok(per_day), Ok(lifetime), Ok(from)) =
        (chosen, allowed, per_day, lifetime, from)
    else {
        leave_and_see_other(&page, Flash::refused(form));
        return Ok(());
    };
    let patch = ApplicationPatch {
        scopes: Some(scopes),
        optional_scopes: Some(optional),
        domains: Some(if all_domains { Domains::All } else { Domains::Only(allowed) }),
        allow_user_creation: Some(allow_user_creation),
        user_creation_per_day: per_day.map_or(Nullable::Null, Nullable::Value),
        token_lifetime_minutes: lifetime.map_or(Nullable::Null, Nullable::Value),
        networks: Some(from),
        ..ApplicationPatch::default()
    };
    let client_id = &managed.application().client_id;
    let service = expect_context::<Applications>();
    let outcome = service.update(client_id, patch, version_of(&version), managed.actor()).await;
    settle(&page, form, outcome, t("applications-permitted"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_read_as_they_are_written() {
        let rights: Vec<_> = [
            Level::Required.of(Scope::RoomsList),
            Level::No.of(Scope::RoomsRetrieve),
            Level::Optional.of(Scope::RoomsCreate),
        ]
        .into();
        let (scopes, optional) = rights_in(&rights).unwrap();
        assert_eq!(
            (scopes.to_string(), optional.to_string()),
            ("rooms:list rooms:create".into(), "rooms:create".into())
        );
        for wrong in ["", "rooms:list", "rooms:list maybe", "rooms:paint required", "rooms:list  required"] {
            assert!(rights_in(&[wrong.to_owned()]).is_none(), "{wrong}");
        }
    }
}
