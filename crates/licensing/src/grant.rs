//! Licenses on the way to an organization: by a key, or taken by oneself.

use std::fmt;
use std::time::Duration;

use polity_directory::{Organization, within};
use polity_kernel::{Code, Error, FieldKind, OrganizationId, Result, Stamp, Timestamp, Tx};

use crate::key::{LicenseKey, refused};
use crate::license::{Kept, KeyText};
use crate::rules::Rules;
use crate::{LicenseType, store};

/// How long a trial lasts.
const TRIAL: Duration = Duration::from_secs(30 * 86_400);

/// What a new organization is to be licensed by. Printing it shows no license key.
#[derive(Clone, PartialEq, Eq)]
pub enum Granting {
    /// A license key.
    Key(String),
    /// A license that needs no key.
    Type(LicenseType),
}

/// A license that may be given: its key is proved and live, or it needs none.
#[derive(Clone, Debug)]
pub(crate) enum Grant {
    Free,
    Trial,
    Keyed(LicenseKey, KeyText),
}

impl Grant {
    pub(crate) fn of(rules: &Rules, granting: &Granting, now: Timestamp) -> Result<Self> {
        match granting {
            Granting::Key(text) => Self::keyed(rules, text, now),
            Granting::Type(kind) => Self::self_made(*kind),
        }
    }

    pub(crate) fn keyed(rules: &Rules, text: &str, now: Timestamp) -> Result<Self> {
        let key = rules.verifier.prove(text)?;
        key.require_live(now)?;
        Ok(Self::Keyed(key, KeyText(text.trim().to_owned())))
    }

    pub(crate) fn self_made(kind: LicenseType) -> Result<Self> {
        match kind {
            LicenseType::Free => Ok(Self::Free),
            LicenseType::Trial => Ok(Self::Trial),
            _ => Err(Error::new(Code::Forbidden, format!("a license of type {kind} needs a license key"))),
        }
    }

    /// Asks that the organization may have it.
    pub(crate) fn require_for(&self, organization: &Organization) -> Result<()> {
        match self {
            Self::Free | Self::Trial => Ok(()),
            Self::Keyed(key, _) => key.require_for(organization),
        }
    }

    /// Has a key that names an organization serve this one and no other: the alias it names may be handed on, the license is not.
    /// That of an organization which is gone serves whoever it names then.
    pub(crate) fn claim(&self, tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()> {
        let key = match self {
            Self::Keyed(key, _) if !key.is_for_everybody() => key,
            Self::Free | Self::Trial | Self::Keyed(..) => return Ok(()),
        };
        let served = store::claims::claim(tx, key, organization)?;
        if served == organization {
            return Ok(());
        }
        let now = tx.now();
        let is_gone = within::organization(tx, served, now)?.is_none();
        if is_gone && store::claims::hand_on(tx, key, served, organization)? {
            return Ok(());
        }
        Err(refused(FieldKind::Taken.told("is in use by another organization")))
    }

    /// The license, given to this organization.
    pub(crate) fn given(&self, organization: OrganizationId, stamp: Stamp) -> Kept {
        let free = Kept::free(organization, stamp);
        match self {
            Self::Free => free,
            Self::Trial => Kept {
                kind: LicenseType::Trial,
                expires_at: Some(stamp.at.after(TRIAL)),
                trial_used: true,
                ..free
            },
            Self::Keyed(key, text) => Kept {
                kind: key.kind,
                key: Some(text.clone()),
                jti: Some(key.jti.clone()),
                expires_at: Some(key.expires_at),
                ..free
            },
        }
    }
}

impl fmt::Debug for Granting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(_) => f.write_str("Key(…)"),
            Self::Type(kind) => write!(f, "Type({kind})"),
        }
    }
}
