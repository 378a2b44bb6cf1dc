//! How families are mounted: every place of their tables with its methods, and the answers of paths and methods that are not there.

use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, ResponseError as _};
use polity_kernel::{Code, Error};

use crate::family::{Families, Family, Refusal, Template};
use crate::routes::{api, api_v1, directory, oauth2, ops, pages, v1};
use crate::table::Place;

/// Every family, in the order of the documentation.
pub const FAMILIES: &[Family] =
    &[directory::FAMILY, api_v1::FAMILY, api::FAMILY, v1::FAMILY, oauth2::FAMILY, pages::FAMILY, ops::FAMILY];

/// Mounts every family, and the document of all of them.
pub fn mount(config: &mut ServiceConfig) {
    config.app_data(Families(FAMILIES));
    // what is mounted first serves, and a page may stand under the prefix of a family
    let (pages, families): (Vec<Family>, Vec<Family>) =
        FAMILIES.iter().copied().partition(|family| family.prefix.is_empty());
    for family in pages.into_iter().chain(families) {
        mounted(family, config);
    }
    ops::docs::mount(config);
}

/// Answers a path that no route has.
pub async fn nowhere(request: HttpRequest) -> HttpResponse {
    Refusal::new(&request, Error::not_found("route")).error_response()
}

fn mounted(family: Family, config: &mut ServiceConfig) {
    let places = family.places();
    if family.prefix.is_empty() {
        for place in places {
            config.service(resource(place, family));
        }
        return;
    }
    let scope = places
        .into_iter()
        .fold(web::scope(family.prefix), |scope, place| scope.service(resource(place, family)));
    config.service(scope.app_data(family).default_service(web::to(nowhere)));
}

/// The place as actix has it, inside the family's scope.
fn resource(place: Place, family: Family) -> Resource {
    let (allow, asked) = (allow(&place), place.asked());
    let inside = place.path.strip_prefix(family.prefix).unwrap_or(place.path);
    // a family that does not care takes the path with a slash behind it too
    let paths =
        if family.slashed { vec![inside.to_owned(), format!("{inside}/")] } else { vec![inside.to_owned()] };
    let resource = place.lines.into_iter().map(|line| line.route).fold(web::resource(paths), Resource::route);
    resource.app_data(family).app_data(Template(place.path)).app_data(asked).default_service(web::to(
        move |request: HttpRequest| {
            let answer = wrong_method(&request, &allow);
            async { answer }
        },
    ))
}

/// The value of `Allow` (RFC 9110 §10.2.1).
fn allow(place: &Place) -> String {
    let mut names: Vec<&str> = place.methods().map(Method::as_str).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    names.join(", ")
}

/// The failure of a method that the path has not, naming those it has.
fn wrong_method(request: &HttpRequest, allow: &str) -> HttpResponse {
    let error = Error::new(Code::MethodNotAllowed, format!("the path takes only: {allow}"));
    let mut answer = Refusal::new(request, error).error_response();
    if let Ok(allow) = allow.parse() {
        answer.headers_mut().insert(ALLOW, allow);
    }
    answer
}
