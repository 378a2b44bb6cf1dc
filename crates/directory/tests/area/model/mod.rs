//! Rules with a shape, against models that hold everything in memory and compute it naively.

mod ownership;
mod rights;
mod world;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// So many cases, the same on every run.
fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}
