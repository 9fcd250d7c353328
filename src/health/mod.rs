//! What keeps the service well: `/healthz` and `/readyz` tell whether it works, and the cron trigger seals the audit
//! and deletes expired rows. The room may import every room below it, the product included, because it seals Mithril's
//! audit. It never sees a caller.

pub mod housekeeping;
pub mod ready;
