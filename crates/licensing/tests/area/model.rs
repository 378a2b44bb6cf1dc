//! Growth against a model: whatever happens in whatever order, nothing grows beyond the limit in force at that moment, and no change
//! of license takes anything away.

use polity_directory::entitlements::{DOMAINS, MEMBERS};
use polity_directory::{Members, NewProject, Organizations, ProjectFields, ProjectId};
use polity_kernel::{Access, AccountId, Code, Error, Page, Resource, Result};
use polity_licensing::{License, LicenseType, Licensing, Settings, TypeLimits};
use polity_projects::Projects;
use polity_projects::entitlements::PROJECTS;
use polity_testkit::{Kit, both_engines};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

use crate::common::{Node, account, days, person, settings, started};
use crate::issuer::{DAY, claims, vendor};

/// People who come and go beside the owner.
const PEOPLE: usize = 5;

/// How much there may be: members, projects, domains.
type Limits = [Option<u32>; 3];

const FREE: Limits = [Some(2), Some(1), Some(0)];
const TRIAL: Limits = [Some(4), Some(3), Some(1)];
const RESOURCES: [Resource; 3] = [MEMBERS, PROJECTS, DOMAINS];

#[derive(Clone, Copy, Debug)]
enum Step {
    Add(usize),
    Expel(usize),
    Open,
    /// Closes one of the projects there are.
    Close(usize),
    Claim,
    Release,
    /// A key that lives so many days.
    Apply(Limits, u32),
    Take(LicenseType),
    /// So many days pass.
    Pass(u32),
}

#[derive(Clone, Copy, Debug)]
enum Held {
    Free,
    /// What it gives, and the day it ends, grace included.
    Until(Limits, u32),
}

/// What there is, as plainly as it can be said.
#[derive(Debug)]
struct World {
    today: u32,
    members: [bool; PEOPLE],
    projects: u32,
    domain: bool,
    held: Held,
    trial_used: bool,
}

fn step() -> impl Strategy<Value = Step> {
    let limit = || proptest::option::weighted(0.8, 1..5_u32);
    prop_oneof![
        8 => (0..PEOPLE).prop_map(Step::Add),
        3 => (0..PEOPLE).prop_map(Step::Expel),
        6 => Just(Step::Open),
        2 => (0..4_usize).prop_map(Step::Close),
        3 => Just(Step::Claim),
        1 => Just(Step::Release),
        4 => ([limit(), limit(), limit()], 1..40_u32).prop_map(|(limits, days)| Step::Apply(limits, days)),
        2 => Just(Step::Take(LicenseType::Free)),
        2 => Just(Step::Take(LicenseType::Trial)),
        3 => (1..20_u32).prop_map(Step::Pass),
    ]
}

impl World {
    fn new() -> Self {
        let (members, held) = ([false; PEOPLE], Held::Free);
        Self { today: 0, members, projects: 0, domain: false, held, trial_used: false }
    }

    fn limits(&self) -> Limits {
        match self.held {
            Held::Until(limits, end) if self.today < end => limits,
            Held::Free | Held::Until(..) => FREE,
        }
    }

    fn usage(&self) -> [u32; 3] {
        let members = 1 + self.members.iter().filter(|is_in| **is_in).count();
        [u32::try_from(members).unwrap(), self.projects, u32::from(self.domain)]
    }

    /// Whether there may be one more.
    fn room(&self, resource: usize) -> Result<(), Code> {
        match self.limits()[resource] {
            Some(most) if self.usage()[resource] >= most => Err(Code::LimitReached),
            _ => Ok(()),
        }
    }

    fn hold(&mut self, limits: Limits, held: Held) -> Result<(), Code> {
        let exceeds =
            limits.iter().zip(self.usage()).any(|(limit, used)| limit.is_some_and(|most| used > most));
        if exceeds {
            return Err(Code::Conflict);
        }
        self.held = held;
        Ok(())
    }

    /// Takes the step, or says why it cannot be taken.
    fn step(&mut self, step: Step) -> Result<(), Code> {
        match step {
            Step::Add(who) if self.members[who] => {}
            Step::Add(who) => {
                self.room(0)?;
                self.members[who] = true;
            }
            Step::Expel(who) => self.members[who] = false,
            Step::Open => {
                self.room(1)?;
                self.projects += 1;
            }
            Step::Close(_) => self.projects = self.projects.saturating_sub(1),
            Step::Claim if self.domain => {}
            Step::Claim => {
                self.room(2)?;
                self.domain = true;
            }
            Step::Release => self.domain = false,
            Step::Apply(limits, days) => self.hold(limits, Held::Until(limits, self.today + days + 14))?,
            Step::Take(LicenseType::Trial) if self.trial_used => return Err(Code::Conflict),
            Step::Take(LicenseType::Trial) => {
                self.hold(TRIAL, Held::Until(TRIAL, self.today + 30))?;
                self.trial_used = true;
            }
            Step::Take(_) => self.hold(FREE, Held::Free)?,
            Step::Pass(days) => self.today += days,
        }
        Ok(())
    }
}

/// One organization in one sequence.
struct Case<'k> {
    kit: &'k Kit,
    node: &'k Node,
    people: &'k [AccountId],
    access: Access,
    number: usize,
    projects: Vec<ProjectId>,
    made: usize,
}

impl Case<'_> {
    /// Takes the step in the service.
    fn step(&mut self, step: Step) -> Result<()> {
        let Node { directory, licensing, .. } = self.node;
        let access = &self.access;
        self.made += 1;
        match step {
            Step::Add(who) => directory.add_member(access, self.people[who].into()).map(drop),
            Step::Expel(who) => directory.remove_member(access, self.people[who]).map(drop),
            Step::Open => {
                let fields =
                    ProjectFields { name: format!("Project {}", self.made), ..ProjectFields::default() };
                let project =
                    self.node.projects.open_project(access, NewProject::try_from(fields).unwrap())?;
                self.projects.push(project.id);
                Ok(())
            }
            Step::Close(_) if self.projects.is_empty() => Ok(()),
            Step::Close(which) => {
                let project = self.projects.remove(which % self.projects.len());
                self.node.projects.close_project(access, project)
            }
            Step::Claim => self.node.set_domain(access, Some(&format!("case{}.example.com", self.number))),
            Step::Release => self.node.set_domain(access, None),
            Step::Apply(limits, days) => {
                let key = self.key(limits, days);
                licensing.apply_key(access, &key).map(drop)
            }
            Step::Take(kind) => licensing.take_type(access, kind).map(drop),
            Step::Pass(passed) => {
                self.kit.pass(days(passed.into()));
                Ok(())
            }
        }
    }

    fn key(&self, limits: Limits, days: u32) -> String {
        let mut named = json!({});
        for (resource, limit) in RESOURCES.iter().zip(limits) {
            if let Some(limit) = limit {
                named[resource.to_string().as_str()] = json!(limit);
            }
        }
        let now = self.kit.ctx.now().seconds();
        let mut claims = claims("*", &format!("l-{}-{}", self.number, self.made), &named);
        claims["iat"] = json!(now);
        claims["exp"] = json!(now + i64::from(days) * DAY);
        vendor().sign(&claims)
    }

    /// Everything there is can be read, and there is as much as the model has.
    fn check(&self, world: &World) {
        let Node { directory, licensing, .. } = self.node;
        let access = &self.access;
        let license: License = licensing.license(access).unwrap();
        let limits = RESOURCES.map(|resource| license.entitlements.limit(resource));
        assert_eq!(limits, world.limits());
        let used = [license.usage.members, license.usage.projects, license.usage.domains];
        assert_eq!(used, world.usage().map(u64::from));
        let members = directory.accounts(access, Page::first(99)).unwrap().items;
        let projects = self.node.projects.projects(access, Page::first(99)).unwrap().items;
        let domain = directory.organization(access).unwrap().domain;
        let read = [members.len(), projects.len(), usize::from(domain.is_some())];
        assert_eq!(read, world.usage().map(|used| used as usize));
    }
}

fn limits([members, projects, domains]: Limits) -> TypeLimits {
    TypeLimits { members, projects, domains, ..TypeLimits::default() }
}

both_engines! {
    fn nothing_grows_beyond_the_limit_in_force_and_nothing_is_lost(kit) {
        let node = started(&kit.ctx, &Settings { free: limits(FREE), trial: limits(TRIAL), ..settings() });
        let ada = person(kit, "ada@acme.example");
        let people: Vec<_> = (0..PEOPLE).map(|n| account(kit, &format!("p{n}@people.example"))).collect();
        let cases = std::cell::Cell::new(0);
        runner().run(&proptest::collection::vec(step(), 1..30), |steps| {
            let number = cases.replace(cases.get() + 1);
            let access = node.found(&ada, &format!("case-{number}"));
            let mut case =
                Case { kit, node: &node, people: &people, access, number, projects: Vec::new(), made: 0 };
            let mut world = World::new();
            for step in steps {
                let before = world.usage();
                let expected = world.step(step);
                let result = case.step(step);
                assert_eq!(result.as_ref().copied().map_err(Error::code), expected, "{step:?} in {world:?}: {result:?}");
                case.check(&world);
                for (resource, before) in before.into_iter().enumerate() {
                    let (now, most) = (world.usage()[resource], world.limits()[resource]);
                    assert!(now <= before || most.is_none_or(|most| now <= most), "{step:?} in {world:?}");
                }
            }
            Ok(())
        }).unwrap();
    }
}

/// So many cases, the same on every run.
fn runner() -> TestRunner {
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}
