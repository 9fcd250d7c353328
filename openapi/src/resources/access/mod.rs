//! Documents decisions and searches about access, and the lists of rights.

pub mod decisions;
pub mod reviews;
pub mod rights;
