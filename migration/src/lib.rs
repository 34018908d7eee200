//! Parloir's database schema, in steps.
//!
//! A step is one SQL file for both databases. The few types that they name differently stand in braces:
//! `{uuid}`, `{bytes}`, and `{key}` for text that is compared and ordered byte by byte.
//!
//! A step only adds; what an older server still reads is removed one release later.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// All steps, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Step { name: "m0001_main_job", sql: include_str!("m0001_main_job.sql") }),
            Box::new(Step { name: "m0002_delegation_api", sql: include_str!("m0002_delegation_api.sql") }),
            Box::new(Step { name: "m0003_sign_in", sql: include_str!("m0003_sign_in.sql") }),
            Box::new(Step { name: "m0004_applications", sql: include_str!("m0004_applications.sql") }),
            Box::new(Step { name: "m0005_audit", sql: include_str!("m0005_audit.sql") }),
            Box::new(Step { name: "m0006_entitlements", sql: include_str!("m0006_entitlements.sql") }),
            Box::new(Step { name: "m0007_organisations", sql: include_str!("m0007_organisations.sql") }),
            Box::new(Step { name: "m0008_accounts", sql: include_str!("m0008_accounts.sql") }),
            Box::new(Step { name: "m0009_mail", sql: include_str!("m0009_mail.sql") }),
            Box::new(Step { name: "m0010_one_time_links", sql: include_str!("m0010_one_time_links.sql") }),
            Box::new(Step { name: "m0011_conflict_code", sql: include_str!("m0011_conflict_code.sql") }),
            Box::new(Step { name: "m0012_lifecycle", sql: include_str!("m0012_lifecycle.sql") }),
        ]
    }
}

struct Step {
    name: &'static str,
    sql: &'static str,
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let (uuid, bytes, key) = match connection.get_database_backend() {
            DbBackend::Postgres => ("UUID", "BYTEA", "TEXT COLLATE \"C\""),
            _ => ("BLOB", "BLOB", "TEXT"),
        };
        let sql = self.sql.replace("{uuid}", uuid).replace("{bytes}", bytes).replace("{key}", key);
        connection.execute_unprepared(&sql).await?;
        Ok(())
    }
}
