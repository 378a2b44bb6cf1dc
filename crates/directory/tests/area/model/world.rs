//! The model of rights: who is in what and carries what, and every way from a member to a permission.

use std::collections::{BTreeMap, BTreeSet};

use polity_kernel::Level;

/// People; the first of them owns the organization from beginning to end.
pub(super) const PEOPLE: usize = 3;
/// Groups; one may only be in a group of a lower number, so that no step makes a cycle.
pub(super) const GROUPS: usize = 4;
/// Employees, linked to nobody at the beginning.
pub(super) const STAFF: usize = 2;
/// Own roles.
pub(super) const ROLES: usize = 3;
/// Account types; the second one's assignments last two days.
pub(super) const TYPES: usize = 2;
/// What own roles and account types may give: words of the organization's own, and two of polity's.
pub(super) const WORDS: [&str; 6] =
    ["shop.sell", "shop.refund", "shop.close", "lab.open", "org.groups.delete", "org.roles.create"];

/// Somebody or something that may be in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Person(usize),
    Employee(usize),
    Group(usize),
}

/// A role, own or built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RoleName {
    Own(usize),
    Manager,
}

/// A set of [`WORDS`], a bit for each.
pub(super) type Words = u8;

#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Level(usize, Level),
    Give(Who, RoleName, Option<u32>),
    Take(Who, RoleName),
    MakeRole(usize, Words),
    ChangeRole(usize, Words, bool),
    RemoveRole(usize),
    Place(usize, Who, Option<u32>),
    Displace(usize, Who),
    Rest(usize, bool),
    Assign(usize, usize),
    Disable(usize, usize),
    Publish(usize, bool),
    /// An employee is linked to a person's account, or to none.
    Link(usize, Option<usize>),
    /// An employee rests, or is active again.
    Pause(usize, bool),
    Expel(usize),
    Add(usize),
    /// A day passes.
    Pass,
}

/// A permission's way, as words: `group 2`, `type 0`, `role own-1`, `level admin`.
pub(super) type Way = Vec<String>;

#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) today: u32,
    /// The level of each who is in.
    levels: [Option<Level>; PEOPLE],
    /// What each role that is there gives, and whether it is switched on.
    roles: [Option<(Words, bool)>; ROLES],
    resting: BTreeSet<usize>,
    /// Who is in which group until which day.
    places: BTreeMap<(usize, Who), Option<u32>>,
    carried: BTreeMap<(Who, RoleName), Option<u32>>,
    published: [bool; TYPES],
    /// Whose each employee is.
    linked: [Option<usize>; STAFF],
    paused: [bool; STAFF],
    /// Who holds which type until which day, unless it was taken away.
    held: BTreeMap<(usize, usize), (bool, Option<u32>)>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            today: 0,
            levels: [Some(Level::Owner), Some(Level::Member), Some(Level::Member)],
            roles: [Some((0b01_0011, true)), None, None],
            resting: BTreeSet::new(),
            places: BTreeMap::new(),
            carried: BTreeMap::new(),
            published: [true; TYPES],
            linked: [None; STAFF],
            paused: [false; STAFF],
            held: BTreeMap::new(),
        }
    }
}

/// What the types give themselves, and by a role of theirs.
pub(super) const OF_TYPES: [(Words, Words); TYPES] = [(0b00_0100, 0b00_0110), (0b10_0000, 0b00_1000)];

impl World {
    pub(super) fn level(&self, person: usize) -> Option<Level> {
        self.levels[person]
    }

    /// Takes the step, and says whether it can be taken.
    pub(super) fn step(&mut self, step: Step) -> bool {
        match step {
            Step::Level(person, level) => {
                let is_in = self.levels[person].is_some();
                self.levels[person] = self.levels[person].map(|_| level);
                return is_in;
            }
            Step::Give(who, role, until) => {
                let possible = self.has_role(role) && self.can_carry(who);
                if possible {
                    self.carried.insert((who, role), until.map(|days| self.today + days));
                }
                return possible;
            }
            Step::Take(who, role) => {
                self.carried.remove(&(who, role));
                return self.has_role(role);
            }
            Step::MakeRole(role, words) => {
                let free = self.roles[role].is_none();
                self.roles[role] = self.roles[role].or(Some((words, true)));
                return free;
            }
            Step::ChangeRole(role, words, on) => {
                self.roles[role] = self.roles[role].map(|_| (words, on));
                return self.roles[role].is_some();
            }
            Step::RemoveRole(role) => {
                self.carried.retain(|(_, carried), _| *carried != RoleName::Own(role));
                return self.roles[role].take().is_some();
            }
            Step::Place(_, who @ Who::Person(_), _) if !self.can_carry(who) => return false,
            Step::Place(group, who, until) => {
                self.places.insert((group, who), until.map(|days| self.today + days));
            }
            Step::Displace(group, who) => return self.places.remove(&(group, who)).is_some(),
            Step::Rest(group, true) => drop(self.resting.insert(group)),
            Step::Rest(group, false) => drop(self.resting.remove(&group)),
            Step::Assign(person, of) => return self.assign(person, of),
            Step::Disable(person, of) => {
                let there = self.held.get_mut(&(person, of));
                return there.map(|held| held.0 = false).is_some();
            }
            Step::Publish(of, on) => self.published[of] = on,
            Step::Link(employee, person) => return self.link(employee, person),
            Step::Pause(employee, paused) => self.paused[employee] = paused,
            Step::Expel(person) => self.remove_member(person),
            Step::Add(person) => self.levels[person] = self.levels[person].or(Some(Level::Member)),
            Step::Pass => self.today += 1,
        }
        true
    }

    /// What an own role gives now.
    pub(super) fn gives(&self, role: usize) -> BTreeSet<String> {
        self.roles[role].filter(|(_, on)| *on).map(|(gives, _)| words(gives)).unwrap_or_default()
    }

    fn has_role(&self, role: RoleName) -> bool {
        match role {
            RoleName::Own(role) => self.roles[role].is_some(),
            RoleName::Manager => true,
        }
    }

    fn can_carry(&self, who: Who) -> bool {
        match who {
            Who::Person(person) => self.levels[person].is_some(),
            Who::Employee(_) => false,
            Who::Group(_) => true,
        }
    }

    fn assign(&mut self, person: usize, of: usize) -> bool {
        let stands = self.held.get(&(person, of)).is_some_and(|(on, until)| *on && self.lives(*until));
        if self.levels[person].is_none() || stands || !self.published[of] {
            return false;
        }
        self.held.insert((person, of), (true, (of == 1).then_some(self.today + 2)));
        true
    }

    /// A person is one employee at most.
    fn link(&mut self, employee: usize, person: Option<usize>) -> bool {
        let taken = (0..STAFF).any(|other| other != employee && self.linked[other] == person);
        if person.is_some() && taken {
            return false;
        }
        self.linked[employee] = person;
        true
    }

    /// The employee that a person is now.
    fn employee(&self, person: usize) -> Option<usize> {
        (0..STAFF).find(|employee| self.linked[*employee] == Some(person) && !self.paused[*employee])
    }

    fn remove_member(&mut self, person: usize) {
        if self.levels[person].take().is_some() {
            self.carried.retain(|(who, _), _| *who != Who::Person(person));
            self.places.retain(|(_, who), _| *who != Who::Person(person));
            self.held.retain(|(holder, _), _| *holder != person);
            self.linked = self.linked.map(|linked| linked.filter(|whose| *whose != person));
        }
    }

    fn lives(&self, until: Option<u32>) -> bool {
        until.is_none_or(|day| day > self.today)
    }

    /// Every way up from a member to each group, the group itself last.
    fn ways_up(&self, who: Who) -> Vec<Vec<usize>> {
        let mut ways = Vec::new();
        for ((group, inside), until) in &self.places {
            if *inside == who && self.lives(*until) && !self.resting.contains(group) {
                ways.push(vec![*group]);
                let further = self.ways_up(Who::Group(*group));
                ways.extend(further.into_iter().map(|way| [vec![*group], way].concat()));
            }
        }
        ways
    }

    /// Every way from a member to something that gives, but for the level's role.
    fn ways(&self, person: usize, manager: &BTreeSet<String>) -> Vec<(Way, BTreeSet<String>)> {
        let mut ways = Vec::new();
        let mut carriers = vec![(Vec::new(), Who::Person(person))];
        let employee = self.employee(person).map(Who::Employee);
        for way in [Who::Person(person)].into_iter().chain(employee).flat_map(|who| self.ways_up(who)) {
            let group = *way.last().unwrap();
            carriers.push((way.iter().map(|group| format!("group {group}")).collect(), Who::Group(group)));
        }
        for (way, carrier) in carriers {
            for ((_, role), _) in
                self.carried.iter().filter(|((who, _), until)| *who == carrier && self.lives(**until))
            {
                let (name, gives) = match role {
                    RoleName::Manager => ("manager".to_owned(), manager.clone()),
                    RoleName::Own(role) => match self.roles[*role] {
                        Some((gives, true)) => (format!("own-{role}"), words(gives)),
                        _ => continue,
                    },
                };
                ways.push(([way.clone(), vec![format!("role {name}")]].concat(), gives));
            }
        }
        for ((_, of), (on, until)) in self.held.iter().filter(|((holder, _), _)| *holder == person) {
            if *on && self.lives(*until) && self.published[*of] {
                let (itself, by_role) = OF_TYPES[*of];
                ways.push((vec![format!("type {of}")], words(itself)));
                ways.push((vec![format!("type {of}"), format!("role of-{of}")], words(by_role)));
            }
        }
        ways
    }

    /// Each permission of a member with every shortest way to it. `built_in` says what a built-in role gives; an owner's
    /// everything is all that is defined.
    pub(super) fn rights(
        &self,
        person: usize,
        built_in: &dyn Fn(&str) -> BTreeSet<String>,
    ) -> BTreeMap<String, Vec<Way>> {
        let Some(level) = self.levels[person] else { return BTreeMap::new() };
        let mut ways = self.ways(person, &built_in("manager"));
        let by_level = match level {
            Level::Owner => self.defined(built_in),
            _ => built_in(&level.to_string()),
        };
        ways.push((vec![format!("level {level}"), format!("role {level}")], by_level));
        let mut rights: BTreeMap<String, Vec<Way>> = BTreeMap::new();
        for (way, gives) in ways {
            for permission in gives {
                let shortest = rights.entry(permission).or_default();
                if shortest.first().is_none_or(|known| way.len() < known.len()) {
                    *shortest = vec![way.clone()];
                } else if shortest[0].len() == way.len() {
                    shortest.push(way.clone());
                }
            }
        }
        rights
    }

    /// Everything the roles of the organization give.
    pub(super) fn defined(&self, built_in: &dyn Fn(&str) -> BTreeSet<String>) -> BTreeSet<String> {
        let own = self.roles.iter().flatten().filter(|(_, on)| *on).flat_map(|(gives, _)| words(*gives));
        built_in("admin").into_iter().chain(own).collect()
    }
}

pub(super) fn words(set: Words) -> BTreeSet<String> {
    let chosen = WORDS.iter().enumerate().filter(|(bit, _)| set & (1 << bit) != 0);
    chosen.map(|(_, word)| (*word).to_owned()).collect()
}
