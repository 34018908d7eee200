//! The rules say of every column that holds account ids what becomes of it, and say what the database does.

use std::collections::BTreeSet;

use parloir::lifecycle::{Deletion, Export, Merge, RULES};

use super::fixture::foreign_keys;
use crate::harness::{Kind, Server, on_both};

/// Columns that sound like an account and are none.
const OTHERS: [(&str, &str); 3] =
    [("room", "created_by_application"), ("account", "created_by_application"), ("mail", "kind")];

/// Columns of ids whose names sound like people.
async fn sounding(server: &Server) -> Vec<(String, String)> {
    let sql = match server.database.kind {
        Kind::Sqlite => {
            "SELECT m.name, i.name FROM sqlite_master m, pragma_table_info(m.name) i \
             WHERE m.type = 'table' AND upper(i.type) = 'BLOB'"
        }
        Kind::Postgres => {
            "SELECT table_name::text, column_name::text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND data_type = 'uuid'"
        }
    };
    let rows = server.database.rows(sql, []).await;
    let columns = rows.iter().map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap()));
    let people = |(_, column): &(String, String)| {
        ["account", "actor", "behalf", "_by", "person", "owner", "user"].iter().any(|word| column.contains(word))
    };
    columns.filter(people).collect()
}

on_both! {
    async fn every_column_has_a_rule(server: Server) {
        let rules: BTreeSet<_> = RULES.iter().map(|rule| (rule.table, rule.column)).collect();
        assert_eq!(rules.len(), RULES.len(), "a column has two rules");
        let keys: Vec<_> = foreign_keys(&server.database).await.into_iter().filter(|[_, _, to, ..]| to == "account").collect();
        assert!(keys.len() >= 12, "{keys:?}");
        for [table, column, _, _, on_delete] in &keys {
            let rule = RULES.iter().find(|rule| rule.table == table && rule.column == column);
            let rule = rule.unwrap_or_else(|| panic!("lifecycle::RULES says nothing of {table}.{column}"));
            let expected = match on_delete.as_str() {
                "CASCADE" => [Deletion::Cascades, Deletion::Removed],
                "SET NULL" => [Deletion::Forgets, Deletion::Removed],
                other => panic!("{table}.{column} is {other}: nobody could be deleted"),
            };
            assert!(expected.contains(&rule.deletion), "{table}.{column} is {on_delete}, the rule says {:?}", rule.deletion);
        }
        let sounding = sounding(&server).await;
        assert!(sounding.len() >= keys.len(), "{sounding:?}");
        for (table, column) in &sounding {
            let known = rules.contains(&(table.as_str(), column.as_str())) || OTHERS.contains(&(table, column));
            assert!(known, "lifecycle::RULES says nothing of {table}.{column}");
        }
        for rule in RULES {
            let known = sounding.iter().any(|(table, column)| (table.as_str(), column.as_str()) == (rule.table, rule.column));
            assert!(known, "there is no {}.{}", rule.table, rule.column);
            let key = keys.iter().any(|[table, column, ..]| (table.as_str(), column.as_str()) == (rule.table, rule.column));
            assert_eq!(key, rule.deletion != Deletion::Kept, "{}.{}", rule.table, rule.column);
            // What is kept under a former id needs `merged_account` to be found.
            assert!(rule.merge != Merge::Stays || rule.deletion == Deletion::Kept, "{}.{}", rule.table, rule.column);
            assert!(!matches!(rule.export, Export::In("") | Export::Not("")));
        }
    }
}
