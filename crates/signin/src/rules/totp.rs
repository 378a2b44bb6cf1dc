//! Codes of authenticator apps: RFC 6238 with SHA-1, steps of 30 seconds and six digits, the only ones that every app has.

use polity_kernel::Timestamp;
use ring::hmac;
use subtle::ConstantTimeEq as _;

/// How long a code is shown, in seconds.
pub(crate) const STEP: i64 = 30;

/// How many digits a code has.
pub(crate) const DIGITS: usize = 6;

/// How many bytes a secret has (RFC 4226 §4, R6).
pub(crate) const SECRET: usize = 20;

/// Whether this is written as a code of an app is, right or wrong; recovery codes are not.
pub(crate) fn is_code(text: &str) -> bool {
    number(text.trim()).is_some()
}

/// Which step has this code: the present one, or one beside it, since clocks differ. All three are looked at, so that the time tells nothing.
pub(crate) fn step_of(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let code = number(code)?;
    let present = now.seconds().div_euclid(STEP);
    let mut found = None;
    for step in [present - 1, present, present + 1] {
        let is_it: bool = code_at(secret, step).ct_eq(&code).into();
        found = if is_it { Some(step) } else { found };
    }
    found
}

/// The code of a step (RFC 4226 §5.3).
fn code_at(secret: &[u8], step: i64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let offset = tag.as_ref().last().map_or(0, |byte| usize::from(byte & 0xf));
    let cut = tag.as_ref().get(offset..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
    (u32::from_be_bytes(cut) & 0x7fff_ffff) % 1_000_000
}

/// The number of a code as people type it, with spaces wherever they like.
fn number(code: &str) -> Option<u32> {
    let mut digits = 0;
    let mut number = 0;
    for c in code.chars().filter(|c| *c != ' ') {
        digits += 1;
        if digits > DIGITS {
            return None;
        }
        number = number * 10 + c.to_digit(10)?;
    }
    (digits == DIGITS).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_the_standards() {
        let secret = b"12345678901234567890";
        let cases =
            [(59, 287_082), (1_111_111_109, 81_804), (1_234_567_890, 5_924), (20_000_000_000, 353_130)];
        for (seconds, code) in cases {
            assert_eq!(code_at(secret, seconds / STEP), code);
            let now = Timestamp::from_seconds(seconds);
            assert_eq!(step_of(secret, &format!("{code:06}"), now), Some(seconds / STEP));
        }
    }

    #[test]
    fn a_code_is_good_in_its_step_and_in_those_beside_it() {
        let (secret, step) = (b"12345678901234567890", 1_111_111_109 / STEP);
        let at = |step: i64| step_of(secret, " 081 804", Timestamp::from_seconds(step * STEP));
        assert_eq!(
            [-2, -1, 0, 1, 2].map(|by| at(step + by)),
            [None, Some(step), Some(step), Some(step), None]
        );
    }

    #[test]
    fn what_is_no_code_is_none() {
        for text in ["", "81804", "0818040", "08180a", "-81804", "０８１８０４", "081804\n"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
