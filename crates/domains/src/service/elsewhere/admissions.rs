//! Letting in who has come back from a provider.

use std::sync::{Arc, Mutex, PoisonError};

use polity_accounts::EmailAddress;
use polity_identity::Secret;
use polity_kernel::{Code, Error, Result};
use polity_signin::Proven;

use super::ConnectionService;
use crate::acts::admission::{Found, account, join};
use crate::acts::desk::found;
use crate::acts::offers;
use crate::acts::sign_ins::{AWAY, Back, Flow, browser};
use crate::store::flows::Stage;
use crate::{
    Admission, AdmissionRule, Admissions, Admitted, Arrival, Confirmation, Joining, Offer, Preview,
    SignInPurpose, store,
};

impl Admissions for ConnectionService {
    fn offer(&self, email: &str) -> Result<Option<Offer>> {
        let Ok(email) = email.parse::<EmailAddress>() else { return Ok(None) };
        let now = self.ctx.now();
        self.ctx.read(|conn| offers::of(conn, &self.terms, &email, now))
    }

    fn admit(
        &self,
        arrival: &Arrival,
        browser: &Secret,
        confirmation: Option<Confirmation>,
    ) -> Result<Admission> {
        let (at_browser, came) = (self.at_browser.clone(), arrival.clone());
        let whose = self.ctx.write_platform(move |tx| account(tx, &at_browser, &came, confirmation))?;
        match whose {
            Found::Unconfirmed(email) => {
                let code = self.hold(arrival, browser)?;
                Ok(Admission::Unconfirmed { email, code })
            }
            Found::Theirs(proven, rule) => {
                let joining = self.joined(arrival, &proven)?;
                Ok(Admission::Admitted(Admitted { proven, rule, joining }))
            }
        }
    }

    fn preview(&self, arrival: &Arrival) -> Result<Preview> {
        let (at_browser, came, terms) = (self.at_browser.clone(), arrival.clone(), self.terms.clone());
        let seen = Arc::new(Mutex::new(None));
        let kept = Arc::clone(&seen);
        let undone = self.ctx.write_platform(move |tx| {
            let preview = match account(tx, &at_browser, &came, None)? {
                Found::Unconfirmed(_) => Preview { rule: None, joins: false },
                Found::Theirs(proven, rule) => {
                    let joins = match came.owner() {
                        Some(organization) => join(tx, &terms, organization, proven.account)?,
                        None => false,
                    };
                    Preview { rule: Some(rule), joins }
                }
            };
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(preview);
            // nothing of this is to happen
            Err::<(), _>(Error::new(Code::Conflict, "this was only looked at"))
        });
        let preview = seen.lock().unwrap_or_else(PoisonError::into_inner).take();
        preview.ok_or_else(|| undone.err().unwrap_or_else(|| Error::internal("a preview that saw nothing")))
    }

    fn hold(&self, arrival: &Arrival, cookie: &Secret) -> Result<Secret> {
        let (desk, came) = (Arc::clone(&self.desk), arrival.clone());
        let (code, cookie) = (Secret::random(self.ctx.ids()), cookie.clone());
        let kept = code.clone();
        self.ctx.write_platform(move |tx| {
            let connection = found(tx, came.organization, came.connection)?.connection;
            let back = Back {
                identity: came.identity.clone(),
                return_to: came.return_to.clone(),
                unsolicited: false,
            };
            let flow = Flow {
                stage: Stage::Waiting,
                connection: &connection,
                purpose: SignInPurpose::Login,
                browser: Some(browser(&desk.sign_ins, &cookie).bytes().to_vec()),
                expires_at: tx.now().after(AWAY),
            };
            let row = flow.row(&desk.sign_ins, tx.ids(), kept.reveal(), &back)?;
            store::flows::insert(tx, &row)
        })?;
        Ok(code)
    }

    fn resume(&self, code: &Secret, browser: &Secret) -> Result<Arrival> {
        self.arrived(Stage::Waiting, code, browser)
    }
}

impl ConnectionService {
    /// What comes of joining; whoever cannot be a member is let in all the same.
    fn joined(&self, arrival: &Arrival, proven: &Proven) -> Result<Joining> {
        let Some(organization) = arrival.owner() else { return Ok(Joining::Nothing) };
        let (terms, account) = (self.terms.clone(), proven.account);
        match self.ctx.write_platform(move |tx| join(tx, &terms, organization, account)) {
            Ok(true) => Ok(Joining::Joined(organization)),
            Ok(false) => Ok(Joining::Nothing),
            Err(error) if error.code() == Code::LimitReached => Ok(Joining::Full(organization)),
            Err(error) => Err(error),
        }
    }
}

impl AdmissionRule {
    /// In words that an administrator understands.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Linked => "this identity is linked to their account",
            Self::NewAddress => {
                "nobody has the address yet, which is under a verified domain of yours: they get an account"
            }
            Self::TakenOver => "the account with the address was made by others, and becomes theirs",
            Self::Enforced => "everybody under the domain signs in with this connection",
            Self::Confirmed => "they have confirmed that the account is theirs",
            Self::WithoutAddress => {
                "the address is not under a verified domain of yours: they get an account without one"
            }
        }
    }
}
