//! The audit: one row for each change, written in the change's own batch, so that there is never one
//! without the other. A cron trigger seals the rows into a hash chain ([`seal`]); administrations read and
//! export them ([`handlers`]), and `npm run audit:verify` checks an export without the service.

pub mod chain;
pub mod handlers;
pub mod seal;
pub mod store;
