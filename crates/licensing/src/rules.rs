//! What a license comes to: what it entitles an organization to, and how it stands.

use polity_kernel::{Entitled, Entitlements, Memory, Timestamp};

use crate::key::{LicenseKey, Verifier};
use crate::license::{Kept, KeyText};
use crate::{EntitlementMode, License, LicenseStanding, LicenseType, Settings, Usage};

/// The operator's settings, ready to judge licenses by.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) settings: Settings,
    pub(crate) verifier: Verifier,
    /// What the keys of licenses came to, with these settings: proving one takes longer than all else that entering does.
    proved: Memory<KeyText, Option<LicenseKey>>,
}

/// How many keys are remembered at most.
const REMEMBERED: usize = 10_000;

/// A license by the settings of now: a key that is revoked or whose issuer is not trusted any more counts no longer, whatever was
/// true when it was applied.
enum Judged {
    Free,
    Trial(Timestamp),
    Keyed(LicenseKey),
    /// Its key is not taken any more.
    Void,
}

impl Rules {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            verifier: Verifier::new(settings),
            proved: Memory::new(REMEMBERED),
            settings: settings.clone(),
        }
    }

    /// What the organization is entitled to, now and when that ends.
    pub(crate) fn entitled(&self, kept: &Kept) -> Entitled {
        match self.settings.mode {
            EntitlementMode::All => Entitled::to_all(),
            EntitlementMode::Licensed => self.licensed(&self.judged(kept)),
        }
    }

    /// What the license gives at this instant, whether licenses count or not.
    pub(crate) fn gives(&self, kept: &Kept, now: Timestamp) -> Entitlements {
        self.licensed(&self.judged(kept)).at(now).clone()
    }

    /// What is told of the license at this instant.
    pub(crate) fn told(&self, kept: &Kept, usage: Usage, now: Timestamp) -> License {
        let judged = self.judged(kept);
        let key = match &judged {
            Judged::Keyed(key) => Some(key),
            Judged::Free | Judged::Trial(_) | Judged::Void => None,
        };
        License {
            kind: kept.kind,
            jti: kept.jti.clone(),
            issued_at: key.map(|key| key.issued_at),
            expires_at: kept.expires_at,
            grace_until: key.map(LicenseKey::grace_until),
            entitlements: self.entitled(kept).at(now).clone(),
            usage,
            standing: judged.standing(now),
            warning: self.warning_of(&judged, kept.kind, now),
        }
    }

    /// What the organization's administrators should know; nothing while licenses do not count.
    pub(crate) fn warning(&self, kept: &Kept, now: Timestamp) -> Option<String> {
        self.warning_of(&self.judged(kept), kept.kind, now)
    }

    fn judged(&self, kept: &Kept) -> Judged {
        match (&kept.key, kept.kind, kept.expires_at) {
            (Some(text), ..) => self.proved(text).map_or(Judged::Void, Judged::Keyed),
            (None, LicenseType::Trial, Some(end)) => Judged::Trial(end),
            _ => Judged::Free,
        }
    }

    /// What the key of a license says; absent when it is not taken any more.
    fn proved(&self, text: &KeyText) -> Option<LicenseKey> {
        if let Some(known) = self.proved.get(text) {
            return known;
        }
        let proved = self.verifier.prove(&text.0).ok();
        self.proved.insert(text.clone(), proved.clone());
        proved
    }

    fn licensed(&self, judged: &Judged) -> Entitled {
        let free = || self.settings.free.entitlements();
        match judged {
            Judged::Free | Judged::Void => Entitled::to(free()),
            Judged::Trial(end) => Entitled::to(self.settings.trial.entitlements()).until(*end, free()),
            Judged::Keyed(key) => Entitled::to(key.entitlements.clone()).until(key.grace_until(), free()),
        }
    }

    fn warning_of(&self, judged: &Judged, kind: LicenseType, now: Timestamp) -> Option<String> {
        if self.settings.mode == EntitlementMode::All {
            return None;
        }
        match (judged, judged.standing(now)) {
            (Judged::Keyed(key), LicenseStanding::Grace) => Some(format!(
                "the license expired at {}; everything keeps working until {}",
                key.expires_at,
                key.grace_until()
            )),
            (Judged::Keyed(key), LicenseStanding::Ended) => Some(ended(kind, key.grace_until())),
            (Judged::Trial(end), LicenseStanding::Ended) => Some(ended(kind, *end)),
            (Judged::Void, _) => Some(format!(
                "the {kind} license key is not accepted any more; the organization has what free gives"
            )),
            _ => None,
        }
    }
}

impl Judged {
    fn standing(&self, now: Timestamp) -> LicenseStanding {
        match self {
            Self::Trial(end) if *end <= now => LicenseStanding::Ended,
            Self::Keyed(key) if key.grace_until() <= now => LicenseStanding::Ended,
            Self::Keyed(key) if key.expires_at <= now => LicenseStanding::Grace,
            Self::Void => LicenseStanding::Ended,
            Self::Free | Self::Trial(_) | Self::Keyed(_) => LicenseStanding::Active,
        }
    }
}

fn ended(kind: LicenseType, at: Timestamp) -> String {
    format!("the {kind} license ended at {at}; the organization has what free gives")
}
