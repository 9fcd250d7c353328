//! The audit: one row for each change. The row is written in the batch of the change, so neither exists without the
//! other. A cron trigger seals the rows into a hash chain ([`seal`]) and moves old ones to an archive, if there is one
//! ([`archive`]). Administrations read and export them ([`handlers`]), and `npm run audit:verify` checks an export without the service.

pub mod archive;
pub mod chain;
pub mod handlers;
mod page;
mod reader;
pub mod seal;
pub mod segment;
mod segment_store;
pub mod store;
pub mod summary;
