//! `/api/signup/{invite_id}`: taking an invitation up.

use actix_web::{HttpRequest, HttpResponse};
use polity_directory::{Followed, InvitationId, InvitationRef, Taker};
use polity_kernel::{Code, Error, FieldKind};
use polity_signin::NewSignUp;

use super::Fault;
use super::accept::json;
use super::body::{Fields as _, Sent};
use super::fault::Failures;
use super::paths::SignupPath;
use super::wire::{InviteCheck, Joined, SignupBody};
use crate::ask::{Json, Path};
use crate::gate::visitor::Visitor;
use crate::routes::onward::{CONFIRM, JOINED};

/// What an invitation is to, for whoever has its link. Who is signed in is told whether it is for them.
#[utoipa::path(get, path = "/api/signup/{invite_id}", tag = "api", security((), ("bearer" = [])),
    params(SignupPath), responses((status = 200, body = InviteCheck), Failures))]
pub(super) async fn check(
    visitor: Visitor,
    request: HttpRequest,
    path: Path<SignupPath>,
) -> Result<Json<InviteCheck>, Fault> {
    json(&request)?;
    let id = path.invitation().map_err(refused)?;
    let followed = match visitor {
        Visitor::Known(caller) => {
            let followed = caller.read(move |polity, actor| polity.directory.follow(Some(actor), id));
            followed.await.map_err(refused)?
        }
        Visitor::Anyone(anyone) => {
            let followed = anyone.read(move |polity| polity.directory.follow(None, id)).await;
            followed.and_then(without_account).map_err(|error| to_anybody(error, id))?
        }
    };
    Ok(Json(followed.invitation.into()))
}

/// Takes an invitation up: a person who is signed in becomes a member; anybody else gets an account with a password, whose address is
/// confirmed by a mailed link before it can be used.
#[utoipa::path(post, path = "/api/signup/{invite_id}", tag = "api", security((), ("bearer" = [])),
    params(SignupPath), request_body = SignupBody, responses((status = 201, body = Joined), Failures))]
pub(super) async fn accept(
    visitor: Visitor,
    path: Path<SignupPath>,
    sent: Sent,
) -> Result<HttpResponse, Fault> {
    let id = path.invitation().map_err(refused)?;
    let (taken, next) = match visitor {
        Visitor::Known(caller) => {
            let taken = caller.write(move |polity, actor| {
                polity.directory.accept(Taker::Person(actor.clone()), &InvitationRef::Id(id))
            });
            (taken.await.map_err(refused)?, JOINED)
        }
        Visitor::Anyone(anyone) => {
            let new = NewSignUp::try_from(SignupBody::read(&sent)?)?;
            anyone.paced("signup")?;
            let taken = anyone.write(move |polity| polity.signin.sign_up(id, new));
            (taken.await.map_err(|error| to_anybody(error, id))?, CONFIRM)
        }
    };
    Ok(HttpResponse::Created().json(Joined::of(taken.account, next.to_owned())))
}

/// Who has an account must be signed in to it.
fn without_account(followed: Followed) -> Result<Followed, Error> {
    match followed.has_account {
        true => Err(Error::new(Code::Unauthenticated, "this address has an account: sign in first")),
        false => Ok(followed),
    }
}

/// A refusal of somebody who is not signed in. They are told where to sign in, in place of words: the family's programs lead them there.
fn to_anybody(error: Error, id: InvitationId) -> Fault {
    match error.code() {
        Code::Unauthenticated => {
            let where_to = FieldKind::NotAllowed.told(format!("/login?next=/signup/{id}"));
            Fault::of_field("__all__", where_to).worded("account_exists")
        }
        _ => refused(error),
    }
}

/// A refusal in the family's words.
fn refused(error: Error) -> Fault {
    let word = match error.code() {
        Code::NotFound => "invalid_input",
        Code::JoinRefused => "invalid_recipient",
        Code::Conflict => "expired",
        Code::AlreadyMember => "user_already_member",
        Code::SsoEnforced => "sso_enforced",
        _ => return error.into(),
    };
    Fault::of_field("__all__", FieldKind::NotAllowed.told(error.message())).worded(word)
}
