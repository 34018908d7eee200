//! Which applications acted for a person lately.

use sea_orm::{FromQueryResult, Statement};

use super::Audit;
use crate::base::{AccountId, ApplicationId, StoreError, Timestamp};

/// Events that are looked at.
const LATELY: u64 = 1_000;

/// An application that acted for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Acted {
    /// Which one.
    pub application: ApplicationId,
    /// When it did so last.
    pub at: Timestamp,
}

impl Audit {
    /// The applications in the last thousand events of a person, the latest first.
    pub async fn applications_of(&self, person: AccountId) -> Result<Vec<Acted>, StoreError> {
        let sql = format!(
            "SELECT application_id AS application, MAX(at) AS at FROM (SELECT application_id, actor_kind, at \
             FROM audit_event WHERE on_behalf_of = $1 ORDER BY id DESC LIMIT {LATELY}) lately \
             WHERE actor_kind = 'application' AND application_id IS NOT NULL GROUP BY application_id ORDER BY 2 DESC"
        );
        let statement = Statement::from_sql_and_values(self.store.backend(), sql, [person.into()]);
        Ok(Acted::find_by_statement(statement).all(self.store.read()).await?)
    }
}
