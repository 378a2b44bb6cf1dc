//! Whether the process lives, and whether it can serve.

use std::sync::atomic::Ordering;

use actix_web::{HttpResponse, Responder};
use polity_kernel::{Result, db, epoch};
use serde::Serialize;
use utoipa::ToSchema;

use crate::gate::Gate;
use crate::gate::caller::Anyone;
use crate::gate::offload;

/// What stands in the way of serving.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Readiness {
    /// Whether requests can be served.
    ready: bool,
    /// `ok`, or why the store cannot be read or written.
    database: String,
    /// `current`, `unknown`, or which are missing.
    migrations: String,
}

/// The process lives; nothing else is looked at.
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn alive() -> &'static str {
    "ok"
}

/// The store can be reached, takes writes and has the present shape.
#[utoipa::path(get, path = "/readyz", tag = "operations", responses(
    (status = 200, body = Readiness), (status = 503, body = Readiness)
))]
pub(super) async fn ready(anyone: Anyone) -> impl Responder {
    let gate = anyone.gate();
    let readiness = offload::read(move || Ok(look(&gate)))
        .await
        .unwrap_or_else(|error| Readiness::unready(error.message(), "unknown"));
    if readiness.ready {
        HttpResponse::Ok().json(readiness)
    } else {
        HttpResponse::ServiceUnavailable().json(readiness)
    }
}

fn look(gate: &Gate) -> Readiness {
    let ctx = &gate.polity.ctx;
    if let Err(error) = ctx.read(|conn| epoch::read(conn, &[])) {
        tracing::warn!(?error, "not ready: the store cannot be read");
        return Readiness::unready(error.message(), "unknown");
    }
    if let Err(error) = ctx.db().require_writable() {
        tracing::warn!(?error, "not ready: the store takes no writes");
        return Readiness::unready(error.message(), "unknown");
    }
    match missing(gate) {
        Ok(missing) if missing.is_empty() => {
            Readiness { ready: true, database: "ok".to_owned(), migrations: "current".to_owned() }
        }
        Ok(missing) => Readiness::unready("ok", &format!("missing: {}", missing.join(", "))),
        Err(error) => {
            tracing::warn!(?error, "not ready: the migrations cannot be read");
            Readiness::unready(error.message(), "unknown")
        }
    }
}

/// Migrations that are not applied. Once there are none, none will appear while this process lives.
fn missing(gate: &Gate) -> Result<Vec<String>> {
    if gate.current.load(Ordering::Relaxed) {
        return Ok(Vec::new());
    }
    let missing = db::pending(gate.polity.ctx.db())?;
    gate.current.store(missing.is_empty(), Ordering::Relaxed);
    Ok(missing)
}

impl Readiness {
    fn unready(database: &str, migrations: &str) -> Self {
        Self { ready: false, database: database.to_owned(), migrations: migrations.to_owned() }
    }
}
