//! `polity token` and `polity key`: credentials for whoever holds the store, who need not log in for them.

use clap::Args;
use polity_accounts::{Account, AccountFields, AccountPatch, EmailAddress, NewAccount};
use polity_directory::OrganizationRef;
use polity_identity::{Mint, NewApiKey, Owner, ScopeWord};
use polity_kernel::{Actor, Code, Error, FieldKind, Limits, PermissionSet, Result, Subject};

use crate::areas::Polity;
use crate::config::Period;

/// Arguments of `polity token`.
#[derive(Debug, Args)]
pub(super) struct Token {
    /// Whose token.
    #[arg(long)]
    email: EmailAddress,
    /// Only for this organization, by id, key or alias.
    #[arg(long, value_name = "ORGANIZATION")]
    org: Option<OrganizationRef>,
    /// Only with this permission, or those of a scope such as `organization:read`; may stand several times.
    #[arg(long = "permission", value_name = "PERMISSION")]
    permissions: Vec<ScopeWord>,
    /// Make the person a platform administrator.
    #[arg(long)]
    platform_admin: bool,
    /// How long it works: 90s, 15m, 1h, 7d; by default as configured.
    #[arg(long)]
    ttl: Option<Period>,
    /// Make the account, its address verified, if there is none.
    #[arg(long)]
    create: bool,
}

impl Token {
    /// The token, and nothing else.
    pub(super) fn run(self, polity: &Polity) -> Result<String> {
        let account = self.account(polity)?;
        let mint = Mint {
            organization: self
                .org
                .map(|named| polity.enter(&Actor::system(), &named))
                .transpose()?
                .map(|access| access.organization()),
            permissions: ScopeWord::limit(&self.permissions),
            ttl: self.ttl.map(Period::duration),
            ..Mint::of(Subject::Person(account.id))
        };
        Ok(polity.identity.mint(&mint)?.token.reveal().to_owned())
    }

    fn account(&self, polity: &Polity) -> Result<Account> {
        let system = Actor::system();
        let account = match polity.accounts.by_email(&system, &self.email) {
            Err(error) if error.code() == Code::NotFound && self.create => {
                let fields = AccountFields {
                    email: self.email.to_string(),
                    email_verified: true,
                    ..AccountFields::default()
                };
                polity_accounts::People::create(
                    polity.accounts.as_ref(),
                    &system,
                    NewAccount::try_from(fields)?,
                )?
            }
            found => found?,
        };
        if !self.platform_admin || account.platform_administrator {
            return Ok(account);
        }
        let patch = AccountPatch { platform_administrator: Some(true), ..AccountPatch::default() };
        polity_accounts::People::update(polity.accounts.as_ref(), &system, account.id, patch)
    }
}

/// Arguments of `polity key`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("owner").required(true))]
pub(super) struct Key {
    /// A key of this person.
    #[arg(long, group = "owner")]
    email: Option<EmailAddress>,
    /// A key of this organization, by id, key or alias.
    #[arg(long, group = "owner", value_name = "ORGANIZATION")]
    org: Option<OrganizationRef>,
    /// What the key is called.
    #[arg(long, default_value = "made on the command line")]
    name: String,
    /// Only with this permission, or those of a scope such as `organization:read`; may stand several times.
    #[arg(long = "permission", value_name = "PERMISSION")]
    permissions: Vec<ScopeWord>,
    /// How long it works: 90s, 15m, 1h, 7d; by default until it is revoked.
    #[arg(long)]
    ttl: Option<Period>,
}

impl Key {
    /// The key, and nothing else.
    pub(super) fn run(self, polity: &Polity) -> Result<String> {
        let owner = match (&self.org, &self.email) {
            (Some(organization), _) => Owner::Organization(polity.enter(&Actor::system(), organization)?),
            (None, Some(email)) => {
                let account = polity.accounts.by_email(&Actor::system(), email)?;
                let subject = Subject::Person(account.id);
                Owner::Actor(Actor::new(subject, Limits::default(), PermissionSet::all()))
            }
            (None, None) => {
                return Err(Error::field("email", FieldKind::Required.told("or --org must be given")));
            }
        };
        let new = NewApiKey {
            name: self.name,
            permissions: ScopeWord::limit(&self.permissions),
            expires_at: self.ttl.map(|ttl| polity.ctx.now().after(ttl.duration())),
            ..NewApiKey::default()
        };
        let (_, secret) = polity.identity.create(&owner, new)?;
        Ok(secret.reveal().to_owned())
    }
}
