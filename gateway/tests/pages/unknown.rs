//! An address without an account looks like one with whatever it has, at each step.

use polity_testkit::both_engines;

use crate::app::enrolled;
use crate::ground::browser::{Jar, signed_in, token, with_ada};
use crate::ground::common::Answer;

both_engines! {
    fn nobody_learns_who_has_an_account_or_a_second_factor(kit) {
        let (service, _) = with_ada(kit);
        enrolled(kit, &service, &mut signed_in(&service));
        let seen = ["ada@acme.example", "eve@acme.example"].map(|email| {
            let mut jar = Jar::default();
            let token = token(&jar.get(&service, "/login"));
            let plain = |answer: &Answer| {
                (answer.code(), answer.text.len(), answer.text.replace(email, "").replace(&token, ""))
            };
            let fields = [("email", email), ("form_token", token.as_str()), ("password", "wrong horse")];
            let steps = ["/login", "/login/password", "/login/link"];
            let pages = steps.map(|step| plain(&jar.post(&service, step, &fields)));
            assert_eq!(jar.value("polity"), "");
            pages
        });
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0].each_ref().map(|(code, ..)| *code), [200, 400, 200]);
    }
}
