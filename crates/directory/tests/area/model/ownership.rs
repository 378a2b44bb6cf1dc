//! Whatever members do to each other, an organization that has had an owner keeps one, and nobody makes themselves more than
//! they were.

use std::collections::BTreeMap;
use std::time::Duration;

use polity_directory::{
    Assignee, AssignmentRef, Deletion, Entry, InvitationRef, Invitations, MemberPatch, MemberQuery, Members,
    Organizations, RoleAssignments, RoleKey, Service, Taker,
};
use polity_kernel::{Access, AccountId, Actor, Level, Page, Result};
use polity_testkit::{Kit, both_engines};
use proptest::prelude::*;

use super::runner;
use crate::common::{self, enter, fields, given, id_of, invitation, joined, key, name, new, person};

const DAY: Duration = Duration::from_secs(86_400);

/// People; all but the last have an address of the organization's domain.
const PEOPLE: usize = 3;

/// Who acts: one of the people, or polity itself.
type By = Option<usize>;

#[derive(Clone, Copy, Debug)]
enum Step {
    Join(usize),
    Leave(usize),
    Accept(usize),
    Invite(By, usize, Level),
    Add(By, usize),
    Expel(By, usize),
    /// Another level, another end (absent: none).
    Change(By, usize, Option<Level>, Option<Option<u32>>),
    Grant(By, usize, Level),
    Revoke(By, usize, Level),
    Set(By, usize, Option<Level>),
    /// A day passes.
    Pass,
}

fn step() -> impl Strategy<Value = Step> {
    let by = || prop_oneof![1 => (0..PEOPLE).prop_map(Some), 1 => Just(None)];
    let level = || prop_oneof![1 => Just(Level::Member), 2 => Just(Level::Admin), 3 => Just(Level::Owner)];
    let end = || prop_oneof![1 => Just(None), 1 => Just(Some(None)), 3 => (1..3_u32).prop_map(|days| Some(Some(days)))];
    prop_oneof![
        2 => (0..PEOPLE).prop_map(Step::Join),
        4 => (0..PEOPLE).prop_map(Step::Leave),
        2 => (0..PEOPLE).prop_map(Step::Accept),
        2 => (by(), 0..PEOPLE, level()).prop_map(|(by, whom, level)| Step::Invite(by, whom, level)),
        4 => (by(), 0..PEOPLE).prop_map(|(by, whom)| Step::Add(by, whom)),
        4 => (by(), 0..PEOPLE).prop_map(|(by, whom)| Step::Expel(by, whom)),
        6 => (by(), 0..PEOPLE, proptest::option::of(level()), end())
            .prop_map(|(by, whom, level, end)| Step::Change(by, whom, level, end)),
        5 => (by(), 0..PEOPLE, level()).prop_map(|(by, whom, level)| Step::Grant(by, whom, level)),
        2 => (by(), 0..PEOPLE, level()).prop_map(|(by, whom, level)| Step::Revoke(by, whom, level)),
        2 => (by(), 0..PEOPLE, proptest::option::of(level())).prop_map(|(by, whom, level)| Step::Set(by, whom, level)),
        3 => Just(Step::Pass),
    ]
}

/// A level, and the day it ends with the membership.
type Standing = (Level, Option<u32>);

/// A level that is offered until a day, and by whom.
#[derive(Clone, Copy, Debug)]
struct Invited {
    level: Level,
    until: u32,
    by: By,
}

/// Who is in, all of whom have taken that up, and who is invited.
#[derive(Clone, Debug, Default)]
struct World {
    today: u32,
    members: [Option<Standing>; PEOPLE],
    invited: [Option<Invited>; PEOPLE],
}

impl World {
    /// Takes the step, and says whether it can be taken; one that cannot changes nothing.
    fn step(&mut self, step: Step) -> bool {
        match step {
            Step::Join(who) => {
                if self.members[who].is_some() {
                    return false;
                }
                let Ok(offered) = self.offered(who) else { return false };
                let level = offered.or((who < PEOPLE - 1).then_some(Level::Member));
                level.is_some_and(|level| self.admit(who, level))
            }
            Step::Accept(who) => match (self.offered(who), self.members[who]) {
                (Ok(None) | Err(()), _) => false,
                (Ok(Some(level)), None) => self.admit(who, level),
                (Ok(Some(level)), Some((present, end))) => {
                    let gains = self.rewrite(who, (present.max(level), end));
                    self.invited[who] = self.invited[who].filter(|_| !gains);
                    gains
                }
            },
            Step::Leave(who) => self.members[who].is_some() && self.end_membership(who),
            // everybody may remove themselves
            Step::Expel(Some(by), whom) if by == whom => {
                self.members[whom].is_some() && self.end_membership(whom)
            }
            Step::Pass => {
                self.today += 1;
                for member in &mut self.members {
                    *member = member.filter(|(_, end)| end.is_none_or(|day| day > self.today));
                }
                true
            }
            Step::Invite(by, _, _)
            | Step::Add(by, _)
            | Step::Expel(by, _)
            | Step::Change(by, ..)
            | Step::Grant(by, ..)
            | Step::Revoke(by, ..)
            | Step::Set(by, ..) => match self.level(by) {
                Some(own) if own >= Level::Admin => self.govern(own, step),
                _ => false,
            },
        }
    }

    /// What only administrators do.
    fn govern(&mut self, own: Level, step: Step) -> bool {
        match step {
            Step::Invite(by, whom, level) => {
                let may = level <= own && self.members[whom].is_none();
                if may {
                    self.invited[whom] = Some(Invited { level, until: self.today + 2, by });
                }
                may
            }
            Step::Add(_, whom) => {
                self.members[whom] = self.members[whom].or(Some((Level::Member, None)));
                true
            }
            Step::Expel(_, whom) => match self.members[whom] {
                None => true,
                Some((level, _)) => {
                    let gone = level <= own && self.end_membership(whom);
                    self.invited[whom] = self.invited[whom].filter(|_| !gone);
                    gone
                }
            },
            Step::Change(_, whom, level, end) => self.change(own, whom, level, end),
            Step::Grant(_, whom, level) => level <= own && self.change(own, whom, Some(level), None),
            Step::Revoke(_, whom, level) => match self.members[whom] {
                Some((present, _)) if present == level => self.change(own, whom, Some(Level::Member), None),
                present => present.is_some(),
            },
            Step::Set(_, whom, level) => self.change(own, whom, level.or(Some(Level::Member)), None),
            other => panic!("{other:?} is everybody's"),
        }
    }

    fn change(&mut self, own: Level, whom: usize, level: Option<Level>, end: Option<Option<u32>>) -> bool {
        let Some(before) = self.members[whom] else { return false };
        let end = end.map_or(before.1, |days| days.map(|days| self.today + days));
        let after = (level.unwrap_or(before.0), end);
        after == before || (before.0.max(after.0) <= own && self.rewrite(whom, after))
    }

    fn rewrite(&mut self, who: usize, after: Standing) -> bool {
        let owns = |standing: Standing| standing.0 == Level::Owner;
        let involved = self.members[who].is_some_and(owns) || owns(after);
        if involved && after != (Level::Owner, None) && !self.has_lasting_owner(Some(who)) {
            return false;
        }
        self.members[who] = Some(after);
        true
    }

    fn admit(&mut self, who: usize, level: Level) -> bool {
        self.members[who] = Some((level, None));
        self.invited[who] = self.invited[who].filter(|invited| invited.until <= self.today);
        true
    }

    fn end_membership(&mut self, who: usize) -> bool {
        let owns = self.members[who].is_some_and(|(level, _)| level == Level::Owner);
        let may = !owns || self.has_lasting_owner(Some(who));
        self.members[who] = self.members[who].filter(|_| !may);
        may
    }

    /// What a live invitation offers, judged as its inviter stands now; one that they could not send any more is over.
    fn offered(&mut self, who: usize) -> std::result::Result<Option<Level>, ()> {
        let live = self.invited[who].filter(|invited| invited.until > self.today);
        let Some(Invited { level, by, .. }) = live else { return Ok(None) };
        if by.is_none_or(|by| self.members[by].is_some_and(|(own, _)| level <= own)) {
            return Ok(Some(level));
        }
        self.invited[who] = None;
        Err(())
    }

    fn level(&self, by: By) -> Option<Level> {
        by.map_or(Some(Level::Owner), |who| self.members[who].map(|(level, _)| level))
    }

    fn has_lasting_owner(&self, but: Option<usize>) -> bool {
        let others = self.members.iter().enumerate().filter(|(who, _)| Some(*who) != but);
        others.into_iter().any(|(_, member)| *member == Some((Level::Owner, None)))
    }
}

/// The organization that the model is held against.
struct Theater<'k> {
    kit: &'k Kit,
    directory: &'k Service,
    organization: String,
    people: &'k [Actor],
}

impl Theater<'_> {
    fn act(&self, step: Step) -> Result<()> {
        let (directory, organization) = (self.directory, name(&self.organization));
        let account = |who: usize| id_of(&self.people[who]);
        match step {
            Step::Join(who) => directory.join(&self.people[who], &organization).map(drop),
            Step::Leave(who) => directory.leave(&self.people[who], &organization),
            Step::Accept(who) => directory
                .accept(Taker::Person(self.people[who].clone()), &InvitationRef::To(organization))
                .map(joined)
                .map(drop),
            Step::Invite(by, whom, level) => {
                let new = invitation(&address(whom), level, &[], 2);
                directory.invite(&self.enter(by)?, new).map(drop)
            }
            Step::Add(by, whom) => directory.add_member(&self.enter(by)?, account(whom).into()).map(drop),
            Step::Expel(by, whom) => directory.remove_member(&self.enter(by)?, account(whom)).map(drop),
            Step::Change(by, whom, level, end) => {
                let end = end.map(|days| days.map(|days| self.kit.ctx.now().after(DAY * days)));
                let patch = MemberPatch { level, expires_at: end };
                directory.change_member(&self.enter(by)?, account(whom), patch).map(drop)
            }
            Step::Grant(by, whom, level) => directory
                .grant(&self.enter(by)?, given(Assignee::Account(account(whom)), &role(level), None))
                .map(drop),
            Step::Revoke(by, whom, level) => directory.revoke(
                &self.enter(by)?,
                &(role(level)).into(),
                AssignmentRef::To(Assignee::Account(account(whom))),
            ),
            Step::Set(by, whom, level) => {
                let keys: Vec<RoleKey> = level.into_iter().map(role).collect();
                directory.set_roles(&self.enter(by)?, account(whom), &keys).map(drop)
            }
            Step::Pass => {
                self.kit.pass(DAY);
                Ok(())
            }
        }
    }

    fn enter(&self, by: By) -> Result<Access> {
        let actor = by.map_or_else(Actor::system, |who| self.people[who].clone());
        self.directory.enter(&actor, &name(&self.organization))
    }

    /// Has whoever is in take that up.
    fn take_up(&self) {
        for person in self.people {
            drop(self.directory.enter(person, &name(&self.organization)));
        }
    }

    fn compare(&self, world: &World, after: Step) {
        let access = enter(self.directory, &Actor::system(), &self.organization);
        let members: Vec<_> =
            self.directory.members(&access, &MemberQuery::everybody(), Page::first(99)).unwrap().items;
        let members: Vec<_> = members.into_iter().map(|one| one.member).collect();
        let now = self.kit.ctx.now();
        let days = |end: polity_kernel::Timestamp| {
            let micros = u64::try_from(end.micros() - now.micros()).unwrap();
            world.today + u32::try_from(Duration::from_micros(micros).as_secs() / 86_400).unwrap()
        };
        let found: BTreeMap<AccountId, Standing> = members
            .iter()
            .map(|member| (member.account, (member.level, member.expires_at.map(days))))
            .collect();
        let expected = world.members.iter().enumerate();
        let expected = expected.filter_map(|(who, member)| Some((id_of(&self.people[who]), (*member)?)));
        assert_eq!(found, expected.collect(), "after {after:?}");
        let owned = members.iter().any(|member| member.level == Level::Owner);
        assert_eq!(self.directory.organization(&access).unwrap().owner.is_some(), owned);
    }
}

fn role(level: Level) -> RoleKey {
    key(&level.to_string())
}

fn address(who: usize) -> String {
    let domain = if who < PEOPLE - 1 { "acme" } else { "other" };
    format!("p{who}@{domain}.example")
}

both_engines! {
    fn an_organization_that_has_had_an_owner_keeps_one(kit) {
        let directory = common::directory(kit);
        let people: Vec<Actor> = (0..PEOPLE).map(|who| person(kit, &address(who))).collect();
        let case = (any::<bool>(), proptest::collection::vec(step(), 1..40));
        runner(96)
            .run(&case, |(owned, steps)| {
                let organization = kit.ctx.ids().secret().to_string();
                let wanted = polity_directory::OrganizationFields {
                    domain: Some("acme.example".into()),
                    domain_verified: Some(true),
                    owner: owned.then(|| id_of(&people[0])),
                    ..fields(&organization)
                };
                directory.found(&Actor::system(), new(wanted)).unwrap();
                let theater = Theater { kit, directory: &directory, organization, people: &people };
                theater.take_up();
                let mut world = World::default();
                world.members[0] = owned.then_some((Level::Owner, None));
                let mut ever = false;
                for step in steps {
                    let before = world.clone();
                    let possible = world.step(step);
                    let done = theater.act(step);
                    assert_eq!(done.is_ok(), possible, "{step:?} on {before:?}: {done:?}");
                    theater.take_up();
                    theater.compare(&world, step);
                    ever |= world.has_lasting_owner(None);
                    assert_eq!(world.has_lasting_owner(None), ever, "{step:?} on {before:?}");
                }
                directory.remove(&enter(&directory, &Actor::system(), &theater.organization), Deletion::Permitted).unwrap();
                Ok(())
            })
            .unwrap();
    }
}
