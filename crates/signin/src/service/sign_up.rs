//! Signing up by an invitation: the account, its membership, its password and the mail that asks for proof, all in one transaction.

use polity_directory::{Accepted, Invitation, InvitationId, Taker};
use polity_identity::within::person;
use polity_kernel::event::Origin;
use polity_kernel::{Code, Conn, Error, Result, Timestamp};

use crate::acts::enforcement;
use crate::events::ACCOUNT_PASSWORD_SET;
use crate::hasher::Waiting;
use crate::proof::Purpose;
use crate::service::Service;
use crate::{NewSignUp, SignUp, store};

impl SignUp for Service {
    fn sign_up(&self, invitation: InvitationId, new: NewSignUp) -> Result<Accepted> {
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            // what is refused anyway is refused before the password costs anything
            let found = polity_directory::within::invitation(conn, invitation, now)?;
            match polity_accounts::within::account_by_email(conn, &found.email)? {
                Some(_) => {
                    Err(Error::new(Code::Unauthenticated, "this address has an account: sign in first"))
                }
                None => self.require_free(conn, &found, now),
            }
        })?;
        let hash = self.hasher.hash(self.ctx.ids(), new.password.reveal(), Waiting::Known)?;
        let NewSignUp { first_name, role_at_organization, .. } = new;
        let taker = Taker::Stranger { first_name, role_at_organization };
        let terms = self.terms.clone();
        let proofs = self.proofs.clone();
        self.ctx
            .write_platform(move |tx| {
                let Some(taken) = polity_directory::within::accept(tx, &terms, &taker, invitation)? else {
                    return Ok(None);
                };
                let account = &taken.account;
                let now = tx.now();
                store::passwords::set(tx, account.id, &hash, now)?;
                tx.record(ACCOUNT_PASSWORD_SET.done(Origin::platform(&person(account.id)), account.id))?;
                proofs.ask(tx, account, Purpose::Confirmation)?;
                Ok(Some(taken))
            })?
            .ok_or_else(polity_directory::within::over)
    }
}

impl Service {
    /// Asks that nothing binds whoever is invited to sign in elsewhere: a password would be of no use to them.
    fn require_free(&self, conn: &mut Conn, invitation: &Invitation, now: Timestamp) -> Result<()> {
        let email = &invitation.email;
        let Some(bound) = self.terms.domains.enforcement(conn, email.domain())? else { return Ok(()) };
        let is_entitled = enforcement::is_entitled(conn, &self.terms, bound.organization, now)?;
        if is_entitled && polity_directory::within::is_invited(conn, bound.organization, email, now)? {
            return Err(enforcement::enforced());
        }
        Ok(())
    }
}
