//! Pages for people: what a mailed link opens.
//!
//! The secret in the link is the authority: there is no cookie, so no page can be made to act for somebody else. Looking changes
//! nothing, for the programs of mail services look too; a form does.

mod address;
mod confirm;
mod fault;
mod headers;
mod home;
mod login;
mod page;
mod paths;
mod proof;
mod reset;
mod sign;
mod signup;
mod wire;

use utoipa::OpenApi as _;

use crate::family::{Family, Schemes};
use crate::table::{Place, Routes, at};

use fault::Fault;

/// The pages.
pub const FAMILY: Family = Family {
    name: "pages",
    prefix: "",
    schemes: Schemes::Bearer,
    render: fault::render,
    routes: Routes::no_scope_because("the secret in the link is the authority", routes),
    slashed: false,
    operators: false,
    document: Document::openapi,
};

fn routes() -> Vec<Place> {
    vec![
        at("/").get(home::show),
        at("/pages/style.css").get(page::style),
        at("/address/{secret}").get(address::show).post(address::take),
        at("/confirm/{secret}").get(confirm::show).post(confirm::confirm),
        at("/login").get(login::lead),
        at("/reset").get(reset::ask).post(reset::send),
        at("/reset/{secret}").get(reset::show).post(reset::set),
        at("/sign/{secret}").get(sign::show).post(sign::sign),
        at("/sign/{secret}/document.pdf").get(sign::pdf),
        at("/signup/confirm").get(signup::confirm),
        at("/signup/joined").get(signup::joined),
        at("/signup/{invite_id}").get(signup::show).post(signup::accept),
    ]
}

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(
        page::style,
        home::show,
        login::lead,
        address::show, address::take,
        confirm::show, confirm::confirm,
        reset::ask, reset::send, reset::show, reset::set,
        sign::show, sign::pdf, sign::sign,
        signup::show, signup::accept, signup::confirm, signup::joined,
    ),
    tags((name = "pages", description = "Pages for people, which mailed links open. Without a credential: the link is one."))
)]
struct Document;
