//! Rules with a shape, against models that hold everything in memory and compute it naively.

mod ownership;
mod rights;
mod world;

use polity_testkit::Engine;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// The same cases on every run; fewer on the engine that is slower to ask.
fn runner(engine: Engine) -> TestRunner {
    let cases = match engine {
        Engine::Sqlite => 96,
        Engine::Postgres => 48,
    };
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}
