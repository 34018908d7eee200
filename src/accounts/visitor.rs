//! Who looks at a page.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::{Account, SessionId};
use crate::base::{Caller, KeptEntitlement, Timestamp, Via};

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
}

impl Visitor {
    /// A visitor who is signed in, and proved `at` that moment who she is.
    pub fn signed_in(account: Account, entitlement: KeptEntitlement, session: SessionId, at: Timestamp) -> Self {
        Self { signed_in: Some(SignedInVisitor { account: Arc::new(account), entitlement, session, at }) }
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
