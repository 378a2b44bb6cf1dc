//! Bodies of the family: an object of JSON or a form, its fields read one by one in words of the family's own, as their
//! declarations in `wire` say.

#[macro_use]
mod declaration;
mod field;
mod reader;

use std::convert::Infallible;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::future::LocalBoxFuture;
use futures_util::stream;
use polity_kernel::{Code, Error, FieldKind, Result};
use serde_json::{Map, Value};
use url::form_urlencoded;

pub(super) use declaration::{Fields, Sent, documented, joined};
pub(super) use field::{Clearable, Flag, Nullable, Optional, Required, RequiredIfRead, Switch};
pub(super) use reader::{
    Integer, LevelNumber, Members, NEW_PASSWORD, PASSWORD, Reader, Text, blankable, blankable_of, id, items,
    text, text_judged, text_of, too_long, too_many, word,
};

use super::{Fault, accept};
use crate::ask::{PARAMETERS, any, read, require_few_parameters, too_many_parameters};

/// How many objects a list brings at most.
const MOST: usize = polity_directory::MOST_INVITEES;

/// The fields that a request brings, as their declaration reads them.
pub(super) struct Body<T>(pub(super) T);

impl<T: Fields + 'static> FromRequest for Body<T> {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let sent = Sent::from_request(request, payload);
        Box::pin(async move { Ok(Self(T::read(&sent.await?)?)) })
    }
}

impl FromRequest for Sent {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move { fields(receive(&request, payload).await?) })
    }
}

/// A list of objects that a request brings, as the declaration of their fields reads them; a form is none.
pub(super) struct Bodies<T>(pub(super) Vec<T>);

impl<T: Fields + 'static> FromRequest for Bodies<T> {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move { listed(receive(&request, payload).await?) })
    }
}

/// The objects of a list. More than [`MOST`] are not looked at.
fn listed<T: Fields>(value: Value) -> Result<Bodies<T>, Fault> {
    let Value::Array(items) = value else {
        return Err(Fault::of_field("__all__", FieldKind::Type.told("Expected a list of items.")));
    };
    if items.len() > MOST {
        return Err(Fault::of_field("__all__", too_many(MOST)));
    }
    let within = |place| move |fault: Fault| fault.within(place);
    let sent = |(place, item)| fields(item).map_err(within(place));
    // no field is looked at before all items are known to be objects
    let sent: Vec<Sent> = items.into_iter().enumerate().map(sent).collect::<Result<_, _>>()?;
    let read = |(place, sent)| T::read(sent).map_err(within(place));
    Ok(Bodies(sent.iter().enumerate().map(read).collect::<Result<_, _>>()?))
}

/// The fields of an object.
fn fields(value: Value) -> Result<Sent, Fault> {
    match value {
        Value::Object(fields) => Ok(Sent(fields)),
        other => Err(Fault::of_field("__all__", FieldKind::Type.told(no_object(&other)))),
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
            let problem = FieldKind::ControlCharacter.told("must not contain U+0000");
            return Err(Error::field(name.replace('\0', ""), problem));
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
