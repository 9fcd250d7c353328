//! Query parameters of the Endpoint dialect.

use crate::base::failure::{BadInput, Failure};
use crate::ports::Ports;
use crate::request::call::Call;

/// A query parameter.
///
/// # Errors
/// 400 for percent-encoding that is not text.
pub fn query<P: Ports>(call: &Call<'_, P>, name: &str) -> Result<Option<String>, Failure> {
    call.request.query_param(name).map_err(|_| Failure::BadInput(BadInput::Unconvertible))
}
