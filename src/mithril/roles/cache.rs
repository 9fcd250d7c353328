//! Roles in the isolate's memory. A role answers from here for at most 60 s after the database said it (decision 0005).

use crate::http::{Answer, Tagged};
use crate::memory::fresh::Fresh;
use crate::ports::Ports;
use crate::request::call::Call;

/// The answer of a role that is remembered.
pub fn find<P: Ports>(call: &Call<'_, P>, id: &str) -> Option<Answer> {
    let mut roles = call.app.memory.roles.borrow_mut();
    let known = roles.get(id).filter(|known| known.is_fresh(call.now()))?;
    Some(Answer::data(known.value.data.clone()).with_tag(&known.value.tag))
}

/// Keeps what the database has just said. Two answers may come in another order than they were made in: the later version
/// stays, for as long as it may answer.
pub fn keep<P: Ports>(call: &Call<'_, P>, id: &str, role: Tagged) {
    let as_of = call.now();
    let mut roles = call.app.memory.roles.borrow_mut();
    if roles.get(id).is_some_and(|known| known.is_fresh(as_of) && version(&known.value) > version(&role)) {
        return;
    }
    roles.put(id.to_owned(), Fresh { value: role, as_of });
}

/// The next read asks the database: the role is gone, or is not what is remembered.
pub fn forget<P: Ports>(call: &Call<'_, P>, id: &str) {
    call.app.memory.roles.borrow_mut().pop(id);
}

/// The tag of a role is its version (`roles::store`).
fn version(role: &Tagged) -> Option<i64> {
    role.tag.parse().ok()
}
