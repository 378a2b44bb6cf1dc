//! Devices that have logged in before (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"): guesses of strangers at an address do
//! not count against them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_accounts::EmailAddress;
use polity_identity::Secret;
use polity_kernel::{IdSource, Seal, Timestamp};
use uuid::Uuid;

/// A device, told from others. Whoever holds its mark may guess as often as a network may, and nothing else.
pub(crate) type DeviceId = Uuid;

/// Makes the marks that devices keep, and knows them again.
pub(crate) struct Devices(Seal);

impl Devices {
    /// How long a mark is good for.
    pub(crate) const LIFE: Duration = Duration::from_secs(180 * 86_400);

    pub(crate) fn new(seal: Seal) -> Self {
        Self(seal)
    }

    /// A mark of a device that has just logged in to this address, known before or not.
    pub(crate) fn mark(
        &self,
        ids: &IdSource,
        device: Option<DeviceId>,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Secret {
        let device = device.unwrap_or_else(|| ids.secret());
        let since = now.micros().to_be_bytes();
        let proof = self.proof(email, device, &since);
        let parts = [device.as_bytes().as_slice(), &since, &proof].concat();
        Secret::new(URL_SAFE_NO_PAD.encode(parts))
    }

    /// The device that this mark was made for, if it was one that logged in to this address.
    pub(crate) fn known(&self, mark: &Secret, email: &EmailAddress, now: Timestamp) -> Option<DeviceId> {
        let parts = URL_SAFE_NO_PAD.decode(mark.reveal()).ok()?;
        let (device, rest) = parts.split_first_chunk::<16>()?;
        let (since, proof) = rest.split_first_chunk::<8>()?;
        let device = Uuid::from_bytes(*device);
        let expected = self.proof(email, device, since);
        let is_ours: bool = subtle::ConstantTimeEq::ct_eq(expected.as_slice(), proof).into();
        let until = Timestamp::from_micros(i64::from_be_bytes(*since)).after(Self::LIFE);
        (is_ours && now < until).then_some(device)
    }

    fn proof(&self, email: &EmailAddress, device: DeviceId, since: &[u8; 8]) -> Vec<u8> {
        self.0.digest(&[email.as_str().as_bytes(), device.as_bytes(), since]).bytes().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use polity_kernel::MasterKey;

    use super::*;

    const NOON: Timestamp = Timestamp::from_seconds(1_768_478_400);

    #[test]
    fn a_mark_is_known_again_for_its_address_and_its_time() {
        let devices = |byte| Devices::new(Seal::new(&MasterKey::new([byte; 32]), "test"));
        let ours = devices(7);
        let [ada, bob] = ["ada@b.example", "bob@b.example"].map(|email| email.parse().unwrap());
        let mark = ours.mark(&IdSource::random(), None, &ada, NOON);
        let device = ours.known(&mark, &ada, NOON).unwrap();
        let again = ours.mark(&IdSource::random(), Some(device), &ada, NOON);
        assert_eq!(ours.known(&again, &ada, NOON), Some(device));
        assert_eq!(ours.known(&mark, &bob, NOON), None);
        assert_eq!(devices(8).known(&mark, &ada, NOON), None, "another service's");
        assert_eq!(ours.known(&mark, &ada, NOON.after(Devices::LIFE)), None);
        let bent = mark.reveal().replace(|c: char| c.is_ascii_digit(), "x");
        for bad in ["", "x", &bent, &mark.reveal()[..60]] {
            assert_eq!(ours.known(&Secret::new(bad), &ada, NOON), None, "{bad}");
        }
    }
}
