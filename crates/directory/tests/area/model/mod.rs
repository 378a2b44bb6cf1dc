//! Rules with a shape, against models that hold everything in memory and compute it naively.

mod ownership;
mod rights;
mod world;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// The same cases on every run.
fn runner() -> TestRunner {
    let config = Config { cases: 48, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}
