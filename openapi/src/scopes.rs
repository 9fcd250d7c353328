//! What each scope of the route table lets its holder do.

/// `None` for a scope that nobody has described yet; a test finds it.
pub fn about(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "connection:read" => "See a client's connections",
        "connection:write" => "Create and change a client's connections",
        "connection:refresh_secret" => "Give a connection a new secret",
        "connection:delete" => "Delete a connection",
        "client:read" => "See clients",
        "client:write" => "Create, change and block clients",
        "client:delete" => "Delete clients",
        "client_type:read" => "See client types",
        "client_type:write" => "Create and change client types",
        "client_type:delete" => "Delete client types",
        "role:read" => "See roles",
        "role:write" => "Create and change roles",
        "role:delete" => "Delete roles",
        "user:read" => "See users' roles",
        "user:write" => "Give users roles and take them away",
        "audit:read" => "See and export the audit",
        "app:authorize" => "Let an application act for the user",
        "AccessManager:Read" => "See access groups and related data",
        "AccessManager:Create" => "Add access groups and related data",
        "AccessManager:Update" => "Change access groups and related data",
        "AccessManager:Delete" => "Delete access groups and related data",
        "AccessUser:Read" => "Review access groups and related data: see",
        "AccessUser:Create" => "Review access groups and related data: add",
        "AccessUser:Update" => "Review access groups and related data: change",
        "AccessUser:Delete" => "Review access groups and related data: delete",
        _ => return None,
    })
}
