//! The ids in the paths of connections: `/api/clients/{id}/connections/{connection_id}/…`. Only this file knows their
//! places.

use crate::base::failure::Failure;
use crate::identity::ids::{ClientId, ConnectionId};
use crate::ports::Ports;
use crate::request::call::Call;

/// The client that a path names.
///
/// # Errors
/// 404 when the id cannot be decoded.
pub fn client<P: Ports>(call: &Call<'_, P>) -> Result<ClientId, Failure> {
    call.param(0).map(ClientId::from)
}

/// The connection that a path names.
///
/// # Errors
/// 404 when the id cannot be decoded.
pub fn connection<P: Ports>(call: &Call<'_, P>) -> Result<ConnectionId, Failure> {
    call.param(1).map(ConnectionId::from)
}

/// The id of the secret that a path names.
///
/// # Errors
/// 404 when it cannot be decoded.
pub fn secret<P: Ports>(call: &Call<'_, P>) -> Result<String, Failure> {
    call.param(2)
}
