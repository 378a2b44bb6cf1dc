//! Offers: the connection that an address signs in with.

use polity_accounts::EmailAddress;
use polity_directory::Terms;
use polity_kernel::{Conn, OrganizationId, Result, Timestamp};

use crate::acts::admission::claim;
use crate::connection::rejection::Rejection;
use crate::connection::settings::ConnectionKind;
use crate::entitlements::{SAML, SSO_ENFORCEMENT};
use crate::store;
use crate::{Connection, Offer};

/// The connection that serves the domain of an address, if the organization works and is entitled to it.
pub(crate) fn of(
    conn: &mut Conn,
    terms: &Terms,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<Option<Offer>> {
    let Some(domain) = claim(conn, email.domain())? else { return Ok(None) };
    let Some(connection) = store::connections::serving(conn, domain.organization, domain.id)? else {
        return Ok(None);
    };
    if !polity_directory::within::works(conn, domain.organization)? {
        return Ok(None);
    }
    let entitled = (terms.entitling)(conn, domain.organization)?;
    let entitlements = entitled.at(now);
    let kind = connection.kind();
    if kind == ConnectionKind::Saml && !entitlements.includes(SAML) {
        return Ok(None);
    }
    let is_enforced = domain.sso_enforcement.is_some_and(|enforced| enforced.as_str() == kind.as_str());
    Ok(Some(Offer {
        connection: connection.id,
        name: connection.name,
        enforced: is_enforced && entitlements.includes(SSO_ENFORCEMENT),
    }))
}

/// Why nobody is let in by a connection at present, though it stands: it serves domains of which none is verified, or the license does not
/// include it. One that serves none yet lets in whoever has no address here.
pub(crate) fn rests(
    conn: &mut Conn,
    terms: &Terms,
    connection: &Connection,
    now: Timestamp,
) -> Result<Option<Rejection>> {
    // the operator's own serve everybody
    if connection.organization == OrganizationId::new(uuid::Uuid::nil()) {
        return Ok(None);
    }
    let entitled = (terms.entitling)(conn, connection.organization)?;
    if connection.kind() == ConnectionKind::Saml && !entitled.at(now).includes(SAML) {
        return Ok(Some(Rejection::NotEntitled));
    }
    for id in &connection.domains {
        let claim = store::domains::find(conn, connection.organization, *id)?;
        if claim.is_some_and(|claim| claim.is_verified()) {
            return Ok(None);
        }
    }
    Ok((!connection.domains.is_empty()).then_some(Rejection::DomainsRest))
}
