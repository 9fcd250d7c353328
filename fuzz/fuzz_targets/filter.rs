//! Any text as a filter or as the order of a list: values are bound, so no quote that a caller sent reaches the SQL.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mithril_edge::endpoint::groups::{ACCESS_GROUP, PERMISSION};
use mithril_edge::endpoint::roles::ACCESS_ROLE;
use mithril_edge::endpoint::engine::filter;

fuzz_target!(|text: &str| {
    for entity in [&ACCESS_GROUP, &PERMISSION, &ACCESS_ROLE] {
        if let Ok(parsed) = filter::parse(text, entity, &[]) {
            assert!(!parsed.sql.contains([';', '"', '\0']));
            assert_eq!(parsed.sql.matches('(').count(), parsed.sql.matches(')').count());
            assert!(parsed.sql.len() < 100_000);
        }
    }
});
