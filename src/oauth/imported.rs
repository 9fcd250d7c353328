//! The first use of a secret that was imported as another service's hash. It costs one more round trip and a slow hash.
//! Then the secret is stored as our digest, and both are over (decision 0023).

use crate::base::failure::Failure;
use crate::db::statement::Row;
use crate::http::Header;
use crate::oauth::caller::Caller;
use crate::oauth::store;
use crate::ports::Ports;
use crate::request::public_call::PublicCall;
use crate::secrets::imported::ImportedHash;
use crate::secrets::secret;

/// Looks for an imported hash of the caller's client that the secret fits, for [`Caller::imported`]. Secrets that this
/// service made, and secrets whose use this isolate has noted, are no imported ones.
///
/// # Errors
/// - 429 after five wrong secrets in a minute from this client and address
/// - 503 when the database is not reached, 500 when the platform cannot compute a hash
pub async fn find<P: Ports>(
    call: &PublicCall<'_, P>,
    caller: &Caller,
    secret: &str,
) -> Result<Option<(String, String)>, Failure> {
    if secret::is_ours(secret) || !caller.is_use_new(&call.app.memory) {
        return Ok(None);
    }
    let Some(hashes) = call.read(store::imported_hashes(caller)).await?.and_then(Row::first) else { return Ok(None) };
    let address = call.request.header(Header::ConnectingIp).unwrap_or_default();
    let attempt = [&caller.client, " ", address].concat();
    if !call.app.memory.misses.may_try(&attempt, caller.now) {
        return Err(Failure::RateLimited);
    }
    for (placeholder, text) in hashes.lines().filter_map(|line| line.split_once(' ')) {
        let Some(hash) = ImportedHash::parse(text) else { continue };
        if hash.is_of(secret, call.ports).await.map_err(Failure::Internal)? {
            return Ok(Some((placeholder.to_owned(), secret::hint(secret))));
        }
    }
    call.app.memory.misses.missed(&attempt, caller.now);
    Ok(None)
}
