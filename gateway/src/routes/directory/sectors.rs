//! Sector documents: which redirect URIs share pairwise subjects (OpenID Connect Core 1.0 §8.1).

use super::Fault;
use super::fault::Failures;
use super::paths::OrgPath;
use crate::ask::{Json, Path};
use crate::gate::caller::Anyone;

/// The redirect URIs of the organization's clients, usable as a `sector_identifier_uri` document. Needs no credential.
#[utoipa::path(get, path = "/directory/admin/{organizationId}/sectors", tag = "directory", params(OrgPath),
    responses((status = 200, body = [String]), Failures))]
pub(super) async fn read(anyone: Anyone, path: Path<OrgPath>) -> Result<Json<Vec<String>>, Fault> {
    let Ok(organization) = path.organization() else { return Ok(Json(Vec::new())) };
    let uris = anyone
        .read(move |polity| match polity.directory.locate(&organization)? {
            Some(organization) => polity.identity.redirect_uris(organization),
            None => Ok(Vec::new()),
        })
        .await?;
    Ok(Json(uris))
}

/// The same document where newer clients look for it.
#[utoipa::path(get, path = "/directory/public/{organizationId}/sectors", tag = "directory", params(OrgPath),
    responses((status = 200, body = [String]), Failures))]
pub(super) async fn read_public(anyone: Anyone, path: Path<OrgPath>) -> Result<Json<Vec<String>>, Fault> {
    read(anyone, path).await
}
