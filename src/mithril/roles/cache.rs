//! Roles in the isolate's memory. A role may be answered from here for at most 60 s after the database returned it
//! (decision 0005).

use crate::http::{Answer, Tagged};
use crate::memory::fresh::Fresh;
use crate::ports::Ports;
use crate::request::call::Call;

/// The answer with this role, if it is remembered and still fresh.
pub fn find<P: Ports>(call: &Call<'_, P>, id: &str) -> Option<Answer> {
    let mut roles = call.app.memory.roles.borrow_mut();
    let known = roles.get(id).filter(|known| known.is_fresh(call.now()))?;
    Some(Answer::data(known.value.data.clone()).with_tag(&known.value.tag))
}

/// Remembers a role that the database has just returned. Two answers of the database may arrive in the wrong order, so
/// a fresh role of a later version is not replaced.
pub fn keep<P: Ports>(call: &Call<'_, P>, id: &str, role: Tagged) {
    let as_of = call.now();
    let mut roles = call.app.memory.roles.borrow_mut();
    if roles.get(id).is_some_and(|known| known.is_fresh(as_of) && version(&known.value) > version(&role)) {
        return;
    }
    roles.put(id.to_owned(), Fresh { value: role, as_of });
}

/// Forgets a role, so that the next read asks the database.
pub fn forget<P: Ports>(call: &Call<'_, P>, id: &str) {
    call.app.memory.roles.borrow_mut().pop(id);
}

/// The version of a role, which is its tag (`roles::store`).
fn version(role: &Tagged) -> Option<i64> {
    role.tag.parse().ok()
}
