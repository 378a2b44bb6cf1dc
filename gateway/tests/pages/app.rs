//! An authenticator app in software, set up on the pages of an account.

use polity_testkit::Kit;
use ring::hmac;

use crate::ground::browser::{Jar, token};
use crate::ground::common::{Answer, Service};

/// An authenticator app that was given this secret.
pub(crate) struct App(Vec<u8>);

impl App {
    /// The app that this page has told its secret.
    pub(crate) fn told_by(page: &Answer) -> Self {
        let (_, rest) = page.text.split_once("class=\"secret\">").unwrap_or_else(|| panic!("{page:?}"));
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let letters = rest.split('<').next().unwrap().chars();
        let bits: String = letters.map(|c| format!("{:05b}", alphabet.find(c).unwrap())).collect();
        let bytes = bits.as_bytes().chunks_exact(8);
        Self(bytes.map(|byte| u8::from_str_radix(str::from_utf8(byte).unwrap(), 2).unwrap()).collect())
    }

    /// What it shows so many steps from now (RFC 6238).
    pub(crate) fn code(&self, kit: &Kit, later: i64) -> String {
        let step = kit.ctx.now().seconds() / 30 + later;
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let at = usize::from(tag[19] & 15);
        let number = u32::from_be_bytes(tag[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// A code that it shows at no time about now.
    pub(crate) fn wrong(&self, kit: &Kit) -> String {
        let right: Vec<String> = (-1..=1).map(|later| self.code(kit, later)).collect();
        (0..).map(|number| format!("{number:06}")).find(|code| !right.contains(code)).unwrap()
    }
}

/// Sets an app up in a browser that is signed in; the app, and the recovery codes.
pub(crate) fn enrolled(kit: &Kit, service: &Service, jar: &mut Jar) -> (App, Vec<String>) {
    let token = token(&jar.get(service, "/account"));
    let app = App::told_by(&jar.post(service, "/account/app", &[("form_token", &token)]));
    let fields = [("code", app.code(kit, 0)), ("form_token", token)];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let shown = jar.post(service, "/account/app/confirm", &fields);
    assert_eq!(shown.code(), 200, "{shown:?}");
    (app, codes(&shown))
}

/// The recovery codes of this page.
pub(crate) fn codes(page: &Answer) -> Vec<String> {
    let parts = page.text.split("<li><code>").skip(1);
    parts.map(|part| part.split('<').next().unwrap().to_owned()).collect()
}
