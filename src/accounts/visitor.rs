//! Who looks at a page.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::{Account, Belonging, SessionId};
use crate::base::{Caller, KeptEntitlement, Siret, Timestamp, Via};

/// The person whose session the request carries, or a stranger. Put into the request's extensions by `access`.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    signed_in: Option<SignedInVisitor>,
}

#[derive(Clone, Debug)]
struct SignedInVisitor {
    account: Arc<Account>,
    entitlement: KeptEntitlement,
    session: SessionId,
    at: Timestamp,
    acting_for: Option<ActingFor>,
}

/// For whom somebody acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActingFor {
    /// The organisation of her sign-in.
    pub organisation: Siret,
    /// All among which she may choose, by name; known for pages alone.
    pub choices: Vec<Belonging>,
}

impl Visitor {
    /// A visitor who is signed in, and proved `at` that moment who she is.
    pub fn signed_in(account: Account, entitlement: KeptEntitlement, session: SessionId, at: Timestamp) -> Self {
        let account = Arc::new(account);
        Self { signed_in: Some(SignedInVisitor { account, entitlement, session, at, acting_for: None }) }
    }

    /// The same, acting for an organisation.
    #[must_use]
    pub fn acting_for_one(mut self, acting_for: ActingFor) -> Self {
        if let Some(visitor) = &mut self.signed_in {
            visitor.acting_for = Some(acting_for);
        }
        self
    }

    /// Her account.
    pub fn account(&self) -> Option<&Account> {
        self.signed_in.as_ref().map(|visitor| &*visitor.account)
    }

    /// Her session.
    pub fn session(&self) -> Option<&SessionId> {
        self.signed_in.as_ref().map(|visitor| &visitor.session)
    }

    /// When she last proved who she is.
    pub fn signed_in_at(&self) -> Option<Timestamp> {
        self.signed_in.as_ref().map(|visitor| visitor.at)
    }

    /// For whom she acts; none where her provider does not tell to which organisations she belongs.
    pub fn acting_for(&self) -> Option<&ActingFor> {
        self.signed_in.as_ref()?.acting_for.as_ref()
    }

    /// The organisation for which she acts.
    pub fn organisation(&self) -> Option<&Siret> {
        self.acting_for().map(|acting_for| &acting_for.organisation)
    }

    /// The caller that she is.
    pub fn caller(&self) -> Option<Caller> {
        let SignedInVisitor { account, entitlement, .. } = self.signed_in.as_ref()?;
        let entitlement = Some(entitlement.clone());
        Some(Caller { person: account.id, application: None, scopes: None, via: Via::Session, entitlement })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
