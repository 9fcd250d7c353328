//! The context of a client type: for which clients its tokens may act.

use serde::Deserialize;

/// For which clients the tokens of a client type may act.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Context {
    /// Only for the token's own client.
    Own,
    /// For every client.
    Any,
}

impl Context {
    /// The context of a word of the database, `own` or `any`; `None` for any other text.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "own" => Some(Self::Own),
            "any" => Some(Self::Any),
            _ => None,
        }
    }
}
