//! What administrators see and do beyond one feature: the trail with the names of people and applications, and people with all
//! that is theirs.

pub mod actions;
pub mod api;
pub mod ends;
pub mod invite;
mod names;
pub mod pages;
mod person;
mod question;

pub use names::Names;
pub use person::{PersonDetails, Services};
pub use question::{Asked, Question};
