//! `/api/organizations/{organization_id}/legal_documents`: what an organization and the operator agree on.

use actix_web::http::header;
use actix_web::{HttpResponse, Responder};
use polity_kernel::{Access, Result};
use polity_legal::NewLegalDocument;
use polity_legal::permissions::{ORG_LEGAL_DOCUMENTS_GET, ORG_LEGAL_DOCUMENTS_UPDATE};

use crate::areas::Polity;
use crate::ask::{Json, Path};
use crate::routes::api::Fault;
use crate::routes::api::body::Body;
use crate::routes::api::fault::Failures;
use crate::routes::api::lists::{Leaf, LeafQuery};
use crate::routes::api::paths::{LegalDocumentPath, OrganizationPath};
use crate::routes::api::scoped::Scoped;
use crate::routes::api::wire::{LegalDocument, LegalDocumentBody, LegalDocumentPage};

/// The documents, the newest first, for administrators alone. Scope: `legal_document:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/legal_documents", tag = "api",
    params(OrganizationPath, LeafQuery), responses((status = 200, body = LegalDocumentPage), Failures))]
pub(in crate::routes::api) async fn list(
    caller: Scoped<Access>,
    leaf: Leaf,
) -> Result<impl Responder, Fault> {
    let list = |polity: &Polity, access: &Access| {
        let documents = polity.legal.legal_documents(access)?;
        let submitters = polity.legal.submitters(access, &documents)?;
        Ok(documents.into_iter().map(|document| LegalDocument::of(document, &submitters)).collect())
    };
    leaf.part_of(caller, list).await
}

/// Submits a document: its representative is mailed a link to sign it. Scope: `legal_document:write`.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/legal_documents", tag = "api",
    params(OrganizationPath), request_body = LegalDocumentBody,
    responses((status = 201, body = LegalDocument), Failures))]
pub(in crate::routes::api) async fn submit(
    caller: Scoped<Access>,
    body: Body<LegalDocumentBody>,
) -> Result<HttpResponse, Fault> {
    let new = NewLegalDocument::try_from(body.0)?;
    let submitted = caller.write(move |polity, access| {
        let document = polity.legal.submit(access, new)?;
        shown(polity, access, document)
    });
    Ok(HttpResponse::Created().json(submitted.await?))
}

/// One document. Scope: `legal_document:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/legal_documents/{id}", tag = "api",
    params(LegalDocumentPath), responses((status = 200, body = LegalDocument), Failures))]
pub(in crate::routes::api) async fn read(
    caller: Scoped<Access>,
    path: Path<LegalDocumentPath>,
) -> Result<Json<LegalDocument>, Fault> {
    let found = caller.read(move |polity, access| {
        access.require(&ORG_LEGAL_DOCUMENTS_GET)?;
        let document = polity.legal.legal_document(access, path.document()?)?;
        shown(polity, access, document)
    });
    Ok(Json(found.await?))
}

/// Takes back a document that is not signed, so that another can be submitted: for platform administrators. Scope: `legal_document:write`.
#[utoipa::path(delete, path = "/api/organizations/{organization_id}/legal_documents/{id}", tag = "api",
    params(LegalDocumentPath), responses((status = 204, description = "It is gone."), Failures))]
pub(in crate::routes::api) async fn withdraw(
    caller: Scoped<Access>,
    path: Path<LegalDocumentPath>,
) -> Result<HttpResponse, Fault> {
    let withdrawn = caller.write(move |polity, access| {
        access.require(&ORG_LEGAL_DOCUMENTS_UPDATE)?;
        polity.legal.withdraw(access, path.document()?)
    });
    withdrawn.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Leads to the signed document, for 60 seconds. Scope: `legal_document:read`.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/legal_documents/{id}/download", tag = "api",
    params(LegalDocumentPath),
    responses((status = 302, description = "`Location` gives the PDF for 60 seconds."), Failures))]
pub(in crate::routes::api) async fn download(
    caller: Scoped<Access>,
    path: Path<LegalDocumentPath>,
) -> Result<HttpResponse, Fault> {
    let place = caller.read(move |polity, access| {
        access.require(&ORG_LEGAL_DOCUMENTS_GET)?;
        let token = polity.legal.download(access, path.document()?)?;
        Ok(format!("{}/api/legal_documents/download/{}", polity.identity.metadata().issuer, token.as_str()))
    });
    Ok(HttpResponse::Found().insert_header((header::LOCATION, place.await?)).finish())
}

/// Mails the representative a new link, in place of the one before. Scope: `legal_document:write`.
#[utoipa::path(post, path = "/api/organizations/{organization_id}/legal_documents/{id}/resend", tag = "api",
    params(LegalDocumentPath), responses((status = 200, body = LegalDocument), Failures))]
pub(in crate::routes::api) async fn resend(
    caller: Scoped<Access>,
    path: Path<LegalDocumentPath>,
) -> Result<Json<LegalDocument>, Fault> {
    let sent = caller.write(move |polity, access| {
        access.require(&ORG_LEGAL_DOCUMENTS_UPDATE)?;
        let document = polity.legal.renew_link(access, path.document()?)?;
        shown(polity, access, document)
    });
    Ok(Json(sent.await?))
}

/// A document with who submitted it.
fn shown(polity: &Polity, access: &Access, document: polity_legal::LegalDocument) -> Result<LegalDocument> {
    let submitters = polity.legal.submitters(access, std::slice::from_ref(&document))?;
    Ok(LegalDocument::of(document, &submitters))
}
