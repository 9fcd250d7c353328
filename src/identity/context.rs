//! The context of a client type.

/// Whether tokens of a client type may act for any client or only for their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    Own,
    Any,
}
