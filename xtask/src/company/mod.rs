//! A made-up company of any size and shape, the same each time: for the demonstration and for measurements.
//!
//! People are numbered from the top down, level by level, so that a manager's number is always lower than a report's.

mod files;
mod names;

use std::ops::Range;

pub(crate) use files::{employees, groups, managers, memberships};

/// Towns with their time zones.
const PLACES: [(&str, &str); 5] = [
    ("Alderhaven", "Europe/Berlin"),
    ("Brightwater", "Europe/London"),
    ("Cedar Point", "America/Chicago"),
    ("Duneside", "Africa/Nairobi"),
    ("Eastmoor", "Asia/Tokyo"),
];

/// A company: how many people each level has, and where their addresses are.
#[derive(Clone, Debug)]
pub(crate) struct Company {
    domain: &'static str,
    /// The numbers of each level's people.
    levels: Vec<Range<u32>>,
}

impl Company {
    /// A company with this many people on each level, from the top, at this e-mail domain.
    pub(crate) fn new(domain: &'static str, sizes: &[u32]) -> Self {
        let mut levels = Vec::with_capacity(sizes.len());
        let mut start = 0;
        for size in sizes {
            levels.push(start..start + size);
            start += size;
        }
        Self { domain, levels }
    }

    /// How many people work there.
    pub(crate) fn size(&self) -> u32 {
        self.levels.last().map_or(0, |level| level.end)
    }

    /// The numbers of the people on a level, 0 being the top.
    pub(crate) fn level(&self, level: usize) -> Range<u32> {
        self.levels.get(level).cloned().unwrap_or_default()
    }

    /// The level of a person.
    pub(crate) fn level_of(&self, person: u32) -> usize {
        self.levels.iter().position(|level| level.contains(&person)).unwrap_or_default()
    }

    /// Who the person reports to: each manager's reports stand together, and all managers of a level have about as many.
    pub(crate) fn manager_of(&self, person: u32) -> Option<u32> {
        let level = self.level_of(person);
        let (own, above) = (self.level(level), self.level(level.checked_sub(1)?));
        let place = u64::from(person - own.start) * above.len() as u64 / own.len() as u64;
        Some(above.start + u32::try_from(place).ok()?)
    }

    /// Whom of a level the person reports to, at however many steps; the person, when on that level; none further up.
    pub(crate) fn above(&self, person: u32, level: usize) -> Option<u32> {
        let mut above = person;
        while self.level_of(above) > level {
            above = self.manager_of(above)?;
        }
        (self.level_of(above) == level).then_some(above)
    }

    /// First and last name.
    pub(crate) fn name(&self, person: u32) -> (&'static str, String) {
        names::of(person)
    }

    /// First and last name in one.
    pub(crate) fn full_name(&self, person: u32) -> String {
        let (first, last) = self.name(person);
        format!("{first} {last}")
    }

    /// The address, which nobody else there has.
    pub(crate) fn email(&self, person: u32) -> String {
        let (first, last) = self.name(person);
        // who bears the name of somebody else is numbered
        let number = match person / names::ALL {
            0 => String::new(),
            number => format!(".{number}"),
        };
        format!("{}.{}{number}@{}", first.to_lowercase(), last.to_lowercase(), self.domain)
    }

    /// Town and time zone.
    fn place(&self, person: u32) -> (&'static str, &'static str) {
        let index = names::mixed(person, PLACES.len() as u32) as usize;
        PLACES.get(index).copied().unwrap_or_default()
    }

    /// What the person is there.
    fn role(&self, person: u32) -> &'static str {
        const ROLES: [&str; 6] = [
            "Chief Executive",
            "Director",
            "Head of Department",
            "Team Lead",
            "Senior Specialist",
            "Specialist",
        ];
        let lowest = self.levels.len() - 1;
        let level = self.level_of(person);
        if level == lowest && level > 0 {
            "Associate"
        } else {
            ROLES.get(level).copied().unwrap_or("Specialist")
        }
    }
}

/// All numbers below `size` in an order that looks like none, the same each time.
pub(crate) fn shuffled(size: u32) -> impl Iterator<Item = u32> + Clone {
    // a step without a common divisor visits every number once
    let divides = |mut a: u32, mut b: u32| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let around = (f64::from(size) * 0.618) as u32;
    let step = (around.max(1)..).find(|step| divides(*step, size) <= 1).unwrap_or(1);
    (0..size).map(move |index| (u64::from(index) * u64::from(step) % u64::from(size)) as u32)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn everybody_but_the_top_has_a_manager_one_level_up() {
        let company = Company::new("x.example", &[1, 3, 10, 50]);
        assert_eq!((company.size(), company.level_of(0), company.level_of(63)), (64, 0, 3));
        assert_eq!(company.manager_of(0), None);
        for person in 1..company.size() {
            let manager = company.manager_of(person).unwrap();
            assert_eq!(company.level_of(manager) + 1, company.level_of(person), "{person}");
        }
        let reports = |manager| (0..64).filter(|person| company.manager_of(*person) == Some(manager)).count();
        assert!((4..14).all(|manager| reports(manager) == 5), "they are shared out evenly");
        assert_eq!(
            (company.above(63, 1), company.above(63, 3), company.above(2, 3)),
            (Some(3), Some(63), None)
        );
    }

    #[test]
    fn addresses_are_unique_also_beyond_the_names_there_are() {
        let company = Company::new("x.example", &[names::ALL * 2 + 10]);
        let all: HashSet<String> = (0..company.size()).map(|person| company.email(person)).collect();
        assert_eq!(all.len(), company.size() as usize);
        assert!(all.iter().all(|email| email.is_ascii() && email.ends_with("@x.example")));
    }

    #[test]
    fn a_shuffle_has_every_number_once() {
        for size in [1, 2, 7, 10, 1_000, 4_096] {
            let all: Vec<u32> = shuffled(size).collect();
            assert_eq!(all.iter().collect::<HashSet<_>>().len(), size as usize, "{size}");
            assert!(all.iter().all(|number| *number < size));
        }
        let neighbors = shuffled(1_000).zip(shuffled(1_000).skip(1)).filter(|(a, b)| a.abs_diff(*b) < 10);
        assert_eq!(neighbors.count(), 0);
    }
}
