//! Sending what is queued.

use std::time::Duration;

use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Mail;
use super::message::{Head, Unwritable};
use super::queue::{self, Taken};
use super::smtp::{MailFailure, MailFailureKind};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::StoreError;

/// How many letters are under way at a time.
const ABREAST: usize = 4;

/// How often the queue is looked at when nobody rings.
const TICK: Duration = Duration::from_secs(5);

/// After how long it is looked at when somebody does: the bell rings before the commit.
const AFTER_THE_BELL: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(300), Duration::from_millis(1500)];

/// How long the first pause after a failure is; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// A letter that could not be sent for so long is given up.
const LONGEST_LIFE: Duration = Duration::from_hours(72);

/// What became of letters in one round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// The mail server has them.
    pub delivered: u64,
    /// They are tried again later.
    pub deferred: u64,
    /// They are not.
    pub given_up: u64,
}

impl Sent {
    const fn count(&mut self, fate: Fate) {
        match fate {
            Fate::Delivered => self.delivered += 1,
            Fate::Deferred { .. } => self.deferred += 1,
            Fate::GivenUp => self.given_up += 1,
        }
    }
}

/// What became of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Delivered,
    Deferred {
        /// Whether others would fare alike.
        concerns_all: bool,
    },
    GivenUp,
}

impl Mail {
    /// Sends what is queued until `stop` says so; what is under way then is brought to its end.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        if !self.is_on() {
            return;
        }
        let mut soon = AFTER_THE_BELL.iter();
        while !*stop.borrow() {
            if let Err(error) = self.round(&stop).await {
                tracing::warn!(cause = %error, "letters could not be sent; it is tried again");
            }
            self.measure().await;
            let wait = soon.next().copied().unwrap_or(TICK);
            tokio::select! {
                _ = stop.changed() => return,
                () = self.0.bell.notified() => soon = AFTER_THE_BELL.iter(),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Sends all that is due now.
    pub async fn send_due(&self) -> Result<Sent, StoreError> {
        let (_still, going_on) = watch::channel(false);
        self.round(&going_on).await
    }

    /// Brings what is known of the queue into the metrics.
    pub async fn measure(&self) {
        match self.queue().await {
            Ok(queue) => {
                let age = queue.oldest.map_or(Duration::ZERO, |oldest| self.0.clock.now().since(oldest));
                self.0.metrics.mail.set_queue(queue.waiting, age);
            }
            Err(error) => tracing::debug!(cause = %error, "the queue of letters could not be measured"),
        }
    }

    async fn round(&self, stop: &watch::Receiver<bool>) -> Result<Sent, StoreError> {
        let mut sent = Sent::default();
        while self.is_on() && !*stop.borrow() {
            let now = self.0.clock.now();
            // Most rounds find nothing, and then nothing is written.
            if queue::first_due(&self.0.store).await?.is_none_or(|due| due > now) {
                return Ok(sent);
            }
            let taken = self.0.store.write(async move |tx| queue::take_in(&tx, now, ABREAST as u64).await).await?;
            if taken.is_empty() {
                return Ok(sent);
            }
            let mut under_way = JoinSet::new();
            for letter in taken {
                let mail = self.clone();
                under_way.spawn(async move { mail.attend_to(letter).await });
            }
            // All of them are brought to their end, whatever becomes of one.
            let (mut hopeless, mut failed) = (true, None);
            while let Some(fate) = under_way.join_next().await {
                // A task that panicked leaves its letter to the next lease.
                match fate.unwrap_or(Ok(Fate::Deferred { concerns_all: false })) {
                    Ok(fate) => {
                        hopeless &= fate == Fate::Deferred { concerns_all: true };
                        sent.count(fate);
                    }
                    Err(error) => failed = Some(error),
                }
            }
            if let Some(error) = failed {
                return Err(error);
            }
            // A mail server that is down is not asked about every letter of a long queue.
            if hopeless {
                return Ok(sent);
            }
        }
        Ok(sent)
    }

    /// Tries to send one letter, and writes down what became of it.
    async fn attend_to(&self, letter: Taken) -> Result<Fate, StoreError> {
        let outcome = self.deliver(&letter).await;
        let Err(failure) = outcome else {
            let id = letter.id;
            self.0.store.write(async move |tx| queue::forget_in(&tx, id).await).await?;
            self.0.metrics.mail.counted(&letter.kind, "delivered");
            tracing::debug!(letter = %id, "letter delivered");
            return Ok(Fate::Delivered);
        };
        let now = self.0.clock.now();
        let next = now.after(self.pause(letter.attempts));
        let too_old = letter.created_at.after(LONGEST_LIFE) < next;
        if failure.kind.is_final() || too_old {
            return self.give_up(letter, &failure).await;
        }
        let (code, concerns_all) = (failure.code(), failure.kind.concerns_all());
        tracing::warn!(letter = %letter.id, failure = code, attempts = letter.attempts, "letter not sent; it is tried again");
        self.0.metrics.mail.counted(&letter.kind, failure.kind.as_str());
        self.0.store.write(async move |tx| queue::put_off_in(&tx, &letter, next, &code).await).await?;
        Ok(Fate::Deferred { concerns_all })
    }

    async fn deliver(&self, letter: &Taken) -> Result<(), MailFailure> {
        let failed = |kind, cause: &str| Err(MailFailure::new(kind, cause));
        if letter.until.is_some_and(|until| until <= self.0.clock.now()) {
            return failed(MailFailureKind::Expired, "its time is over");
        }
        let Some(smtp) = &self.0.smtp else { return failed(MailFailureKind::Unreachable, "letters are off") };
        let Some(content) = self.unseal(letter.id, &letter.sealed) else {
            return failed(MailFailureKind::Unreadable, "it was sealed under another secret key");
        };
        let head = Head {
            id: letter.id,
            written_at: letter.created_at,
            language: &letter.language,
            from: &smtp.server.from,
            host: self.host(),
        };
        smtp.send(&content.message(head)?).await
    }

    async fn give_up(&self, letter: Taken, failure: &MailFailure) -> Result<Fate, StoreError> {
        let code = failure.code();
        tracing::warn!(letter = %letter.id, failure = code, attempts = letter.attempts, "letter given up");
        let outcome = if failure.kind == MailFailureKind::Expired { "expired" } else { "given_up" };
        self.0.metrics.mail.counted(&letter.kind, outcome);
        let details = json!({
            "letter": letter.id,
            "kind": letter.kind,
            "failure": code,
            "attempts": letter.attempts,
            "written_at": letter.created_at,
        });
        let mut event = Event::new(Action::MailGivenUp, Actor::Operator).details(details);
        if let Some(account) = letter.account_id {
            event = event.on_behalf_of(account);
        }
        let event = self.0.audit.row(event);
        self.0
            .store
            .write(async move |tx| {
                if queue::give_up_in(&tx, &letter).await? {
                    record_in(&tx, event).await?;
                }
                Ok::<_, StoreError>(Fate::GivenUp)
            })
            .await
    }

    /// How long the pause after that many attempts is: between half and all of twice the former, so that letters that failed
    /// together do not come back together.
    fn pause(&self, attempts: i64) -> Duration {
        let doublings = u32::try_from(attempts.clamp(1, 20) - 1).unwrap_or(0);
        let whole = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_PAUSE);
        let half = whole / 2;
        let share = u32::from(u16::from_le_bytes(self.0.random.bytes()));
        half + half / u32::from(u16::MAX) * share
    }
}

impl From<Unwritable> for MailFailure {
    fn from(_: Unwritable) -> Self {
        Self::new(MailFailureKind::Address, "the address cannot be written to by mail")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_is_longer_than_any_attempt() {
        // Connecting and sending take the longest time of the settings each, twice.
        assert!(queue::LEASE > Duration::from_mins(2) * 2 + Duration::from_secs(10));
    }
}
