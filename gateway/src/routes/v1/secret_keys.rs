//! `/v1/secret-keys`: what programs of a project connect with.

use actix_web::HttpResponse;
use polity_directory::ProjectId;
use polity_kernel::{Access, Actor, Code, Error, Result};

use super::Fault;
use super::fault::Failures;
use super::paths::SecretKeyPath;
use super::wire::{AddedSecretKey, ProjectQuery, SecretKeys};
use crate::areas::Polity;
use crate::ask::current::{CurrentHeader, Here};
use crate::ask::{Json, Path, Query};
use crate::gate::caller::Caller;

/// The secret keys of a project. Permission: `projects.update`, or the role `admin` in it.
#[utoipa::path(get, path = "/v1/secret-keys", tag = "v1", params(CurrentHeader, ProjectQuery),
    responses((status = 200, body = SecretKeys), Failures))]
pub(super) async fn list(
    caller: Caller,
    here: Here,
    query: Query<ProjectQuery>,
) -> Result<Json<SecretKeys>, Fault> {
    let keys = caller
        .read(move |polity, actor| {
            let (access, project) = meant(polity, actor, &here, &query)?;
            polity.projects.secret_keys(&access, project)
        })
        .await?;
    Ok(Json(keys.into()))
}

/// Adds a secret key to a project, at most 20. Permission: `projects.update`, or the role `admin` in it.
#[utoipa::path(post, path = "/v1/secret-keys", tag = "v1", params(CurrentHeader, ProjectQuery),
    responses((status = 200, body = AddedSecretKey), Failures))]
pub(super) async fn add(
    caller: Caller,
    here: Here,
    query: Query<ProjectQuery>,
) -> Result<Json<AddedSecretKey>, Fault> {
    let keys = caller
        .write(move |polity, actor| {
            let (access, project) = meant(polity, actor, &here, &query)?;
            polity.projects.add_secret_key(&access, project)
        })
        .await?;
    // the newest stands behind the others
    let added =
        keys.last().ok_or_else(|| Error::internal("the key that was added is not among the project's"));
    Ok(Json(added?.into()))
}

/// Takes a secret key of a project away, and answers with those that are left; not the default one. Permission: `projects.update`,
/// or the role `admin` in it.
#[utoipa::path(delete, path = "/v1/secret-keys/{key}", tag = "v1", params(CurrentHeader, SecretKeyPath, ProjectQuery),
    responses((status = 200, body = SecretKeys), Failures))]
pub(super) async fn withdraw(
    caller: Caller,
    here: Here,
    path: Path<SecretKeyPath>,
    query: Query<ProjectQuery>,
) -> Result<Json<SecretKeys>, Fault> {
    let key = path.key()?;
    let left = caller
        .write(move |polity, actor| {
            let (access, project) = meant(polity, actor, &here, &query)?;
            polity.projects.withdraw_secret_key(&access, project, &key)
        })
        .await?;
    Ok(Json(left.into()))
}

/// Makes a secret key of a project the default. Permission: `projects.update`, or the role `admin` in it.
#[utoipa::path(post, path = "/v1/secret-keys/{key}/default", tag = "v1",
    params(CurrentHeader, SecretKeyPath, ProjectQuery),
    responses((status = 204, description = "It is the default one."), Failures))]
pub(super) async fn prefer(
    caller: Caller,
    here: Here,
    path: Path<SecretKeyPath>,
    query: Query<ProjectQuery>,
) -> Result<HttpResponse, Fault> {
    let key = path.key()?;
    caller
        .write(move |polity, actor| {
            let (access, project) = meant(polity, actor, &here, &query)?;
            polity.projects.prefer_secret_key(&access, project, &key)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The project that is meant: of the current organization the one of the query, else the one the caller works in, which is no other
/// organization's than the one that is named.
fn meant(polity: &Polity, actor: &Actor, here: &Here, query: &ProjectQuery) -> Result<(Access, ProjectId)> {
    if let Some(named) = &query.project {
        let project = named.parse().map_err(|_| Error::not_found("project"))?;
        return Ok((here.enter(polity, actor)?, project));
    }
    let active = polity.projects.active_project(actor)?;
    let entered = here.named(actor)?.map(|named| polity.enter(actor, &named)).transpose()?;
    let here = entered.as_ref().map(Access::organization);
    let (organization, project) = active
        .filter(|(organization, _)| here.is_none_or(|here| here == *organization))
        .ok_or_else(|| Error::new(Code::Invalid, "name the project in the parameter project, by its id"))?;
    let access = entered.map_or_else(|| polity.enter(actor, &organization.into()), Ok)?;
    Ok((access, project))
}
