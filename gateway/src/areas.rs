//! The areas put together, and how an actor is let into an organization.

use std::sync::Arc;

use polity_accounts::Accounts;
use polity_directory::{Directory, OrganizationRef};
use polity_groups::Grouping;
use polity_identity::Identity;
use polity_kernel::{Access, AccountId, Actor, Ctx, Result, Subject};
use polity_legal::Legal;
use polity_licensing::Licensing;
use polity_projects::Area;
use polity_signin::SignIn;
use tracing::Span;

use crate::telemetry;

/// How an organization of this name is entered.
pub(crate) type Way = fn(&Polity, &Actor, &OrganizationRef) -> Result<Access>;

/// Every area behind its trait. Cheap to clone.
#[derive(Clone)]
pub struct Polity {
    /// The store, the clock and the ids.
    pub ctx: Ctx,
    /// People, account types and their assignments.
    pub accounts: Arc<dyn Accounts>,
    /// Groups.
    pub groups: Arc<dyn Grouping>,
    /// Organizations, members, roles, invitations.
    pub directory: Arc<dyn Directory>,
    /// Projects, who has a role in them, their secret keys; apps.
    pub projects: Arc<dyn Area>,
    /// Licenses, what they entitle to, and the EULA.
    pub licensing: Arc<dyn Licensing>,
    /// Legal documents and their signing.
    pub legal: Arc<dyn Legal>,
    /// Who is calling.
    pub identity: Arc<dyn Identity>,
    /// People at a browser.
    pub signin: Arc<dyn SignIn>,
}

impl Polity {
    /// Lets an actor into the organization of this id, key or alias ([`polity_directory::Entry::enter`]), and notes it in
    /// the request's span.
    pub fn enter(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Access> {
        let access = self.directory.enter(actor, organization)?;
        telemetry::note_organization(&Span::current(), access.organization());
        Ok(access)
    }

    /// How the actor enters to end this account's membership: who ends their own does not take it up by that.
    pub(crate) fn way_to_end(actor: &Actor, account: AccountId) -> Way {
        if actor.subject() == Subject::Person(account) { Self::look_in } else { Self::enter }
    }

    /// The same without taking a membership up ([`polity_directory::Entry::look_in`]), for whoever leaves or looks at a list.
    pub fn look_in(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Access> {
        let access = self.directory.look_in(actor, organization)?;
        telemetry::note_organization(&Span::current(), access.organization());
        Ok(access)
    }
}
