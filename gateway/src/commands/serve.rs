//! `polity serve`.

use std::io::Write as _;
use std::net::TcpListener;

use actix_web::rt::signal::unix::{SignalKind, signal};
use clap::Args;
use futures_util::future::{self, FutureExt as _};
use polity_kernel::db;

use super::output::{Failure, print};
use crate::boot;
use crate::config::Settings;
use crate::gate::Gate;
use crate::gate::guesses::Patience;
use crate::telemetry;

/// Arguments of `polity serve`.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Print the settings as they would be used, without secrets, and end.
    #[arg(long)]
    print_config: bool,
    /// Do not migrate; a store of another shape makes `/readyz` say so.
    #[arg(long)]
    no_migrate: bool,
}

impl Serve {
    pub(super) fn run(self, settings: &Settings) -> Result<(), Failure> {
        if self.print_config {
            return print(&settings.to_toml()?);
        }
        telemetry::log_to_stderr(settings.log_format, &settings.log)?;
        telemetry::collect_figures()?;
        settings.prepare()?;
        // the port first: a second service on it should fail before it touches the store
        let listener = TcpListener::bind(settings.listen)
            .map_err(|error| format!("cannot listen at {}: {error}", settings.listen))?;
        let address = listener.local_addr()?;
        let ctx = boot::open(settings)?;
        if !self.no_migrate {
            for name in db::migrate(ctx.db())? {
                tracing::info!(name, "migrated");
            }
        }
        let polity = boot::assemble(&ctx, boot::identity_settings(&ctx, settings, address)?, settings)?;
        if db::pending(ctx.db()).is_ok_and(|missing| missing.is_empty()) {
            polity.identity.prove_master_key()?;
        }
        drop(ctx);
        tracing::info!(%address, database = %settings.database_url, "serving");
        Ok(boot::serve(Gate::new(polity, settings, Patience::default()), listener, settings, told_to_stop())?)
    }
}

/// Resolves at the first SIGTERM or SIGINT.
async fn told_to_stop() {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        // a service that cannot hear signals still serves; the default action of the signal ends it
        drop(writeln!(std::io::stderr(), "polity: signals cannot be received; a stop will not be graceful"));
        return future::pending().await;
    };
    future::select(Box::pin(terminate.recv()), Box::pin(interrupt.recv())).map(drop).await;
}
