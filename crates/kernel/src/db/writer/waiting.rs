//! Since when the caller of a write has been waiting, where that was longer than in the store itself.

use std::cell::Cell;
use std::time::Instant;

thread_local! {
    static SINCE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Runs work whose caller has been waiting since then, for a thread to be free: its writes have that much less patience with another
/// process's lock, so that whoever began to wait together is answered together.
pub fn waiting_since<T>(since: Instant, work: impl FnOnce() -> T) -> T {
    struct End;

    impl Drop for End {
        fn drop(&mut self) {
            SINCE.set(None);
        }
    }

    SINCE.set(Some(since));
    let _end = End;
    work()
}

/// When the caller at hand began to wait.
pub(super) fn since() -> Instant {
    SINCE.get().unwrap_or_else(Instant::now)
}
