//! Query parameters of the Endpoint dialect.

use crate::base::failure::Failure;
use crate::ports::Ports;
use crate::request::call::Call;

/// The value of a query parameter, decoded. `None` when the query does not have it. The case of its name does not
/// matter: the vendor's documents write both `Fields` and `fields`, and a filter that is not read would show too much.
///
/// # Errors
/// 400 when any parameter of the query cannot be decoded.
pub fn query<P: Ports>(call: &Call<'_, P>, name: &str) -> Result<Option<String>, Failure> {
    Ok(call.request.parameters()?.get_in_any_case(name).map(str::to_owned))
}
