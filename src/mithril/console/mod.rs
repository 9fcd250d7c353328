//! What the console asks for beside the lists: how to sign in (`config`), what needs a hand today (`overview`), and which
//! keys and peppers are in use (`keys`). `refusals` counts answers that were refusals.

pub mod config;
pub mod keys;
pub mod overview;
mod overview_sql;
pub mod refusals;
