//! Records that are looked up again: a day without one, a week without one, and what comes back.

use std::time::Duration;

use polity_directory::Members as _;
use polity_domains::{ClaimState, Domain, Domains as _};
use polity_kernel::{Access, Code};
use polity_testkit::{Kit, acting, both_engines};

use crate::common::{Ground, code, ground};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// An organization with a proven domain, of which all letters are told.
fn settled<'k>(kit: &'k Kit) -> (Ground<'k>, Access, Domain) {
    let ground = ground(kit);
    let acme = ground.found("acme");
    let claim = ground.proven(&acme, "acme.example");
    (ground, acme, claim)
}

impl Ground<'_> {
    /// A day passes, in which the service does what is due once an hour; comes to what owners are told.
    fn day(&self) -> Vec<String> {
        let mut told = Vec::new();
        for _ in 0..24 {
            self.kit.pass(HOUR);
            self.domains.promise_rechecks().unwrap();
            told.extend(self.work().into_iter().map(|(_, news)| news));
        }
        told
    }

    fn days(&self, count: usize) -> Vec<String> {
        (0..count).flat_map(|_| self.day()).collect()
    }

    fn state(&self, access: &Access, claim: &Domain) -> ClaimState {
        self.now(access, claim).state(self.kit.ctx.now())
    }
}

both_engines! {
    fn a_record_is_looked_up_once_a_day(kit) {
        let (ground, acme, claim) = settled(kit);
        let asked = ground.zone.asked();
        assert_eq!(ground.days(10), Vec::<String>::new());
        assert!((10..=11).contains(&(ground.zone.asked() - asked)), "{}", ground.zone.asked() - asked);
        let now = ground.now(&acme, &claim);
        assert_eq!((now.state(kit.ctx.now()), now.version), (ClaimState::Verified, claim.version));
        assert_eq!(ground.events(&acme).len(), 2);
        // a claim that waits is looked up by nobody but whoever asks
        let waiting = ground.claim(&acme, "waits.example");
        ground.zone.prove(&waiting);
        ground.days(2);
        assert_eq!(ground.state(&acme, &waiting), ClaimState::Waiting);
    }

    fn owners_are_told_on_the_first_day_and_on_the_seventh(kit) {
        let (ground, acme, claim) = settled(kit);
        let second = ground.member(&acme, "acme", "owner");
        ground.member(&acme, "acme", "admin");
        ground.work();
        ground.zone.clear(&claim);
        assert_eq!(ground.day(), ["failing"; 2]);
        assert_eq!(ground.state(&acme, &claim), ClaimState::Failing(1));
        assert_eq!(ground.days(6), Vec::<String>::new());
        assert!(ground.now(&acme, &claim).is_verified());
        assert_eq!(ground.domain_shown(&acme), Some(("acme.example".to_owned(), true)));
        assert_eq!(ground.days(2), ["lapsed"; 2]);
        let lapsed = ground.now(&acme, &claim);
        assert_eq!((lapsed.state(kit.ctx.now()), lapsed.verified_at), (ClaimState::Lapsed, None));
        assert_eq!(ground.domain_shown(&acme), Some(("acme.example".to_owned(), false)));
        assert_eq!(ground.days(3), Vec::<String>::new());
        assert_eq!(ground.events(&acme)[1..3], ["domain.failing", "domain.lapsed"]);
        let bob = acting(ground.account("bob@acme.example"));
        assert_eq!(code(ground.directory.join(&bob, &"acme".parse().unwrap())), Code::NotFound);
        assert_eq!(second.organization(), acme.organization());
    }

    fn what_is_found_again_is_verified_again(kit) {
        let (ground, acme, claim) = settled(kit);
        ground.zone.clear(&claim);
        ground.days(3);
        ground.zone.prove(&claim);
        ground.days(1);
        let back = ground.now(&acme, &claim);
        assert_eq!((back.state(kit.ctx.now()), back.verified_at), (ClaimState::Verified, claim.verified_at));
        // the days begin anew
        ground.zone.clear(&claim);
        ground.days(6);
        assert!(ground.now(&acme, &claim).is_verified());
        ground.days(3);
        assert_eq!(ground.state(&acme, &claim), ClaimState::Lapsed);
        ground.zone.prove(&claim);
        ground.days(1);
        assert_eq!(ground.state(&acme, &claim), ClaimState::Verified);
        assert_eq!(ground.domain_shown(&acme), Some(("acme.example".to_owned(), true)));
    }

    fn a_lapsed_domain_is_another_s_to_prove(kit) {
        let (ground, acme, claim) = settled(kit);
        let other = ground.found("other");
        ground.zone.clear(&claim);
        ground.days(9);
        let theirs = ground.claim(&other, "acme.example");
        ground.zone.say(&claim, &[&claim.challenge, &theirs.challenge]);
        ground.domains.verify(&other, theirs.id).unwrap();
        ground.days(2);
        assert_eq!(ground.state(&acme, &claim), ClaimState::Lapsed);
        assert_eq!(ground.state(&other, &theirs), ClaimState::Verified);
        ground.domains.release(&other, theirs.id).unwrap();
        ground.days(2);
        assert_eq!(ground.state(&acme, &claim), ClaimState::Verified, "and its own again when they give it back");
    }

    fn silence_neither_proves_nor_counts(kit) {
        let (ground, acme, claim) = settled(kit);
        ground.zone.silence(&claim);
        assert_eq!(ground.days(20), Vec::<String>::new());
        let silent = ground.now(&acme, &claim);
        assert_eq!((silent.state(kit.ctx.now()), silent.missing_since), (ClaimState::Verified, None));
        ground.zone.clear(&claim);
        ground.days(2);
        ground.zone.silence(&claim);
        ground.days(20);
        assert!(matches!(ground.state(&acme, &claim), ClaimState::Failing(1..=3)), "{:?}", ground.state(&acme, &claim));
        ground.zone.clear(&claim);
        ground.days(3);
        assert!(ground.now(&acme, &claim).is_verified());
        ground.days(4);
        assert_eq!(ground.state(&acme, &claim), ClaimState::Lapsed);
    }

    fn a_job_that_is_lost_costs_a_day(kit) {
        let (ground, acme, claim) = settled(kit);
        kit.pass(DAY);
        ground.domains.promise_rechecks().unwrap();
        ground.domains.promise_rechecks().unwrap();
        assert_eq!(kit.rows()["jobs"], 1, "it is promised once");
        kit.execute("DELETE FROM jobs");
        let asked = ground.zone.asked();
        ground.day();
        assert_eq!(ground.zone.asked(), asked + 1);
        assert_eq!(ground.now(&acme, &claim).last_checked_at.map(|at| at > claim.created_at), Some(true));
    }

    fn one_that_runs_twice_looks_up_once(kit) {
        let (ground, acme, claim) = settled(kit);
        ground.proven(&acme, "second.example");
        kit.pass(DAY);
        let (due, asked) = (kit.ctx.now(), ground.zone.asked());
        let run = || ground.domains.recheck(acme.organization(), due).unwrap();
        while run() == polity_kernel::job::Outcome::Again {}
        assert_eq!(ground.zone.asked() - asked, 2);
        assert_eq!(run(), polity_kernel::job::Outcome::Done);
        // not even where the clock was put back in between
        kit.clock.put_back(HOUR);
        ground.zone.clear(&claim);
        assert_eq!(run(), polity_kernel::job::Outcome::Done);
        let due = due.after(HOUR);
        while ground.domains.recheck(acme.organization(), due).unwrap() == polity_kernel::job::Outcome::Again {}
        assert_eq!(ground.zone.asked() - asked, 4);
    }

    fn what_is_gone_is_looked_up_no_more(kit) {
        let (ground, acme, claim) = settled(kit);
        kit.pass(DAY);
        ground.domains.promise_rechecks().unwrap();
        ground.domains.release(&acme, claim.id).unwrap();
        let asked = ground.zone.asked();
        ground.work();
        ground.days(2);
        assert_eq!(ground.zone.asked(), asked);
    }
}
