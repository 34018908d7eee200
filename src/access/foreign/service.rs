//! The rules of tokens that were made elsewhere.

use std::sync::Arc;

use super::introspector::Introspector;
use super::policy::{Admitted, admit};
use super::shown::{Digest, check, unwrapped};
use super::verdicts::{Finding, Verdicts};
use super::{Denied, ForeignError, IntrospectionFault, ResourceServerError};
use crate::accounts::{Accounts, Reception, Status};
use crate::base::{AccountId, Caller, ClientRequest, Clock, Metrics, Scope, Via};
use crate::config::{Config, PublicUrl, ResourceServer};
use crate::jose::foreign::{Introspection, PublishedJwk};
use crate::providers::{Provider, Providers};

/// Tokens of a sign-in provider. Clones share what was found out.
#[derive(Clone, Debug)]
pub struct ForeignTokens(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// None when the settings name no provider.
    asked: Option<Asked>,
    providers: Providers,
    accounts: Accounts,
    public_url: PublicUrl,
}

#[derive(Debug)]
struct Asked {
    introspector: Arc<Introspector>,
    verdicts: Verdicts,
    settings: Arc<ResourceServer>,
}

impl ForeignTokens {
    /// Tokens as the settings take them.
    pub fn open(
        config: &Config,
        providers: Providers,
        clock: Clock,
        metrics: Metrics,
        accounts: Accounts,
    ) -> Result<Self, ResourceServerError> {
        let asked = match &config.resource_server {
            None => None,
            Some(settings) => {
                let provider = providers.find(settings.provider.as_str()).map(Arc::clone);
                let provider = provider.ok_or_else(|| ResourceServerError::Provider(settings.provider.to_string()))?;
                Some(Asked {
                    introspector: Arc::new(Introspector::new(settings.clone(), provider, metrics.clone())?),
                    verdicts: Verdicts::new(clock, metrics),
                    settings: Arc::new(settings.clone()),
                })
            }
        };
        Ok(Self(Arc::new(Inner { asked, providers, accounts, public_url: config.server.public_url.clone() })))
    }

    /// Whether any token is asked about at all.
    pub fn are_taken(&self) -> bool {
        self.0.asked.is_some()
    }

    /// What a token allows its person now; none when nobody is known by it yet and the request needs no account to be refused.
    ///
    /// An account is made only for a call whose scope, `needed`, the token carries, and by the provider's rules.
    pub async fn verify(
        &self,
        token: &str,
        needed: Option<Scope>,
        request: &ClientRequest,
    ) -> Result<Option<Caller>, ForeignError> {
        check(token)?;
        let asked = self.0.asked.as_ref().ok_or(Denied::Malformed)?;
        let admitted = asked.verdict(token).await?;
        let provider = &asked.introspector.provider;
        let holder = self.0.accounts.holder(provider.settings.issuer.as_str(), &admitted.subject).await?;
        let person = match holder {
            Some(holder) if holder.status == Status::Disabled => return Err(ForeignError::Disabled),
            Some(holder) => holder.account,
            None => match needed {
                None => return Ok(None),
                Some(needed) if !admitted.scopes.contains(needed) => {
                    return Err(ForeignError::Scope { held: admitted.scopes.clone(), needed });
                }
                Some(_) => self.welcome(&admitted, request).await?,
            },
        };
        Ok(Some(Caller {
            person,
            application: None,
            scopes: Some(admitted.scopes.clone()),
            via: Via::ForeignToken(Arc::clone(&admitted.client_id)),
            entitlement: None,
        }))
    }

    /// The account of somebody who has none yet, as at a first sign-in: made where the provider's people get one, or hers already by
    /// an address that is vouched for. What would need her own decision there is a refusal here.
    async fn welcome(&self, admitted: &Admitted, request: &ClientRequest) -> Result<AccountId, ForeignError> {
        let arrival = admitted.arrival.as_ref().ok_or(ForeignError::NoAccount)?;
        match self.0.accounts.receive(arrival, request).await? {
            Reception::Welcome(account) => Ok(account.id),
            Reception::Disabled(_) => Err(ForeignError::Disabled),
            Reception::Unknown | Reception::Conflict(_) => Err(ForeignError::NoAccount),
        }
    }

    /// The public parts of all our keys, each once: with which providers encrypt for us, and verify who we are.
    pub fn published_keys(&self) -> Vec<PublishedJwk> {
        let own = self.0.asked.iter().flat_map(|asked| asked.introspector.published_keys());
        let mut keys: Vec<PublishedJwk> = Vec::new();
        for key in own.chain(self.0.providers.iter().flat_map(|provider| provider.published_keys())) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// The provider whose tokens are taken, and how.
    pub(super) fn taken_from(&self) -> Option<(&Provider, &ResourceServer)> {
        self.0.asked.as_ref().map(|asked| (&*asked.introspector.provider, &*asked.settings))
    }

    pub(super) fn public_url(&self) -> &PublicUrl {
        &self.0.public_url
    }
}

impl Asked {
    async fn verdict(&self, token: &str) -> Result<Arc<Admitted>, Denied> {
        let (introspector, settings) = (Arc::clone(&self.introspector), Arc::clone(&self.settings));
        let text = token.to_owned();
        self.verdicts.of(Digest::of(token), move || async move { find(&introspector, &settings, &text).await }).await
    }
}

/// Asks the provider, and judges what it says.
async fn find(introspector: &Introspector, settings: &ResourceServer, token: &str) -> Finding {
    let refused = |denied: Denied| Finding { verdict: Err(denied), ends_at: None };
    match introspect(introspector, token).await {
        Ok(Introspection::Active(active)) => match admit(settings, &introspector.provider, &active) {
            Ok(admitted) => Finding { verdict: Ok(Arc::new(admitted)), ends_at: active.ends_at },
            Err(denied) => refused(denied),
        },
        Ok(Introspection::Inactive) => refused(Denied::Inactive),
        Ok(Introspection::Unusable(defect)) => refused(Denied::Unusable(defect)),
        Err(fault) => refused(fault.into()),
    }
}

/// As it was shown, and if that is worth nothing, as what it is the base64 of.
async fn introspect(introspector: &Introspector, token: &str) -> Result<Introspection, IntrospectionFault> {
    match (introspector.ask(token).await?, unwrapped(token)) {
        (Introspection::Inactive, Some(inside)) => introspector.ask(&inside).await,
        (told, _) => Ok(told),
    }
}
