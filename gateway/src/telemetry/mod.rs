//! What the operator sees: the log, one span per request, and the figures behind `/metrics`.

mod failure;
mod fields;
mod seldom;

pub(crate) use failure::tell_failure;

use std::io::IsTerminal as _;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use actix_web::HttpMessage as _;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use polity_kernel::Actor;
use tracing::field::{Empty, display};
use tracing::{Level, Metadata, Span};
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::filter::{FilterExt as _, ParseError, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::config::LogFormat;
use crate::family::{Family, Template};
use fields::AppendedFields;

/// Writes the log to the standard error from now on, panics included; the standard output belongs to the commands.
pub fn log_to_stderr(format: LogFormat, filter: &str) -> Result<(), ParseError> {
    let filter = EnvFilter::try_new(filter)?.and(filter_fn(|event| !is_a_callers_fault(event)));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Json => {
            lines.json().flatten_event(true).with_span_list(false).fmt_fields(AppendedFields).boxed()
        }
        LogFormat::Pretty => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
    };
    // a second call in one process (tests) keeps the first log
    drop(tracing::subscriber::set_global_default(Registry::default().with(lines.with_filter(filter))));
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!(panic = %panic, "a thread panicked");
    }));
    Ok(())
}

/// Whether the server calls an error what only its peer can have caused, such as a head that cannot be read: whoever sends those must not
/// fill the log, however it is set.
fn is_a_callers_fault(event: &Metadata<'_>) -> bool {
    *event.level() == Level::ERROR && event.target().starts_with("actix_http::h1")
}

/// Makes the root span of each request and closes it with a line in the log and a count in the metrics.
///
/// Fields: `method`, `request_id`, `route` (the template, never the path, which may name people), `status`, `actor`,
/// `organization`. Nothing of a credential is ever among them.
#[derive(Debug)]
pub struct Trace;

/// When a request arrived.
#[derive(Clone, Copy)]
struct Arrived(Instant);

impl RootSpanBuilder for Trace {
    fn on_request_start(request: &ServiceRequest) -> Span {
        request.extensions_mut().insert(Arrived(Instant::now()));
        let id = request.extensions().get::<RequestId>().copied();
        tracing::info_span!(
            "request",
            method = %request.method(),
            request_id = id.map(display),
            route = Empty,
            status = Empty,
            actor = Empty,
            organization = Empty,
        )
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, actix_web::Error>) {
        // services turn their errors into answers; only a middleware could fail here, and ours do not
        let Ok(answer) = outcome else { return };
        let request = answer.request();
        let elapsed =
            request.extensions().get::<Arrived>().map_or(Duration::ZERO, |Arrived(at)| at.elapsed());
        let route = request.app_data::<Template>().map_or("(none)", |Template(path)| path);
        let status = answer.status().as_u16();
        span.record("route", route).record("status", status);
        // probes and scrapes come every few seconds and say nothing
        if request.app_data::<Family>().is_some_and(|family| family.operators) {
            tracing::debug!(elapsed_us = micros(elapsed), "answered");
        } else {
            tracing::info!(elapsed_us = micros(elapsed), "answered");
        }
        let labels =
            [("method", method_label(answer)), ("route", route.into()), ("status", status.to_string())];
        metrics::counter!("polity_http_requests_total", &labels).increment(1);
        metrics::histogram!("polity_http_request_seconds", "route" => route).record(elapsed);
    }
}

/// Only methods there are, so that nobody can make figures without end.
fn method_label<B>(answer: &ServiceResponse<B>) -> String {
    match answer.request().method().as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known.to_owned(),
        _ => "(other)".to_owned(),
    }
}

fn micros(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)
}

/// Notes in the request's span who is calling.
pub fn note_actor(span: &Span, actor: &Actor) {
    let subject = actor.subject();
    match subject.id() {
        Some(id) => span.record("actor", display(format_args!("{}:{id}", subject.kind()))),
        None => span.record("actor", subject.kind()),
    };
}

/// Where the figures are collected; made once for the whole process.
static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();

/// Upper bounds of the latency histogram, in seconds.
const BUCKETS: [f64; 12] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Collects figures from now on. Calling it again changes nothing.
pub fn collect_figures() -> Result<(), BuildError> {
    let recorder = PrometheusBuilder::new().set_buckets(&BUCKETS)?.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_ok() {
        drop(FIGURES.set(handle));
    }
    metrics::describe_counter!("polity_http_requests_total", "Requests answered.");
    metrics::describe_histogram!("polity_http_request_seconds", "Time from a request's head to its answer.");
    metrics::describe_gauge!("polity_jobs_waiting", "Jobs that wait for a worker or are under way.");
    metrics::describe_gauge!("polity_jobs_dead", "Jobs that failed too often and wait for the operator.");
    metrics::describe_counter!("polity_jobs_total", "Runs of jobs by outcome.");
    metrics::describe_gauge!("polity_write_threads", "Threads that write or wait to.");
    metrics::describe_gauge!("polity_write_queue", "Writes that wait for a thread.");
    Ok(())
}

/// The figures in Prometheus' text format.
pub fn figures() -> String {
    FIGURES.get().map(PrometheusHandle::render).unwrap_or_default()
}

/// Folds single measurements into their histograms; to be called every few seconds, or they pile up.
pub fn fold_figures() {
    if let Some(handle) = FIGURES.get() {
        handle.run_upkeep();
    }
}
