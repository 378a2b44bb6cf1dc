//! Letters that somebody causes: how many go to one address, and how many by one person.

use std::time::Duration;

use polity_kernel::{Actor, Result, Subject, Tally, Tx};

use crate::EmailAddress;

const HOUR: Duration = Duration::from_hours(1);

const DAY: Duration = Duration::from_hours(24);

/// Counts a letter that the actor causes to an address; `is_known` where its person belongs to whoever sends it.
///
/// # Errors
/// `Throttled` once the actor has caused, or the address has been sent, as many as may be.
pub fn letter_caused(tx: &mut Tx<'_>, actor: &Actor, to: &EmailAddress, is_known: bool) -> Result<()> {
    let bounds = tx.bounds();
    if let Some(by) = counted(actor) {
        let most = bounds.letters_by_person_per_hour;
        let tally = Tally { deed: "letters.by", of: &by, most, window: HOUR };
        tally.count(tx, "you have had as many letters sent as may be in an hour: the next can be sent")?;
    }
    let words = "this address has been sent as many letters as may be: the next can be sent";
    if !is_known {
        let most = bounds.stranger_letters_per_hour;
        Tally { deed: "letters.by_strangers", of: to.as_str(), most, window: HOUR }.count(tx, words)?;
    }
    to_address(tx, to).count(tx, words)
}

/// Counts a letter of news about an organization to somebody in it, and says whether it may be sent. Nobody waits for it, so nobody is
/// refused anything where it may not.
pub fn letter_told(tx: &mut Tx<'_>, to: &EmailAddress) -> Result<bool> {
    Ok(to_address(tx, to).take(tx)?.is_none())
}

/// Counts a letter that proves an address to whoever signs in by it, and says whether it may be sent: as many a day as others may cause,
/// apart from those, and beyond that one an hour. So nobody floods an address by asking in its name, and its owner is never kept out.
pub fn letter_asked_for(tx: &mut Tx<'_>, to: &EmailAddress) -> Result<bool> {
    let most = tx.bounds().letters_to_address_per_day;
    let daily = Tally { deed: "letters.asked_for", of: to.as_str(), most, window: DAY };
    let hourly = Tally { deed: "letters.asked_for_again", of: to.as_str(), most: most.min(1), window: HOUR };
    let is_early = hourly.take(tx)?.is_some();
    Ok(daily.take(tx)?.is_none() || !is_early)
}

fn to_address<'t>(tx: &Tx<'_>, to: &'t EmailAddress) -> Tally<'t> {
    let most = tx.bounds().letters_to_address_per_day;
    Tally { deed: "letters.to", of: to.as_str(), most, window: DAY }
}

/// Whose letters are counted together. Who runs the platform may have any number sent.
fn counted(actor: &Actor) -> Option<String> {
    match actor.subject() {
        _ if actor.is_platform_administrator() => None,
        Subject::System => None,
        _ => actor.id().map(|id| id.uuid().to_string()),
    }
}
