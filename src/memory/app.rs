//! What one isolate knows: its settings and its memory. Both are plain data, which the platform may throw away at any
//! time.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::rc::Rc;

use lru::LruCache;

use crate::http::Tagged;
use crate::identity::context::Context;
use crate::log::RefusalSampler;
use crate::memory::client_keys::RegisteredKey;
use crate::memory::fresh::Fresh;
use crate::memory::key_sets::RemoteSet;
use crate::memory::misses::Misses;
use crate::memory::probe::LastProbe;
use crate::memory::refusal_counts::RefusalCounts;
use crate::memory::running::Running;
use crate::memory::standings::Standings;
use crate::memory::tokens::VerifiedTokens;
use crate::settings::{RawSettings, Settings};

/// The use of a secret is written down once in this many seconds.
const USE_SECONDS: i64 = 3600;

const ROLES: NonZeroUsize = NonZeroUsize::new(1024).unwrap();
const CONTEXTS: NonZeroUsize = NonZeroUsize::new(128).unwrap();
const USED_SECRETS: NonZeroUsize = NonZeroUsize::new(4096).unwrap();
const DECISIONS: NonZeroUsize = NonZeroUsize::new(1024).unwrap();
const CLIENT_KEYS: NonZeroUsize = NonZeroUsize::new(256).unwrap();

/// What one isolate remembers.
pub struct Memory {
    /// Verified tokens and their callers.
    pub tokens: VerifiedTokens,
    /// The clients that the database has confirmed lately.
    pub standings: Standings,
    /// Roles as the API shows them, by id.
    pub roles: RefCell<LruCache<String, Fresh<Tagged>>>,
    /// Answers to questions about access, by the question and its caller as JSON.
    pub decisions: RefCell<LruCache<String, Fresh<String>>>,
    /// Contexts by the name of the client type.
    pub contexts: RefCell<LruCache<String, Fresh<Context>>>,
    /// Whether the gate has told this isolate that there is an administration.
    pub has_administration: Cell<bool>,
    /// The registered keys of clients, by the client's id and the `kid` that an assertion names.
    pub client_keys: RefCell<LruCache<String, Fresh<Vec<RegisteredKey>>>>,
    /// When the use of a secret was last written down, by the digest under the current pepper.
    used_secrets: RefCell<LruCache<String, i64>>,
    /// Wrong secrets that were compared with imported hashes.
    pub misses: Misses,
    /// What `/readyz` found last.
    pub probe: LastProbe,
    /// Decides which refused requests get a line in the log.
    pub refusals: RefusalSampler,
    /// How many answers were refusals since they were last written down.
    pub refusal_counts: RefusalCounts,
    /// The changes under idempotency keys that have not ended yet.
    pub running: Running,
    remote_sets: RefCell<HashMap<String, Rc<RemoteSet>>>,
}

impl Memory {
    /// Whether this isolate wrote the use of this secret down less than [`USE_SECONDS`] ago. `now` is in seconds since 1970.
    pub fn is_use_noted(&self, digest: &str, now: i64) -> bool {
        self.used_secrets.borrow_mut().get(digest).is_some_and(|at| (0..USE_SECONDS).contains(&(now - at)))
    }

    /// Remembers that the use of this secret was written down.
    pub fn use_noted(&self, digest: &str, now: i64) {
        self.used_secrets.borrow_mut().put(digest.to_owned(), now);
    }

    /// The remote key set of a configured issuer; an empty one at first.
    pub fn remote_set(&self, issuer: &str) -> Rc<RemoteSet> {
        Rc::clone(self.remote_sets.borrow_mut().entry(issuer.to_owned()).or_default())
    }
}

/// One isolate of the service: what `handle` needs besides the request and the platform.
pub struct App {
    /// The settings, parsed once.
    pub settings: Settings,
    /// What was learned from earlier requests.
    pub memory: Memory,
}

impl App {
    /// An isolate with these settings and an empty memory.
    pub fn new(raw: &RawSettings) -> Self {
        Self {
            settings: Settings::parse(raw),
            memory: Memory {
                tokens: VerifiedTokens::default(),
                standings: Standings::default(),
                roles: RefCell::new(LruCache::new(ROLES)),
                decisions: RefCell::new(LruCache::new(DECISIONS)),
                contexts: RefCell::new(LruCache::new(CONTEXTS)),
                has_administration: Cell::new(false),
                client_keys: RefCell::new(LruCache::new(CLIENT_KEYS)),
                used_secrets: RefCell::new(LruCache::new(USED_SECRETS)),
                misses: Misses::default(),
                probe: LastProbe::default(),
                refusals: RefusalSampler::default(),
                refusal_counts: RefusalCounts::default(),
                running: Running::default(),
                remote_sets: RefCell::default(),
            },
        }
    }
}
