//! Which organization a call is about, for families whose paths need not name one.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use polity_directory::OrganizationRef;
use polity_kernel::{Access, Actor, Code, Error, OrganizationId, Result};
use utoipa::IntoParams;

use crate::areas::Polity;
use crate::family::Refusal;
use crate::gate::caller::OrganizationHeader;

/// The organization a call is about: the one its path names, else the current one.
#[derive(Clone)]
pub(crate) enum Here {
    /// Named by `{organization}`.
    Named(OrganizationRef),
    /// Not named by the path.
    Current(OrganizationHeader),
}

/// How a call says which organization it is about where the path names none.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only read by the documentation")]
pub(crate) struct CurrentHeader {
    /// The organization's id, key or alias. Needed by whoever belongs to several and calls with a credential that names none.
    #[param(rename = "X-Organization")]
    organization: Option<String>,
}

impl Here {
    /// Lets the caller in.
    ///
    /// # Errors
    /// `NotFound` as for every organization that is unknown to the caller; `Invalid` when nothing says which one is meant.
    pub(crate) fn enter(&self, polity: &Polity, actor: &Actor) -> Result<Access> {
        match self {
            Self::Named(organization) => polity.enter(actor, organization),
            Self::Current(header) => current(polity, actor, header),
        }
    }

    /// The organization that is meant, not entered; a platform administrator need not mean any.
    ///
    /// # Errors
    /// `NotFound` when the header cannot be the name of any; `Invalid` when nothing says which one is meant.
    pub(crate) fn meant(&self, polity: &Polity, actor: &Actor) -> Result<Option<OrganizationRef>> {
        let meant = match self {
            Self::Named(organization) => Some(organization.clone()),
            Self::Current(header) => said(polity, actor, header)?,
        };
        match meant {
            None if !actor.is_platform_administrator() => Err(unsaid()),
            meant => Ok(meant),
        }
    }

    /// The organization that the path, the credential or the header names; none is looked for where they name none.
    ///
    /// # Errors
    /// `NotFound` when the header cannot be the name of any.
    pub(crate) fn named(&self, actor: &Actor) -> Result<Option<OrganizationRef>> {
        match self {
            Self::Named(organization) => Ok(Some(organization.clone())),
            Self::Current(header) => header.clone().current(actor),
        }
    }

    /// The organization that the body names, where it names one.
    #[must_use]
    pub(crate) fn or(self, named: Option<OrganizationId>) -> Self {
        named.map_or(self, |organization| Self::Named(organization.into()))
    }
}

impl FromRequest for Here {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let here = match request.match_info().get("organization") {
            Some(named) => named.parse().map(Self::Named).map_err(|error| Refusal::new(request, error)),
            None => {
                let Ok(header) = OrganizationHeader::from_request(request, payload).into_inner();
                Ok(Self::Current(header))
            }
        };
        ready(here)
    }
}

/// Lets the caller into the current organization.
///
/// # Errors
/// As [`Here::enter`].
pub(crate) fn current(polity: &Polity, actor: &Actor, header: &OrganizationHeader) -> Result<Access> {
    let organization = said(polity, actor, header)?.ok_or_else(unsaid)?;
    polity.enter(actor, &organization)
}

/// The current organization: the credential's own, else the header's, else the one whose project the caller has chosen to work in,
/// else their only one.
fn said(polity: &Polity, actor: &Actor, header: &OrganizationHeader) -> Result<Option<OrganizationRef>> {
    match header.clone().current(actor)? {
        Some(organization) => Ok(Some(organization)),
        None => Ok(polity.directory.home(actor)?.map(OrganizationRef::from)),
    }
}

fn unsaid() -> Error {
    Error::new(Code::Invalid, "name the organization in the header X-Organization, by id, key or alias")
}
