//! Permissions, after any steps, are what the model says; so are the ways to them, for every kind of credential.

use std::collections::BTreeSet;
use std::time::Duration;

use polity_accounts::{
    AccountTypeFields, AccountTypePatch, AccountTypes, Assignments, EmployeeId, EmployeePatch,
    EmployeeStatus, Employees, GrantedRole, NewAccountType, TypeStatus,
};
use polity_directory::{
    Assignee, AssignmentRef, Entry, MemberPatch, Members, NewRole, RoleAssignments, RoleFields, RoleKey,
    RolePatch, Roles, Service, Stage, Step as Link,
};
use polity_groups::{
    GroupId, GroupPatch, GroupStatus, Groups, Member, MembershipFields, Memberships, NewMembership,
};
use polity_kernel::{Access, Actor, Code, Level, Limits, PermissionSet, Result, Timestamp};
use polity_testkit::{Kit, both_engines};
use proptest::prelude::*;

use super::runner;
use super::world::{
    GROUPS, OF_TYPES, PEOPLE, ROLES, RoleName, STAFF, Step, TYPES, WORDS, Who, Words, World, words,
};
use crate::common::{
    self, enter, found, given, group, groups, hire, id_of, key, limited, name, permission, person, relink,
};

const DAY: Duration = Duration::from_secs(86_400);

fn step() -> impl Strategy<Value = Step> {
    let (someone, role, group, of) = (0..PEOPLE, 0..ROLES, 0..GROUPS, 0..TYPES);
    let (other, words) = (1..PEOPLE, 0..1_u8 << WORDS.len());
    let until = || prop_oneof![2 => Just(None), 1 => (1..4_u32).prop_map(Some)];
    let carrier = || prop_oneof![(0..PEOPLE).prop_map(Who::Person), (0..GROUPS).prop_map(Who::Group)];
    let name = || prop_oneof![4 => (0..ROLES).prop_map(RoleName::Own), 1 => Just(RoleName::Manager)];
    let level = prop_oneof![Just(Level::Member), Just(Level::Admin), Just(Level::Owner)];
    let nested = (0..GROUPS, 1..GROUPS).prop_filter("cycle", |(outer, inner)| outer < inner);
    prop_oneof![
        2 => (other.clone(), level).prop_map(|(person, level)| Step::Level(person, level)),
        6 => (carrier(), name(), until()).prop_map(|(who, role, until)| Step::Give(who, role, until)),
        1 => (carrier(), name()).prop_map(|(who, role)| Step::Take(who, role)),
        3 => (role.clone(), words.clone()).prop_map(|(role, words)| Step::MakeRole(role, words)),
        1 => (role.clone(), words, any::<bool>()).prop_map(|(role, words, on)| Step::ChangeRole(role, words, on)),
        1 => role.prop_map(Step::RemoveRole),
        5 => (group.clone(), someone.clone(), until()).prop_map(|(group, who, until)| Step::Place(group, Who::Person(who), until)),
        5 => (group.clone(), 0..STAFF, until()).prop_map(|(group, who, until)| Step::Place(group, Who::Employee(who), until)),
        6 => (0..STAFF, proptest::option::weighted(0.8, 0..PEOPLE)).prop_map(|(who, person)| Step::Link(who, person)),
        2 => (0..STAFF, any::<bool>()).prop_map(|(who, paused)| Step::Pause(who, paused)),
        1 => (group.clone(), 0..STAFF).prop_map(|(group, who)| Step::Displace(group, Who::Employee(who))),
        5 => (nested, until()).prop_map(|((outer, inner), until)| Step::Place(outer, Who::Group(inner), until)),
        1 => (group.clone(), carrier()).prop_map(|(group, who)| Step::Displace(group, who)),
        1 => (group, any::<bool>()).prop_map(|(group, rests)| Step::Rest(group, rests)),
        3 => (someone.clone(), of.clone()).prop_map(|(person, of)| Step::Assign(person, of)),
        1 => (someone, of.clone()).prop_map(|(person, of)| Step::Disable(person, of)),
        1 => (of, any::<bool>()).prop_map(|(of, on)| Step::Publish(of, on)),
        1 => other.clone().prop_map(Step::Expel),
        1 => other.prop_map(Step::Add),
        3 => Just(Step::Pass),
    ]
}

/// The organization that the model is held against.
struct Theater<'k> {
    kit: &'k Kit,
    directory: &'k Service,
    organization: String,
    people: &'k [Actor],
    groups: Vec<GroupId>,
    staff: Vec<EmployeeId>,
}

impl<'k> Theater<'k> {
    /// An organization as [`World::default`] has it.
    fn set(kit: &'k Kit, directory: &'k Service, people: &'k [Actor]) -> Self {
        let organization = kit.ctx.ids().secret().to_string();
        found(directory, &people[0], &organization);
        let access = enter(directory, &people[0], &organization);
        let groups = (0..GROUPS).map(|n| group(kit, &access, &n.to_string())).collect();
        for (n, (itself, by_role)) in OF_TYPES.into_iter().enumerate() {
            account_type(kit, &access, n, (itself, by_role));
        }
        let staff = (0..STAFF).map(|n| hire(kit, &access, &n.to_string(), (None, None)).unwrap()).collect();
        let stage = Self { kit, directory, organization, people, groups, staff };
        for other in &people[1..] {
            directory.add_member(&access, id_of(other).into()).unwrap();
        }
        stage.act(Step::MakeRole(0, 0b01_0011)).unwrap();
        stage
    }

    fn access(&self) -> Access {
        enter(self.directory, &Actor::system(), &self.organization)
    }

    fn act(&self, step: Step) -> Result<()> {
        let (access, directory) = (self.access(), self.directory);
        let account = |person: usize| id_of(&self.people[person]);
        let patch = |words, on| RolePatch {
            permissions: Some(words_of(words)),
            stage: Some(if on { Stage::Ga } else { Stage::Disabled }),
            ..RolePatch::default()
        };
        match step {
            Step::Level(person, level) => {
                let patch = MemberPatch { level: Some(level), expires_at: None };
                directory.change_member(&access, account(person), patch).map(drop)
            }
            Step::Give(who, role, until) => directory
                .grant(&access, given(self.assignee(who), &role_key(role), self.end(until)))
                .map(drop),
            Step::Take(who, role) => {
                directory.revoke(&access, &(role_key(role)).into(), AssignmentRef::To(self.assignee(who)))
            }
            Step::MakeRole(role, words) => {
                let fields = RoleFields {
                    key: format!("own-{role}"),
                    permissions: words_of(words),
                    ..RoleFields::default()
                };
                directory.create_role(&access, NewRole::try_from(fields).unwrap()).map(drop)
            }
            Step::ChangeRole(role, words, on) => directory
                .update_role(&access, &(role_key(RoleName::Own(role))).into(), patch(words, on))
                .map(drop),
            Step::RemoveRole(role) => directory.remove_role(&access, &(role_key(RoleName::Own(role))).into()),
            Step::Expel(person) => directory.remove_member(&access, account(person)).map(drop),
            Step::Add(person) => directory.add_member(&access, account(person).into()).map(drop),
            Step::Pass => {
                self.kit.pass(DAY);
                Ok(())
            }
            elsewhere => self.act_elsewhere(&access, elsewhere),
        }
    }

    /// What groups and accounts do for themselves.
    fn act_elsewhere(&self, access: &Access, step: Step) -> Result<()> {
        let (groups, accounts) = (groups(self.kit), common::accounts(self.kit));
        let account = |person: usize| id_of(&self.people[person]);
        match step {
            Step::Place(group, who, until) => {
                let fields =
                    MembershipFields { member: self.member(who), kind: None, expires_at: self.end(until) };
                groups.add(access, self.groups[group], NewMembership::try_from(fields).unwrap()).map(drop)
            }
            Step::Displace(group, who) => groups.remove_member(access, self.groups[group], self.member(who)),
            Step::Rest(group, rests) => {
                let status = Some(if rests { GroupStatus::Inactive } else { GroupStatus::Active });
                let patch = GroupPatch { status, ..GroupPatch::default() };
                groups.update(access, self.groups[group], patch).map(drop)
            }
            Step::Assign(person, of) => accounts.assign(access, account(person), &of.to_string()).map(drop),
            Step::Disable(person, of) => accounts.disable(access, account(person), &of.to_string()).map(drop),
            Step::Link(employee, person) => {
                let person = person.map(|person| &self.people[person]);
                relink(self.kit, access, self.staff[employee], person).map(drop)
            }
            Step::Pause(employee, paused) => {
                let status = Some(if paused { EmployeeStatus::Inactive } else { EmployeeStatus::Active });
                let patch = EmployeePatch { status, ..EmployeePatch::default() };
                Employees::update(&accounts, access, self.staff[employee], patch).map(drop)
            }
            Step::Publish(of, on) => {
                let status = Some(if on { TypeStatus::Published } else { TypeStatus::Inactive });
                let patch = AccountTypePatch { status, ..AccountTypePatch::default() };
                accounts.update_type(access, &of.to_string(), patch).map(drop)
            }
            other => panic!("{other:?} is the directory's"),
        }
    }

    fn assignee(&self, who: Who) -> Assignee {
        match who {
            Who::Person(person) => Assignee::Account(id_of(&self.people[person])),
            Who::Employee(_) => panic!("employees carry no roles"),
            Who::Group(group) => Assignee::Group(self.groups[group]),
        }
    }

    fn member(&self, who: Who) -> Member {
        match who {
            Who::Person(person) => Member::Account(id_of(&self.people[person])),
            Who::Employee(employee) => Member::Employee(self.staff[employee]),
            Who::Group(group) => Member::Group(self.groups[group]),
        }
    }

    fn end(&self, until: Option<u32>) -> Option<Timestamp> {
        until.map(|days| self.kit.ctx.now().after(DAY * days))
    }

    /// Holds everybody's rights against the model.
    fn compare(&self, world: &World) {
        let access = self.access();
        let built_in = |role: &str| -> BTreeSet<String> {
            listed(&self.directory.role(&access, &key(role).into()).unwrap().permissions)
        };
        assert_eq!(listed(&self.directory.permissions(&access).unwrap()), world.defined(&built_in));
        for (person, actor) in self.people.iter().enumerate() {
            let Some(level) = world.level(person) else {
                let refused = self.directory.enter(actor, &name(&self.organization)).unwrap_err();
                assert_eq!(refused.code(), Code::NotFound);
                continue;
            };
            let rights = world.rights(person, &built_in);
            let held = enter(self.directory, actor, &self.organization);
            assert_eq!(held.level(), Some(level));
            assert_eq!(held.permissions().is_all(), level == Level::Owner);
            if level != Level::Owner {
                assert_eq!(listed(held.permissions()), rights.keys().cloned().collect(), "person {person}");
            }
            let explained = self.directory.explain(&access, id_of(actor)).unwrap();
            assert_eq!(explained.len(), rights.len());
            for (given, (permission, shortest)) in explained.iter().zip(&rights) {
                let way: Vec<String> = given.via.iter().map(|link| self.word(link)).collect();
                assert_eq!(given.permission.as_str(), permission);
                assert!(
                    shortest.contains(&way),
                    "person {person}, {permission}: {way:?} is none of {shortest:?}"
                );
            }
        }
    }

    /// A credential leaves what both it and its person have.
    fn compare_narrowed(&self, world: &World) {
        let access = self.access();
        let built_in = |role: &str| -> BTreeSet<String> {
            listed(&self.directory.role(&access, &key(role).into()).unwrap().permissions)
        };
        for (person, actor) in self.people.iter().enumerate() {
            if let Some(level) = world.level(person) {
                let rights = world.rights(person, &built_in).into_keys().collect();
                self.narrow(actor, level, &rights, &built_in("admin"));
                let limits = Limits { role: Some("own-1".into()), ..Limits::default() };
                let held = enter(self.directory, &limited(actor, limits), &self.organization);
                let has = |permission: &String| level == Level::Owner || rights.contains(permission);
                assert_eq!(listed(held.permissions()), world.gives(1).into_iter().filter(has).collect());
                assert_eq!(held.level(), Some(Level::Member));
            }
        }
    }

    fn narrow(&self, actor: &Actor, level: Level, rights: &BTreeSet<String>, of_admin: &BTreeSet<String>) {
        let named: PermissionSet = ["shop.sell", "org.roles.create", "org.groups.get", "not.there"]
            .map(permission)
            .into_iter()
            .collect();
        let limits = Limits { permissions: Some(named.clone()), ..Limits::default() };
        let held = enter(self.directory, &limited(actor, limits), &self.organization);
        let has = |permission: &String| level == Level::Owner || rights.contains(permission);
        assert_eq!(listed(held.permissions()), listed(&named).into_iter().filter(has).collect());
        assert_eq!(held.level(), Some(Level::Member));

        let limits = Limits { level: Some(Level::Admin), ..Limits::default() };
        let held = enter(self.directory, &limited(actor, limits), &self.organization);
        assert_eq!(
            listed(held.permissions()),
            of_admin.iter().filter(|permission| has(permission)).cloned().collect()
        );
        assert_eq!(held.level(), Some(level.min(Level::Admin)));
    }

    fn word(&self, link: &Link) -> String {
        match link {
            Link::Level(level) => format!("level {level}"),
            Link::Group(group, called) => {
                let number = self.groups.iter().position(|known| known == group).unwrap();
                assert_eq!(*called, number.to_string());
                format!("group {number}")
            }
            Link::AccountType(code) => format!("type {code}"),
            Link::Role(role) => format!("role {role}"),
        }
    }
}

fn account_type(kit: &Kit, access: &Access, number: usize, (itself, by_role): (Words, Words)) {
    let gives = |set| words(set).iter().map(|word| permission(word)).collect();
    let role =
        GrantedRole { key: format!("of-{number}"), permissions: gives(by_role), ..GrantedRole::default() };
    let mut fields = AccountTypeFields {
        code: number.to_string(),
        status: Some(TypeStatus::Published),
        permissions: gives(itself),
        roles: vec![role],
        ..AccountTypeFields::default()
    };
    fields.specifications.expiry = (number == 1).then(|| "NOW+2DAYS".parse().unwrap());
    common::accounts(kit).create_type(access, NewAccountType::try_from(fields).unwrap()).unwrap();
}

fn role_key(role: RoleName) -> RoleKey {
    match role {
        RoleName::Own(role) => key(&format!("own-{role}")),
        RoleName::Manager => key("manager"),
    }
}

fn words_of(set: Words) -> Vec<String> {
    words(set).into_iter().collect()
}

fn listed(set: &PermissionSet) -> BTreeSet<String> {
    set.iter().map(ToString::to_string).collect()
}

both_engines! {
    fn rights_are_what_the_model_says(kit) {
        let directory = common::directory(kit);
        let people: Vec<Actor> = (0..PEOPLE).map(|n| person(kit, &format!("p{n}@acme.example"))).collect();
        runner(48)
            .run(&proptest::collection::vec(step(), 1..24), |steps| {
                let stage = Theater::set(kit, &directory, &people);
                let mut world = World::default();
                for step in steps {
                    let possible = world.step(step);
                    let done = stage.act(step);
                    assert_eq!(done.is_ok(), possible, "{step:?}: {done:?}");
                    if let Err(refused) = done {
                        assert!([Code::NotFound, Code::Conflict, Code::NotAMember].contains(&refused.code()), "{step:?}: {refused:?}");
                    }
                    stage.compare(&world);
                }
                stage.compare_narrowed(&world);
                Ok(())
            })
            .unwrap();
    }
}
