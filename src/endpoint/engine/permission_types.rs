//! The types of permissions.

pub const PERMISSION_TYPES: &[&str] = &["Create", "Read", "Update", "Delete", "Details", "Export", "Import", "Generic"];
