//! Everybody below a manager, breadth first, read lazily: a page costs what is on it, wherever in a large tree it stands.
//!
//! The order is by level, then by the order of the managers in the level above, then by id. Who can be reached in several
//! ways counts once, at the first place: that is nearest and, of those, where the way from the top has the smallest ids.
//! The way to one's place can therefore be found from below, and a page goes on behind a cursor without what is before it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use polity_kernel::{Conn, Error, FieldKind, Result};
use uuid::Uuid;

use crate::EmployeeId;
use crate::store::climb::{Climb, steps_up};
use crate::store::heights::TALLEST;
use crate::store::walk::{Met, Part, Scope, reports};

/// How many managers a level asks the one above it for: few at first, then twice as many each time.
const FIRST_BATCH: usize = 16;
const LAST_BATCH: usize = 64;

/// How many steps up are read at once. Few organizations are taller.
const STEPS_UP: u32 = 16;

/// A walk down from one manager.
struct Walk<'c> {
    conn: &'c mut Conn,
    scope: Scope,
    /// From the managers at the top to those whose reports are given out.
    levels: Vec<Level>,
    /// How far below the top those are who are given out.
    distance: u32,
    /// Those given out who lead somebody, when the level was walked from its beginning: the managers of the next.
    leading: Option<Vec<EmployeeId>>,
}

/// The managers of one level whose reports are still to be read.
#[derive(Debug)]
struct Level {
    managers: VecDeque<EmployeeId>,
    /// Of the first manager's, those up to here are read.
    after: EmployeeId,
    /// How many levels somebody must have below them to be of use here.
    height: i32,
    /// How many managers to ask for next.
    batch: usize,
    /// Whether the level above has no more managers to give.
    complete: bool,
}

/// At most `wanted` of those who are at most `levels` below the top, behind the cursor.
pub(crate) fn walk(
    conn: &mut Conn,
    scope: Scope,
    levels: u32,
    cursor: Option<EmployeeId>,
    wanted: usize,
) -> Result<Vec<Met>> {
    let mut walk = match cursor {
        None => Walk::from_top(conn, scope),
        Some(cursor) => Walk::behind(conn, scope, cursor)?,
    };
    if cursor.is_some() && walk.distance > levels {
        return Err(not_below());
    }
    let mut found = Vec::new();
    while walk.distance <= levels && found.len() < wanted {
        found.extend(walk.pull(wanted - found.len())?);
        if found.len() < wanted && !walk.descend() {
            break;
        }
    }
    Ok(found)
}

impl<'c> Walk<'c> {
    fn from_top(conn: &'c mut Conn, scope: Scope) -> Self {
        let levels = vec![Level::of([scope.top].into(), 0)];
        Self { conn, scope, levels, distance: 1, leading: Some(Vec::new()) }
    }

    /// A walk that goes on behind this employee.
    fn behind(conn: &'c mut Conn, scope: Scope, cursor: EmployeeId) -> Result<Self> {
        let places = Places::above(conn, &scope, &[cursor], None)?;
        let way = places.way_to(cursor).ok_or_else(not_below)?;
        let distance = u32::try_from(way.len()).unwrap_or(u32::MAX);
        let mut levels = Vec::with_capacity(way.len());
        let mut manager = scope.top;
        for (step, employee) in way.into_iter().enumerate() {
            let below = distance - u32::try_from(step).unwrap_or(distance) - 1;
            let mut level = Level::of([manager].into(), below);
            level.after = employee;
            level.complete = step == 0;
            levels.push(level);
            manager = employee;
        }
        Ok(Self { conn, scope, levels, distance, leading: None })
    }

    /// Turns to the next level down; not when nobody can be there.
    fn descend(&mut self) -> bool {
        self.distance = self.distance.saturating_add(1);
        match self.leading.replace(Vec::new()) {
            Some(leading) if leading.is_empty() => return false,
            Some(leading) => self.levels = vec![Level::of(leading.into(), 0)],
            None => {
                let below = |distance| self.distance - distance;
                self.levels = vec![Level::of([self.scope.top].into(), below(1))];
                self.levels.extend((2..=self.distance).map(|distance| Level::empty(below(distance))));
            }
        }
        true
    }

    /// The next of this level, fewer than wanted only at its end. A level that has no managers left asks the one above it, and
    /// that one in turn: this goes up while levels are dry, and down again with what they get.
    fn pull(&mut self, wanted: usize) -> Result<Vec<Met>> {
        let lowest = self.levels.len().saturating_sub(1);
        let (mut at, mut found) = (lowest, Vec::new());
        while found.len() < wanted {
            let Some(level) = self.levels.get(at) else { break };
            if level.managers.is_empty() {
                if !level.complete {
                    at = at.saturating_sub(1);
                } else if let Some(below) = self.levels.get_mut(at + 1) {
                    below.complete = true;
                    at += 1;
                } else {
                    break;
                }
                continue;
            }
            if at == lowest {
                let met = self.read(at, wanted - found.len())?;
                if let Some(leading) = &mut self.leading {
                    leading.extend(met.iter().filter(|met| met.height > 0).map(|met| met.line.employee));
                }
                found.extend(met);
            } else {
                let batch = self.levels.get_mut(at + 1).map_or(FIRST_BATCH, Level::next_batch);
                let met = self.read(at, batch)?;
                if let Some(below) = self.levels.get_mut(at + 1).filter(|_| !met.is_empty()) {
                    below.managers.extend(met.iter().map(|met| met.line.employee));
                    at += 1;
                }
            }
        }
        Ok(found)
    }

    /// At most so many reports of the level's managers, without those whose place is elsewhere; none does not say that there are no
    /// more.
    fn read(&mut self, at: usize, limit: usize) -> Result<Vec<Met>> {
        let Some(level) = self.levels.get_mut(at) else { return Ok(Vec::new()) };
        level.managers.make_contiguous();
        let (managers, _) = level.managers.as_slices();
        let some = managers.get(..LAST_BATCH).unwrap_or(managers);
        let part = Part { after: level.after, height: level.height, limit };
        let mut met = reports(self.conn, &self.scope, some, part)?;
        let read = match met.last().filter(|_| met.len() >= limit) {
            Some(last) => {
                level.after = last.line.employee;
                some.iter().position(|manager| *manager == last.line.manager).unwrap_or(0)
            }
            None => {
                level.after = nobody();
                some.len()
            }
        };
        level.managers.drain(..read);
        met.dedup_by_key(|met| (met.line.manager, met.line.employee));
        // how far below the top those are who report to this level's managers
        let lower = u32::try_from(self.levels.len().saturating_sub(at + 1)).unwrap_or(0);
        self.only_in_place(met, self.distance - lower)
    }

    /// Those whose place this is: nearer or earlier nobody leads to them.
    fn only_in_place(&mut self, mut met: Vec<Met>, distance: u32) -> Result<Vec<Met>> {
        met.retain(|met| met.line.employee != self.scope.top);
        let doubtful: Vec<EmployeeId> =
            met.iter().filter(|met| met.several).map(|met| met.line.employee).collect();
        if !doubtful.is_empty() {
            let places = Places::above(self.conn, &self.scope, &doubtful, Some(distance))?;
            met.retain(|met| {
                !met.several || places.of(met.line.employee) == Some((distance, met.line.manager))
            });
        }
        Ok(met)
    }
}

impl Level {
    /// A level whose managers are known, and of use when they have so many levels below their reports.
    fn of(managers: VecDeque<EmployeeId>, below: u32) -> Self {
        Self { managers, complete: true, ..Self::empty(below) }
    }

    fn empty(below: u32) -> Self {
        let height = i32::try_from(below).unwrap_or(TALLEST).min(TALLEST);
        Self { managers: VecDeque::new(), after: nobody(), height, batch: FIRST_BATCH, complete: false }
    }

    fn next_batch(&mut self) -> usize {
        let batch = self.batch;
        self.batch = (batch * 2).min(LAST_BATCH);
        batch
    }
}

/// Where employees stand below the top: how far, and from which manager they count.
struct Places(HashMap<EmployeeId, (u32, EmployeeId)>);

impl Places {
    /// The places of these employees, as far as they are within so many steps of the top or, without a bound, as near as they
    /// are. Of others on the way it may tell too much distance.
    fn above(conn: &mut Conn, scope: &Scope, from: &[EmployeeId], within: Option<u32>) -> Result<Self> {
        let mut lines: BTreeMap<EmployeeId, BTreeSet<EmployeeId>> = BTreeMap::new();
        let mut known: HashSet<EmployeeId> = from.iter().copied().collect();
        let (mut next, mut climbed) = (from.to_vec(), 0);
        while !next.is_empty() && within.is_none_or(|within| climbed < within) {
            // beyond the first steps, one at a time: what is known already need not be climbed again
            let most = if climbed == 0 { STEPS_UP } else { 1 };
            let steps = within.map_or(most, |within| most.min(within - climbed));
            let last = i32::try_from(steps).unwrap_or(i32::MAX);
            let climb = Climb {
                organization: scope.organization,
                kind_key: scope.kind_key.as_deref(),
                top: scope.top,
                steps: last,
            };
            let found = steps_up(conn, &next, climb)?;
            climbed += steps;
            let mut highest = BTreeSet::new();
            for (employee, manager, step) in found {
                lines.entry(manager).or_default().insert(employee);
                if step == last {
                    highest.insert(manager);
                } else {
                    known.insert(manager);
                }
            }
            if within.is_none() && lines.contains_key(&scope.top) {
                break;
            }
            next = highest.into_iter().filter(|manager| known.insert(*manager)).collect();
        }
        Ok(Self::below(scope.top, &lines))
    }

    /// Breadth first from the top: whoever is met for the first time is in place.
    fn below(top: EmployeeId, lines: &BTreeMap<EmployeeId, BTreeSet<EmployeeId>>) -> Self {
        let mut places = HashMap::new();
        let mut queue = VecDeque::from([(top, 0)]);
        while let Some((manager, distance)) = queue.pop_front() {
            for employee in lines.get(&manager).into_iter().flatten() {
                if *employee != top && !places.contains_key(employee) {
                    places.insert(*employee, (distance + 1, manager));
                    queue.push_back((*employee, distance + 1));
                }
            }
        }
        Self(places)
    }

    fn of(&self, employee: EmployeeId) -> Option<(u32, EmployeeId)> {
        self.0.get(&employee).copied()
    }

    /// The way from the top, without it, to the employee; nothing for one who has no place.
    fn way_to(&self, employee: EmployeeId) -> Option<Vec<EmployeeId>> {
        let (distance, mut manager) = self.of(employee)?;
        let mut way = vec![employee];
        for _ in 1..distance {
            way.push(manager);
            manager = self.of(manager)?.1;
        }
        way.reverse();
        Some(way)
    }
}

fn not_below() -> Error {
    Error::field("cursor", FieldKind::NotFound.told("is not in this list"))
}

/// Before everybody.
fn nobody() -> EmployeeId {
    EmployeeId::new(Uuid::nil())
}
