//! Figures for Prometheus.

use actix_web::{HttpResponse, Responder};
use polity_kernel::job;

use crate::gate::caller::Anyone;
use crate::telemetry;

/// Figures in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn read(anyone: Anyone) -> impl Responder {
    let (threads, queue) = anyone.gate().writers.load();
    metrics::gauge!("polity_write_threads").set(threads as f64);
    metrics::gauge!("polity_write_queue").set(queue as f64);
    // without the store there are still figures to tell
    if let Ok((waiting, dead)) = anyone.read(|polity| polity.ctx.read(job::backlog)).await {
        metrics::gauge!("polity_jobs_waiting").set(waiting as f64);
        metrics::gauge!("polity_jobs_dead").set(dead as f64);
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(telemetry::figures())
}
