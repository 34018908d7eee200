//! The rules of front ends elsewhere.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use serde::{Deserialize, Serialize};

use super::FrontEndError;
use crate::accounts::{PersonalTokenError, PersonalTokenSecret, PersonalTokens, Role, SessionId};
use crate::audit::Actor;
use crate::base::{
    ClientRequest, Clock, EmailAddress, PersonalTokenId, Random, Secret, Siret, Store, StoreError, Timestamp, Tx,
};
use crate::config::FrontEnd;

/// How long a code works.
const LIFETIME: Duration = Duration::from_mins(1);

/// Characters of a code: 43 hold 256 bits.
const RANDOM: usize = 43;

/// Characters of a challenge of S256: 32 bytes in base64url (RFC 7636 §4.2).
const CHALLENGE: usize = 43;

/// The longest state that is given back, in bytes.
const LONGEST_STATE: usize = 1024;

/// The front ends of the settings. Clones share the database.
#[derive(Clone, Debug)]
pub struct FrontEnds {
    known: Arc<[FrontEnd]>,
    store: Store,
    clock: Clock,
    random: Random,
    tokens: PersonalTokens,
}

/// What a front end sends its visitor with, as it was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    front_end: String,
    challenge: String,
    state: Option<String>,
}

/// What a front end sends to get a token.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The provider in the path.
    pub provider: String,
    /// The code.
    pub code: Secret,
    /// What the challenge was made from.
    pub verifier: Secret,
    /// The page that asks, when a browser says so.
    pub origin: Option<String>,
}

/// What a front end gets.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The organisation for which the person came.
    pub organisation: Option<Siret>,
    /// Her address.
    pub email: Option<EmailAddress>,
    /// What she may do here as a whole.
    pub role: Role,
    /// The token, which ends with her sign-in.
    pub token: PersonalTokenSecret,
}

/// A code that was taken.
#[derive(Debug, FromQueryResult)]
struct Taken {
    session_id: SessionId,
    provider: String,
    front_end: String,
    challenge: String,
    ends_at: Timestamp,
}

#[derive(Debug, FromQueryResult)]
struct Who {
    organisation: Option<Siret>,
    email: Option<EmailAddress>,
    role: Role,
}

/// What became of an exchange, kept in any case: of a code that came twice, the token has ended.
enum Outcome {
    Granted(Granted),
    Refused,
}

impl FrontEnds {
    /// The front ends of the settings.
    pub fn new(known: &[FrontEnd], store: Store, clock: Clock, random: Random, tokens: PersonalTokens) -> Self {
        Self { known: known.into(), store, clock, random, tokens }
    }

    /// The origins of their pages.
    pub fn origins(&self) -> impl Iterator<Item = String> + '_ {
        self.known.iter().map(FrontEnd::origin)
    }

    /// Checks what a front end sends its visitor with. Nothing of it is followed before it is known.
    pub fn ask(
        &self,
        front_end: &str,
        challenge: Option<&str>,
        method: Option<&str>,
        state: Option<String>,
    ) -> Result<Asked, FrontEndError> {
        let known = self.find(front_end)?;
        let base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let challenge = challenge.filter(|text| text.len() == CHALLENGE && text.bytes().all(base64url));
        let challenge = challenge.ok_or(FrontEndError::Challenge)?;
        if method.is_some_and(|method| method != "S256") {
            return Err(FrontEndError::Method);
        }
        if state.as_ref().is_some_and(|state| state.len() > LONGEST_STATE) {
            return Err(FrontEndError::State);
        }
        Ok(Asked { front_end: known.id.to_string(), challenge: challenge.to_owned(), state })
    }

    /// Where somebody goes who has signed in for a front end: back to it, with a new code.
    pub async fn arrive(&self, asked: &Asked, provider: &str, session: &SessionId) -> Result<String, FrontEndError> {
        const INSERT: &str = "INSERT INTO login_code (code, session_id, provider, front_end, challenge, ends_at) \
                              VALUES ($1, $2, $3, $4, $5, $6)";
        let front_end = self.find(&asked.front_end)?;
        let code = self.random.base62(RANDOM);
        let values = [
            digest(&code).into(),
            session.clone().into(),
            provider.into(),
            asked.front_end.as_str().into(),
            asked.challenge.as_str().into(),
            self.clock.now().after(LIFETIME).into(),
        ];
        self.store
            .write::<_, StoreError, _, _>(async move |tx| {
                tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), INSERT, values)).await?;
                Ok(())
            })
            .await?;
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("code", &code);
        if let Some(state) = &asked.state {
            query.append_pair("state", state);
        }
        let back = front_end.redirect_uri.as_str();
        let joint = if back.contains('?') { '&' } else { '?' };
        Ok(format!("{back}{joint}{}", query.finish()))
    }

    /// Exchanges a code, once, for a token that ends with the sign-in. A code that comes again ends what it gave (RFC 6749 §4.1.2).
    pub async fn exchange(&self, wanted: Exchange, request: &ClientRequest) -> Result<Granted, FrontEndError> {
        let code = wanted.code.expose();
        if code.len() != RANDOM || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(FrontEndError::Grant);
        }
        let (front_ends, request, code) = (self.clone(), request.clone(), digest(code));
        let outcome = self
            .store
            .write(async move |tx| {
                let Some(taken) = front_ends.take_in(&tx, &code).await? else {
                    front_ends.end_in(&tx, &code, &request).await?;
                    return Ok(Outcome::Refused);
                };
                // Refused, it stays: whoever has seen the code alone cannot use it up.
                front_ends.check(&taken, &wanted)?;
                front_ends.grant_in(&tx, &code, taken, &request).await.map(Outcome::Granted)
            })
            .await;
        match outcome? {
            Outcome::Granted(granted) => Ok(granted),
            Outcome::Refused => Err(FrontEndError::Grant),
        }
    }

    fn find(&self, id: &str) -> Result<&FrontEnd, FrontEndError> {
        self.known.iter().find(|known| known.id.as_str() == id).ok_or(FrontEndError::Unknown)
    }

    /// Takes a code that nobody used. Of two at once, the second waits here and finds it used.
    async fn take_in(&self, tx: &Tx, code: &[u8]) -> Result<Option<Taken>, StoreError> {
        const SQL: &str = "UPDATE login_code SET used_at = $2 WHERE code = $1 AND used_at IS NULL \
                           RETURNING session_id, provider, front_end, challenge, ends_at";
        let values = [code.into(), self.clock.now().into()];
        let statement = Statement::from_sql_and_values(tx.get_database_backend(), SQL, values);
        Ok(Taken::find_by_statement(statement).one(&**tx).await?)
    }

    fn check(&self, taken: &Taken, wanted: &Exchange) -> Result<(), FrontEndError> {
        let front_end = self.find(&taken.front_end).map_err(|_| FrontEndError::Grant)?;
        let its_own = wanted.origin.as_ref().is_none_or(|origin| *origin == front_end.origin());
        let challenge = URL_SAFE_NO_PAD.encode(digest(wanted.verifier.expose()));
        let proven = is_verifier(wanted.verifier.expose()) && Secret::new(taken.challenge.as_str()).matches(&challenge);
        let in_time = self.clock.now() < taken.ends_at;
        if its_own && proven && in_time && taken.provider == wanted.provider {
            Ok(())
        } else {
            Err(FrontEndError::Grant)
        }
    }

    async fn grant_in(
        &self,
        tx: &Tx,
        code: &[u8],
        taken: Taken,
        request: &ClientRequest,
    ) -> Result<Granted, FrontEndError> {
        const WHO: &str = "SELECT s.organisation, u.email, u.role FROM session s \
                           JOIN account u ON u.id = s.account_id WHERE s.id = $1";
        const NOTE: &str = "UPDATE login_code SET token_id = $2 WHERE code = $1";
        let held = self.tokens.create_for_sign_in_in(tx, &taken.session_id, &taken.front_end, request).await;
        let held = held.map_err(|error| match error {
            // Signed out meanwhile.
            PersonalTokenError::Gone => FrontEndError::Grant,
            error => error.into(),
        })?;
        let backend = tx.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, WHO, [taken.session_id.into()]);
        let who = Who::find_by_statement(statement).one(&**tx).await.map_err(StoreError::from)?;
        let Who { organisation, email, role } = who.ok_or(FrontEndError::Grant)?;
        let values = [code.into(), held.token.id.into()];
        tx.execute_raw(Statement::from_sql_and_values(backend, NOTE, values)).await.map_err(StoreError::from)?;
        Ok(Granted { organisation, email, role, token: held.secret })
    }

    /// A code that was used before: whoever has its token now may not be who should.
    async fn end_in(&self, tx: &Tx, code: &[u8], request: &ClientRequest) -> Result<(), FrontEndError> {
        #[derive(FromQueryResult)]
        struct Given {
            token_id: Option<PersonalTokenId>,
        }
        let sql = "SELECT token_id FROM login_code WHERE code = $1";
        let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [code.into()]);
        let given = Given::find_by_statement(statement).one(&**tx).await.map_err(StoreError::from)?;
        if let Some(token) = given.and_then(|given| given.token_id) {
            self.tokens.revoke_known_in(tx, token, Actor::Anonymous, request).await?;
        }
        Ok(())
    }
}

/// RFC 7636 §4.1.
fn is_verifier(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

fn digest(text: &str) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636 appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert!(is_verifier(verifier));
        assert_eq!(URL_SAFE_NO_PAD.encode(digest(verifier)), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        for wrong in ["", &verifier[1..], &"a".repeat(129), &format!("{verifier} "), &"é".repeat(43)] {
            assert!(!is_verifier(wrong), "{wrong}");
        }
    }
}
