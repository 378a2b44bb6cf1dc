//! Licenses on the way to an organization: by a key, or taken by oneself.

use std::fmt;
use std::time::Duration;

use polity_directory::Organization;
use polity_kernel::{Code, Error, OrganizationId, Result, Stamp, Timestamp};

use crate::LicenseType;
use crate::key::LicenseKey;
use crate::license::{Kept, KeyText};
use crate::rules::Rules;

/// How long a trial lasts (contract v1, decision 4).
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
            _ => Err(Error::new(Code::Forbidden, format!("a {kind} license needs a license key"))),
        }
    }

    /// Asks that the organization may have it.
    pub(crate) fn require_for(&self, organization: &Organization) -> Result<()> {
        match self {
            Self::Free | Self::Trial => Ok(()),
            Self::Keyed(key, _) => key.require_for(organization),
        }
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
