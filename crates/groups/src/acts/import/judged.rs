//! Rows of an import, each judged by itself.

use std::collections::BTreeMap;

use polity_accounts::{Belonging, RowOutcome, RowRefusal};
use polity_kernel::text::printable;
use polity_kernel::{Access, Code, Result, Tx};

use crate::{GroupId, Guard};

/// What a row came to, or why it will not do. Only what is the row's own fault is an inner error.
pub(crate) type Judged<T> = Result<Result<T, RowRefusal>>;

/// The guard, asked once for each group.
pub(crate) struct Gate {
    pub(crate) belonging: Belonging,
    guard: Option<Guard>,
    answers: BTreeMap<GroupId, Result<(), RowRefusal>>,
}

impl Gate {
    /// Platform administrators may give anything, so that nothing need be asked for them.
    pub(crate) fn new(guard: Guard, access: &Access) -> Self {
        let belonging = guard.belonging;
        let guard = (!access.actor().is_platform_administrator()).then_some(guard);
        Self { belonging, guard, answers: BTreeMap::new() }
    }

    /// Whether somebody may be placed in the group.
    pub(crate) fn placing(&mut self, tx: &mut Tx<'_>, access: &Access, group: GroupId) -> Judged<()> {
        let Some(guard) = self.guard else { return Ok(Ok(())) };
        if let Some(answer) = self.answers.get(&group) {
            return Ok(answer.clone());
        }
        let answer = judged((guard.placing)(tx, access, &[group]))?;
        self.answers.insert(group, answer.clone());
        Ok(answer)
    }
}

/// Takes what is a row's own fault for its outcome, and lets only failures of the service end the call.
pub(crate) fn judged<T>(result: Result<T>) -> Judged<T> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(error) if is_own_fault(error.code()) => Ok(Err(error.into())),
        Err(error) => Err(error),
    }
}

const fn is_own_fault(code: Code) -> bool {
    matches!(
        code,
        Code::Invalid | Code::Forbidden | Code::NotFound | Code::NotAMember | Code::Conflict | Code::Cycle
    )
}

/// What became of a row that put this in the place of that.
pub(crate) fn outcome<T: PartialEq>(before: Option<&T>, after: &T) -> RowOutcome {
    match before {
        None => RowOutcome::Created,
        Some(before) if before == after => RowOutcome::Unchanged,
        Some(_) => RowOutcome::Changed,
    }
}

/// Whether it may be looked for in the store.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && printable(name).is_ok()
}
