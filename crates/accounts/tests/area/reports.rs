//! The ways up and down against a model that holds the lines in a set and walks them naively.

use std::collections::{BTreeMap, BTreeSet};

use polity_accounts::{
    Depth, EmployeeId, ManagerRow, OtherLines, ReportFilter, Reporting, RowOutcome, Staffing,
};
use polity_kernel::{Access, Code, Page};
use polity_testkit::{Engine, Kit, both_engines};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::{employee, organization, owner, service, tick};

const STAFF: usize = 8;
const KINDS: [&str; 2] = ["PRIMARY", "Dotted_Line"];

#[derive(Clone, Copy, Debug)]
enum Step {
    Set(usize, usize, usize),
    Remove(usize, usize, Option<usize>),
}

fn step() -> impl Strategy<Value = Step> {
    let (someone, kind) = (0..STAFF, 0..KINDS.len());
    prop_oneof![
        5 => (someone.clone(), someone.clone(), kind.clone())
            .prop_map(|(employee, manager, kind)| Step::Set(employee, manager, kind)),
        2 => (someone.clone(), someone, proptest::option::of(kind))
            .prop_map(|(employee, manager, kind)| Step::Remove(employee, manager, kind)),
    ]
}

/// Who reports to whom, as what, and since which step.
#[derive(Debug, Default)]
struct Model {
    lines: BTreeMap<(usize, usize, usize), usize>,
    steps: usize,
}

impl Model {
    fn below(&self, manager: usize, kind: Option<usize>) -> BTreeSet<usize> {
        let of_it = |(_, to, as_what): &(usize, usize, usize)| {
            *to == manager && kind.is_none_or(|kind| kind == *as_what)
        };
        self.lines.keys().filter(|line| of_it(line)).map(|(employee, ..)| *employee).collect()
    }

    fn is_above(&self, employee: usize, other: usize, kind: usize) -> bool {
        employee == other
            || self.below(employee, Some(kind)).into_iter().any(|below| self.is_above(below, other, kind))
    }

    /// Level by level; who was met before is not met again.
    fn reports(&self, manager: usize, kind: Option<usize>, levels: usize) -> Vec<usize> {
        let (mut found, mut level) = (Vec::new(), vec![manager]);
        for _ in 0..levels {
            let mut next: Vec<usize> = Vec::new();
            for employee in level.iter().flat_map(|above| self.below(*above, kind)) {
                if employee != manager && !found.contains(&employee) && !next.contains(&employee) {
                    next.push(employee);
                }
            }
            found.extend(&next);
            level = next;
        }
        found
    }

    fn chain(&self, employee: usize, kind: Option<usize>) -> Vec<usize> {
        let (mut way, mut here) = (Vec::new(), employee);
        loop {
            let lines = self.lines.iter().filter(|((from, ..), _)| *from == here);
            let wanted = lines.filter(|((.., as_what), _)| kind.is_none_or(|kind| kind == *as_what));
            let first = wanted.min_by_key(|((.., as_what), since)| (*as_what, **since));
            match first {
                Some(((_, manager, _), _)) if *manager != employee && !way.contains(manager) => {
                    way.push(*manager);
                    here = *manager;
                }
                _ => return way,
            }
        }
    }

    /// What the step does, or why it is refused.
    fn take(&mut self, step: Step) -> Result<(), Code> {
        self.steps += 1;
        match step {
            Step::Set(employee, manager, _) if employee == manager => Err(Code::Invalid),
            Step::Set(employee, manager, kind) if self.is_above(employee, manager, kind) => Err(Code::Cycle),
            Step::Set(employee, manager, kind) => {
                self.lines.entry((employee, manager, kind)).or_insert(self.steps);
                Ok(())
            }
            Step::Remove(employee, manager, kind) => {
                let before = self.lines.len();
                self.lines.retain(|(from, to, as_what), _| {
                    (*from, *to) != (employee, manager) || kind.is_some_and(|kind| kind != *as_what)
                });
                if self.lines.len() < before { Ok(()) } else { Err(Code::NotFound) }
            }
        }
    }
}

/// The store's employees that the model's numbers stand for, in the order of their ids.
struct Cast<'k> {
    kit: &'k Kit,
    access: Access,
    staff: Vec<EmployeeId>,
}

impl Cast<'_> {
    fn act(&self, step: Step) -> Result<(), Code> {
        let reporting = service(self.kit);
        tick(self.kit);
        let done = match step {
            Step::Set(employee, manager, kind) => reporting
                .set_manager(&self.access, self.staff[employee], self.staff[manager], KINDS[kind])
                .map(drop),
            Step::Remove(employee, manager, kind) => reporting.remove_manager(
                &self.access,
                self.staff[employee],
                self.staff[manager],
                kind.map(|kind| KINDS[kind]),
            ),
        };
        done.map_err(|error| error.code())
    }

    fn page(&self, manager: usize, filter: &ReportFilter, page: Page) -> (Vec<usize>, Option<usize>) {
        let reporting = service(self.kit);
        let found = reporting.reports(&self.access, self.staff[manager], filter.clone(), page).unwrap();
        for report in &found.items {
            let lines = reporting.lines_of(&self.access, &[report.employee.id]).unwrap();
            assert_eq!(report.lines, lines, "the lines it comes with are all there are");
        }
        let next = found.next.map(|id| self.number(EmployeeId::new(id)));
        (found.items.iter().map(|report| self.number(report.employee.id)).collect(), next)
    }

    fn compare(&self, model: &Model) {
        for manager in 0..STAFF {
            for kind in [None, Some(0), Some(1)] {
                let word = kind.map(|kind| KINDS[kind].to_uppercase());
                for (levels, depth) in [(1, Depth::Direct), (2, Depth::Levels(2)), (STAFF, Depth::All)] {
                    let filter = ReportFilter { kind: word.clone(), depth };
                    let expected = model.reports(manager, kind, levels);
                    self.compare_pages(model, manager, &filter, &expected);
                }
                let chain =
                    service(self.kit).chain(&self.access, self.staff[manager], word.as_deref()).unwrap();
                let chain: Vec<usize> = chain.iter().map(|employee| self.number(employee.id)).collect();
                assert_eq!(chain, model.chain(manager, kind), "up from {manager} by {word:?}: {model:?}");
            }
        }
    }

    /// From the beginning, and behind each employee, in pages of each size.
    fn compare_pages(&self, model: &Model, manager: usize, filter: &ReportFilter, expected: &[usize]) {
        for limit in [1, 3, 100] {
            for start in 0..=expected.len() {
                let cursor = start.checked_sub(1).map(|last| self.staff[expected[last]].uuid());
                let page = cursor.map_or(Page::first(limit), |cursor| Page::after(limit, cursor));
                let end = expected.len().min(start + usize::try_from(limit).unwrap());
                let next = (end < expected.len()).then(|| expected[end - 1]);
                assert_eq!(
                    self.page(manager, filter, page),
                    (expected[start..end].to_vec(), next),
                    "below {manager} {filter:?} {page:?}: {model:?}"
                );
            }
        }
        let offset = Page::offset(100, 2);
        assert_eq!(self.page(manager, filter, offset).0, expected.get(2..).unwrap_or(&[]));
        for other in (0..STAFF).filter(|other| !expected.contains(other)) {
            let page = Page::after(9, self.staff[other].uuid());
            let refused = service(self.kit).reports(&self.access, self.staff[manager], filter.clone(), page);
            assert_eq!(refused.unwrap_err().fields()[0].field, "cursor", "{other} is not below {manager}");
        }
    }

    /// Whether the heights are what the lines make them; where lines lead in a circle, they are at their bound.
    fn heights_are_right(&self) -> bool {
        const WRONG: &str = "SELECT CAST(COUNT(*) AS BLOB) AS bytes FROM employee_managers l WHERE $1 <> '' AND height <> MIN(32,
            COALESCE((SELECT MAX(b.height) + 1 FROM employee_managers b
                      WHERE b.organization_id = l.organization_id AND b.manager_id = l.employee_id), 0))";
        self.kit.engine() == Engine::Postgres || self.kit.bytes(WRONG, "any") == b"0"
    }

    fn number(&self, employee: EmployeeId) -> usize {
        self.staff.iter().position(|known| *known == employee).unwrap()
    }
}

fn cast(kit: &Kit) -> Cast<'_> {
    let access = owner(organization(kit));
    let hire = |number: usize| {
        tick(kit);
        employee(kit, &access, &format!("E{number}")).id
    };
    let staff = (0..STAFF).map(hire).collect();
    Cast { kit, access, staff }
}

/// A line brought in by address: employee, manager, kind, and whether it replaces others.
type Brought = (usize, usize, usize, bool);

fn batches() -> impl Strategy<Value = Vec<Vec<Brought>>> {
    let line = (0..STAFF, 0..STAFF, 0..KINDS.len(), any::<bool>());
    proptest::collection::vec(proptest::collection::vec(line, 1..8), 1..6)
}

impl Model {
    /// What becomes of each line of a batch. Lines that close a circle wait for the others, as long as some come through.
    fn bring(&mut self, batch: &[Brought]) -> Vec<&'static str> {
        let mut told = vec!["blocked"; batch.len()];
        loop {
            let before = told.clone();
            for (place, line) in batch.iter().enumerate() {
                if told[place] == "blocked" {
                    told[place] = self.bring_one(*line);
                }
            }
            if told == before {
                return told;
            }
        }
    }

    fn bring_one(&mut self, (employee, manager, kind, replaces): Brought) -> &'static str {
        let before = self.lines.clone();
        self.lines.retain(|(from, to, as_what), _| {
            !replaces || employee == manager || (*from, *as_what) != (employee, kind) || *to == manager
        });
        let (replaced, there) =
            (self.lines.len() < before.len(), self.lines.contains_key(&(employee, manager, kind)));
        match self.take(Step::Set(employee, manager, kind)) {
            Err(Code::Cycle) => {
                self.lines = before;
                "blocked"
            }
            Err(_) => "failed",
            Ok(()) if replaced => "changed",
            Ok(()) if there => "unchanged",
            Ok(()) => "created",
        }
    }
}

fn word(outcome: &RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::Created => "created",
        RowOutcome::Changed => "changed",
        RowOutcome::Unchanged => "unchanged",
        RowOutcome::Failed(_) => "failed",
        RowOutcome::Blocked(_) => "blocked",
    }
}

both_engines! {
    fn lines_brought_in_by_the_batch_are_what_the_model_says(kit) {
        let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        runner
            .run(&batches(), |batches| {
                let (cast, mut model) = (cast(kit), Model::default());
                for batch in batches {
                    tick(kit);
                    let address = |number| format!("E{number}@work.example");
                    let row = |(employee, manager, kind, replaces): &Brought| ManagerRow {
                        employee: address(*employee),
                        manager: address(*manager),
                        kind: Some(KINDS[*kind].to_owned()),
                        others: if *replaces { OtherLines::End { but: Vec::new() } } else { OtherLines::Stay },
                    };
                    let rows = batch.iter().map(row).collect();
                    let outcomes = service(kit).import_managers(&cast.access, rows, None).unwrap();
                    let told: Vec<&str> = outcomes.iter().map(word).collect();
                    assert_eq!(told, model.bring(&batch), "{batch:?}: {model:?}");
                    assert!(cast.heights_are_right(), "{batch:?} on {model:?}");
                }
                for manager in 0..STAFF {
                    let filter = ReportFilter { kind: None, depth: Depth::All };
                    assert_eq!(cast.page(manager, &filter, Page::first(99)).0, model.reports(manager, None, STAFF));
                }
                Ok(())
            })
            .unwrap();
    }

    fn ways_up_and_down_are_what_the_model_says(kit) {
        let cases = if kit.engine() == Engine::Sqlite { 24 } else { 6 };
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        runner
            .run(&proptest::collection::vec(step(), 1..40), |steps| {
                let (cast, mut model) = (cast(kit), Model::default());
                for step in steps {
                    assert_eq!(cast.act(step), model.take(step), "{step:?} on {model:?}");
                    assert!(cast.heights_are_right(), "{step:?} on {model:?}");
                }
                cast.compare(&model);
                Ok(())
            })
            .unwrap();
    }
}
