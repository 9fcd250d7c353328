//! The caller of the token plane, as the database proves it.

use serde::Serialize;

use crate::db::statement::Param;
use crate::memory::Memory;

/// The client that calls, with the proof that it sent. As JSON it is `?1` of every statement of the token plane, and
/// the SQL macro `caller!` checks it.
#[derive(Debug, Clone, Serialize)]
pub struct Caller {
    /// The client's id, as the request names it.
    pub client: String,
    /// What proves the client, and so how its connection is found.
    pub proof: Proof,
    /// The authentication methods that are accepted here. The connection must be registered for one of them.
    pub methods: &'static [&'static str],
    /// The digests of the client's secret under every pepper, the current one first.
    pub digests: Vec<String>,
    /// The version of the current pepper, which made the first of `digests`.
    pub pepper: Option<i64>,
    /// The connection, where the request itself tells: it registered the key, or a presented access token names it.
    pub connection: Option<String>,
    /// The key that signed the assertion, a JWK. The database confirms that it is still registered.
    pub key: Option<String>,
    /// The grant of the presented refresh token.
    pub grant: Option<String>,
    /// The digests of the presented refresh token or code under every pepper, the current one first.
    pub presented: Vec<String>,
    /// The `grant_type` that the request asks for, which the client must be allowed; `None` when it asks for no grant.
    pub grant_type: Option<&'static str>,
    /// In seconds since 1970.
    pub now: i64,
    /// The SHA-256 digest of what the assertion signs, and its end in seconds since 1970. It may be used once.
    #[serde(skip)]
    pub assertion: Option<(String, i64)>,
    /// The imported hash that the secret fits: the placeholder in its row, and the end of the secret by which people know
    /// it. The batch that proves the caller puts the digest in its place.
    #[serde(skip)]
    pub imported: Option<(String, String)>,
}

/// What proves the client, and so how its connection is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A secret: the connection has its digest.
    Secret,
    /// A signed assertion: the connection has registered the key.
    Key,
    /// Nothing but a presented code or token: the connection is the one that it was issued through.
    Presented,
}

impl Caller {
    /// A caller without a proof of its own. A public client is found by the code or token that it presents.
    pub fn unproved(now: i64) -> Self {
        Self {
            client: String::new(),
            proof: Proof::Presented,
            methods: &["none"],
            digests: Vec::new(),
            pepper: None,
            connection: None,
            key: None,
            grant: None,
            presented: Vec::new(),
            grant_type: None,
            now,
            assertion: None,
            imported: None,
        }
    }

    /// Accepts a refresh token alone from a connection that has a secret. The Endpoint page documents this, and the
    /// setting `ENDPOINT_REFRESH_WITHOUT_SECRET` allows it.
    pub const fn allow_missing_secret(&mut self) {
        self.methods = &["none", "client_secret_basic"];
    }

    /// Whether a secret proves the client.
    pub const fn has_secret(&self) -> bool {
        matches!(self.proof, Proof::Secret)
    }

    /// Whether the use of the secret must be written to the database, because this isolate has not done so lately.
    pub fn is_use_new(&self, memory: &Memory) -> bool {
        self.digests.first().is_some_and(|digest| !memory.is_use_noted(digest, self.now))
    }

    /// Remembers that the use of the secret is written. Call it when the database has proved the caller.
    pub fn use_noted(&self, memory: &Memory) {
        if let Some(digest) = self.digests.first()
            && self.is_use_new(memory)
        {
            memory.use_noted(digest, self.now);
        }
    }

    /// The value of `?1`: this caller as JSON.
    pub fn param(&self) -> Param {
        Param::json(self)
    }
}
