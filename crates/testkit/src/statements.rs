//! Counts the statements that a thread sends to the store.

use std::cell::Cell;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

thread_local! {
    static SENT: Cell<usize> = const { Cell::new(0) };
}

/// Counts on every connection that is opened from now on.
pub(crate) fn count() {
    set_default_instrumentation(counter).expect("connections can be watched");
}

/// How many statements `act` sends from this thread. Writes to SQLite are another thread's.
pub(crate) fn of<T>(act: impl FnOnce() -> T) -> (T, usize) {
    let before = SENT.get();
    let came = act();
    (came, SENT.get() - before)
}

fn counter() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(|event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { .. } = event {
            SENT.set(SENT.get() + 1);
        }
    }))
}
