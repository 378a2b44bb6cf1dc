//! Bodies of the family: an object of JSON or a form, its fields read one by one in words of the family's own
//! (contract api, facts 0.1 and 0.4).

use std::convert::Infallible;
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::future::LocalBoxFuture;
use futures_util::stream;
use polity_kernel::{Code, Error, Result};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{Fault, accept};
use crate::ask::{PARAMETERS, any, read, require_few_parameters, too_many_parameters};

/// How many objects a list brings at most.
const MOST: usize = polity_directory::MOST_INVITEES;

/// The fields that a request brings; none for an empty body.
#[derive(Debug)]
pub(super) struct Body(Map<String, Value>);

impl FromRequest for Body {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move { fields(receive(&request, payload).await?) })
    }
}

/// A list of objects that a request brings, each with its fields; a form is none.
#[derive(Debug)]
pub(super) struct Bodies(pub(super) Vec<Body>);

impl FromRequest for Bodies {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move { listed(receive(&request, payload).await?) })
    }
}

/// The objects of a list. More than [`MOST`] are not looked at.
fn listed(value: Value) -> Result<Bodies, Fault> {
    let Value::Array(items) = value else {
        return Err(Fault::of_field("__all__", "invalid_input", "Expected a list of items."));
    };
    if items.len() > MOST {
        let words = format!("Ensure this field has no more than {MOST} elements.");
        return Err(Fault::of_field("__all__", "max_length", words));
    }
    let fields = |(place, item)| fields(item).map_err(|fault: Fault| fault.within(place));
    Ok(Bodies(items.into_iter().enumerate().map(fields).collect::<Result<_, _>>()?))
}

/// The fields of an object.
fn fields(value: Value) -> Result<Body, Fault> {
    match value {
        Value::Object(fields) => Ok(Body(fields)),
        other => Err(Fault::of_field("__all__", "invalid_input", no_object(&other))),
    }
}

/// What the body says; an empty one is an object without fields.
async fn receive(request: &HttpRequest, payload: Payload) -> Result<Value, Fault> {
    accept::json(request)?;
    let body = read(request, payload).await?;
    if body.bytes.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let media_type = request.mime_type().ok().flatten();
    match media_type.as_ref().map(|media_type| media_type.essence_str()) {
        Some("application/json") => Ok(body.parsed(any).await?),
        Some("application/x-www-form-urlencoded") => {
            require_few_parameters(&body.bytes)?;
            let pairs = |text: &[u8]| form(form_urlencoded::parse(text).into_owned());
            Ok(Value::Object(body.parsed(pairs).await?))
        }
        Some("multipart/form-data") => {
            let pairs = parts(request, body.bytes).await?;
            Ok(Value::Object(form(pairs.into_iter())?))
        }
        other => {
            let words = format!("Unsupported media type \"{}\" in request.", other.unwrap_or_default());
            Err(Error::new(Code::UnsupportedMediaType, words).into())
        }
    }
}

/// The fields of a form; of one that is there twice the last one counts.
fn form(pairs: impl Iterator<Item = (String, String)>) -> Result<Map<String, Value>> {
    let mut fields = Map::new();
    for (name, value) in pairs {
        if name.contains('\0') || value.contains('\0') {
            return Err(Error::field(name.replace('\0', ""), "must not contain U+0000"));
        }
        fields.insert(name, Value::String(value));
    }
    Ok(fields)
}

async fn parts(request: &HttpRequest, body: Bytes) -> Result<Vec<(String, String)>> {
    let malformed = |error: multer::Error| {
        Error::new(Code::Malformed, "the body is not a form of several parts").because(error)
    };
    let head = request.headers().get(actix_web::http::header::CONTENT_TYPE);
    let boundary = multer::parse_boundary(head.and_then(|head| head.to_str().ok()).unwrap_or_default());
    let whole = stream::once(async move { Ok::<_, Infallible>(body) });
    let mut form = multer::Multipart::new(whole, boundary.map_err(malformed)?);
    let mut found = Vec::new();
    while let Some(part) = form.next_field().await.map_err(malformed)? {
        if found.len() >= PARAMETERS {
            return Err(too_many_parameters());
        }
        let name = part.name().unwrap_or_default().to_owned();
        found.push((name, part.text().await.map_err(malformed)?));
    }
    Ok(found)
}

fn no_object(value: &Value) -> String {
    let kind = match value {
        Value::Array(_) => "list",
        Value::String(_) => "str",
        Value::Number(_) => "int",
        Value::Bool(_) => "bool",
        Value::Null | Value::Object(_) => "NoneType",
    };
    format!("Invalid data. Expected a dictionary, but got {kind}.")
}

impl Body {
    /// A field that must be there.
    pub(super) fn required<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Self, &str) -> Result<Option<T>, Fault>,
    ) -> Result<T, Fault> {
        read(self, name)?.ok_or_else(|| Fault::of_field(name, "required", "This field is required."))
    }

    /// A field that may be null, which says as much as its absence.
    pub(super) fn unless_null<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Self, &str) -> Result<Option<T>, Fault>,
    ) -> Result<Option<T>, Fault> {
        if matches!(self.0.get(name), Some(Value::Null)) { Ok(None) } else { read(self, name) }
    }

    /// An object; its JSON as a text is one too, since a form holds nothing else.
    pub(super) fn object(&self, name: &str) -> Result<Option<Map<String, Value>>, Fault> {
        let parsed = match self.value(name)? {
            None => return Ok(None),
            Some(Value::String(text)) => any(text.as_bytes()).ok(),
            Some(other) => Some(other.clone()),
        };
        match parsed {
            Some(Value::Object(members)) => Ok(Some(members)),
            // what it is instead is not repeated: it may be a secret
            _ => Err(Fault::of_field(name, "invalid_input", "Not a valid object.")),
        }
    }

    /// An integer; its digits as a text are one too.
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, Fault> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        let said = match value {
            Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        let whole = said.split_once('.').filter(|(_, rest)| rest.bytes().all(|digit| digit == b'0'));
        let number = whole.map_or(said.as_str(), |(whole, _)| whole).parse();
        let words = "A valid integer is required.";
        number.map(Some).map_err(|_| Fault::of_field(name, "invalid_input", words))
    }

    /// A text of 1 to so many characters, trimmed; a number is one too.
    pub(super) fn text(&self, name: &str, most: usize) -> Result<Option<String>, Fault> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return Err(Fault::of_field(name, "invalid_input", "Not a valid string.")),
        };
        if text.is_empty() {
            return Err(Fault::of_field(name, "blank", "This field may not be blank."));
        }
        if text.chars().count() > most {
            let words = format!("Ensure this field has no more than {most} characters.");
            return Err(Fault::of_field(name, "max_length", words));
        }
        Ok(Some(text))
    }

    /// A text exactly as it is: a password. Its rules are the area's.
    pub(super) fn verbatim(&self, name: &str) -> Result<Option<String>, Fault> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        let text = value.as_str().map(str::to_owned);
        text.map(Some).ok_or_else(|| Fault::of_field(name, "invalid_input", "Not a valid string."))
    }

    /// A text of at most so many characters, trimmed, that may be empty; a number is one too.
    pub(super) fn blankable(&self, name: &str, most: usize) -> Result<Option<String>, Fault> {
        match self.0.get(name) {
            Some(Value::String(text)) if text.trim().is_empty() => Ok(Some(String::new())),
            _ => self.text(name, most),
        }
    }

    /// The items of a list; in a form, of a list as JSON.
    pub(super) fn list(&self, name: &str) -> Result<Option<Vec<Value>>, Fault> {
        let listed = match self.value(name)? {
            None => return Ok(None),
            Some(Value::String(text)) => any(text.as_bytes()).ok(),
            Some(value) => Some(value.clone()),
        };
        match listed {
            Some(Value::Array(items)) => Ok(Some(items)),
            _ => Err(Fault::of_field(name, "invalid_input", "Expected a list of items.")),
        }
    }

    /// A truth value, which may not be null.
    pub(super) fn switch(&self, name: &str) -> Result<Option<bool>, Fault> {
        self.value(name)?;
        Ok(self.flag(name)?.flatten())
    }

    /// An integer out of some; its digits as a text are one too.
    pub(super) fn choice<T>(
        &self,
        name: &str,
        of: impl FnOnce(i16) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        let said = match value {
            Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        let choice = said.parse().ok().and_then(of);
        let words = || format!("\"{said}\" is not a valid choice.");
        choice.map(Some).ok_or_else(|| Fault::of_field(name, "invalid_choice", words()))
    }

    /// One word out of some.
    pub(super) fn word<T>(&self, name: &str, of: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Fault> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        let said = match value {
            Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        let words = || format!("\"{said}\" is not a valid choice.");
        of(&said).map(Some).ok_or_else(|| Fault::of_field(name, "invalid_choice", words()))
    }

    /// A truth value, as JSON or in one of the usual words for it; null clears it.
    pub(super) fn flag(&self, name: &str) -> Result<Option<Option<bool>>, Fault> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let said = match value {
            Value::String(text) => text.trim().to_lowercase(),
            other => other.to_string(),
        };
        match said.as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Ok(Some(Some(true))),
            "false" | "f" | "no" | "n" | "off" | "0" => Ok(Some(Some(false))),
            "null" | "" => Ok(Some(None)),
            _ => Err(Fault::of_field(name, "invalid_input", "Must be a valid boolean.")),
        }
    }

    /// What is read of a field that null and an empty text clear.
    pub(super) fn clearable<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Self, &str) -> Result<Option<T>, Fault>,
    ) -> Result<Option<Option<T>>, Fault> {
        let is_blank = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
        let clears = self.0.get(name).is_some_and(|value| value.is_null() || is_blank(value));
        // an empty text may be one of the words
        match read(self, name) {
            Err(_) if clears => Ok(Some(None)),
            found => Ok(found?.map(Some)),
        }
    }

    /// An id.
    pub(super) fn id<T: FromStr>(&self, name: &str) -> Result<Option<T>, Fault> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        let id = value.as_str().and_then(|text| text.trim().parse().ok());
        id.map(Some).ok_or_else(|| Fault::of_field(name, "invalid_input", "Must be a valid UUID."))
    }

    /// The value of a field that is there.
    fn value(&self, name: &str) -> Result<Option<&Value>, Fault> {
        match self.0.get(name) {
            Some(Value::Null) => Err(Fault::of_field(name, "null", "This field may not be null.")),
            value => Ok(value),
        }
    }
}
