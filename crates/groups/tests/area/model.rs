//! Nesting against a model that holds the edges in a set and walks them naively.

use std::collections::{BTreeMap, BTreeSet};

use polity_groups::{
    Chain, GroupId, GroupPatch, GroupStatus, Groups, Member, Memberships, Placement, PlacementFields, within,
};
use polity_kernel::{Access, Code};
use polity_testkit::{Kit, both_engines};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::{account, employee, everyone, group, organization, owner, put, service};

const GROUPS: usize = 6;
/// Accounts first, then employees.
const PEOPLE: usize = 5;
const ACCOUNTS: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    Nest(usize, usize),
    Unnest(usize, usize),
    Join(usize, usize),
    Leave(usize, usize),
    Rest(usize, bool),
    Nestle(usize, BTreeSet<usize>),
    Belong(usize, BTreeSet<usize>),
}

fn step() -> impl Strategy<Value = Step> {
    let (group, person) = (0..GROUPS, 0..PEOPLE);
    let list = || proptest::collection::btree_set(0..GROUPS, 0..3);
    prop_oneof![
        6 => (group.clone(), group.clone()).prop_map(|(parent, child)| Step::Nest(parent, child)),
        1 => (group.clone(), group.clone()).prop_map(|(parent, child)| Step::Unnest(parent, child)),
        4 => (group.clone(), person.clone()).prop_map(|(group, person)| Step::Join(group, person)),
        1 => (group.clone(), person.clone()).prop_map(|(group, person)| Step::Leave(group, person)),
        2 => (group.clone(), list()).prop_map(|(group, list)| Step::Nestle(group, list)),
        2 => (person, list()).prop_map(|(person, list)| Step::Belong(person, list)),
        1 => (group, any::<bool>()).prop_map(|(group, rests)| Step::Rest(group, rests)),
    ]
}

/// What is in what, by number.
#[derive(Debug, Default)]
struct Model {
    nested: BTreeSet<(usize, usize)>,
    inside: BTreeSet<(usize, usize)>,
    resting: BTreeSet<usize>,
}

impl Model {
    fn contains(&self, group: usize, other: usize) -> bool {
        group == other
            || self.nested.iter().any(|(parent, child)| *parent == group && self.contains(*child, other))
    }

    fn everyone_in(&self, group: usize) -> BTreeSet<usize> {
        let own = self.inside.iter().filter(|(inside, _)| *inside == group).map(|(_, person)| *person);
        let awake =
            self.nested.iter().filter(|(parent, child)| *parent == group && !self.resting.contains(child));
        own.chain(awake.flat_map(|(_, child)| self.everyone_in(*child))).collect()
    }

    /// How many groups are on a shortest way from any of these people up to each group, by relaxing until nothing improves.
    fn distances(&self, people: &[usize]) -> BTreeMap<usize, usize> {
        let counts = |group: &usize| !self.resting.contains(group);
        let direct =
            self.inside.iter().filter(|(_, inside)| people.contains(inside)).map(|(group, _)| *group);
        let mut distances: BTreeMap<usize, usize> = direct.filter(counts).map(|group| (group, 1)).collect();
        for _ in 0..GROUPS {
            for (parent, child) in self.nested.iter().filter(|(parent, _)| counts(parent)) {
                let Some(below) = distances.get(child).copied() else { continue };
                let known = distances.entry(*parent).or_insert(below + 1);
                *known = (*known).min(below + 1);
            }
        }
        distances
    }
}

/// The store's groups and people that the model's numbers stand for.
struct Cast<'k> {
    kit: &'k Kit,
    access: Access,
    groups: Vec<GroupId>,
    people: Vec<Member>,
}

impl Cast<'_> {
    fn act(&self, model: &mut Model, step: &Step) {
        let groups = service(self.kit);
        let group = |n: usize| Member::Group(self.groups[n]);
        let places = |list: &BTreeSet<usize>| {
            let fields = list.iter().map(|n| PlacementFields { group: self.groups[*n], kind: None });
            fields.map(|fields| Placement::try_from(fields).unwrap()).collect()
        };
        let done = match step.clone() {
            Step::Nest(parent, child) => {
                put(self.kit, &self.access, self.groups[parent], group(child)).map(drop)
            }
            Step::Join(group, person) => {
                put(self.kit, &self.access, self.groups[group], self.people[person]).map(drop)
            }
            Step::Unnest(parent, child) => {
                groups.remove_member(&self.access, self.groups[parent], group(child))
            }
            Step::Leave(group, person) => {
                groups.remove_member(&self.access, self.groups[group], self.people[person])
            }
            Step::Nestle(child, list) => {
                groups.set_groups_of(&self.access, group(child), places(&list)).map(drop)
            }
            Step::Belong(person, list) => {
                groups.set_groups_of(&self.access, self.people[person], places(&list)).map(drop)
            }
            Step::Rest(group, rests) => {
                let status = Some(if rests { GroupStatus::Inactive } else { GroupStatus::Active });
                groups
                    .update(&self.access, self.groups[group], GroupPatch { status, ..GroupPatch::default() })
                    .map(drop)
            }
        };
        assert_eq!(done.map_err(|error| error.code()), expected(model, step), "{step:?} on {model:?}");
    }

    fn compare(&self, model: &Model) {
        for (number, id) in self.groups.iter().enumerate() {
            let found = everyone(self.kit, &self.access, *id);
            let expected: BTreeSet<Member> =
                model.everyone_in(number).into_iter().map(|person| self.people[person]).collect();
            assert_eq!(found.len(), expected.len(), "each once: {model:?}");
            assert_eq!(
                found.into_iter().collect::<BTreeSet<_>>(),
                expected,
                "everyone in {number}: {model:?}"
            );
        }
        let alone = (0..PEOPLE).map(|person| vec![person]);
        // a person by account and employee
        for people in alone.chain([vec![0, ACCOUNTS]]) {
            let (organization, now) = (self.access.organization(), self.kit.ctx.now());
            let starts: Vec<Member> = people.iter().map(|person| self.people[*person]).collect();
            let chains = self.kit.ctx.read(|conn| within::chains(conn, organization, &starts, now)).unwrap();
            let lengths: BTreeMap<usize, usize> =
                chains.iter().map(|chain| (self.number(chain.group().unwrap()), chain.path.len())).collect();
            assert_eq!(chains.len(), lengths.len(), "one way to each group: {model:?}");
            assert_eq!(lengths, model.distances(&people), "the ways of {people:?}: {model:?}");
            assert!(chains.iter().all(|chain| self.leads(model, &people, chain)), "{chains:?} in {model:?}");
        }
    }

    /// Whether each group on the way is in the next, and one of these people is in the first.
    fn leads(&self, model: &Model, people: &[usize], chain: &Chain) -> bool {
        let way: Vec<usize> = chain.path.iter().map(|link| self.number(link.group)).collect();
        people.iter().any(|person| model.inside.contains(&(way[0], *person)))
            && way.windows(2).all(|pair| model.nested.contains(&(pair[1], pair[0])))
    }

    fn number(&self, group: GroupId) -> usize {
        self.groups.iter().position(|known| *known == group).unwrap()
    }
}

/// What the step does to the model, or why it is refused.
fn expected(model: &mut Model, step: &Step) -> Result<(), Code> {
    let there = |was: bool| if was { Ok(()) } else { Err(Code::NotFound) };
    match step {
        Step::Nest(parent, child) if model.contains(*child, *parent) => return Err(Code::Cycle),
        Step::Nest(parent, child) => drop(model.nested.insert((*parent, *child))),
        Step::Join(group, person) => drop(model.inside.insert((*group, *person))),
        Step::Unnest(parent, child) => return there(model.nested.remove(&(*parent, *child))),
        Step::Leave(group, person) => return there(model.inside.remove(&(*group, *person))),
        Step::Nestle(child, list) if list.iter().any(|parent| model.contains(*child, *parent)) => {
            return Err(Code::Cycle);
        }
        Step::Nestle(child, list) => {
            model.nested.retain(|(_, nested)| nested != child);
            model.nested.extend(list.iter().map(|parent| (*parent, *child)));
        }
        Step::Belong(person, list) => {
            model.inside.retain(|(_, inside)| inside != person);
            model.inside.extend(list.iter().map(|group| (*group, *person)));
        }
        Step::Rest(group, true) => drop(model.resting.insert(*group)),
        Step::Rest(group, false) => drop(model.resting.remove(group)),
    }
    Ok(())
}

both_engines! {
    fn nesting_does_what_the_model_does(kit) {
        let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let accounts: Vec<Member> =
            (0..ACCOUNTS).map(|n| Member::Account(account(kit, &n.to_string()))).collect();
        runner
            .run(&proptest::collection::vec(step(), 1..24), |steps| {
                let access = owner(organization(kit));
                let groups = (0..GROUPS).map(|n| group(kit, &access, &n.to_string()).id).collect();
                let hire = |n: usize| Member::Employee(employee(kit, &access, &n.to_string()));
                let people = accounts.iter().copied().chain((ACCOUNTS..PEOPLE).map(hire)).collect();
                let cast = Cast { kit, access, groups, people };
                let mut model = Model::default();
                for step in steps {
                    cast.act(&mut model, &step);
                }
                cast.compare(&model);
                Ok(())
            })
            .unwrap();
    }
}
