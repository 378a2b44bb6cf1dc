//! Turns: whose work comes next, so that no organization and no person has all threads.
//!
//! Work stands in *lines*: one for each deed of each organization and of each person. Lines are served in rotation, so that a
//! long one keeps no short one waiting. What has not been quick of late gets half of the threads, all lines together, so that what is
//! quick finds the other half; and of a line that has been slow one is served at a time (docs/decisions/0025).

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use polity_kernel::{Code, Error, Memory, Result, RetryAfter};
use uuid::Uuid;

/// What takes longer than this on average is slow.
pub(super) const SLOW: Duration = Duration::from_millis(25);

/// One part in so many of all that may wait is one organization's or person's at most, however quick it is.
const SHARE: usize = 4;

/// Of how many lines it is remembered how long their work takes.
const REMEMBERED: usize = 50_000;

/// What each piece of work counts for in a line's average: one part in so many.
const WEIGHT: u32 = 8;

/// What is to be done, and for whom.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// The kind of work, such as a route.
    pub deed: &'static str,
    /// The organization it is done for, where that is known.
    pub organization: Option<Uuid>,
    /// The person or program it is done for; else what stands for them.
    pub person: Option<Uuid>,
}

/// How much may be under way and may wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// What takes no longer than this on average is quick.
    pub(super) quick: Duration,
    /// Those at once that are not quick.
    pub(super) heavy: usize,
    /// One person's at once.
    pub(super) person: usize,
    /// What may wait in a line that is slow.
    pub(super) line: usize,
    /// What may wait in all.
    pub(super) queue: usize,
}

/// Work that waits, in the order in which it is due.
pub(super) struct Turns<W> {
    bounds: Bounds,
    waiting: BTreeMap<Due, (Turn, W)>,
    lines: HashMap<Line, Standing>,
    persons: HashMap<Uuid, usize>,
    /// How much waits for each organization and person, whatever it is.
    crowds: HashMap<Uuid, usize>,
    paces: Memory<Line, Duration>,
    /// Those under way that are not quick.
    heavy: usize,
    /// When what began last was due.
    time: u64,
    /// How many were given a place.
    drawn: u64,
}

/// Where a piece of work stands: by when it is due, then by when it came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    due: u64,
    drawn: u64,
}

/// One kind of work of one organization or person.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Line {
    deed: &'static str,
    whose: Uuid,
}

/// What there is of a line just now.
#[derive(Default)]
struct Standing {
    running: usize,
    waiting: usize,
    /// When the last one is due.
    due: u64,
}

/// Work that has begun; to be handed back to [`Turns::end`].
pub(super) struct Begun<W> {
    pub(super) work: W,
    pub(super) ticket: Ticket,
}

/// What is noted of work that is under way.
pub(super) struct Ticket {
    turn: Turn,
    heavy: bool,
}

impl Turn {
    /// The service's own work, which waits for nobody's turn.
    pub const OWN: Self = Self { deed: "own", organization: None, person: None };

    fn lines(self) -> impl Iterator<Item = Line> {
        self.whose().map(move |whose| Line { deed: self.deed, whose })
    }

    fn whose(self) -> impl Iterator<Item = Uuid> {
        [self.organization, self.person].into_iter().flatten()
    }
}

impl<W> Turns<W> {
    /// Nobody waits.
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            waiting: BTreeMap::new(),
            lines: HashMap::new(),
            persons: HashMap::new(),
            crowds: HashMap::new(),
            paces: Memory::new(REMEMBERED),
            heavy: 0,
            time: 0,
            drawn: 0,
        }
    }

    /// How much waits.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Lets go of whatever waits.
    pub(super) fn clear(&mut self) {
        for (turn, _) in std::mem::take(&mut self.waiting).into_values() {
            for line in turn.lines() {
                if let Some(known) = self.lines.get_mut(&line) {
                    known.waiting -= 1;
                }
            }
        }
        self.crowds.clear();
        self.lines.retain(|_, known| known.running + known.waiting > 0);
    }

    /// Puts work in its lines.
    ///
    /// # Errors
    /// `Throttled` when too much waits in a line that is slow, or for one organization or person; `Unavailable` when too much waits in all.
    pub(super) fn add(&mut self, turn: Turn, work: W) -> Result<()> {
        if self.waiting.len() >= self.bounds.queue {
            return Err(Error::unavailable("turn", "too much at once; try again"));
        }
        let is_full = |line: &Line| {
            self.is_slow(line) && self.lines.get(line).is_some_and(|known| known.waiting >= self.bounds.line)
        };
        let is_crowded = |whose: Uuid| {
            self.crowds.get(&whose).is_some_and(|waiting| *waiting >= self.bounds.queue / SHARE)
        };
        if turn.lines().any(|line| is_full(&line)) || turn.whose().any(is_crowded) {
            let words = "too much of this is under way for you or your organization already; try again";
            return Err(Error::new(Code::Throttled, words).because(RetryAfter(1)));
        }
        let last = turn.lines().filter_map(|line| self.lines.get(&line)).map(|known| known.due).max();
        let due = last.unwrap_or(0).max(self.time) + 1;
        self.drawn += 1;
        for line in turn.lines() {
            let known = self.lines.entry(line).or_default();
            known.waiting += 1;
            known.due = due;
        }
        turn.whose().for_each(|whose| *self.crowds.entry(whose).or_default() += 1);
        self.waiting.insert(Due { due, drawn: self.drawn }, (turn, work));
        Ok(())
    }

    /// Takes what is due next among what may begin now.
    pub(super) fn begin(&mut self) -> Option<Begun<W>> {
        let place =
            self.waiting.iter().find(|(_, (turn, _))| self.may_begin(*turn)).map(|(place, _)| *place)?;
        let (turn, work) = self.waiting.remove(&place)?;
        let heavy =
            turn.lines().any(|line| self.paces.get(&line).is_some_and(|pace| pace > self.bounds.quick));
        for line in turn.lines() {
            let known = self.lines.entry(line).or_default();
            known.waiting -= 1;
            known.running += 1;
        }
        for whose in turn.whose() {
            fewer(&mut self.crowds, whose);
        }
        if let Some(person) = turn.person {
            *self.persons.entry(person).or_default() += 1;
        }
        self.heavy += usize::from(heavy);
        self.time = self.time.max(place.due);
        Some(Begun { work, ticket: Ticket { turn, heavy } })
    }

    /// Notes that work has ended and how long it took.
    pub(super) fn end(&mut self, ticket: &Ticket, took: Duration) {
        for line in ticket.turn.lines() {
            let pace = self.paces.get(&line).map_or(took, |pace| (pace * (WEIGHT - 1) + took) / WEIGHT);
            self.paces.insert(line, pace);
            if let Some(known) = self.lines.get_mut(&line) {
                known.running -= 1;
                if known.running + known.waiting == 0 {
                    self.lines.remove(&line);
                }
            }
        }
        if let Some(person) = ticket.turn.person {
            fewer(&mut self.persons, person);
        }
        self.heavy -= usize::from(ticket.heavy);
    }

    fn may_begin(&self, turn: Turn) -> bool {
        let running = |whose| self.persons.get(&whose).copied().unwrap_or(0);
        if turn.person.is_some_and(|person| running(person) >= self.bounds.person) {
            return false;
        }
        turn.lines().all(|line| {
            let is_free = || self.lines.get(&line).is_none_or(|known| known.running == 0);
            match self.paces.get(&line) {
                Some(pace) if pace <= self.bounds.quick => true,
                Some(pace) => self.heavy < self.bounds.heavy && (pace <= SLOW || is_free()),
                // the first of a line is tried alone: it may be slow
                None => is_free(),
            }
        })
    }

    fn is_slow(&self, line: &Line) -> bool {
        self.paces.get(line).is_some_and(|pace| pace > SLOW)
    }
}

/// One fewer; who has none left is forgotten.
fn fewer(counts: &mut HashMap<Uuid, usize>, whose: Uuid) {
    if let Some(count) = counts.get_mut(&whose) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&whose);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(1);
    const MIDDLING: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_millis(900);
    const FOUR: Bounds = Bounds { quick: Duration::from_millis(5), heavy: 2, person: 2, line: 3, queue: 100 };

    /// Work of a person for an organization, each by a number; 0 is nobody's.
    fn turn(organization: u128, person: u128) -> Turn {
        let whose = |number: u128| (number > 0).then(|| Uuid::from_u128(number));
        Turn { deed: "read", organization: whose(organization), person: whose(person) }
    }

    /// The lines have been known to take so long.
    fn paced(turns: &mut Turns<u32>, turn: Turn, took: Duration) {
        turns.add(turn, 0).unwrap();
        let begun = turns.begin().unwrap();
        turns.end(&begun.ticket, took);
    }

    fn begun(turns: &mut Turns<u32>) -> Vec<u32> {
        std::iter::from_fn(|| turns.begin().map(|begun| begun.work)).collect()
    }

    #[test]
    fn a_long_line_keeps_no_short_one_waiting() {
        let mut turns = Turns::new(Bounds { person: 100, ..FOUR });
        let (greedy, modest) = (turn(1, 10), turn(2, 20));
        paced(&mut turns, greedy, SOON);
        paced(&mut turns, modest, SOON);
        (1..=5).for_each(|work| turns.add(greedy, work).unwrap());
        turns.add(modest, 100).unwrap();
        assert_eq!(begun(&mut turns), [1, 100, 2, 3, 4, 5]);
    }

    #[test]
    fn persons_of_one_organization_share_its_turns_and_a_person_theirs_in_all() {
        let mut turns = Turns::new(Bounds { person: 100, ..FOUR });
        for (organization, person) in [(1, 10), (1, 11), (2, 20), (3, 10)] {
            paced(&mut turns, turn(organization, person), SOON);
        }
        turns.add(turn(1, 10), 1).unwrap();
        turns.add(turn(1, 11), 2).unwrap();
        turns.add(turn(3, 10), 3).unwrap();
        turns.add(turn(2, 20), 4).unwrap();
        assert_eq!(begun(&mut turns), [1, 4, 2, 3]);
    }

    #[test]
    fn what_is_slow_is_done_one_at_a_time_and_leaves_half_of_the_threads() {
        let mut turns = Turns::new(FOUR);
        for number in 1..=4 {
            paced(&mut turns, turn(number, 10 * number), LONG);
        }
        turns.add(turn(1, 10), 1).unwrap();
        turns.add(turn(1, 11), 2).unwrap();
        turns.add(turn(2, 20), 3).unwrap();
        turns.add(turn(3, 30), 4).unwrap();
        turns.add(turn(9, 90), 5).unwrap();
        let first = turns.begin().unwrap();
        assert_eq!(first.work, 1);
        assert_eq!(begun(&mut turns), [3, 5], "the second of 1 waits for the first, 4 for a slow one's end");
        turns.end(&first.ticket, LONG);
        assert_eq!(begun(&mut turns), [4], "which was there before the second of 1");
    }

    #[test]
    fn what_is_neither_quick_nor_slow_leaves_half_of_the_threads_too() {
        let mut turns = Turns::new(Bounds { person: 100, ..FOUR });
        paced(&mut turns, turn(1, 10), MIDDLING);
        paced(&mut turns, turn(2, 20), SOON);
        (1..=4).for_each(|work| turns.add(turn(1, 10), work).unwrap());
        turns.add(turn(2, 20), 100).unwrap();
        assert_eq!(begun(&mut turns), [1, 100, 2], "two of a line, and the third waits");
    }

    #[test]
    fn what_is_not_known_yet_is_tried_alone() {
        let mut turns = Turns::new(FOUR);
        (1..=3).for_each(|work| turns.add(turn(1, 0), work).unwrap());
        let first = turns.begin().unwrap();
        assert!(turns.begin().is_none());
        turns.end(&first.ticket, SOON);
        assert_eq!(begun(&mut turns), [2, 3]);
    }

    #[test]
    fn a_person_has_only_so_many_at_once_whatever_they_do() {
        let mut turns = Turns::new(FOUR);
        (1..=3).for_each(|organization| paced(&mut turns, turn(organization, 10), SOON));
        (1..=3).for_each(|organization| turns.add(turn(organization, 10), 1).unwrap());
        assert_eq!(begun(&mut turns).len(), FOUR.person);
    }

    #[test]
    fn too_much_is_refused_in_words() {
        let mut turns = Turns::new(FOUR);
        paced(&mut turns, turn(1, 10), LONG);
        (0..FOUR.line).for_each(|_| turns.add(turn(1, 10), 0).unwrap());
        assert_eq!(turns.add(turn(1, 11), 0).unwrap_err().code(), Code::Throttled);
        (FOUR.line..FOUR.queue).for_each(|_| turns.add(Turn::OWN, 0).unwrap());
        assert_eq!(turns.add(Turn::OWN, 0).unwrap_err().code(), Code::Unavailable);
    }

    #[test]
    fn nobody_fills_the_queue_alone_however_quick_they_are() {
        let mut turns = Turns::new(FOUR);
        let deeds = ["a", "b", "c"].map(|deed| Turn { deed, ..turn(1, 10) });
        for place in 0..FOUR.queue / SHARE {
            turns.add(deeds[place % deeds.len()], 1).unwrap();
        }
        assert_eq!(
            turns.add(turn(1, 11), 1).unwrap_err().code(),
            Code::Throttled,
            "nor another of the organization"
        );
        assert_eq!(turns.add(turn(2, 10), 1).unwrap_err().code(), Code::Throttled, "nor they elsewhere");
        turns.add(turn(2, 20), 2).unwrap();
        assert!(turns.begin().is_some());
        turns.add(turn(1, 11), 1).expect("one of theirs has begun");
    }

    #[test]
    fn who_is_at_rest_takes_no_room() {
        let mut turns = Turns::new(FOUR);
        paced(&mut turns, turn(1, 10), LONG);
        assert!(
            turns.lines.is_empty() && turns.persons.is_empty() && turns.crowds.is_empty() && turns.heavy == 0
        );
    }
}
