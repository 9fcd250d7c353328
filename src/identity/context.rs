//! The context of a client type: for which clients its tokens may act.

use crate::base::word::word;

word! {
    /// For which clients the tokens of a client type may act.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Context {
        /// Only for the token's own client.
        Own = "own",
        /// For every client.
        Any = "any",
    }
}
