//! People of trusted issuers: whose account a token means, and the account of one who comes for the first time.

use polity_accounts::within;
use polity_kernel::{AccountId, Actor, Code, Limits, PermissionSet, Result, Timestamp};

use crate::TrustedIssuer;
use crate::acts::facts;
use crate::acts::facts::Verified;
use crate::acts::profiles::{Profile, adopt, first_account};
use crate::service::Service;

impl Service {
    /// The actor of a trusted issuer's person, remembered until then.
    pub(crate) fn visitor(
        &self,
        issuer: &TrustedIssuer,
        profile: Profile,
        until: Timestamp,
    ) -> Result<Verified> {
        let granted =
            if issuer.grants_permissions { profile.permissions.clone() } else { PermissionSet::none() };
        let account = self.account_of(&issuer.issuer, profile)?;
        self.ctx.read(|conn| {
            let watched = facts::watch(conn, &[account.uuid()])?;
            let account = facts::usable_account(conn, account)?;
            let actor = self.person(&account, Limits::default(), &granted);
            Ok(Verified { actor, watched, until: Some(until), used: None })
        })
    }

    fn account_of(&self, issuer: &str, profile: Profile) -> Result<AccountId> {
        let linked = self.ctx.read(|conn| within::by_identity(conn, issuer, &profile.subject))?;
        if let Some(account) = linked
            && (account.email.is_some() || profile.vouched().is_none())
        {
            return Ok(account.id);
        }
        let (named, subject) = (issuer.to_owned(), profile.subject.clone());
        let at_browser = self.at_browser.clone();
        let linking = self.ctx.write_platform(move |tx| {
            // a request beside this one may have linked it
            if let Some(account) = within::by_identity(tx, &named, &profile.subject)? {
                return adopt(tx, &account, &profile).map(|()| account.id);
            }
            let account = first_account(tx, &at_browser, &profile)?;
            within::link(tx, &Actor::system(), account, &named, &profile.subject)?;
            Ok(account)
        });
        match linking {
            // one beside this was faster in the end
            Err(error) if error.code() == Code::Conflict => {
                let linked = self.ctx.read(|conn| within::by_identity(conn, issuer, &subject))?;
                linked.map(|account| account.id).ok_or(error)
            }
            linked => linked,
        }
    }
}
