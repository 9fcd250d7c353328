//! A documented call: as its sample has it, or changed so that the service refuses it.

use base64ct::{Base64UrlUnpadded, Encoding};
use mithril_edge::db::error::DbError;
use mithril_edge::http::dialect::Dialect;
use mithril_edge::http::{Header, Response};
use mithril_edge::identity::access::Access;
use mithril_edge::identity::enforced::ENFORCED;
use mithril_edge::routes::Route;
use mithril_openapi as openapi;
use mithril_openapi::doc::{Doc, Sample};
use mithril_openapi::refusals;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::platform::NOW;
use crate::support::tokens::{Signer, sign};
use crate::support::{Service, mint, tokens};

/// The call of a sample, perhaps changed in one place.
pub struct Trial<'a> {
    route: &'a Route,
    sample: &'a Sample,
    pub body: String,
    media_type: &'a str,
    token: Option<String>,
    allowance: u32,
    fault: Option<DbError>,
    /// How many round trips fail with the fault.
    failing: u32,
    target: String,
    more: Vec<(Header, &'static str)>,
}

impl<'a> Trial<'a> {
    pub fn new(route: &'a Route, doc: &'a Doc, sample: &'a Sample) -> Self {
        // Nobody gives more than they hold, so the administrator of the samples holds all.
        let claims = json!({ "scope": ENFORCED.join(" "), "sub": sample.user.unwrap_or("admin") });
        let token = (route.access != Access::Public).then(|| sign(Signer::LoginEs256, json!({}), claims));
        Self {
            route,
            sample,
            body: sample.body.unwrap_or_default().to_owned(),
            media_type: doc.body.as_ref().map_or("", |body| body.media_type),
            token,
            allowance: u32::MAX,
            fault: None,
            failing: u32::MAX,
            target: sample.target(route.path),
            more: Vec::new(),
        }
    }

    pub fn answer(&self, service: &Service) -> Response {
        service.platform.allowance.set(self.allowance);
        *service.platform.fault.borrow_mut() = self.fault.clone();
        service.platform.failing.set(self.failing);
        // The examples of the vendors' documents.
        let request_id = match self.route.dialect {
            Dialect::Mithril(_) | Dialect::OAuth | Dialect::Access | Dialect::EndpointToken => {
                "6617aeec-15e2-4d6f-b9bd-53559c358f97#17810"
            }
            Dialect::Endpoint => "894ea43c-b8a6-4195-9a9c-82c07d9cc33a",
        };
        let authorization = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let mut headers = vec![(Header::RequestId, request_id)];
        headers.extend(authorization.iter().map(|value| (Header::Authorization, value.as_str())));
        if !self.body.is_empty() {
            headers.push((Header::ContentType, self.media_type));
        }
        headers.extend(&self.more);
        service.raw(self.route.method, &self.target, &headers, self.body.as_bytes())
    }

    /// Changes the call so that the service refuses it with `status`. `None` when only a sample can show the status.
    pub fn refused_with(mut self, status: u16) -> Option<Self> {
        match status {
            400 if self.route.dialect == Dialect::Endpoint => {
                let path = self.target.split('?').next()?;
                self.target = format!("{path}?Name=nothing&PageSize=many");
                if !self.media_type.is_empty() {
                    "%".clone_into(&mut self.body);
                }
            }
            400 if !self.body.is_empty() => "%".clone_into(&mut self.body),
            400 if refusals::takes_key(self.route) => self.more.push((Header::IdempotencyKey, "")),
            400 if refusals::takes_conditions(self.route, &openapi::entry(self.route.operation)) => {
                self.more.push((Header::IfMatch, "1"));
            }
            401 if self.token.is_some() => self.token = None,
            403 => self.token = Some(mint("")),
            404 if self.sample.params.is_empty() => {}
            404 => {
                let last = self.sample.params.last()?;
                let absent = if last.parse::<i64>().is_ok() { "0" } else { "00000000-0000-4000-8000-000000000000" };
                self.target = self.target.replacen(last, absent, 1);
            }
            // The first call under the key still runs: its row ends the batch, and it cannot be read yet.
            409 if refusals::takes_key(self.route) => {
                self.more.push((Header::IdempotencyKey, "new"));
                self.fault = Some(DbError::Unique("idempotency_keys.id".to_owned()));
                self.failing = 1;
            }
            412 => self.more.push((Header::IfMatch, "\"0\"")),
            // The call goes to a service that requires a condition, which this call lacks.
            428 => {}
            413 => self.body = " ".repeat(16 << 20),
            415 if matches!(self.route.dialect, Dialect::OAuth | Dialect::EndpointToken) => {
                self.more.push((Header::ContentEncoding, "gzip"));
            }
            415 => {
                self.media_type = "text/plain";
                self.body.push('x');
            }
            422 if refusals::takes_key(self.route)
                && (self.body.is_empty() || self.route.dialect == Dialect::Endpoint) =>
            {
                self.more.push((Header::IdempotencyKey, USED));
            }
            422 if self.media_type.is_empty() => {
                let path = self.target.split('?').next()?;
                self.target = format!("{path}?page=0&limit=0&page_number=0");
            }
            422 => "[]".clone_into(&mut self.body),
            429 => self.allowance = 0,
            500 => self.fault = Some(DbError::Other("a defect".to_owned())),
            503 => self.fault = Some(DbError::Unavailable("gone".to_owned())),
            _ => return None,
        }
        Some(self)
    }
}

/// A key that the callers of the samples used for another request.
const USED: &str = "used";

/// Stores the row of the used key, for the callers of the samples.
pub fn use_key(service: &Service) {
    for sub in ["admin", "user-1380df72-275a-11e7-93ae-92361f002671"] {
        let caller = json!([tokens::ADMIN, sub, USED]).to_string();
        let id = Base64UrlUnpadded::encode_string(&Sha256::digest(caller));
        service.platform.load(&format!(
            "INSERT INTO idempotency_keys (id, fingerprint, key_exp) VALUES ('{id}', '{}', {})",
            "x".repeat(43),
            NOW + 60
        ));
    }
}
