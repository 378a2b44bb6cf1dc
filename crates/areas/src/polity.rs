//! The areas put together, and how an actor is let into an organization.

use std::sync::Arc;

use polity_accounts::Accounts;
use polity_directory::{Directory, DomainClaims, Entry, OrganizationRef, Terms, Workspaces};
use polity_domains::{Admitting, Claims, ConnectionService, Domains, SingleSignOn};
use polity_groups::Grouping;
use polity_identity::Identity;
use polity_kernel::{Access, AccountId, Actor, Ctx, OrganizationId, Result, Subject};
use polity_legal::{Legal, Ports};
use polity_licensing::{Licensing, entitling};
use polity_projects::{Area, Hooks};
use polity_signin::{BrowserSettings, SignIn};
use tracing::Span;
use tracing::field::display;

use crate::outside::Outside;
use crate::settings::Settings;

/// How an organization of this name is entered.
pub type Way = fn(&Polity, &Actor, &OrganizationRef) -> Result<Access>;

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
    /// E-mail domains of organizations.
    pub domains: Arc<dyn Domains>,
    /// Connections to identity providers, and who signs in by them.
    pub connections: Arc<dyn SingleSignOn>,
}

impl Polity {
    /// The areas on this store, clock and source of ids, each guarded by those that give its things a meaning.
    ///
    /// # Errors
    /// `Invalid` for settings that cannot be meant.
    pub fn new(ctx: &Ctx, settings: Settings, outside: Outside) -> Result<Self> {
        let Settings { identity, licensing, legal, sessions, domains, bounds } = settings;
        let ctx = ctx.clone().bounded_by(bounds);
        let master = identity.master.clone();
        let relying_party = polity_signin::RelyingParty::at(&identity.issuer)?;
        let hooks: Arc<dyn Workspaces> = Arc::new(Hooks::new(&master));
        let claims: Arc<dyn DomainClaims> = Arc::new(Claims);
        let terms = Terms {
            entitling: entitling(&licensing),
            programs: polity_identity::program,
            workspaces: Arc::clone(&hooks),
            domains: Arc::clone(&claims),
        };
        let ports = Ports { objects: outside.objects, provider: outside.provider };
        let legal = polity_legal::Service::new(ctx.clone(), &master, &legal, ports)?;
        let guard = polity_directory::appointing(Arc::clone(&hooks));
        let ending = polity_identity::ROLE_ENDING;
        let directory = polity_directory::Service::new(ctx.clone(), &master, ending, terms.clone());
        let directory = Arc::new(directory);
        let entry = Arc::clone(&directory) as Arc<dyn Entry>;
        let at_browser = polity_signin::at_browser(&master, &sessions)?;
        let admitting = Admitting { terms: terms.clone(), at_browser: at_browser.clone() };
        let site = identity.issuer.trim_end_matches('/').to_owned();
        let fetch = Arc::clone(&outside.fetch);
        let connections = ConnectionService::new(ctx.clone(), &master, site, fetch, admitting);
        let identity =
            polity_identity::Service::new(ctx.clone(), identity, outside.fetch, hooks, at_browser)?;
        let identity = Arc::new(identity);
        let tokens = Arc::clone(&identity);
        Ok(Self {
            accounts: Arc::new(polity_accounts::Service::new(ctx.clone(), guard)),
            groups: Arc::new(polity_groups::Service::new(ctx.clone(), polity_directory::GROUP_GUARD)),
            projects: Arc::new(polity_projects::Service::new(ctx.clone(), &master, entry)),
            directory,
            licensing: Arc::new(polity_licensing::Service::new(ctx.clone(), &master, &licensing, claims)?),
            legal: Arc::new(legal),
            identity,
            signin: Arc::new(polity_signin::Service::new(
                ctx.clone(),
                &master,
                tokens,
                terms,
                BrowserSettings { sessions, relying_party },
            )),
            domains: Arc::new(polity_domains::Service::new(ctx.clone(), &domains, outside.resolver)?),
            connections: Arc::new(connections),
            ctx,
        })
    }

    /// Lets an actor into the organization of this id, key or alias ([`polity_directory::Entry::enter`]), and notes it in
    /// the field `organization` of the span it is called in.
    pub fn enter(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Access> {
        let access = self.directory.enter(actor, organization)?;
        note(access.organization());
        Ok(access)
    }

    /// How the actor enters to end this account's membership: who ends their own does not take it up by that.
    pub fn way_to_end(actor: &Actor, account: AccountId) -> Way {
        if actor.subject() == Subject::Person(account) { Self::look_in } else { Self::enter }
    }

    /// The same without taking a membership up ([`polity_directory::Entry::look_in`]), for whoever leaves or looks at a list.
    pub fn look_in(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Access> {
        let access = self.directory.look_in(actor, organization)?;
        note(access.organization());
        Ok(access)
    }
}

/// Notes which organization a request is about, where its span has a field for it.
fn note(organization: OrganizationId) {
    Span::current().record("organization", display(organization));
}
