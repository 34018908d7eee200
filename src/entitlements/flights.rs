//! One question about a person at a time, whoever wants to know.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::Access;
use crate::base::AccountId;

/// The questions under way in this process.
#[derive(Clone, Debug, Default)]
pub(super) struct Flights(Arc<Mutex<HashMap<AccountId, Flight>>>);

/// A question under way: its outcome, once there is one.
#[derive(Clone, Debug)]
pub(super) struct Flight(watch::Receiver<Option<Access>>);

impl Flight {
    /// Its outcome; none when it ended without one.
    pub(super) async fn outcome(mut self) -> Option<Access> {
        self.0.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone())
    }
}

impl Flights {
    /// Joins the question about `person` that is under way, or begins it: `ask` runs in a task of its own, so that nobody who
    /// goes away ends it. `anew` joins none: what is under way is about what was known before.
    pub(super) fn board<F>(&self, person: AccountId, anew: bool, ask: impl FnOnce() -> F) -> Flight
    where
        F: Future<Output = Access> + Send + 'static,
    {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(&person).filter(|flight| !anew && flight.0.has_changed().is_ok()) {
            return flight.clone();
        }
        let (tell, told) = watch::channel(None);
        let flight = Flight(told);
        flights.insert(person, flight.clone());
        let (ask, flights, own) = (ask(), self.clone(), flight.clone());
        tokio::spawn(async move {
            let outcome = ask.await;
            flights.land(person, &own);
            // Perhaps nobody waits any more.
            let _ = tell.send(Some(outcome));
        });
        flight
    }

    fn land(&self, person: AccountId, own: &Flight) {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if flights.get(&person).is_some_and(|flight| flight.0.same_channel(&own.0)) {
            flights.remove(&person);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;
    use crate::base::{Random, Timestamp};

    #[tokio::test]
    async fn many_wait_for_one_question() {
        let (flights, asked) = (Flights::default(), Arc::new(AtomicU32::new(0)));
        let ada = AccountId::new(&Random::seeded(1), Timestamp::from_seconds(1));
        let board = |anew| {
            let asked = Arc::clone(&asked);
            flights.board(ada, anew, || async move {
                let before = asked.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
                if before == 0 { Access::Granted } else { Access::Unknown(Duration::ZERO) }
            })
        };
        let waiting: Vec<_> = (0..50).map(|_| board(false)).collect();
        for flight in waiting {
            assert_eq!(flight.outcome().await, Some(Access::Granted));
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        // What was known before does not answer for what is known now.
        let (before, after) = (board(false), board(true));
        assert_eq!(board(false).outcome().await, after.outcome().await);
        before.outcome().await;
        assert_eq!(asked.load(Ordering::SeqCst), 3);
        assert!(flights.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn one_that_panics_leaves_nobody_waiting() {
        let flights = Flights::default();
        let ada = AccountId::new(&Random::seeded(1), Timestamp::from_seconds(1));
        assert_eq!(flights.board(ada, false, || async { panic!("on purpose") }).outcome().await, None);
        assert_eq!(flights.board(ada, false, || async { Access::Granted }).outcome().await, Some(Access::Granted));
    }
}
