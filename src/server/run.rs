//! Listening, serving, stopping.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{AppState, housekeeping, metrics_router, router};
use crate::ui::{Assets, AssetsError, Pages};

/// Why the server stopped, or did not start.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The address is taken, or not ours.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// The address of the settings.
        address: SocketAddr,
        /// Why.
        cause: io::Error,
    },
    /// The files that browsers fetch are missing.
    #[error(transparent)]
    Assets(#[from] AssetsError),
    /// The system failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Serves until SIGTERM or SIGINT, then lets requests and letters under way finish. `ready` is told the address once it listens.
pub async fn run(state: AppState, pages: Pages, ready: impl FnOnce(SocketAddr)) -> Result<(), RunError> {
    Assets::load()?;
    let listener = listen(state.config.server.listen).await?;
    let address = listener.local_addr()?;
    let grace = state.config.server.shutdown_timeout;
    let showing = show_metrics(&state).await?;
    let cleaning = tokio::spawn(housekeeping::run(state.clone()));
    let writing = tokio::spawn(housekeeping::write_usage(state.clone()));
    let looking = tokio::spawn(housekeeping::look_around(state.clone()));
    let (stopping, stopped) = watch::channel(false);
    let mut mailing = tokio::spawn(state.mail.clone().run(stopped.clone()));
    let (applications, personal_tokens) = (state.applications.clone(), state.personal_tokens.clone());
    // Small answers must not wait for each other (Nagle's algorithm).
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let service = router(state, pages).into_make_service_with_connect_info::<SocketAddr>();
    // Heard from now on: whoever is told that the server is ready may stop it at once.
    let signals = Signals::hear()?;
    let serving = axum::serve(listener, service).with_graceful_shutdown(signals.received(stopping));
    ready(address);
    tracing::info!(%address, "listening");
    let mut overtime = pin!(overtime(stopped, grace));
    let in_time = tokio::select! {
        result = serving => { result?; true },
        () = &mut overtime => { tracing::warn!("requests under way were cut off"); false },
    };
    if in_time {
        tokio::select! {
            _ = &mut mailing => {}
            () = overtime => tracing::warn!("letters under way were cut off; they are sent again"),
        }
    }
    mailing.abort();
    cleaning.abort();
    if let Some(showing) = showing {
        showing.abort();
    }
    writing.abort();
    looking.abort();
    housekeeping::write_usage_once(&applications, &personal_tokens).await;
    tracing::info!("stopped");
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener, RunError> {
    TcpListener::bind(address).await.map_err(|cause| RunError::Listen { address, cause })
}

/// Shows the metrics at an address of their own, if there is one. They are shown until the end: also while the server
/// stops, there is something to see.
async fn show_metrics(state: &AppState) -> Result<Option<JoinHandle<()>>, RunError> {
    let Some(address) = state.config.metrics.listen else { return Ok(None) };
    let listener = listen(address).await?;
    tracing::info!(address = %listener.local_addr()?, "metrics shown");
    let service = metrics_router(state.clone());
    Ok(Some(tokio::spawn(async {
        if let Err(error) = axum::serve(listener, service).await {
            tracing::error!(cause = %error, "metrics are shown no more");
        }
    })))
}

/// What a service manager and a terminal stop the server with.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn hear() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn received(mut self, stopping: watch::Sender<bool>) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("stopping");
        let _ = stopping.send(true);
    }
}

async fn overtime(mut stopped: watch::Receiver<bool>, grace: Duration) {
    let told = stopped.wait_for(|stopped| *stopped).await.is_ok();
    if !told {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(grace).await;
}
