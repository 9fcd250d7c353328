//! The caller as the database is to prove it.

use serde::Serialize;

use crate::db::statement::Param;
use crate::memory::Memory;

/// `?1` of every statement of the token plane: the caller as it is to be proved.
#[derive(Debug, Clone, Serialize)]
pub struct Caller {
    pub client: String,
    pub proof: Proof,
    /// The connection must be registered for one of these methods.
    pub methods: &'static [&'static str],
    pub digests: Vec<String>,
    /// The version of the current pepper, the first of `digests`.
    pub pepper: Option<i64>,
    pub connection: Option<String>,
    /// The key set that the assertion was checked against: still the registered one?
    pub jwks: Option<String>,
    /// The grant of the refresh token at hand.
    pub grant: Option<String>,
    /// Digests of the refresh token or code at hand, under every pepper.
    pub presented: Vec<String>,
    pub now: i64,
    /// SHA-256 and end of the assertion, which is good for one use.
    #[serde(skip)]
    pub assertion: Option<(String, i64)>,
}

/// How the connection is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// By a secret's digest.
    Secret,
    /// By the key that signed.
    Key,
    /// By the code or refresh token that is shown.
    Presented,
}

impl Caller {
    /// A caller that shows nothing but what comes with the grant.
    pub fn unproved(now: i64) -> Self {
        Self {
            client: String::new(),
            proof: Proof::Presented,
            methods: &["none"],
            digests: Vec::new(),
            pepper: None,
            connection: None,
            jwks: None,
            grant: None,
            presented: Vec::new(),
            now,
            assertion: None,
        }
    }

    /// Lets a connection with a secret refresh without it (the Endpoint page's way, a setting).
    pub const fn allow_missing_secret(&mut self) {
        self.methods = &["none", "client_secret_basic"];
    }

    pub const fn has_secret(&self) -> bool {
        matches!(self.proof, Proof::Secret)
    }

    /// Whether the database is to be told that the secret was used.
    pub fn is_use_new(&self, memory: &Memory) -> bool {
        self.digests.first().is_some_and(|digest| !memory.is_use_noted(digest, self.now))
    }

    /// The database has proved the caller, and so was told.
    pub fn use_noted(&self, memory: &Memory) {
        if let Some(digest) = self.digests.first()
            && self.is_use_new(memory)
        {
            memory.use_noted(digest, self.now);
        }
    }

    /// The value of `?1`.
    pub fn param(&self) -> Param {
        Param::json(self)
    }
}
