//! The rule of the header `api-key` for whoever changes the credentials of a connection (spec/mithril.md §4.4): the key
//! must be a secret of a connection of the consumer, unless the consumer is the client itself.

use crate::base::failure::Failure;
use crate::http::Header;
use crate::ports::Ports;
use crate::request::call::Call;
use crate::secrets::secret::{ApiKey, SecretUse};
use crate::settings::ApiKeyRule;

/// SQL: the client whose connection the presented key belongs to. A key counts while neither that client nor the consumer
/// of the connection is blocked. `$digests` is a JSON array of the digests of the key,
/// and `$now` is in seconds since 1970.
macro_rules! key_client {
    ($digests:literal, $now:literal) => {
        concat!(
            "SELECT link.client_id FROM connection_secrets secret JOIN connections link ON link.id = secret.connection_id
      JOIN clients holder ON holder.id = link.client_id AND holder.is_blocked = 0
      JOIN clients acting ON acting.id = link.consumer_id AND acting.is_blocked = 0
      WHERE secret.digest IN (SELECT value FROM json_each(",
            $digests,
            ")) AND ",
            $crate::secrets::sql::secret_counts!("secret.expires_at", $now)
        )
    };
}
pub(crate) use key_client;

/// The rule, and the key that a call presents.
pub struct KeyRule {
    /// Whether there is such a rule (`API_KEY_RULE`).
    pub applies: bool,
    /// The key of the header. Without a header it is the default, which matches no secret.
    pub key: SecretUse,
    /// Whether the call has the header.
    has_key: bool,
}

impl KeyRule {
    /// The rule for a call.
    pub fn of<P: Ports>(call: &Call<'_, P>) -> Self {
        let settings = &call.app.settings;
        let key = call.request.header(Header::ApiKey);
        Self {
            applies: settings.api_key_rule != ApiKeyRule::Off,
            key: key.map(|key| ApiKey::new(key).used(&settings.peppers, call.now())).unwrap_or_default(),
            has_key: key.is_some(),
        }
    }

    /// Why the rule refuses the call. `key_client` is the client that the key belongs to; `None` for an unknown key or
    /// none. It returns `None` when the rule allows the call.
    pub fn refusal(&self, key_client: Option<&str>, consumer_id: &str) -> Option<Failure> {
        match key_client {
            None if !self.has_key => Some(Failure::ApiKey("api-key header not set")),
            None => Some(Failure::ApiKey("invalid api-key header")),
            Some(client) if client != consumer_id => Some(Failure::ForeignApiKey),
            Some(_) => None,
        }
    }
}
