//! The operator's pages: whether the service lives, whether it can serve, its figures, and the documentation.

pub mod docs;
mod figures;
mod health;

use utoipa::OpenApi as _;

use crate::family::{Family, Schemes, problem};
use crate::table::{Place, Routes, at};

/// The operator's pages.
pub const FAMILY: Family = Family {
    name: "operations",
    prefix: "",
    schemes: Schemes::Bearer,
    render: problem,
    routes: Routes::no_scope_because("monitors bring no credential", routes),
    slashed: false,
    operators: true,
    document: Document::openapi,
};

fn routes() -> Vec<Place> {
    vec![
        at("/healthz").get(health::alive),
        at("/readyz").get(health::ready),
        at("/metrics").get(figures::read),
        at("/openapi.json").get(docs::document),
    ]
}

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(health::alive, health::ready, figures::read, docs::document),
    tags((name = "operations", description = "For operators and their machines. Without a credential."))
)]
struct Document;
