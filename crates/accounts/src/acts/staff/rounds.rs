//! Rows of an import, written in rounds: one that fails fails alone.

use polity_kernel::{Code, Result};

use crate::RowOutcome;

/// What a refusal makes of its row; a failure of the service is no row's fault.
pub(crate) fn outcome(result: Result<RowOutcome>) -> Result<RowOutcome> {
    match result {
        Err(error) if matches!(error.code(), Code::Internal | Code::Unavailable) => Err(error),
        Err(error) => Ok(RowOutcome::Failed(error.into())),
        done => done,
    }
}

/// Takes the rows at these places one by one and then, as long as some of them come through, again those that did not. Their
/// outcomes go to the same places; where none was come to there is none.
pub(crate) fn in_rounds(
    outcomes: &mut [Option<RowOutcome>],
    mut waiting: Vec<usize>,
    mut take: impl FnMut(usize) -> Result<Option<RowOutcome>>,
) -> Result<()> {
    loop {
        let before = waiting.len();
        let mut still = Vec::new();
        for place in waiting {
            match (take(place)?, outcomes.get_mut(place)) {
                (Some(outcome), Some(free)) => *free = Some(outcome),
                _ => still.push(place),
            }
        }
        if still.is_empty() || still.len() == before {
            return Ok(());
        }
        waiting = still;
    }
}
