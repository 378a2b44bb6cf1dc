//! Moments: the span of one request, in which an epoch that was read once is not read again.
//!
//! A moment may also do without the store ([`Ctx::from_memory`](crate::Ctx::from_memory)): then it answers from what is remembered, or not at all. What is
//! remembered is proven by epochs; on SQLite these are mirrored in memory while nothing is written, so a request for what is at hand needs no
//! blocking thread.

pub(crate) mod memory;
mod of_ctx;

use std::cell::RefCell;

use uuid::Uuid;

use crate::db::{Known, Version};
use crate::error::{Error, Result};

thread_local! {
    pub(super) static MOMENT: RefCell<Option<Moment>> = const { RefCell::new(None) };
}

#[derive(Default)]
pub(super) struct Moment {
    /// Which store it is a moment of; others are not concerned.
    pub(super) store: usize,
    /// Whether the store may not be asked.
    pub(super) sealed: bool,
    /// Whether it was asked nonetheless.
    pub(super) asked: bool,
    /// The version of the mirror at the beginning.
    pub(super) version: Option<Version>,
    pub(super) epochs: Vec<Known>,
}

/// Ends the moment also when its work panics.
pub(super) struct End;

impl Drop for End {
    fn drop(&mut self) {
        MOMENT.with_borrow_mut(|moment| *moment = None);
    }
}

/// Refuses to go to the store in a moment on memory, and notes that it was tried.
pub(crate) fn refuse_if_sealed(store: usize) -> Result<()> {
    in_moment(store, |moment| {
        if moment.sealed {
            moment.asked = true;
            return Err(Error::unavailable("memory", "not at hand"));
        }
        Ok(())
    })
    .unwrap_or(Ok(()))
}

/// Ends the proof: something has changed.
pub(crate) fn forget(store: usize) {
    in_moment(store, |moment| {
        moment.epochs.clear();
        moment.version = None;
    });
}

pub(super) fn remembered(store: usize, scopes: &[Uuid]) -> Option<Vec<Known>> {
    in_moment(store, |moment| {
        scopes.iter().map(|scope| moment.epochs.iter().find(|(known, _)| known == scope).copied()).collect()
    })
    .flatten()
}

pub(super) fn remember(store: usize, read: &[Known], version: Option<Version>) {
    in_moment(store, |moment| {
        moment.epochs.extend_from_slice(read);
        moment.version = version;
    });
}

pub(super) fn in_moment<T>(store: usize, f: impl FnOnce(&mut Moment) -> T) -> Option<T> {
    MOMENT.with_borrow_mut(|moment| moment.as_mut().filter(|moment| moment.store == store).map(f))
}
