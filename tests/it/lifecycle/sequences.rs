//! Whatever people and administrators do in whatever order: nothing dangles, and no room is without an owner.

use parloir::accounts::{NewPersonalToken, Who};
use parloir::applications::NewApplication;
use parloir::audit::Actor;
use parloir::base::{AccountId, ClientRequest, RoomId};
use parloir::lifecycle::{Fate, Fates};

use super::fixture::{arrival, assert_whole, give, room, whole};
use crate::harness::{Application, Server, on_both, scopes};

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        if of.is_empty() { None } else { Some(of[self.roll(of.len())]) }
    }
}

struct World<'a> {
    server: &'a Server,
    dice: Dice,
    people: Vec<AccountId>,
    rooms: Vec<RoomId>,
    application: Application,
    made: usize,
}

impl World<'_> {
    async fn somebody_new(&mut self) {
        self.made += 1;
        let account = self.server.account(&format!("person{}@example.org", self.made)).await;
        self.people.push(account.id);
    }

    fn fates(&mut self) -> Fates {
        match (self.dice.roll(3), self.dice.one_of(&self.people)) {
            (0, _) => Fates::default(),
            (1, Some(heir)) => Fates::all(Fate::HandOver(Who::Id(heir))),
            _ => Fates::all(Fate::Delete),
        }
    }

    async fn step(&mut self) {
        let server = self.server;
        let here = ClientRequest::local("r");
        let (Some(one), Some(two)) = (self.dice.one_of(&self.people), self.dice.one_of(&self.people)) else {
            return self.somebody_new().await;
        };
        match self.dice.roll(9) {
            0 => self.somebody_new().await,
            1 => self.rooms.push(room(server, one, "Room").await),
            2 | 3 => {
                if let Some(room) = self.dice.one_of(&self.rooms) {
                    let role = ["member", "administrator", "owner"][self.dice.roll(3)];
                    // Nobody takes the last owner's role from her: there is no such way.
                    if super::fixture::role(server, one, room).await.as_deref() != Some("owner") {
                        give(server, one, room, role).await;
                    }
                }
            }
            4 => {
                self.made += 1;
                let arrival = arrival(&format!("subject{}", self.made));
                server.accounts.link(one, &arrival, Actor::Operator, &here).await.unwrap();
            }
            5 => {
                let expires_at = server.clock.now().after(std::time::Duration::from_hours(1));
                let new = NewPersonalToken { name: "x".to_owned(), scopes: scopes("rooms:list"), expires_at };
                server.personal_tokens.create(one, new, &here).await.unwrap();
            }
            6 => {
                server.applications.add_manager(&self.application.client_id, one, Actor::Operator).await.unwrap();
            }
            7 => {
                let fates = self.fates();
                if server.lifecycle.delete(one, fates, Actor::Operator).await.is_ok() {
                    self.people.retain(|id| *id != one);
                }
            }
            _ => {
                if server.lifecycle.merge(one, two, Actor::Operator).await.is_ok() {
                    self.people.retain(|id| *id != one);
                }
            }
        }
    }
}

on_both! {
    async fn nothing_dangles(server: Server) {
        let new = NewApplication { name: "Calendar".to_owned(), scopes: scopes("rooms:list"), ..Default::default() };
        let application = server.new_application(new).await;
        for seed in 1..=4 {
            let full = [format!("full-a{seed}@example.org"), format!("full-b{seed}@example.org")];
            let mut people = Vec::new();
            for email in &full {
                people.push(whole(&server, email).await.id);
            }
            let made = usize::try_from(seed).unwrap() * 1000;
            let application = application.clone();
            let mut world = World { server: &server, dice: Dice(seed), people, rooms: Vec::new(), application, made };
            for _ in 0..60 {
                world.step().await;
            }
            assert_whole(&server.database).await;
        }
        let ends = "SELECT COUNT(*) FROM audit_event WHERE action IN ('account.deleted', 'account.merged')";
        assert!(server.database.number(ends, []).await > 10);
    }
}
