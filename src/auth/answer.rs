//! The gate's answer to a read.

use crate::base::failure::Failure;
use crate::db::refusal::GateRefusal;
use crate::db::statement::Row;
use crate::identity::context::Context;

/// The answer of [`Gate::ask`](crate::auth::gate::Gate::ask).
#[derive(Debug, PartialEq, Eq)]
pub struct GateAnswer {
    /// `None` when the caller is let in.
    pub refusal: Option<GateRefusal>,
    /// The context of the client type that was asked for; `None` for an unknown type, or when none was asked for.
    pub context: Option<Context>,
}

impl GateAnswer {
    /// Reads the gate's row: a word, and the context.
    ///
    /// # Errors
    /// 500 for a missing row or an unknown word, so that neither lets a caller in.
    pub fn read(row: Option<Row>) -> Result<Self, Failure> {
        let [word, context] = row.unwrap_or_default().columns();
        let word = word.unwrap_or_default();
        let refusal = if word == "ok" {
            None
        } else {
            Some(GateRefusal::of_word(&word).ok_or_else(|| Failure::Internal(format!("gate: {word:?}")))?)
        };
        Ok(Self { refusal, context: context.as_deref().and_then(Context::of_word) })
    }
}
