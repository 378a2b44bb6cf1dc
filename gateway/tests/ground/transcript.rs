//! Transcripts: who asked what and what came back, as text that a snapshot holds.

use std::fmt;

use polity_testkit::Kit;
use serde_json::Value;
use uuid::Uuid;

use super::common::{Answer, Service};
use super::{Caller, MOMENT};

/// Requests and answers in order. Ids are shown by the names they were given, other UUIDs as `[id]`.
/// The clock moves a moment before each request, so that what is made by different ones has an order.
pub(crate) struct Transcript<'s> {
    kit: &'s Kit,
    service: &'s Service,
    text: String,
    names: Vec<(String, &'static str)>,
}

impl<'s> Transcript<'s> {
    /// An empty one.
    pub(crate) fn new(kit: &'s Kit, service: &'s Service) -> Self {
        Self { kit, service, text: String::new(), names: Vec::new() }
    }

    /// Shows an id by a name from now on.
    #[expect(clippy::needless_pass_by_value, reason = "ids are small and come in many types")]
    pub(crate) fn name(&mut self, id: impl ToString, name: &'static str) {
        self.names.push((id.to_string(), name));
    }

    /// A request without a body.
    pub(crate) fn ask(&mut self, who: &Caller, method: &str, path: &str) -> Answer {
        self.kit.pass(MOMENT);
        let answer = who.ask(self.service, method, path);
        self.note(who, (method, path), None, &answer);
        answer
    }

    /// A request with a body.
    #[expect(clippy::needless_pass_by_value, reason = "a call that holds its body in place reads best")]
    pub(crate) fn send(&mut self, who: &Caller, (method, path): (&str, &str), body: Value) -> Answer {
        self.kit.pass(MOMENT);
        let answer = who.put(self.service, (method, path), &body);
        self.note(who, (method, path), Some(&body), &answer);
        answer
    }

    fn note(&mut self, who: &Caller, (method, path): (&str, &str), body: Option<&Value>, answer: &Answer) {
        let said = body.map(|body| format!(" {body}")).unwrap_or_default();
        let told = match answer.text.as_str() {
            "" => String::new(),
            text => match serde_json::from_str::<Value>(text) {
                Ok(json) => format!(" {}", lines(&json)),
                Err(_) => format!(" {text:?}"),
            },
        };
        let exchange = format!("{}> {method} {path}{said}\n{}{told}\n", who.name, answer.code());
        self.text.push_str(&self.masked(exchange));
    }

    fn masked(&self, mut text: String) -> String {
        for (id, name) in &self.names {
            text = text.replace(id, &format!("[{name}]"));
        }
        const LENGTH: usize = 36;
        let mut at = 0;
        while let Some(part) = text.get(at..) {
            if part.len() < LENGTH {
                break;
            }
            if text.get(at..at + LENGTH).is_some_and(|part| Uuid::try_parse(part).is_ok()) {
                text.replace_range(at..at + LENGTH, "[id]");
            }
            at = text.char_indices().map(|(index, _)| index).find(|index| *index > at).unwrap_or(text.len());
        }
        text
    }
}

impl fmt::Display for Transcript<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.trim_end())
    }
}

/// JSON on as few lines as can be read: short things on one, a list of objects on one each.
fn lines(json: &Value) -> String {
    let compact = json.to_string();
    match json {
        Value::Array(items) if compact.len() > 100 => {
            let items: Vec<String> = items.iter().map(|item| format!("  {item}")).collect();
            format!("[\n{}\n]", items.join(",\n"))
        }
        _ => compact,
    }
}
