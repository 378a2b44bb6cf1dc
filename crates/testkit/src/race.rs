//! Several threads that begin at the same moment.

use std::sync::Barrier;

/// Runs one thread for each number, all let go at the same moment, and returns what each came to, in order of the numbers.
pub fn at_once<T: Send>(rivals: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (line, act) = (Barrier::new(rivals), &act);
    std::thread::scope(|scope| {
        let run = |rival| {
            let line = &line;
            scope.spawn(move || {
                line.wait();
                act(rival)
            })
        };
        let threads: Vec<_> = (0..rivals).map(run).collect();
        threads.into_iter().map(|thread| thread.join().expect("no rival panics")).collect()
    })
}
