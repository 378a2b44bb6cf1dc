//! The HTTP server: connections, each cut when whoever is at its other end takes nothing of an answer for too long.
//!
//! What `actix_web::HttpServer` does, with a stream of our own under each connection ([`Attended`]).

use std::future::Future as _;
use std::io;
use std::net::TcpListener;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol};
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::{Sleep, sleep};
use actix_web::{App, Error};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::config::Settings;

/// How long a connection may stay silent between requests.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long the head of a request may take to arrive.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);

/// How long a closing connection may take.
const CLOSE_PATIENCE: Duration = Duration::from_secs(5);

/// How much of an answer may be made ready before it is sent, in bytes.
const READY: usize = 16 * 1024;

/// A server that is not running yet.
///
/// `patience` is how long a client may take nothing of its answer.
pub(crate) fn bind<T, B>(
    listener: TcpListener,
    settings: &Settings,
    patience: Duration,
    app: impl Fn() -> App<T> + Send + Clone + 'static,
) -> io::Result<Server>
where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    let address = listener.local_addr()?;
    let builder = Server::build()
        .workers(settings.workers)
        .worker_max_blocking_threads(crate::gate::READERS)
        .shutdown_timeout(settings.shutdown_timeout.duration().as_secs())
        .disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    let builder = builder.listen("polity", listener, move || {
        let stopping = stopping.clone();
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(HEAD_PATIENCE)
            .client_disconnect_timeout(CLOSE_PATIENCE)
            .h1_write_buffer_size(READY)
            .local_addr(address)
            .finish(map_config(app().into_factory().map_err(|error| error.error_response()), |()| {
                AppConfig::default()
            }));
        fn_service(move |stream: TcpStream| async move {
            // the end of a streamed list would otherwise wait for the client's delayed acknowledgement: 40 ms
            drop(stream.set_nodelay(true));
            let peer = stream.peer_addr().ok();
            Ok::<_, DispatchError>((Attended::new(stream, patience), Protocol::Http1, peer))
        })
        .and_then(http)
    })?;
    Ok(builder.run())
}

/// A stream that fails once its other end has taken nothing for too long. While it takes nothing, nothing more is read from it:
/// who does not read answers asks in vain.
struct Attended<S> {
    stream: S,
    patience: Duration,
    /// Until when the other end must take something; absent while it does.
    until: Option<Pin<Box<Sleep>>>,
    /// Whether something was not read meanwhile.
    unread: bool,
}

impl<S> Attended<S> {
    const fn new(stream: S, patience: Duration) -> Self {
        Self { stream, patience, until: None, unread: false }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Attended<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.until.is_some() {
            self.unread = true;
            return Poll::Pending;
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Attended<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if written.is_ready() {
            self.until = None;
            if std::mem::take(&mut self.unread) {
                context.waker().wake_by_ref();
            }
            return written;
        }
        let patience = self.patience;
        let until = self.until.get_or_insert_with(|| Box::pin(sleep(patience)));
        match until.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[actix_web::test]
    async fn who_takes_nothing_is_cut() {
        let (_client, server) = duplex(10);
        let mut server = Attended::new(server, Duration::from_millis(1));
        let error = server.write_all(&[0; 11]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[actix_web::test]
    async fn nothing_is_read_from_who_takes_nothing_until_they_do() {
        let (mut client, server) = duplex(10);
        let mut server = Attended::new(server, Duration::from_secs(60));
        client.write_all(b"more").await.unwrap();
        assert!(server.write_all(&[0; 15]).now_or_never().is_none());
        let mut asked = [0; 4];
        assert!(server.read_exact(&mut asked).now_or_never().is_none());
        client.read_exact(&mut [0; 10]).await.unwrap();
        server.write_all(&[0; 5]).await.unwrap();
        assert!(server.until.is_none(), "its time begins anew with each bit it takes");
        server.read_exact(&mut asked).await.unwrap();
        assert_eq!(&asked, b"more");
    }
}
