//! The worker: does the jobs that transactions promised, and tidies up now and then.

pub(crate) mod run;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use polity_accounts::jobs::{ConfirmAddress, TellOldAddress};
use polity_areas::jobs::{self, DELIVERIES, LOOKUPS, OUTBOUND};
use polity_directory::jobs::{MailInvitation, TellInvitationOver, TellJoined};
use polity_domains::jobs::TellDomain;
use polity_kernel::Result;
use polity_kernel::job::{self, Lane, Outcome, Work as _};
use polity_legal::jobs::MailSigningLink;
use polity_signin::jobs::{
    MailConfirmation, MailReset, MailSignInLink, TellBrokenGlass, TellFactorChange, TellLinked,
};
use uuid::Uuid;

use run::Run;

use crate::areas::Polity;
use crate::gate::Gate;
use crate::gate::offload;
use crate::outside::mail;
use crate::outside::mail::{Attempt, Post};
use crate::telemetry;

/// How long the worker rests when there is nothing to do.
const REST: Duration = Duration::from_secs(1);

/// How often it tidies up.
const TIDY: Duration = Duration::from_secs(60);

/// The lanes, a thread each: what waits for nobody, and what does.
const LANES: [Lane; 4] = [Lane::But(OUTBOUND), Lane::Of(DELIVERIES), Lane::Of(DELIVERIES), Lane::Of(LOOKUPS)];

/// Sends one kind of letter. It may run more than once for the same job, so it must not matter if it does.
type Letter = fn(&Run<'_>) -> Result<Outcome>;

/// The kinds of job that need mail; [`jobs::run`] does the others.
const KINDS: [(&str, Letter); 13] = [
    (ConfirmAddress::KIND, mail::proving::address),
    (TellOldAddress::KIND, mail::notices::address_told),
    (MailConfirmation::KIND, mail::proving::confirmation),
    (MailInvitation::KIND, mail::jobs::invitation),
    (TellInvitationOver::KIND, mail::notices::invitation_over),
    (TellJoined::KIND, mail::joined::joined),
    (TellDomain::KIND, mail::notices::domain),
    (MailReset::KIND, mail::proving::reset),
    (MailSignInLink::KIND, mail::proving::sign_in),
    (TellFactorChange::KIND, mail::notices::factor_changed),
    (MailSigningLink::KIND, mail::jobs::signing),
    (TellBrokenGlass::KIND, mail::notices::broken_glass),
    (TellLinked::KIND, mail::notices::linked),
];

/// The worker threads of one gateway, one for each lane.
pub struct Worker {
    stops: Vec<Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

impl Worker {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn start(gate: &actix_web::web::Data<Gate>, post: Post) -> std::io::Result<Self> {
        let post = Arc::new(post);
        let mut worker = Self { stops: Vec::new(), threads: Vec::new() };
        for lane in LANES {
            let (stop, stopped) = channel();
            let (gate, post) = (gate.clone(), Arc::clone(&post));
            let thread = thread::Builder::new().name("polity-jobs".to_owned());
            worker.threads.push(thread.spawn(move || serve(&gate, &post, lane, &stopped))?);
            worker.stops.push(stop);
        }
        Ok(worker)
    }

    /// Lets the jobs at hand finish their batch, gives back what is still leased, and ends the threads.
    pub fn stop(self) {
        drop(self.stops);
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a worker ended in a panic");
            }
        }
    }
}

fn serve(gate: &Gate, post: &Post, lane: Lane, stopped: &Receiver<()>) {
    let tidies = matches!(lane, Lane::But(_));
    let ctx = &gate.polity.ctx;
    let worker = ctx.ids().secret();
    let kinds = HashMap::from(KINDS);
    let mut tidied = Instant::now();
    loop {
        let busy =
            offload::guarded(|| turn(&gate.polity, post, &kinds, worker, lane)).unwrap_or_else(|error| {
                tracing::warn!(?error, "the worker could not get or settle a job");
                false
            });
        if tidies {
            telemetry::fold_figures();
        }
        if tidies && tidied.elapsed() >= TIDY {
            tidied = Instant::now();
            tidy(gate);
        }
        let rest = if busy { Duration::ZERO } else { REST };
        // nothing is ever sent: the other end is dropped when the service stops
        if stopped.recv_timeout(rest) != Err(RecvTimeoutError::Timeout) {
            break;
        }
    }
    if let Err(error) = job::release(ctx, worker) {
        tracing::warn!(?error, "jobs could not be given back; their leases will run out");
    }
}

/// Does the next job, if one is due.
fn turn(
    polity: &Polity,
    post: &Post,
    kinds: &HashMap<&str, Letter>,
    worker: Uuid,
    lane: Lane,
) -> Result<bool> {
    let ctx = &polity.ctx;
    let Some(job) = job::lease_in(ctx, worker, lane)? else { return Ok(false) };
    let span = tracing::info_span!("job", kind = %job.kind, attempts = job.attempts);
    let _entered = span.enter();
    let run = Run { polity, post, attempt: Attempt { ctx, worker, job: &job } };
    let outcome = offload::guarded(|| done(&run, kinds));
    let word = match &outcome {
        Ok(Outcome::Done) => "done",
        Ok(Outcome::Again) => "again",
        Err(error) => {
            tracing::error!(?error, "a job failed");
            "failed"
        }
    };
    metrics::counter!("polity_jobs_total", "kind" => job.kind.clone(), "outcome" => word).increment(1);
    job::settle(ctx, worker, &job, outcome)?;
    Ok(true)
}

fn done(run: &Run<'_>, kinds: &HashMap<&str, Letter>) -> Result<Outcome> {
    let job = run.attempt.job;
    match kinds.get(job.kind.as_str()) {
        Some(work) => work(run),
        None => jobs::run(run.polity, job),
    }
}

fn tidy(gate: &Gate) {
    gate.guesses.forget_old();
    gate.keys.forget_old();
    gate.strangers.forget_old();
    for (what, tidy) in jobs::TIDYING {
        if let Err(error) = offload::guarded(|| tidy(&gate.polity)) {
            tracing::warn!(?error, what, "could not tidy up");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use polity_directory::{NewOrganization, OrganizationFields, OrganizationRef};
    use polity_kernel::{Access, Actor, Error, Level, MasterKey, PermissionSet, Standing, Subject};
    use polity_testkit::{Kit, both_engines};

    use super::*;
    use crate::boot;
    use crate::config::Settings;

    fn polity(kit: &Kit) -> Polity {
        let settings = polity_identity::Settings {
            issuer: "http://polity.test".to_owned(),
            audience: "http://polity.test".to_owned(),
            token_ttl: Duration::from_secs(60),
            registration: polity_identity::Registration::Open,
            trusted: Vec::new(),
            master: MasterKey::new([7; 32]),
        };
        boot::assemble(&kit.ctx, settings, &Settings::load(&HashMap::new(), None).unwrap()).unwrap()
    }

    /// Promises work of a kind of its own.
    macro_rules! promise {
        ($kit:ident, $kind:literal) => {{
            #[derive(serde::Serialize, serde::Deserialize)]
            struct Nothing {}
            impl job::Work for Nothing {
                const KIND: &'static str = $kind;
            }
            $kit.ctx.write_platform(|tx| tx.promise(&Nothing {})).unwrap();
        }};
    }

    /// Turns until nothing is due; how many there were.
    fn turns(kit: &Kit, polity: &Polity, kinds: &HashMap<&str, Letter>) -> usize {
        let worker = kit.ctx.ids().secret();
        let settings = Settings::load(&HashMap::new(), None).unwrap();
        let post = Post::new(&settings, "http://polity.test".to_owned());
        std::iter::repeat_with(|| turn(polity, &post, kinds, worker, Lane::All).unwrap())
            .take_while(|busy| *busy)
            .count()
    }

    /// Jobs that wait and jobs that are dead.
    fn backlog(kit: &Kit) -> (i64, i64) {
        kit.ctx.read(job::backlog).unwrap()
    }

    both_engines! {
        fn a_job_goes_on_until_it_is_done(kit) {
            static LEFT: [AtomicUsize; 2] = [AtomicUsize::new(3), AtomicUsize::new(3)];
            fn batch(run: &Run<'_>) -> Result<Outcome> {
                let engine = usize::from(run.polity.ctx.db().url().to_string().starts_with("sqlite"));
                let left = LEFT[engine].fetch_sub(1, Ordering::SeqCst);
                Ok(if left > 1 { Outcome::Again } else { Outcome::Done })
            }
            promise!(kit, "test.batch");
            let kinds = HashMap::from([("test.batch", batch as Letter)]);
            assert_eq!(turns(kit, &polity(kit), &kinds), 3);
            assert_eq!(backlog(kit), (0, 0));
        }

        fn a_job_that_fails_panics_or_is_unknown_is_kept_for_later(kit) {
            fn fails(_: &Run<'_>) -> Result<Outcome> {
                Err(Error::internal("no luck"))
            }
            fn panics(_: &Run<'_>) -> Result<Outcome> {
                panic!("no luck at all")
            }
            let kinds = HashMap::from([("test.fails", fails as Letter), ("test.panics", panics as Letter)]);
            promise!(kit, "test.fails");
            promise!(kit, "test.panics");
            promise!(kit, "test.unknown");
            let polity = polity(kit);
            assert_eq!(turns(kit, &polity, &kinds), 3);
            assert_eq!(backlog(kit), (3, 0), "each has a pause before its next run");
            kit.pass(Duration::from_secs(3_600));
            assert_eq!(turns(kit, &polity, &kinds), 3);
        }

        fn what_waits_for_others_holds_up_no_other_job(kit) {
            let polity = polity(kit);
            promise!(kit, "mail.reset");
            promise!(kit, "test.inner");
            let leased = |lane| {
                let leased = job::lease_in(&polity.ctx, kit.ctx.ids().secret(), lane).unwrap();
                leased.map(|job| job.kind)
            };
            let [inner, outside, _, names] = LANES;
            assert_eq!(leased(inner).as_deref(), Some("test.inner"), "also kinds that nobody knows");
            assert_eq!(leased(inner), None);
            assert_eq!(leased(names), None);
            assert_eq!(leased(outside).as_deref(), Some("mail.reset"));
            let lanes: Vec<&str> = DELIVERIES.iter().chain(LOOKUPS).copied().collect();
            assert_eq!(lanes, OUTBOUND, "each kind has its lane");
            let mut mail = OUTBOUND.iter().filter(|kind| kind.starts_with("mail."));
            assert!(mail.all(|kind| KINDS.iter().any(|(known, _)| known == kind)));
            for (kind, _) in KINDS {
                assert!(OUTBOUND.contains(&kind), "{kind} waits for the server that takes mail");
            }
        }

        fn a_deleted_organization_is_purged_by_and_by(kit) {
            let polity = polity(kit);
            let fields = OrganizationFields { key: Some("acme".to_owned()), ..Default::default() };
            let founder = polity_accounts::AccountFields { email: "a@example.com".to_owned(), ..Default::default() };
            let founder = polity_accounts::NewAccount::try_from(founder).unwrap();
            let accounts = polity.accounts.as_ref();
            let founder = polity_accounts::People::create(accounts, &Actor::system(), founder).unwrap();
            let founder = Actor::new(Subject::Person(founder.id), polity_kernel::Limits::default(), PermissionSet::all());
            let directory = polity.directory.as_ref();
            let new = NewOrganization::try_from(fields).unwrap();
            polity_directory::Organizations::found(directory, &founder, new).unwrap();
            let acme: OrganizationRef = "acme".parse().unwrap();
            let access = polity.enter(&founder, &acme).unwrap();
            let new = polity_identity::NewClient::service("Sync");
            polity.identity.register(&(&access).into(), new).unwrap();
            polity_directory::Organizations::remove(directory, &access, polity_directory::Deletion::Permitted).unwrap();

            assert!(turns(kit, &polity, &HashMap::from(KINDS)) >= 2, "identity's rows, then the directory's");
            assert_eq!(backlog(kit), (0, 0));
            let standing = Standing { level: Some(Level::Owner), permissions: PermissionSet::all(), active: true };
            let ghost = Access::granted(access.organization(), Actor::system(), standing);
            let clients = polity.identity.clients(&(&ghost).into(), polity_kernel::Page::first(9)).unwrap();
            assert!(clients.items.is_empty());
        }
    }
}
