//! What was found out about tokens a moment ago, and what is being found out.
//!
//! A token that is taken is remembered until its end and for half a minute at most, one that is not for five seconds. Both memories
//! are bounded, and apart, so that invented tokens do not push out real ones. Of many requests with one token at once, one asks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use quick_cache::sync::Cache;
use tokio::sync::watch;

use super::policy::Admitted;
use super::shown::Digest;
use super::{Denied, IntrospectionFault};
use crate::base::{Clock, Metrics, Timestamp};

/// How long a token is taken without asking again.
const LONGEST: Duration = Duration::from_secs(30);
/// How long one is refused without asking again.
const LONGEST_REFUSAL: Duration = Duration::from_secs(5);
/// Tokens remembered of each kind; each takes less than 1 kB.
const REMEMBERED: usize = 8192;

/// What comes of a token.
pub(super) type Verdict = Result<Arc<Admitted>, Denied>;

/// A verdict, and what bounds its time.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    /// When the provider's answer stops being true, as far as it says.
    pub(super) ends_at: Option<Timestamp>,
}

#[derive(Clone, Debug)]
struct Remembered {
    verdict: Verdict,
    until: Timestamp,
}

/// The memory. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Verdicts(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    metrics: Metrics,
    taken: Cache<Digest, Remembered>,
    refused: Cache<Digest, Remembered>,
    under_way: Mutex<HashMap<Digest, watch::Receiver<Option<Verdict>>>>,
}

impl Verdicts {
    pub(super) fn new(clock: Clock, metrics: Metrics) -> Self {
        Self(Arc::new(Inner {
            clock,
            metrics,
            taken: Cache::new(REMEMBERED),
            refused: Cache::new(REMEMBERED),
            under_way: Mutex::default(),
        }))
    }

    /// The verdict on the token of that digest: the one at hand, that of a question under way, or what `ask` finds. That runs in a
    /// task of its own: whoever asked may go away, and the others still hear.
    pub(super) async fn of<F>(&self, digest: Digest, ask: impl FnOnce() -> F) -> Verdict
    where
        F: Future<Output = Finding> + Send + 'static,
    {
        if let Some(verdict) = self.at_hand(&digest) {
            self.0.metrics.introspections.remembered();
            return verdict;
        }
        let mut answer = match self.join(digest) {
            Turn::Known(verdict) => return verdict,
            Turn::Waits(answer) => answer,
            Turn::Asks(tell, answer) => {
                let (landing, finding) = (Landing { verdicts: self.clone(), digest }, ask());
                tokio::spawn(async move {
                    let finding = finding.await;
                    let verdict = finding.verdict.clone();
                    landing.verdicts.remember(landing.digest, finding);
                    drop(landing);
                    // Nobody may wait any more.
                    let _ = tell.send(Some(verdict));
                });
                answer
            }
        };
        let told = answer.wait_for(Option::is_some).await.ok().and_then(|told| told.clone());
        told.unwrap_or(Err(Denied::Fault(IntrospectionFault::Lost)))
    }

    fn join(&self, digest: Digest) -> Turn {
        let mut under_way = self.under_way();
        if let Some(answer) = under_way.get(&digest) {
            return Turn::Waits(answer.clone());
        }
        // The question that was under way at the first look may have been answered since.
        if let Some(verdict) = self.at_hand(&digest) {
            return Turn::Known(verdict);
        }
        let (tell, answer) = watch::channel(None);
        under_way.insert(digest, answer.clone());
        Turn::Asks(tell, answer)
    }

    fn at_hand(&self, digest: &Digest) -> Option<Verdict> {
        let now = self.0.clock.now();
        let lives = |found: &Remembered| now < found.until;
        let taken = self.0.taken.get(digest).filter(lives);
        taken.or_else(|| self.0.refused.get(digest).filter(lives)).map(|found| found.verdict)
    }

    fn remember(&self, digest: Digest, Finding { verdict, ends_at }: Finding) {
        let now = self.0.clock.now();
        match &verdict {
            Ok(_) => {
                let longest = now.after(LONGEST);
                let until = ends_at.map_or(longest, |end| end.min(longest));
                self.0.refused.remove(&digest);
                self.0.taken.insert(digest, Remembered { verdict, until });
            }
            Err(Denied::Fault(fault)) if !fault.is_about_the_token() => {}
            Err(_) => {
                self.0.taken.remove(&digest);
                self.0.refused.insert(digest, Remembered { verdict, until: now.after(LONGEST_REFUSAL) });
            }
        }
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<Digest, watch::Receiver<Option<Verdict>>>> {
        self.0.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Turn {
    /// It is at hand by now.
    Known(Verdict),
    /// Somebody asks already.
    Waits(watch::Receiver<Option<Verdict>>),
    /// This one asks, and tells the others.
    Asks(watch::Sender<Option<Verdict>>, watch::Receiver<Option<Verdict>>),
}

/// Ends a question that is under way, also when it panics.
struct Landing {
    verdicts: Verdicts,
    digest: Digest,
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.verdicts.under_way().remove(&self.digest);
    }
}

#[cfg(test)]
#[path = "verdicts_tests.rs"]
mod tests;
