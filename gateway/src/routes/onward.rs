//! Where people go on after they have joined, over whichever family they did: pages both of which can be loaded again.

/// Of who has just signed up, and has an address to confirm.
pub(super) const CONFIRM: &str = "/signup/confirm";

/// Of who was signed in.
pub(super) const JOINED: &str = "/signup/joined";
