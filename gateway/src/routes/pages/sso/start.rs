//! `/sso/{connection}/start`: away to the provider.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use polity_domains::{Begin, Departure};
use polity_identity::Secret;
use polity_kernel::{Error, Result};

use super::Fault;
use super::form::own_path;
use super::headers::posting_to;
use super::page::page;
use super::paths::{ConnectionPath, StartQuery};
use crate::ask::{Path, Query};
use crate::gate::caller::Anyone;
use crate::gate::session;

/// The longest hint that is passed on, in bytes.
const LONGEST_HINT: usize = 320;

/// A page that leads away.
#[derive(Template)]
#[template(path = "pages/sso/away.html")]
struct AwayPage {
    url: String,
    /// Where a form is posted in place of a link.
    fields: Vec<(&'static str, String)>,
}

/// Leads to the provider of a connection.
#[utoipa::path(get, path = "/sso/{connection}/start", tag = "pages", params(ConnectionPath, StartQuery), responses(
    (status = 200, content_type = "text/html", description = "A page that leads on to the provider."),
    (status = 401, content_type = "text/html", description = "The provider cannot be asked."),
    (status = 404, content_type = "text/html", description = "There is no such connection."),
    (status = 429, content_type = "text/html", description = "Too many sign-ins from this address.")))]
pub(in crate::routes::pages) async fn start(
    anyone: Anyone,
    request: HttpRequest,
    path: Path<ConnectionPath>,
    query: Query<StartQuery>,
) -> Result<HttpResponse, Fault> {
    anyone.signs_in()?;
    let connection = path.connection()?;
    let (visit, cookie) = session::visit(&request, &anyone.gate());
    let begin = Begin {
        browser: Secret::new(visit),
        return_to: query.return_to.as_deref().and_then(own_path).map(str::to_owned),
        login_hint: query.login_hint.clone().filter(|hint| hint.len() <= LONGEST_HINT),
        test: query.test.as_ref().map(Secret::new),
    };
    let departure = anyone.errand(move |polity| polity.connections.start(connection, &begin)).await?;
    let away = match departure {
        Departure::Redirect(url) => AwayPage { url, fields: Vec::new() },
        Departure::Post { url, fields } => AwayPage { url, fields },
    };
    let mut answer = page(StatusCode::OK, &away)?;
    if !away.fields.is_empty() {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, posting_to(&away.url)?);
    }
    if let Some(cookie) = &cookie {
        answer.add_cookie(cookie).map_err(Error::internal)?;
    }
    Ok(answer)
}
