//! Links for people who forgot their password.

use super::{Delivery, LinkError, LinkPurpose, Made, OneTimeLinks};
use crate::accounts::who::hold_in;
use crate::accounts::{Account, AccountError, Status, Who};
use crate::audit::{Actor, By};
use crate::base::{ClientRequest, EmailAddress};

impl OneTimeLinks {
    /// Makes a link for somebody with a password, as whoever runs the server does.
    pub async fn reset(&self, who: impl Into<Who>, delivery: Delivery, by: impl Into<By>) -> Result<Made, LinkError> {
        let (links, who, by) = (self.clone(), who.into(), by.into());
        self.accounts
            .store
            .write(async move |tx| {
                let account = hold_in(&tx, &who).await?;
                may_reset(&account)?;
                links.make_in(&tx, account, LinkPurpose::PasswordReset, delivery, &by).await
            })
            .await
    }

    /// Somebody says that she forgot her password. She is answered before anybody looks whose address it is, so that neither the answer
    /// nor its time tells who has an account; the letter goes to whoever reads that mail, or nowhere.
    pub fn ask_reset(&self, email: &EmailAddress, request: &ClientRequest) -> Result<(), LinkError> {
        let now = self.accounts.clock.now();
        if let Some(wait) = self.limits.asked.claim(request.address, now) {
            return Err(LinkError::Throttled(wait));
        }
        if let Some(wait) = self.limits.letters.claim(email.key(), now) {
            return Err(LinkError::Throttled(wait));
        }
        let (links, email, request) = (self.clone(), email.clone(), request.clone());
        tokio::spawn(async move {
            let by = Actor::Anonymous.through(&request);
            match links.mail_reset(&email, by).await {
                // Nobody's address, or not one for this: nothing to say, and to nobody.
                Ok(())
                | Err(
                    LinkError::Disabled
                    | LinkError::NoAddress
                    | LinkError::Account(AccountError::NotFound | AccountError::Pending | AccountError::NoPassword),
                ) => {}
                Err(error) => tracing::error!(
                    request_id = request.id, cause = %error, "a link for a forgotten password could not be made"
                ),
            }
        });
        Ok(())
    }

    async fn mail_reset(&self, email: &EmailAddress, by: By) -> Result<(), LinkError> {
        // Read first: strangers who try addresses do not hold the writer.
        let found = self.accounts.find_by_email(&email.key()).await?;
        let account = found.filter(|_| self.mail.is_on()).ok_or(AccountError::NotFound)?;
        may_reset(&account)?;
        self.reset(account.id, Delivery::Mailed, by).await?;
        Ok(())
    }
}

/// Whether the person may choose another password: she has one, and may sign in.
fn may_reset(account: &Account) -> Result<(), LinkError> {
    match account.status {
        Status::Disabled => Err(LinkError::Disabled),
        Status::Pending => Err(AccountError::Pending.into()),
        Status::Active if account.password_hash.is_none() => Err(AccountError::NoPassword.into()),
        Status::Active => Ok(()),
    }
}
