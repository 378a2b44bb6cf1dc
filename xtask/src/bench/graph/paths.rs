//! What the measured requests ask for: paths with ids that are asked of the service beforehand.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::ops::Range;
use std::path::PathBuf;

use serde_json::Value;

use super::load::{self, GUILD, LOWEST, UNITS};
use crate::company::{Company, shuffled};
use crate::http::Connection;
use crate::instance::Instance;
use crate::shell::Result;

/// How many people, of each level, requests are chosen from; also members and names.
const CHOICE: usize = 2_000;

/// The least employee number.
const FIRST_NUMBER: u32 = 10_001;

/// One kind of request.
pub(super) struct Kind {
    /// What it is called in the table.
    pub(super) what: &'static str,
    /// The time that 99 of 100 are to stay below, in milliseconds.
    pub(super) goal: Option<f64>,
    /// The file with its paths.
    pub(super) paths: PathBuf,
}

/// People of whom the id is known, by their number, and the one in the middle of the list.
struct Known {
    ids: HashMap<u32, String>,
    middle: String,
}

/// Writes the paths of every kind of request.
pub(super) fn write(instance: &Instance, company: &Company, token: &str) -> Result<Vec<Kind>> {
    let mut asking = Asking { connection: Connection::open(instance.listen)?, token };
    let known = asking.people(company)?;
    let guild = asking.group(GUILD)?;
    let through = format!("/api/v1/group/{guild}/members?transitive=true");
    let members = asking.ids(&format!("{through}&limit=1000"))?;
    let top = known.of(company.level(0)).first().cloned().ok_or("nobody is at the top")?;
    let tree = format!("/api/v1/employee/by-manager/{top}?depth=all&limit=100");
    let each =
        |ids: Vec<String>, path: &dyn Fn(&str) -> String| ids.iter().map(|id| path(id)).collect::<Vec<_>>();
    let anybody = || known.of(0..company.size());
    let leading = known.of(0..company.level(LOWEST).start);
    let names = shuffled(company.size()).take(CHOICE);
    let names = names.map(|person| company.full_name(person).replace(' ', "%20"));
    let units = known.of(company.level(UNITS));
    let guests = load::guild(company).filter_map(|person| known.ids.get(&person).cloned()).collect();
    let kinds = [
        ("direct reports", None, each(leading, &|id| format!("/api/v1/employee/by-manager/{id}"))),
        (
            "chain to the top",
            Some(1.0),
            each(known.of(company.level(LOWEST)), &|id| format!("/api/v1/employee/{id}/chain")),
        ),
        (
            "sub-tree of 1,000, whole",
            Some(5.0),
            each(units, &|id| format!("/api/v1/employee/by-manager/{id}?depth=all")),
        ),
        ("first 100 below the top", Some(2.0), vec![tree.clone()]),
        ("100 below the top, anywhere", Some(3.0), each(anybody(), &|id| format!("{tree}&cursor={id}"))),
        ("by name", None, names.map(|name| format!("/api/v1/employee/by-name/{name}")).collect()),
        (
            "100 of the list, from the middle",
            Some(3.0),
            vec![format!("/api/v1/employee?limit=100&cursor={}", known.middle)],
        ),
        (
            "100 of the list, anywhere",
            Some(3.0),
            each(anybody(), &|id| format!("/api/v1/employee?limit=100&cursor={id}")),
        ),
        ("an employee's groups", None, each(guests, &|id| format!("/api/v1/entity/{id}/groups"))),
        ("10,000 members of groups in a group", None, vec![through.clone()]),
        (
            "100 of those members, anywhere",
            Some(3.0),
            each(members, &|id| format!("{through}&limit=100&cursor={id}")),
        ),
    ];
    let mut written = Vec::new();
    for (index, (what, goal, paths)) in kinds.into_iter().enumerate() {
        let file = instance.data.join(format!("graph-paths-{index}"));
        fs::write(&file, paths.join("\n") + "\n")?;
        written.push(Kind { what, goal, paths: file });
    }
    Ok(written)
}

impl Known {
    /// The ids of those of these people who are known.
    fn of(&self, people: Range<u32>) -> Vec<String> {
        let mut known: Vec<(&u32, &String)> =
            self.ids.iter().filter(|(number, _)| people.contains(number)).collect();
        known.sort();
        known.into_iter().map(|(_, id)| id.clone()).collect()
    }
}

/// Some of them, evenly.
fn spread(people: Range<u32>) -> impl Iterator<Item = u32> {
    let step = (people.len() / CHOICE).max(1);
    people.step_by(step)
}

/// Asks the service on one connection.
struct Asking<'t> {
    connection: Connection,
    token: &'t str,
}

impl Asking<'_> {
    /// The ids of some people of every level.
    fn people(&mut self, company: &Company) -> Result<Known> {
        let levels = (0..=LOWEST).flat_map(|level| spread(company.level(level)));
        let wanted: HashSet<u32> = levels.chain(load::guild(company).take(CHOICE)).collect();
        let mut known = Known { ids: HashMap::new(), middle: String::new() };
        let mut place = 0;
        self.walk("/api/v1/employee?limit=1000", |item| {
            place += 1;
            let id = text(item, "/id")?;
            if place == company.size() / 2 {
                known.middle = id.to_owned();
            }
            let number: u32 = text(item, "/profile/employeeNumber")?.parse()?;
            let person = number.checked_sub(FIRST_NUMBER).ok_or("an employee with a number of their own")?;
            if wanted.contains(&person) {
                known.ids.insert(person, id.to_owned());
            }
            Ok(())
        })?;
        if place == company.size() {
            Ok(known)
        } else {
            Err(format!("the list has {place} employees").into())
        }
    }

    /// The id of the group of this name.
    fn group(&mut self, name: &str) -> Result<String> {
        let mut found = None;
        self.walk("/api/v1/group?limit=1000", |item| {
            if text(item, "/name")? == name {
                found = Some(text(item, "/id")?.to_owned());
            }
            Ok(())
        })?;
        found.ok_or_else(|| format!("there is no group {name}").into())
    }

    /// Ids of members, as many as there is a choice of.
    fn ids(&mut self, path: &str) -> Result<Vec<String>> {
        let mut ids = Vec::new();
        self.walk(path, |item| {
            ids.push(text(item, "/entity")?.to_owned());
            Ok(())
        })?;
        let step = (ids.len() / CHOICE).max(1);
        Ok(ids.into_iter().step_by(step).collect())
    }

    /// Takes every item of a list, a page at a time.
    fn walk(&mut self, path: &str, mut take: impl FnMut(&Value) -> Result) -> Result {
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let answer = self.connection.get(&path, Some(self.token))?;
            if answer.status != 200 {
                return Err(format!("GET {path} answers {}: {}", answer.status, answer.body).into());
            }
            let items: Vec<Value> = serde_json::from_str(&answer.body)?;
            items.iter().try_for_each(&mut take)?;
            next = answer.next;
        }
        Ok(())
    }
}

fn text<'v>(item: &'v Value, place: &str) -> Result<&'v str> {
    item.pointer(place).and_then(Value::as_str).ok_or_else(|| format!("no {place} in {item}").into())
}
