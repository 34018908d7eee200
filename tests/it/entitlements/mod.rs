//! Who may use the service: what DeployCenter is asked, what its answers are worth, and what the gates make of them.

mod answers;
mod failures;
mod gates;
mod organisations;
mod outages;
mod pages;
mod stage;

pub(crate) mod deploy_center;
