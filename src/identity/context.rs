//! The context of a client type.

use serde::Deserialize;

/// Whether tokens of a client type may act for any client or only for their own.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Context {
    Own,
    Any,
}

impl Context {
    /// `own` or `any`.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "own" => Some(Self::Own),
            "any" => Some(Self::Any),
            _ => None,
        }
    }
}
