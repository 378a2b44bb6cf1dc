//! Whether a caller takes what the family answers with, which is JSON (RFC 9110 §12.5.1).

use actix_web::HttpRequest;
use actix_web::http::header;
use polity_kernel::{Code, Error, Result};

/// Refuses a caller that takes no JSON; one that says nothing takes anything.
///
/// # Errors
/// `NotAcceptable`.
pub(super) fn json(request: &HttpRequest) -> Result<()> {
    let lines: Vec<&str> =
        request.headers().get_all(header::ACCEPT).filter_map(|line| line.to_str().ok()).collect();
    if takes_json(&lines.join(",")) {
        return Ok(());
    }
    Err(Error::new(Code::NotAcceptable, "Could not satisfy the request Accept header."))
}

/// Whether the most specific range that JSON is in is not excluded.
fn takes_json(accept: &str) -> bool {
    let ranges = accept.split(',').filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let specific = match parts.next()?.to_ascii_lowercase().as_str() {
            "application/json" => 2,
            "application/*" => 1,
            "*/*" => 0,
            _ => return None,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        // what is no number excludes nothing
        Some((specific, weight.and_then(|q| q.trim().parse::<f32>().ok()).is_none_or(|q| q > 0.0)))
    });
    let best = ranges.max_by_key(|(specific, _)| *specific);
    best.map_or(accept.trim().is_empty(), |(_, taken)| taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_taken_by_whoever_does_not_exclude_it() {
        for taken in [
            "",
            "  ",
            "*/*",
            "application/json",
            "Application/JSON; indent=4",
            "text/html, application/*;q=0.2",
            "text/html,*/*;q=0.1",
            "application/json;q=nonsense",
            "application/json, */*;q=0",
        ] {
            assert!(takes_json(taken), "{taken}");
        }
        for excluded in [
            "text/html",
            "application/xml, text/*",
            "application/json;q=0",
            "*/*;q=0",
            "application/*, application/json;q=0.0",
            "application",
            ";;,,",
        ] {
            assert!(!takes_json(excluded), "{excluded}");
        }
    }
}
