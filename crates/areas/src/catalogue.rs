//! The catalogue of events: every type that any area records.

use polity_kernel::event::Declared;

/// Each area's types.
const AREAS: [&[Declared]; 9] = [
    polity_accounts::EVENTS,
    polity_groups::EVENTS,
    polity_directory::EVENTS,
    polity_projects::EVENTS,
    polity_identity::EVENTS,
    polity_licensing::EVENTS,
    polity_legal::EVENTS,
    polity_signin::EVENTS,
    polity_domains::EVENTS,
];

/// Every type of event there is, area by area. `docs/events.md` tells of them.
pub fn catalogue() -> impl Iterator<Item = &'static Declared> {
    AREAS.into_iter().flatten()
}
