//! Which of two media types a caller prefers (`Accept`, RFC 9110 §12.5.1).

use crate::http::{Header, Request};

/// Whether `Accept` names the media type `wanted`, and does not name `usual` with the same weight or a higher one. A
/// wildcard names neither, so that a browser or curl gets what is usual.
pub fn prefers(request: &Request, wanted: &str, usual: &str) -> bool {
    let accept = request.header(Header::Accept).unwrap_or_default();
    let wanted = weight(accept, wanted);
    wanted > 0 && wanted > weight(accept, usual)
}

/// The weight of a media type in thousandths; 0 when it is not named or not acceptable.
fn weight(accept: &str, media_type: &str) -> u16 {
    let weights = accept.split(',').filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(media_type));
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        is_named.then(|| quality.map_or(1000, thousandths))
    });
    weights.max().unwrap_or_default()
}

/// A weight, `0` to `1` with at most three decimals, in thousandths; 0 for anything else.
fn thousandths(quality: &str) -> u16 {
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    match whole {
        "1" => 1000,
        "0" => format!("{decimals:0<3}").parse().unwrap_or_default(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;

    #[test]
    fn a_type_is_preferred_when_it_is_named_and_the_usual_one_is_not_named_higher() {
        let prefers = |accept: Option<&str>| {
            let mut headers = Header::ALL.map(|_| None);
            headers[Header::Accept as usize] = accept.map(str::to_owned);
            let request = Request::new(Method::Get, "https://edge.test/a".to_owned(), headers);
            prefers(&request, "application/x-ndjson", "application/json")
        };
        for accept in [
            "application/x-ndjson",
            "Application/X-NDJSON;charset=utf-8",
            "application/x-ndjson, */*",
            "application/json;q=0.5, application/x-ndjson;q=0.51",
            "text/html, application/x-ndjson;q=0.001",
        ] {
            assert!(prefers(Some(accept)), "{accept}");
        }
        assert!(!prefers(None));
        for accept in [
            "",
            "*/*",
            "application/*",
            "application/json",
            "application/json, application/x-ndjson",
            "application/x-ndjson;q=0",
            "application/x-ndjson;q=0.000",
            "application/x-ndjson;q=2",
            "application/x-ndjson;q=0.0001",
            "application/x-ndjson;q=x",
            "application/x-ndjsonx",
        ] {
            assert!(!prefers(Some(accept)), "{accept}");
        }
    }
}
