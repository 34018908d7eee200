//! A person with all that is hers.

use crate::accounts::{Account, AccountError, Accounts, Identity, OwnSession, Sessions, Who};
use crate::applications::{Applications, Named};
use crate::audit::Audit;
use crate::base::{StoreError, Timestamp};
use crate::rooms::Rooms;

/// A person with all that is hers.
#[derive(Clone, Debug)]
pub struct PersonDetails {
    /// Her account.
    pub account: Account,
    /// Who she is at providers, oldest first.
    pub identities: Vec<Identity>,
    /// Where she is signed in, last used first.
    pub sessions: Vec<OwnSession>,
    /// Rooms that she owns.
    pub rooms_owned: u64,
    /// The applications that acted for her lately, and when they did so last.
    pub applications: Vec<(Named, Timestamp)>,
}

/// The services that know what is a person's.
#[derive(Clone, Copy, Debug)]
pub struct Services<'a> {
    /// Accounts and identities.
    pub accounts: &'a Accounts,
    /// Sessions.
    pub sessions: &'a Sessions,
    /// Rooms.
    pub rooms: &'a Rooms,
    /// What applications did.
    pub audit: &'a Audit,
    /// What they are called.
    pub applications: &'a Applications,
}

impl PersonDetails {
    /// Asks all of them.
    pub async fn of(who: impl Into<Who>, services: Services<'_>) -> Result<Self, AccountError> {
        let account = services.accounts.get(who).await?;
        let id = account.id;
        let of_store = async {
            let acted = services.audit.applications_of(id).await?;
            let ids: Vec<_> = acted.iter().map(|acted| acted.application).collect();
            let mut named = services.applications.named(&ids).await?;
            let applications =
                acted.into_iter().filter_map(|acted| Some((named.remove(&acted.application)?, acted.at))).collect();
            Ok::<_, StoreError>(Self {
                identities: services.accounts.identities(id).await?,
                sessions: services.sessions.of(id).await?,
                rooms_owned: services.rooms.count_owned(id).await?,
                applications,
                account,
            })
        };
        Ok(of_store.await?)
    }
}
