//! What one isolate knows: its settings and its memory. Plain data only: a platform may throw it away at
//! any time, and no promise, body or binding of a request is ever kept.

use std::cell::RefCell;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::rc::Rc;

use lru::LruCache;

use crate::http::Tagged;
use crate::identity::context::Context;
use crate::log::Refusals;
use crate::memory::client_keys::ClientKeys;
use crate::memory::fresh::Fresh;
use crate::memory::key_sets::RemoteSet;
use crate::memory::probe::LastProbe;
use crate::memory::running::Running;
use crate::memory::standings::Standings;
use crate::memory::tokens::VerifiedTokens;
use crate::settings::{RawSettings, Settings};

/// How often the use of a secret is written down at most.
const USE_SECONDS: i64 = 3600;

const ROLES: NonZeroUsize = NonZeroUsize::new(1024).unwrap();
const CONTEXTS: NonZeroUsize = NonZeroUsize::new(128).unwrap();
const USED_SECRETS: NonZeroUsize = NonZeroUsize::new(4096).unwrap();
const CLIENT_KEYS: NonZeroUsize = NonZeroUsize::new(256).unwrap();

pub struct Memory {
    pub tokens: VerifiedTokens,
    pub standings: Standings,
    /// Role answers by id.
    pub roles: RefCell<LruCache<String, Fresh<Tagged>>>,
    /// Contexts by client type name.
    pub contexts: RefCell<LruCache<String, Fresh<Context>>>,
    /// Registered keys of clients by client id.
    pub client_keys: RefCell<LruCache<String, Fresh<Vec<ClientKeys>>>>,
    /// When the use of a secret was last written down, by its current digest.
    used_secrets: RefCell<LruCache<String, i64>>,
    /// What `/readyz` found last.
    pub probe: LastProbe,
    pub refusals: Refusals,
    /// The changes under idempotency keys that have not ended.
    pub running: Running,
    remote_sets: RefCell<HashMap<String, Rc<RemoteSet>>>,
}

impl Memory {
    /// Whether the database need not be told of this use of a secret: it was, less than an hour ago, from here.
    pub fn is_use_noted(&self, digest: &str, now: i64) -> bool {
        self.used_secrets.borrow_mut().get(digest).is_some_and(|at| (0..USE_SECONDS).contains(&(now - at)))
    }

    pub fn use_noted(&self, digest: &str, now: i64) {
        self.used_secrets.borrow_mut().put(digest.to_owned(), now);
    }

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
                tokens: VerifiedTokens::default(),
                standings: Standings::default(),
                roles: RefCell::new(LruCache::new(ROLES)),
                contexts: RefCell::new(LruCache::new(CONTEXTS)),
                client_keys: RefCell::new(LruCache::new(CLIENT_KEYS)),
                used_secrets: RefCell::new(LruCache::new(USED_SECRETS)),
                probe: LastProbe::default(),
                refusals: Refusals::default(),
                running: Running::default(),
                remote_sets: RefCell::default(),
            },
        }
    }
}
