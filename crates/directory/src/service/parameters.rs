//! Setting an organization's parameters.

use polity_kernel::{OrganizationId, Result, Seal, Tx};

use crate::parameter::{self, Parameter, Parameters};
use crate::store::organizations;

/// Puts these parameters in the place of those there are, and returns them as they are shown. Whoever calls writes the
/// organization itself.
pub(super) fn set(
    tx: &mut Tx<'_>,
    seal: &Seal,
    id: OrganizationId,
    sent: &[Parameter],
) -> Result<Parameters> {
    let kept = organizations::secret_parameters(tx, id)?;
    let row = format!("organizations/{id}");
    let (shown, sealed) = parameter::settle((seal, tx.ids()), &row, sent, kept.as_deref())?;
    organizations::set_secret_parameters(tx, id, sealed)?;
    Ok(shown)
}
