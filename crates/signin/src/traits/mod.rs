//! Signing in with more than a password, or with something else, by noun.

mod passkeys;
mod second_factors;
mod sign_in_links;

pub use passkeys::Passkeys;
pub use second_factors::SecondFactors;
pub use sign_in_links::SignInLinks;
