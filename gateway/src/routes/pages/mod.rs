//! Pages for people: signing in, one's own account, and what mailed links open.
//!
//! Where a mailed link leads, its secret is the authority, whatever cookie comes with it; elsewhere it is a session. Looking changes nothing,
//! for the programs of mail services look too; a form does. A form holds a token that only the browser it was shown to can have.

mod account;
mod fault;
mod form;
mod headers;
mod home;
mod links;
mod login;
mod page;
mod sso;
mod wire;

use utoipa::OpenApi as _;

use crate::family::{Family, Schemes};
use crate::table::{Place, Routes, at};

use links::{address, confirm, reset, sign, signup};

/// The pages.
pub const FAMILY: Family = Family {
    name: "pages",
    prefix: "",
    schemes: Schemes::Bearer,
    render: fault::render,
    routes: Routes::no_scope_because("a page is for a person, with a session or a mailed link", routes),
    slashed: false,
    operators: false,
    document: Document::openapi,
};

fn routes() -> Vec<Place> {
    vec![
        at("/").get(home::show),
        at("/pages/style.css").get(page::style),
        at("/pages/passkey.js").get(page::script),
        at("/account").get(account::show),
        at("/account/name").post(account::name),
        at("/account/address").post(account::ask_address),
        at("/account/password").post(account::set_password),
        at("/account/app").post(account::begin_app),
        at("/account/app/confirm").post(account::confirm_app),
        at("/account/app/remove").post(account::remove_app),
        at("/account/recovery-codes").post(account::make_codes),
        at("/account/passkeys").post(account::begin_passkey),
        at("/account/passkeys/add").post(account::add_passkey),
        at("/account/passkeys/rename").post(account::rename_passkey),
        at("/account/passkeys/remove").post(account::remove_passkey),
        at("/account/identities/unlink").post(account::unlink),
        at("/account/sessions/end").post(account::end),
        at("/account/sessions/end-others").post(account::end_others),
        at("/account/organizations/{organization_id}/leave").get(account::ask_leave).post(account::leave),
        at("/account/keys").post(account::make_key),
        at("/account/keys/revoke").post(account::revoke_key),
        at("/account/export").get(account::export),
        at("/address/{secret}").get(address::show).post(address::take),
        at("/confirm/{secret}").get(confirm::show).post(confirm::confirm),
        at("/login").get(login::begin).post(login::go_on),
        at("/login/password").get(login::again).post(login::log_in),
        at("/login/second-factor").get(login::begin_again).post(login::show_second),
        at("/login/passkey").get(login::unasked).post(login::ask_passkey),
        at("/login/passkey/answer").post(login::show_passkey),
        at("/login/link").get(login::without_address).post(login::ask_link),
        at("/login/link/{secret}").get(login::show_link).post(login::use_link),
        at("/logout").get(login::ask).post(login::log_out),
        at("/sso/callback").get(sso::returned).post(sso::posted),
        at("/sso/arrive").get(sso::arrive).post(sso::confirm),
        at("/sso/link").get(sso::ask_link).post(sso::link),
        at("/sso/{connection}/start").get(sso::start),
        at("/sso/{connection}/acs").post(sso::acs),
        at("/sso/{connection}/metadata").get(sso::of_connection),
        at("/sso/{connection}/jwks.json").get(sso::keys),
        at("/complete/saml").post(sso::complete_saml),
        at("/complete/saml/").post(sso::complete_saml),
        at("/api/saml/metadata").get(sso::of_service),
        at("/api/saml/metadata/").get(sso::of_service),
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
        page::style, page::script,
        home::show,
        login::begin, login::go_on, login::again, login::log_in, login::ask, login::log_out,
        login::begin_again, login::show_second, login::unasked, login::ask_passkey, login::show_passkey,
        login::without_address, login::ask_link, login::show_link, login::use_link,
        account::show, account::name, account::ask_address, account::set_password,
        account::begin_app, account::confirm_app, account::remove_app, account::make_codes,
        account::begin_passkey, account::add_passkey, account::rename_passkey, account::remove_passkey,
        account::unlink,
        account::end, account::end_others, account::ask_leave, account::leave,
        account::make_key, account::revoke_key, account::export,
        sso::start, sso::returned, sso::posted, sso::acs, sso::complete_saml,
        sso::show, sso::confirm, sso::ask, sso::link,
        sso::of_connection, sso::of_service, sso::keys,
        address::show, address::take,
        confirm::show, confirm::confirm,
        reset::ask, reset::send, reset::show, reset::set,
        sign::show, sign::pdf, sign::sign,
        signup::show, signup::accept, signup::confirm, signup::joined,
    ),
    tags((name = "pages", description = "Pages for people. With the cookie of a session, or by a mailed link, which is a credential."))
)]
struct Document;
