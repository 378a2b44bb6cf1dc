//! Who is calling: identity through its traits, every test on both engines.

#[cfg(test)]
mod api_keys;
#[cfg(test)]
mod attacks;
#[cfg(test)]
mod basic;
#[cfg(test)]
mod client_rules;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod clocks;
#[cfg(test)]
mod common;
#[cfg(test)]
mod endpoint;
#[cfg(test)]
mod errands;
#[cfg(test)]
mod introspection;
#[cfg(test)]
mod own_tokens;
#[cfg(test)]
mod sectors;
#[cfg(test)]
mod trusted_issuers;
