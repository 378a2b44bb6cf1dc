//! A browser, as pages see it: cookies, forms, and what the forms hold.

use polity_testkit::Kit;
use reqwest::blocking::RequestBuilder;

use super::common::{Answer, Service, send};
use super::{Caller, patient};

/// Ada's password.
pub(crate) const PASSWORD: &str = "correct horse <battery>";

/// A browser with its cookies, on pages of the service's own.
#[derive(Default)]
pub(crate) struct Jar(pub(crate) Vec<(String, String)>);

impl Jar {
    pub(crate) fn with(&self, request: RequestBuilder) -> RequestBuilder {
        let cookies: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.header("cookie", cookies.join("; "))
    }

    /// Takes the cookies of an answer in.
    pub(crate) fn keep(&mut self, answer: Answer) -> Answer {
        for line in answer.headers.get_all("set-cookie") {
            let (name, rest) = line.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.0.retain(|(other, _)| other != name);
            if !value.is_empty() {
                self.0.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    pub(crate) fn value(&self, name: &str) -> String {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    pub(crate) fn get(&mut self, service: &Service, path: &str) -> Answer {
        let answer = send(self.with(service.request("GET", path)));
        self.keep(answer)
    }

    pub(crate) fn post(&mut self, service: &Service, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from(service, "same-origin", (path, fields))
    }

    pub(crate) fn post_from(
        &mut self,
        service: &Service,
        site: &str,
        (path, fields): (&str, &[(&str, &str)]),
    ) -> Answer {
        let request = service.request("POST", path).header("sec-fetch-site", site);
        let answer = send(self.with(form(request, fields)));
        self.keep(answer)
    }

    /// Signs in, step by step, and says how the last one is answered.
    pub(crate) fn signs_in(
        &mut self,
        service: &Service,
        (email, password): (&str, &str),
        return_to: &str,
    ) -> Answer {
        let page = self.get(service, "/login");
        let token = token(&page);
        let fields = [("email", email), ("form_token", &token), ("return_to", return_to)];
        let page = self.post(service, "/login", &fields);
        assert_eq!(page.code(), 200, "{page:?}");
        let fields =
            [("email", email), ("password", password), ("form_token", &token), ("return_to", return_to)];
        self.post(service, "/login/password", &fields)
    }
}

pub(crate) fn form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    request.header("content-type", "application/x-www-form-urlencoded").body(body)
}

/// What the page's forms hold.
pub(crate) fn token(page: &Answer) -> String {
    let (_, rest) =
        page.text.split_once("name=\"form_token\" value=\"").unwrap_or_else(|| panic!("{page:?}"));
    rest.split('"').next().unwrap().to_owned()
}

/// What a hidden field of the page holds.
pub(crate) fn hidden(page: &Answer, name: &str) -> String {
    let (_, rest) = page
        .text
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap_or_else(|| panic!("{name}: {page:?}"));
    rest.split('"').next().unwrap().to_owned()
}

/// A service with Ada, who has a password.
pub(crate) fn with_ada(kit: &Kit) -> (Service, Caller) {
    let service = patient(kit);
    let ada = Caller::person(&service, "ada");
    let actor = service.polity.identity.authenticate(&ada.bearer.clone().unwrap().parse().unwrap()).unwrap();
    let password = polity_signin::Password::new(PASSWORD).unwrap();
    service.polity.signin.change_password(&actor, "", password).unwrap();
    (service, ada)
}

/// Ada's browser, where she has signed in with her password.
pub(crate) fn signed_in(service: &Service) -> Jar {
    let mut jar = Jar::default();
    let answer = jar.signs_in(service, ("ada@acme.example", PASSWORD), "");
    assert_eq!((answer.code(), answer.header("location")), (303, "/account"), "{answer:?}");
    jar
}
