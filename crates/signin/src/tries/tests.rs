//! Who is stopped, and who is not.

use polity_kernel::{Clock, Timestamp};
use uuid::Uuid;

use super::*;

/// A clock of a process that has just begun.
fn clock() -> Clock {
    Clock::fixed(Timestamp::from_seconds(1_768_478_400))
}

fn address(n: usize) -> EmailAddress {
    format!("a{n}@b.example").parse().unwrap()
}

fn network(n: u32) -> Guesser {
    Guesser::Network(Some(IpAddr::V4(n.into())))
}

/// How many tries in a row are let through, of at most that many.
fn often(tries: &Tries, (email, guesser): (&EmailAddress, Guesser), clock: &Clock, most: usize) -> usize {
    (0..most).take_while(|_| tries.begin(email, guesser, clock.uptime()).is_ok()).count()
}

#[test]
fn a_network_has_ten_tries_at_an_address_within_a_quarter_of_an_hour() {
    let (tries, clock, ada) = (Tries::default(), clock(), address(1));
    assert_eq!(often(&tries, (&ada, network(1)), &clock, 99), 10);
    let refused = tries.begin(&ada, network(1), clock.uptime()).unwrap_err();
    let RetryAfter(wait) = std::error::Error::source(&refused).unwrap().downcast_ref().unwrap();
    assert_eq!((refused.code(), *wait), (Code::Throttled, 900));
    assert_eq!(often(&tries, (&address(2), network(1)), &clock, 99), 10, "another address");
    assert_eq!(often(&tries, (&ada, network(2)), &clock, 99), 10, "another network");
    clock.advance(Duration::from_secs(899));
    assert_eq!(often(&tries, (&ada, network(1)), &clock, 99), 0);
    clock.advance(Duration::from_secs(1));
    assert_eq!(often(&tries, (&ada, network(1)), &clock, 99), 10);
}

#[test]
fn whoever_is_over_the_limit_moves_nothing() {
    let (tries, clock, ada) = (Tries::default(), clock(), address(1));
    for n in 0..9 {
        often(&tries, (&ada, network(n)), &clock, 10);
    }
    for _ in 0..10_000 {
        tries.begin(&ada, network(0), clock.uptime()).unwrap_err();
    }
    assert_eq!(often(&tries, (&ada, network(99)), &clock, 10), 10, "the owner, from elsewhere");
}

#[test]
fn an_address_that_many_networks_guess_at_is_tried_slowly_but_not_by_a_device_it_knows() {
    let (tries, clock, ada) = (Tries::default(), clock(), address(1));
    let all: usize = (0..200).map(|n| often(&tries, (&ada, network(n)), &clock, 1)).sum();
    assert_eq!(all, 100);
    assert_eq!(often(&tries, (&address(2), network(1)), &clock, 1), 1);
    let device = Guesser::Device(Uuid::from_u128(7));
    assert_eq!(often(&tries, (&ada, device), &clock, 99), 10);
    clock.advance(SLOWLY);
    assert_eq!(often(&tries, (&ada, network(999)), &clock, 99), 1);
    assert_eq!(often(&tries, (&ada, network(998)), &clock, 99), 0);
}

#[test]
fn what_was_not_judged_or_was_right_does_not_count() {
    let (tries, clock, ada) = (Tries::default(), clock(), address(1));
    for _ in 0..200 {
        tries.take_back(tries.begin(&ada, network(1), clock.uptime()).unwrap());
    }
    assert!(tries.lock().tried.is_empty(), "and leaves nothing behind");
    assert_eq!(often(&tries, (&ada, network(1)), &clock, 9), 9);
    tries.succeeded(tries.begin(&ada, network(1), clock.uptime()).unwrap());
    assert_eq!(often(&tries, (&ada, network(1)), &clock, 99), 10);
    tries.forget(&ada);
    assert_eq!(often(&tries, (&ada, network(1)), &clock, 99), 10);
}

#[test]
fn invented_addresses_make_nobody_forgotten_and_memory_is_bounded() {
    let (tries, clock, ada) = (Tries::default(), clock(), address(0));
    often(&tries, (&ada, network(1)), &clock, 10);
    for n in 1..=WATCHED + 20_000 {
        // refused once the shared places are full
        drop(tries.begin(&address(n), network(2), clock.uptime()));
    }
    assert_eq!(often(&tries, (&ada, network(1)), &clock, 1), 0, "still over the limit");
    let most = WATCHED + usize::try_from(SHARED).unwrap();
    assert!(tries.lock().tried.len() <= most);
    clock.advance(WINDOW);
    assert_eq!(often(&tries, (&address(1), network(3)), &clock, 99), 10);
    assert!(tries.lock().tried.len() < 10, "what is over goes");
}
