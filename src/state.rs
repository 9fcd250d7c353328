//! What one isolate knows: its settings and its memory. Plain data only: a platform may throw it away at
//! any time, and no promise, body or binding of a request is ever kept.

use std::cell::RefCell;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::rc::Rc;

use lru::LruCache;

use crate::auth::Principal;
use crate::auth::remote::RemoteSet;
use crate::oauth::assertion::ClientKeys;
use crate::settings::{RawSettings, Settings};

/// How late an answer may be that the database was not asked for (decision 0005).
pub const FRESH_SECONDS: i64 = 60;

const TOKENS: NonZeroUsize = NonZeroUsize::new(4096).unwrap();
const ROLES: NonZeroUsize = NonZeroUsize::new(1024).unwrap();
const CONTEXTS: NonZeroUsize = NonZeroUsize::new(128).unwrap();
const CLIENT_KEYS: NonZeroUsize = NonZeroUsize::new(256).unwrap();

/// A value with the time at which the database said it. The time travels with the value through KV and
/// memory, so that no chain of caches adds up to more than one bound.
#[derive(Clone, Debug)]
pub struct Fresh<T> {
    pub value: T,
    pub as_of: i64,
}

impl<T> Fresh<T> {
    pub fn is_fresh(&self, now: i64) -> bool {
        // A time ahead of ours comes from a clock we do not trust.
        (0..FRESH_SECONDS).contains(&(now - self.as_of))
    }
}

/// Whether tokens of a client type may act for any client or only for their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    Own,
    Any,
}

pub struct Memory {
    /// Verified tokens by the SHA-256 of their text.
    pub tokens: RefCell<LruCache<[u8; 32], Rc<Principal>>>,
    /// Role answers (`data` as JSON) by id.
    pub roles: RefCell<LruCache<String, Fresh<Rc<str>>>>,
    /// Contexts by client type name.
    pub contexts: RefCell<LruCache<String, Fresh<Context>>>,
    /// Registered keys of clients by client id.
    pub client_keys: RefCell<LruCache<String, Fresh<Vec<ClientKeys>>>>,
    remote_sets: RefCell<HashMap<String, Rc<RemoteSet>>>,
}

impl Memory {
    /// The remote key set of a configured issuer.
    pub fn remote_set(&self, issuer: &str) -> Rc<RemoteSet> {
        Rc::clone(self.remote_sets.borrow_mut().entry(issuer.to_owned()).or_default())
    }
}

pub struct App {
    pub settings: Settings,
    pub memory: Memory,
}

impl App {
    pub fn new(raw: &RawSettings) -> Self {
        Self {
            settings: Settings::parse(raw),
            memory: Memory {
                tokens: RefCell::new(LruCache::new(TOKENS)),
                roles: RefCell::new(LruCache::new(ROLES)),
                contexts: RefCell::new(LruCache::new(CONTEXTS)),
                client_keys: RefCell::new(LruCache::new(CLIENT_KEYS)),
                remote_sets: RefCell::default(),
            },
        }
    }
}
