//! JSON in and out.
//!
//! A body that is not what the route takes is refused, the field at fault named.

use std::cell::Cell;

use actix_web::body::BoxBody;
use actix_web::dev::Payload;
use actix_web::http::header::ContentType;
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, ResponseError as _};
use futures_util::future::LocalBoxFuture;
use polity_kernel::{Code, Error, Result};
use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed as _};
use serde_path_to_error::Track;

use super::strict::Strict;
use super::unreadable::unreadable;
use super::value::Strictly;
use super::{body, count};
use crate::family::Refusal;

/// What the body as a whole is called, where none of its fields is at fault.
const WHOLE: &str = "body";

/// A body of JSON: as an argument the request's, as a result the answer's.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + Send + 'static> FromRequest for Json<T> {
    type Error = Refusal;
    type Future = LocalBoxFuture<'static, Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        body::extracted(request, payload, receive)
    }
}

impl<T: Serialize> Responder for Json<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        match serde_json::to_vec(&self.0) {
            Ok(body) => HttpResponse::Ok().content_type(ContentType::json()).body(body),
            Err(error) => Refusal::new(request, Error::internal(error)).error_response(),
        }
    }
}

async fn receive<T: DeserializeOwned + Send + 'static>(
    request: HttpRequest,
    payload: Payload,
) -> Result<Json<T>> {
    let body = body::read(&request, payload).await?;
    if body.bytes.is_empty() {
        return Err(Error::new(Code::Malformed, "the request needs a body of JSON"));
    }
    if !body::is_json(&request) {
        return Err(Error::new(Code::UnsupportedMediaType, "the body must be application/json in UTF-8"));
    }
    body.parsed(parse).await.map(Json)
}

/// Reads the whole text, once, as one `T`.
fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T> {
    serde_path_to_error::deserialize(Strictly(any(text)?)).map_err(|error| {
        let path = error.path().clone();
        unreadable(&path, error.into_inner(), WHOLE)
    })
}

/// Reads the whole text as any JSON in which no key is twice in one object and U+0000 is nowhere, of at most
/// [`count::VALUES`] values.
pub(crate) fn any(text: &[u8]) -> Result<serde_json::Value> {
    count::require_few(text)?;
    let (problem, mut track) = (Cell::new(None), Track::new());
    let mut reader = serde_json::Deserializer::from_slice(text);
    let tracked = serde_path_to_error::Deserializer::new(&mut reader, &mut track);
    let value = Strict(&problem).deserialize(tracked).map_err(|error| match problem.take() {
        Some(problem) => unreadable(&track.path(), problem.into(), WHOLE),
        None => malformed(&error),
    })?;
    reader.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn malformed(problem: &serde_json::Error) -> Error {
    Error::new(Code::Malformed, format!("the body is not JSON: {problem}"))
}

#[cfg(test)]
mod tests {
    use polity_kernel::FieldKind;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Body {
        #[serde(rename = "name")]
        _name: String,
        #[serde(rename = "tags", default)]
        _tags: Vec<Tag>,
    }

    #[derive(Debug, Deserialize)]
    struct Tag {
        #[serde(rename = "label")]
        _label: String,
        #[serde(rename = "kind")]
        _kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    enum Kind {}

    fn refusal(text: &str) -> (Code, String) {
        let error = parse::<Body>(text.as_bytes()).unwrap_err();
        (error.code(), error.message().to_owned())
    }

    #[test]
    fn unknown_fields_are_let_through() {
        parse::<Body>(br#"{"name": "x", "other": {"deep": [1, -1, 2.5, null, true]}}"#).unwrap();
    }

    #[test]
    fn a_wrong_value_names_its_field() {
        for (text, field) in [
            (r#"{"name": 7}"#, "name:"),
            (r#"{"name": null}"#, "name:"),
            ("{}", "name: is required"),
            (r#"{"name": "x", "tags": [{"label": "a"}, {"label": []}]}"#, "tags[1].label:"),
            (r#"{"name": "x", "tags": [{}]}"#, "tags[0].label: is required"),
            (r#"{"name": "x", "tags": [{"label": "a", "kind": 7}]}"#, "tags[0].kind:"),
            ("[]", "body:"),
            ("\"x\"", "body:"),
        ] {
            let (code, message) = refusal(text);
            assert_eq!(code, Code::Invalid, "{text}");
            assert!(message.starts_with(field), "{text}: {message}");
            assert!(!message.contains(" at line "), "{message}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_field_is_of_a_kind() {
        #[derive(Debug, Deserialize)]
        struct Sizes {
            #[serde(rename = "most")]
            _most: Option<u8>,
            #[serde(rename = "word")]
            _word: Option<Word>,
        }
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Word {
            Small,
            Large,
        }
        let of = |error: Error| error.fields()[0].kind;
        for (text, kind) in [
            ("{}", FieldKind::Required),
            (r#"{"name": null}"#, FieldKind::Null),
            (r#"{"name": 7}"#, FieldKind::Type),
            (r#"{"name": "x", "name": "y"}"#, FieldKind::Duplicate),
            (r#"{"name": "a\u0000b"}"#, FieldKind::ControlCharacter),
            ("[]", FieldKind::Type),
        ] {
            assert_eq!(of(parse::<Body>(text.as_bytes()).unwrap_err()), kind, "{text}");
        }
        assert_eq!(of(parse::<Sizes>(br#"{"most": 300}"#).unwrap_err()), FieldKind::OutOfRange);
        assert_eq!(
            of(parse::<Sizes>(br#"{"word": "huge"}"#).unwrap_err()),
            FieldKind::Choice(&["small", "large"])
        );
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        for text in [
            "{",
            r#"{"name": "x"} trailing"#,
            r#"{"name": "x",}"#,
            "\u{feff}{}",
            "NaN",
            r#"{"a": 1e999}"#,
            &deep,
        ] {
            assert_eq!(refusal(text).0, Code::Malformed, "{text}");
        }
        assert_eq!(parse::<Body>(b"{\"name\": \"\xff\"}").unwrap_err().code(), Code::Malformed);
        assert_eq!(refusal(r#"{"name": "\ud800"}"#).0, Code::Malformed, "half a surrogate pair");
    }

    #[test]
    fn a_key_counts_once_at_any_depth() {
        for text in [
            r#"{"name": "x", "name": "y"}"#,
            r#"{"name": "x", "n\u0061me": "y"}"#,
            r#"{"name": "x", "other": [{"a": 1, "a": 1}]}"#,
        ] {
            let (code, message) = refusal(text);
            assert_eq!(code, Code::Invalid, "{text}");
            assert!(message.contains("twice"), "{message}");
        }
    }

    #[test]
    fn nul_is_refused_where_it_stands() {
        let (code, message) = refusal(r#"{"name": "a\u0000b"}"#);
        assert_eq!((code, message.as_str()), (Code::Invalid, "name: must not contain U+0000"));
        assert_eq!(refusal(r#"{"name": "x", "a\u0000": 1}"#).0, Code::Invalid);
    }
}
