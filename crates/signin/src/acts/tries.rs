//! Tries at the passwords of addresses, whether or not there is an account: so that nobody learns it from being stopped.
//!
//! They are counted in rows, which all nodes share. Invariants: a try that is refused leaves no trace; one network's guesses keep no other
//! network out, nor a device that has logged in before; whatever was tried at another password than the present one is forgotten.

use std::net::IpAddr;
use std::time::Duration;

use polity_accounts::EmailAddress;
use polity_kernel::{Error, Result, Tally, Tx};

use crate::device::DeviceId;

/// How many wrong passwords of an address a network, or a device, may try within [`WINDOW`].
const MOST: u32 = 10;

/// How many all networks together may, before [`SLOWLY`] is between any two of them.
const MOST_OF_ALL: u32 = 100;

/// How many a network may, whatever the addresses.
const MOST_OF_NETWORK: u32 = 200;

/// For how long a wrong password counts.
const WINDOW: Duration = Duration::from_secs(900);

/// How far apart tries at an address are that many networks guess at.
const SLOWLY: Duration = Duration::from_secs(10);

/// What is said before the time to wait.
const WORDS: &str = "too many wrong passwords; try again";

/// Whoever tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guesser {
    /// Anybody from this network.
    Network(Option<IpAddr>),
    /// A device that has logged in to the address before.
    Device(DeviceId),
}

/// A try at the password of an address. What is counted is kept as hashes alone.
#[derive(Clone, Debug)]
pub(crate) struct Try {
    /// Of one guesser at the address.
    own: String,
    /// Of all networks at it; absent for a device, whose tries are its own.
    all: Option<String>,
    /// Of one network anywhere; absent where no network tells.
    network: Option<String>,
}

impl Try {
    /// A try at this version of a password; 0 where there is none.
    pub(crate) fn new(email: &EmailAddress, version: i64, guesser: Guesser) -> Self {
        let address = format!("{email} {version}");
        match guesser {
            Guesser::Device(device) => Self { own: format!("{address} {device}"), all: None, network: None },
            Guesser::Network(network) => Self {
                own: format!("{address} {network:?}"),
                all: Some(address),
                network: network.map(|network| network.to_string()),
            },
        }
    }

    /// Counts it before it is judged, so that many at once are no way around the limit.
    ///
    /// # Errors
    /// `Throttled` when there were too many of late.
    pub(crate) fn begin(&self, tx: &mut Tx<'_>) -> Result<()> {
        self.of_own().count(tx, WORDS)?;
        if let Some(of_all) = self.of_all() {
            let slowly = Tally { deed: "password.slowly", most: 1, window: SLOWLY, ..of_all };
            if of_all.take(tx)?.is_none() {
                // the next one is slow from here, should it be one too many
                slowly.forget(tx)?;
            }
            slowly.count(tx, WORDS)?;
        }
        self.of_network().map_or(Ok(()), |of_network| of_network.count(tx, WORDS))
    }

    /// Takes it back: it was not judged.
    pub(crate) fn take_back(&self, tx: &mut Tx<'_>) -> Result<()> {
        let all = [Some(self.of_own()), self.of_all(), self.of_network()];
        all.into_iter().flatten().try_for_each(|tally| tally.take_back(tx))
    }

    /// Forgets the tries of a guesser who has shown to be the address's person; those of others still count.
    pub(crate) fn succeeded(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        self.take_back(tx)?;
        self.of_own().forget(tx)
    }

    fn of_own(&self) -> Tally<'_> {
        Tally { deed: "password.own", of: &self.own, most: MOST, window: WINDOW }
    }

    fn of_all(&self) -> Option<Tally<'_>> {
        let of = self.all.as_deref()?;
        Some(Tally { deed: "password.all", of, most: MOST_OF_ALL, window: WINDOW })
    }

    fn of_network(&self) -> Option<Tally<'_>> {
        let of = self.network.as_deref()?;
        Some(Tally { deed: "password.network", of, most: MOST_OF_NETWORK, window: WINDOW })
    }
}
