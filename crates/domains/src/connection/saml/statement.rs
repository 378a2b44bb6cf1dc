//! What an assertion says, and whether it says it to us, now (SAML Core §2, Web Browser SSO Profile §4.1.4.2 and §4.1.4.3).

use std::collections::BTreeMap;
use std::time::Duration;

use polity_kernel::Timestamp;
use serde_json::Value;

use super::tree::Element;
use super::{ASSERTION, Expected};
use crate::connection::external::{ExternalIdentity, MOST_GROUPS};
use crate::connection::rejection::Rejection;
use crate::connection::settings::SamlSettings;

/// How far clocks may differ.
pub(super) const LEEWAY: Duration = Duration::from_secs(60);

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const EMAIL_FORMAT: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";

/// Names under which providers tell things, the first that is there counts.
const EMAIL: [&str; 5] = [
    "email",
    "mail",
    "urn:oid:0.9.2342.19200300.100.1.3",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "emailAddress",
];
const FIRST_NAME: [&str; 5] = [
    "first_name",
    "firstName",
    "givenName",
    "urn:oid:2.5.4.42",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
];
const LAST_NAME: [&str; 6] = [
    "last_name",
    "lastName",
    "sn",
    "surname",
    "urn:oid:2.5.4.4",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
];
const DISPLAY_NAME: [&str; 3] = [
    "displayName",
    "urn:oid:2.16.840.1.113730.3.1.241",
    "http://schemas.microsoft.com/identity/claims/displayname",
];

/// What an assertion is known by, and how long it could be used.
pub(super) struct Stated {
    pub(super) id: String,
    pub(super) name_id: String,
    pub(super) identity: ExternalIdentity,
    pub(super) until: Timestamp,
}

/// Judges what the assertion says. Whether it is signed was judged elsewhere.
pub(super) fn stated(
    assertion: &Element,
    settings: &SamlSettings,
    expected: &Expected<'_>,
) -> Result<Stated, Rejection> {
    if assertion.only(ASSERTION, "Issuer").map(Element::text) != Some(settings.entity_id.as_str()) {
        return Err(Rejection::SamlIssuer);
    }
    let conditions = assertion.only(ASSERTION, "Conditions").ok_or(Rejection::SamlLayout)?;
    require_audience(conditions, expected)?;
    require_time(conditions, expected.now)?;
    let subject = assertion.only(ASSERTION, "Subject").ok_or(Rejection::SamlLayout)?;
    let until = confirmed(subject, expected)?;
    let name_id = subject.only(ASSERTION, "NameID").ok_or(Rejection::MissingSubject)?;
    if name_id.text().is_empty() || name_id.text().len() > 1_024 || !name_id.children.is_empty() {
        return Err(Rejection::MissingSubject);
    }
    let id = assertion.attribute("ID").ok_or(Rejection::SamlLayout)?.to_owned();
    Ok(Stated {
        id,
        name_id: name_id.text().to_owned(),
        identity: identity(assertion, name_id, settings)?,
        until,
    })
}

/// One audience of each restriction must be us (SAML Core §2.5.1.4); without a restriction it is for everybody, which is refused.
fn require_audience(conditions: &Element, expected: &Expected<'_>) -> Result<(), Rejection> {
    let mut restrictions = conditions.all(ASSERTION, "AudienceRestriction").peekable();
    let names_us = |restriction: &Element| {
        restriction.all(ASSERTION, "Audience").any(|audience| audience.text() == expected.sp.entity_id)
    };
    if restrictions.peek().is_some() && restrictions.all(names_us) {
        return Ok(());
    }
    Err(Rejection::SamlAudience)
}

fn require_time(element: &Element, now: Timestamp) -> Result<(), Rejection> {
    let early = instant(element, "NotBefore")?.is_some_and(|at| now.after(LEEWAY) < at);
    let late = instant(element, "NotOnOrAfter")?.is_some_and(|at| now.before(LEEWAY) >= at);
    if early || late { Err(Rejection::SamlTime) } else { Ok(()) }
}

/// Until when a bearer may bring the assertion to our address, in answer to this request.
fn confirmed(subject: &Element, expected: &Expected<'_>) -> Result<Timestamp, Rejection> {
    let mut why = Rejection::SamlRecipient;
    for confirmation in subject.all(ASSERTION, "SubjectConfirmation") {
        if confirmation.attribute("Method") != Some(BEARER) {
            continue;
        }
        let Some(terms) = confirmation.only(ASSERTION, "SubjectConfirmationData") else { continue };
        match confirms(terms, expected) {
            Ok(until) => return Ok(until),
            Err(rejection) => why = rejection,
        }
    }
    Err(why)
}

fn confirms(terms: &Element, expected: &Expected<'_>) -> Result<Timestamp, Rejection> {
    if !terms.attribute("Recipient").is_some_and(|recipient| expected.sp.takes_at(recipient)) {
        return Err(Rejection::SamlRecipient);
    }
    if terms.attribute("InResponseTo") != expected.request_id {
        return Err(Rejection::SamlInResponseTo);
    }
    require_time(terms, expected.now)?;
    let until = instant(terms, "NotOnOrAfter")?.ok_or(Rejection::SamlTime)?;
    Ok(until.after(LEEWAY))
}

/// An instant with a zone of UTC (SAML Core §1.3.3).
fn instant(element: &Element, name: &str) -> Result<Option<Timestamp>, Rejection> {
    let Some(text) = element.attribute(name) else { return Ok(None) };
    let utc = text.ends_with('Z');
    Timestamp::parse(text).filter(|_| utc).map(Some).ok_or(Rejection::SamlTime)
}

fn identity(
    assertion: &Element,
    name_id: &Element,
    settings: &SamlSettings,
) -> Result<ExternalIdentity, Rejection> {
    let claims = attributes(assertion);
    let named = |own: &Option<String>, usual: &[&str]| -> Option<String> {
        let names: Vec<&str> = own.as_deref().map_or_else(|| usual.to_vec(), |name| vec![name]);
        names.iter().find_map(|name| claims.get(*name)?.first().cloned()).filter(|text| !text.is_empty())
    };
    let wanted = &settings.attributes;
    let is_address = name_id.attribute("Format") == Some(EMAIL_FORMAT);
    let email = named(&wanted.email, &EMAIL)
        .or_else(|| is_address.then(|| name_id.text().to_owned()))
        .filter(|email| email.len() <= 254);
    let mut groups = wanted.groups.as_ref().and_then(|name| claims.get(name).cloned()).unwrap_or_default();
    groups.truncate(MOST_GROUPS);
    Ok(ExternalIdentity {
        issuer: settings.entity_id.clone(),
        subject: name_id.text().to_owned(),
        email,
        // an assertion has no word for it: whoever signs it says who somebody is
        email_verified: true,
        first_name: named(&wanted.first_name, &FIRST_NAME),
        last_name: named(&wanted.last_name, &LAST_NAME),
        display_name: named(&None, &DISPLAY_NAME),
        groups,
        acr: context(assertion),
        amr: Vec::new(),
        claims: shown(name_id, claims),
    })
}

/// The values of each attribute, by its name.
fn attributes(assertion: &Element) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for attribute in
        assertion.all(ASSERTION, "AttributeStatement").flat_map(|s| s.all(ASSERTION, "Attribute"))
    {
        let Some(name) = attribute.attribute("Name") else { continue };
        let values = attribute.all(ASSERTION, "AttributeValue").map(|value| value.text().to_owned());
        found.entry(name.to_owned()).or_default().extend(values);
    }
    found
}

fn context(assertion: &Element) -> Option<String> {
    let statement = assertion.all(ASSERTION, "AuthnStatement").next()?;
    let class = statement.only(ASSERTION, "AuthnContext")?.only(ASSERTION, "AuthnContextClassRef")?;
    Some(class.text().to_owned())
}

/// Everything that was told, for the page of a try-out.
fn shown(name_id: &Element, claims: BTreeMap<String, Vec<String>>) -> BTreeMap<String, Value> {
    let mut shown: BTreeMap<String, Value> =
        claims.into_iter().map(|(name, values)| (name, Value::from(values))).collect();
    shown.insert("NameID".to_owned(), Value::from(name_id.text()));
    if let Some(format) = name_id.attribute("Format") {
        shown.insert("NameID Format".to_owned(), Value::from(format));
    }
    shown
}
