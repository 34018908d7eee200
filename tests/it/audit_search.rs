//! Looking into the trail: what is found is what was asked for, whole and in order, and no search reads the trail from end to
//! end.

use std::collections::BTreeSet;

use parloir::audit::{Action, Filter, Record};
use parloir::base::{AccountId, ApplicationId, RoomId, TokenId};
use sea_orm::entity::prelude::Uuid;

use crate::harness::{Database, Kind, START, Server, on_both};

/// The id of the `n`th of a kind of things.
fn numbered(kind: u32, n: u32) -> Uuid {
    format!("{:08x}-0000-7000-8000-{n:012x}", kind * 0x0100_0000).parse().unwrap()
}

fn person(n: u32) -> AccountId {
    numbered(1, n).into()
}

fn application(n: u32) -> ApplicationId {
    numbered(2, n).into()
}

fn room(n: u32) -> RoomId {
    numbered(3, n).into()
}

/// Writes so many events past the server, a second apart, the last just before the test began. `columns` gives for the event
/// `i` its action, kind and id of the actor, person, application, token and room, in the SQL of both databases, where `uuid(k,
/// n)` is [`numbered`].
pub(crate) async fn fill(database: &Database, rows: u32, columns: &str) {
    let millis = format!("({} - ({rows} - i) * 1000)", START.as_micros() / 1000);
    let (id, columns, source) = match database.kind {
        Kind::Sqlite => (
            format!("unhex(printf('%012x7000%016x', {millis}, i - 9223372036854775807 - 1))"),
            uuids(columns, |kind, n| format!("unhex(printf('%08x000070008000%012x', {kind} * 16777216, {n}))")),
            format!(
                "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {rows}) SELECT i FROM n) n"
            ),
        ),
        Kind::Postgres => (
            format!("(lpad(to_hex({millis}), 12, '0') || '70008000' || lpad(to_hex(i), 12, '0'))::uuid"),
            uuids(columns, |kind, n| {
                format!(
                    "(lpad(to_hex({kind} * 16777216), 8, '0') || '000070008000' || lpad(to_hex({n}), 12, '0'))::uuid"
                )
            }),
            format!("generate_series(0::bigint, {rows} - 1) n(i)"),
        ),
    };
    let sql = format!(
        "INSERT INTO audit_event (id, at, action, actor_kind, actor_id, on_behalf_of, application_id, jti, room_id, occurrences) \
         SELECT {id}, {millis} * 1000, {columns}, 1 FROM {source}"
    );
    database.execute(&sql, []).await;
    if database.kind == Kind::Postgres {
        database.execute("VACUUM ANALYZE audit_event", []).await;
    }
}

/// Puts an expression in place of each `uuid(kind, n)`.
fn uuids(columns: &str, expression: impl Fn(&str, &str) -> String) -> String {
    let mut sql = String::new();
    let mut rest = columns;
    while let Some((before, after)) = rest.split_once("uuid(") {
        let (arguments, behind) = after.split_once(')').unwrap();
        let (kind, n) = arguments.split_once(", ").unwrap();
        sql += before;
        sql += &expression(kind, n);
        rest = behind;
    }
    sql + rest
}

/// Seven in ten are tokens; ten people, three applications, and an action that is rare.
const EVERYDAY: &str = "\
    CASE WHEN i % 500 = 499 THEN 'room.deleted' WHEN i % 10 < 7 THEN 'token.issued' WHEN i % 10 = 7 THEN 'room.created' \
         WHEN i % 10 = 8 THEN 'session.started' ELSE 'account.role_changed' END, \
    CASE WHEN i % 10 < 8 THEN 'application' WHEN i % 10 = 8 THEN 'person' ELSE 'person' END, \
    CASE WHEN i % 10 < 8 THEN uuid(2, i % 3) WHEN i % 10 = 8 THEN uuid(1, i % 7) ELSE uuid(1, 8) END, \
    uuid(1, i % 7), \
    CASE WHEN i % 10 < 8 THEN uuid(2, i % 3) END, \
    CASE WHEN i % 10 = 7 THEN uuid(4, i - i % 10) END, \
    CASE WHEN i % 10 = 7 THEN uuid(3, i % 50) END";

/// Every combination that the page offers, and some more.
fn filters() -> Vec<Filter> {
    let at = |seconds: u64| Some(START.before(std::time::Duration::from_secs(seconds)));
    let base = Filter::default();
    let mut filters = vec![base.clone()];
    for filter in [
        Filter { person: Some(person(3)), ..base.clone() },
        Filter { person: Some(person(3)), former: vec![person(5), person(98)], ..base.clone() },
        Filter { person: Some(person(8)), ..base.clone() },
        Filter { person: Some(person(99)), ..base.clone() },
        Filter { application: Some(application(1)), ..base.clone() },
        Filter { actions: vec![Action::TokenIssued], ..base.clone() },
        Filter { actions: vec![Action::RoomDeleted], ..base.clone() },
        Filter { actions: vec![Action::KeyRotated], ..base.clone() },
        Filter { actions: Action::meant_by("room."), ..base.clone() },
        Filter { room: Some(room(17)), ..base.clone() },
        Filter { token: Some(numbered(4, 20).into()), ..base.clone() },
        Filter { person: Some(person(8)), application: Some(application(1)), ..base.clone() },
        Filter { person: Some(person(1)), application: Some(application(1)), ..base.clone() },
        Filter { person: Some(person(1)), actions: vec![Action::RoomCreated, Action::RoomDeleted], ..base.clone() },
        Filter { application: Some(application(2)), actions: vec![Action::KeyRotated], ..base.clone() },
        Filter { application: Some(application(2)), actions: Action::meant_by("room."), ..base.clone() },
        Filter { room: Some(room(17)), application: Some(application(2)), ..base.clone() },
        Filter {
            person: Some(person(1)),
            application: Some(application(2)),
            actions: vec![Action::TokenIssued],
            ..base
        },
    ] {
        filters.push(Filter { since: at(900), until: at(100), ..filter.clone() });
        filters.push(filter);
    }
    filters
}

fn wants(filter: &Filter, record: &Record) -> bool {
    filter.since.is_none_or(|since| record.at >= since)
        && filter.until.is_none_or(|until| record.at < until)
        && filter.person.is_none_or(|id| {
            let accounts: Vec<_> = filter.former.iter().copied().chain([id]).collect();
            [record.on_behalf_of, record.actor.person()].into_iter().flatten().any(|id| accounts.contains(&id))
        })
        && filter.application.is_none_or(|id| record.application_id == Some(id))
        && (filter.actions.is_empty() || filter.actions.iter().any(|action| action.as_str() == record.action))
        && filter.room.is_none_or(|id| record.room == Some(id))
        && filter.token.is_none_or(|id| record.jti == Some(id))
}

async fn whole(server: &Server, filter: Filter) -> Vec<Record> {
    let mut trail = server.audit.trail(filter, None);
    let mut records = Vec::new();
    while let Some(more) = trail.next().await.unwrap() {
        records.extend(more);
    }
    records
}

on_both! {
    async fn what_is_found_is_what_was_asked_for(server: Server) {
        fill(&server.database, 2_500, EVERYDAY).await;
        // The issue of a token whose id has its moment, as real ones have.
        let issued: TokenId = first_second_of_the_trail().into();
        let sql = "UPDATE audit_event SET jti = $1 WHERE id = (SELECT MIN(id) FROM (SELECT id FROM audit_event ORDER BY id LIMIT 1) x)";
        let sql = if server.database.kind == Kind::Postgres {
            sql.replace("MIN(id)", "id")
        } else {
            sql.to_owned()
        };
        assert_eq!(server.database.execute(&sql, [issued.as_uuid().into()]).await, 1);
        let all = whole(&server, Filter::default()).await;
        assert_eq!(all.len(), 2_500);
        assert!(all.is_sorted_by(|a, b| a.id > b.id));
        let filters = filters().into_iter().chain([Filter { token: Some(issued), ..Filter::default() }]);
        for filter in filters {
            let expected: Vec<_> = all.iter().filter(|record| wants(&filter, record)).cloned().collect();
            assert_eq!(whole(&server, filter.clone()).await, expected, "{filter:?}");
            // Portion by portion to the end, and all the way back.
            let (mut forward, mut backward) = (Vec::new(), Vec::new());
            let mut step = Filter { limit: Some(97), ..filter.clone() };
            loop {
                let portion = server.audit.search(&step).await.unwrap();
                assert!(portion.records.len() <= 97);
                forward.extend(portion.records);
                let Some(older) = portion.older else { break };
                step.older_than = Some(older);
            }
            assert_eq!(forward, expected, "{filter:?}");
            let Some(oldest) = expected.last() else { continue };
            step = Filter { limit: Some(97), newer_than: Some(oldest.id), ..filter.clone() };
            loop {
                let portion = server.audit.search(&step).await.unwrap();
                backward.splice(0..0, portion.records);
                let Some(newer) = portion.newer else { break };
                step.newer_than = Some(newer);
            }
            assert_eq!(backward, expected[..expected.len() - 1], "{filter:?}");
        }
    }

    // Both the person and the application have many events, and only the oldest have both: each search looks at a part, says so,
    // and nothing is lost between the parts.
    async fn what_is_rare_in_what_is_frequent_is_found_bit_by_bit(server: Server) {
        let columns = "'token.issued', 'application', \
            CASE WHEN i % 2 = 0 AND i > 10 THEN uuid(2, 1) ELSE uuid(2, 2) END, \
            CASE WHEN i % 2 = 0 AND i > 10 THEN uuid(1, 1) ELSE uuid(1, 2) END, \
            CASE WHEN i <= 10 OR i % 2 = 0 THEN uuid(2, 1) ELSE uuid(2, 2) END, \
            uuid(4, i), CASE WHEN i < 0 THEN uuid(3, 1) END";
        fill(&server.database, 30_000, columns).await;
        let filter = Filter { person: Some(person(2)), application: Some(application(1)), limit: Some(50), ..Filter::default() };
        let mut step = filter.clone();
        let (mut found, mut searches) = (Vec::new(), 0);
        loop {
            let portion = server.audit.search(&step).await.unwrap();
            searches += 1;
            found.extend(portion.records);
            let Some(older) = portion.older else { break };
            assert!(step.older_than.is_none_or(|before| older < before));
            step.older_than = Some(older);
        }
        assert_eq!(found.len(), 11);
        assert!((2..8).contains(&searches), "{searches}");
        assert_eq!(whole(&server, filter).await, found);
    }

    async fn no_search_reads_the_trail_from_end_to_end(server: Server) {
        fill(&server.database, 20_000, EVERYDAY).await;
        for filter in filters() {
            for towards_newer in [false, true] {
                let newest = whole_ends(&server).await;
                let filter = if towards_newer {
                    Filter { newer_than: Some(newest.0), ..filter.clone() }
                } else {
                    Filter { older_than: Some(newest.1), ..filter.clone() }
                };
                let plan = server.audit.explain(&Filter { limit: Some(51), ..filter.clone() }).await.unwrap();
                let oldest = Filter::default();
                let asked = filter != Filter { newer_than: filter.newer_than, older_than: filter.older_than, since: filter.since, until: filter.until, ..oldest };
                for line in &plan {
                    let (scan, walk) = match server.database.kind {
                        Kind::Sqlite => (line.starts_with("SCAN audit_event") || line.starts_with("SCAN e"), false),
                        Kind::Postgres => (
                            line.contains("Seq Scan on audit_event"),
                            // The primary key finds rows that are known by their ids, and is walked when all are wanted.
                            asked && line.contains("using audit_event_pkey on audit_event "),
                        ),
                    };
                    // A token's time is known, and a stretch of time is as good a way in as any where few events are in it.
                    let stretch = filter.token.is_some() || filter.since.is_some() && filter.until.is_some();
                    let by_time = stretch && line.contains("audit_event_pkey");
                    assert!(!scan && (!walk || by_time || line.contains(" e ") || line.contains(" event")), "{filter:?}\n{}", plan.join("\n"));
                }
            }
        }
    }
}

/// The first and the last id.
async fn whole_ends(server: &Server) -> (parloir::base::AuditId, parloir::base::AuditId) {
    let first = server.audit.search(&Filter { limit: Some(1), ..Filter::default() }).await.unwrap().records[0].id;
    let rows = server.database.rows("SELECT id FROM audit_event ORDER BY id LIMIT 1", []).await;
    let last: Uuid = rows[0].try_get("", "id").unwrap();
    (last.into(), first)
}

/// A UUID of version 7 of the moment of the oldest of 2,500 events.
fn first_second_of_the_trail() -> Uuid {
    let millis = START.as_micros() / 1000 - 2_500 * 1000;
    format!("{:08x}-{:04x}-7000-8000-00000000beef", millis >> 16, millis & 0xffff).parse().unwrap()
}

#[test]
fn actions_are_meant_by_word_or_object() {
    assert_eq!(Action::meant_by("room.created"), [Action::RoomCreated]);
    let of_rooms: BTreeSet<_> = Action::meant_by("room.").into_iter().map(Action::as_str).collect();
    assert_eq!(
        of_rooms,
        BTreeSet::from(["room.created", "room.updated", "room.renamed", "room.deleted", "room.handed_over"])
    );
    for nothing in ["", ".", "room", "room.x", "rooms."] {
        assert!(Action::meant_by(nothing).is_empty(), "{nothing}");
    }
}
