//! What strangers and tenants may cost another tenant: its `GET`s measured alone and beside each attack, with the service's memory.
//!
//! Every attack is bounded in connections, requests and time, and goes to the loopback only.

mod attack;
mod cases;
mod report;
mod stage;
mod victim;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

pub(super) use stage::{Files, Size, write};

use attack::Attack;
use report::{Line, Report};
use stage::Stage;

use super::Args;
use super::ground::Ground;
use super::latencies::Latencies;
use crate::instance::{Memory, Service};
use crate::shell::Result;

/// How long an attack goes on before the victim is measured.
const BEGINNING: Duration = Duration::from_millis(500);

/// How long the service is left alone between two attacks.
const REST: Duration = Duration::from_secs(2);

/// How often the memory is looked at.
const PAUSE: Duration = Duration::from_millis(20);

/// Loads the organizations, then measures the victim alone and beside each attack.
pub(super) fn measure(ground: &Ground, args: &Args, files: &Files) -> Result<Report> {
    let instance = &ground.instance;
    stage::load(instance, files)?;
    ground.settle()?;
    // answers nothing, ever, to whoever asks it for a token
    let silent = stage::trust_a_silent_issuer(instance)?;
    let mut service = instance.serve()?;
    service.wait_for("/readyz")?;
    let stage = Stage::new(instance, &silent)?;
    let seconds = Duration::from_secs(args.seconds.into());
    let mut lines = Vec::new();
    for attack in cases::all(&stage) {
        let quiet = victim::measure(&stage, seconds)?;
        let before = service.memory()?;
        println!("  beside {}", attack.name);
        let (beside, tally, most) = beside(&service, &stage, &attack, seconds)?;
        lines.push(Line { name: attack.name, clients: attack.clients, quiet, beside, tally, before, most });
        thread::sleep(REST);
    }
    drop(silent);
    Ok(Report { engine: ground.engine.clone(), lines })
}

/// The victim's latencies while the attack goes on, what it was answered, and the most memory meanwhile.
fn beside(
    service: &Service,
    stage: &Stage,
    attack: &Attack,
    seconds: Duration,
) -> Result<(Latencies, attack::Tally, Memory)> {
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let attacking = scope.spawn(|| attack.run(stage.address, &ended));
        let watching = scope.spawn(|| {
            let mut most = Memory::default();
            while !ended.load(Ordering::Relaxed) {
                most = service.memory().map_or(most, |now| most.most(now));
                thread::sleep(PAUSE);
            }
            most
        });
        thread::sleep(BEGINNING);
        let measured = victim::measure(stage, seconds).map_err(|error| error.to_string());
        ended.store(true, Ordering::Relaxed);
        let tally = attacking.join().map_err(|_| "the attack broke off")?;
        let most = watching.join().map_err(|_| "nobody watched the memory")?;
        Ok((measured?, tally, most))
    })
}
