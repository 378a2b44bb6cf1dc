//! A browser with its cookies.

use reqwest::blocking::RequestBuilder;

use crate::ground::common::{Answer, Service, send};

/// A browser with its cookies, on pages of the service's own.
#[derive(Default)]
pub(crate) struct Jar(Vec<(String, String)>);

impl Jar {
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn get(&mut self, service: &Service, path: &str) -> Answer {
        let answer = send(self.with(service.request("GET", path)));
        self.keep(answer)
    }

    pub(crate) fn post(&mut self, service: &Service, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = service.request("POST", path).header("sec-fetch-site", "same-origin");
        let answer = send(self.with(form(request, fields)));
        self.keep(answer)
    }

    fn with(&self, request: RequestBuilder) -> RequestBuilder {
        let cookies: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.header("cookie", cookies.join("; "))
    }

    /// Takes the cookies of an answer in.
    fn keep(&mut self, answer: Answer) -> Answer {
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
}

/// What a page of another site has a browser post: our cookies stay at home.
pub(crate) fn posted(service: &Service, path: &str, fields: &[(&str, &str)]) -> Answer {
    send(form(service.request("POST", path).header("sec-fetch-site", "cross-site"), fields))
}

fn form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    request.header("content-type", "application/x-www-form-urlencoded").body(body)
}

/// The value of a hidden field on a page.
pub(crate) fn field(page: &Answer, name: &str) -> String {
    within(page, &format!("name=\"{name}\" value=\""))
}

/// Where the button of a page leads.
pub(crate) fn button(page: &Answer) -> String {
    within(page, "class=\"button\" href=\"")
}

fn within(page: &Answer, before: &str) -> String {
    let (_, rest) = page.text.split_once(before).unwrap_or_else(|| panic!("{before} is not on {page:?}"));
    rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")
}
