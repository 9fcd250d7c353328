//! A service that remembers its answers.

use std::cell::RefCell;

use mithril_edge::http::Header;
use mithril_edge::http::Method;
use mithril_edge::http::Method::Post;
use serde_json::Value;

use super::FORM;
use crate::oauth::{CLIENT, encoded};
use crate::support::{Reply, Service, mint};

/// A service that remembers its answers, and what they were the first to show.
pub struct Run {
    pub service: Service,
    pub answers: RefCell<Vec<String>>,
    /// Each with the numbers of the answers that show it: one, and those to the same call under its idempotency key.
    pub shown: RefCell<Vec<(String, Vec<usize>)>>,
}

impl Run {
    pub fn send(&self, method: Method, path: &str, headers: &[(Header, &str)], body: &str) -> Reply {
        self.heard(self.service.send(method, path, headers, body))
    }

    fn heard(&self, reply: Reply) -> Reply {
        let headers: String = reply.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        self.answers.borrow_mut().push(format!("{} {headers}{}", reply.status, reply.json));
        reply
    }

    pub fn call(&self, method: Method, path: &str, scope: &str, body: &str) -> Reply {
        self.call_as(method, path, &mint(scope), &[], body)
    }

    pub fn call_as(&self, method: Method, path: &str, token: &str, more: &[(Header, &str)], body: &str) -> Reply {
        self.heard(self.service.call_with(method, path, token, more, body))
    }

    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send(Post, path, &[(Header::ContentType, FORM)], &encoded(fields))
    }

    /// A form of the client whose secret this is.
    pub fn client(&self, path: &str, secret: &str, fields: &[(&str, &str)]) -> Reply {
        let mut all = vec![("client_id", CLIENT), ("client_secret", secret)];
        all.extend(fields);
        self.form(path, &all)
    }

    /// What the last answer shows under a JSON pointer.
    pub fn keep(&self, reply: &Reply, pointer: &str) -> String {
        let text = reply.json.pointer(pointer).and_then(Value::as_str);
        let text = text.unwrap_or_else(|| panic!("{pointer} of {}", reply.json)).to_owned();
        self.shown.borrow_mut().push((text.clone(), vec![self.answers.borrow().len() - 1]));
        text
    }

    /// A call under an idempotency key, and once more: what it shows under a JSON pointer.
    pub fn twice(
        &self,
        method: Method,
        path: &str,
        token: &str,
        more: &[(Header, &str)],
        body: &str,
        pointer: &str,
    ) -> String {
        let name = format!("key-{}", self.answers.borrow().len());
        let more = [more, &[(Header::IdempotencyKey, name.as_str())]].concat();
        let text = self.keep(&self.call_as(method, path, token, &more, body), pointer);
        let repeated = self.call_as(method, path, token, &more, body);
        assert_eq!(repeated.json.pointer(pointer).and_then(Value::as_str), Some(text.as_str()));
        if let Some((_, at)) = self.shown.borrow_mut().last_mut() {
            at.push(self.answers.borrow().len() - 1);
        }
        text
    }
}
