//! Letters to people.
//!
//! A letter is queued in the transaction of what it tells of ([`Mail::post_in`]), written out and sealed; a worker sends it
//! ([`Mail::run`]). Each is sent at least once: a server that dies between sending and forgetting it leaves it to the next,
//! which sends it again with the same `Message-ID`. Nothing is queued where the settings name no mail server.

mod entity;
mod letter;
mod message;
mod queue;
mod service;
mod smtp;
mod text;
mod worker;

pub use letter::{Letter, Recipient};
pub use queue::{MailQueue, WaitingLetter};
pub use service::{Mail, MailTrouble};
pub use smtp::{MailFailure, MailFailureKind};
pub use worker::Sent;
