//! Which of its domains an organization shows.

use polity_directory::PrimaryDomain;

use crate::domain::Domain;

/// The one it shows while that is proven, else the first that was proven, else the one it shows, else the first it claimed.
pub(crate) fn shown(present: Option<&PrimaryDomain>, claims: &[Domain]) -> Option<PrimaryDomain> {
    let kept = claims.iter().find(|claim| present.is_some_and(|present| present.name == claim.name));
    let proven =
        claims.iter().filter(|claim| claim.is_verified()).min_by_key(|claim| (claim.verified_at, claim.id));
    let first = || claims.iter().min_by_key(|claim| (claim.created_at, claim.id));
    let chosen = kept.filter(|claim| claim.is_verified()).or(proven).or(kept).or_else(first)?;
    Some(PrimaryDomain { name: chosen.name.clone(), verified: chosen.is_verified() })
}
