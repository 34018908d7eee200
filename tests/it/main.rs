//! Behaviour of the whole server, through HTTP as its callers see it, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod harness;
mod peer;
mod peer_works;
mod provider;

mod audit;
mod command_line;
mod crash;
mod doctor;
mod every_answer;
mod forged_tokens;
mod jose_vectors;
mod leaks;
mod metrics;
mod openapi;
mod pages;
mod pending_people;
mod process;
mod provider_forms;
mod provider_works;
mod query_counts;
mod races;
mod rights;
mod robustness;
mod rooms_create;
mod rooms_list;
mod rooms_retrieve;
mod secrets;
mod sessions;
mod sign_in;
mod start;
mod store;
mod token_claims;
mod token_endpoint;
mod token_request;
mod token_use;
