//! The groups that the reference page sorts operations into.

/// The groups of the page, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    Connections,
    Clients,
    ClientTypes,
    Roles,
    UserRoles,
    Tokens,
    Audit,
    AccessGroups,
    Permissions,
    GroupUsers,
    UserGroups,
    AccessRoles,
    RolePermissions,
    PageToken,
    OAuth,
    Service,
}

impl Tag {
    pub const ALL: [Self; 16] = [
        Self::Connections,
        Self::Clients,
        Self::ClientTypes,
        Self::Roles,
        Self::UserRoles,
        Self::Tokens,
        Self::Audit,
        Self::AccessGroups,
        Self::Permissions,
        Self::GroupUsers,
        Self::UserGroups,
        Self::AccessRoles,
        Self::RolePermissions,
        Self::PageToken,
        Self::OAuth,
        Self::Service,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Connections => "Connections",
            Self::Clients => "Clients",
            Self::ClientTypes => "Client types",
            Self::Roles => "Roles",
            Self::UserRoles => "Users' roles",
            Self::Tokens => "Tokens",
            Self::Audit => "Audit",
            Self::AccessGroups => "Access groups",
            Self::Permissions => "Permissions of access groups",
            Self::GroupUsers => "Users of access groups",
            Self::UserGroups => "Access groups of users",
            Self::AccessRoles => "Access roles",
            Self::RolePermissions => "Permissions of access roles",
            Self::PageToken => "Token",
            Self::OAuth => "OAuth 2",
            Self::Service => "Service",
        }
    }

    pub const fn description(self) -> &'static str {
        match self {
            Self::Connections => {
                "The right of a consumer (a medical information system) to act for a client, with a redirect \
                 URI and a secret."
            }
            Self::Clients => "Legal entities and medical information systems; a client's id is its legal entity's.",
            Self::ClientTypes => {
                "The most that the tokens of a client may hold, and whether they may act for any client."
            }
            Self::Roles => "Named sets of scopes.",
            Self::UserRoles => "What a user may ask for, at one client or at every one. A token never goes beyond it.",
            Self::Tokens => "Tokens and codes, with the bodies and the words of Mithril.",
            Self::Audit => "Who changed what, sealed into a hash chain within a minute.",
            Self::PageToken => "Tokens, with the fields of the Endpoint page.",
            Self::OAuth => "The token plane for standard clients: RFC 6749, 7009, 7662, 8414, 7517.",
            Self::AccessGroups => "Groups of users who may do the same.",
            Self::GroupUsers => {
                "The members of an access group. Users are the login service's; here they are only read."
            }
            Self::UserGroups => "The groups of a user, and what they come to.",
            Self::AccessRoles => "The roles that permissions name.",
            Self::RolePermissions => "The types of permission that an access role has of its own.",
            Self::Permissions => "What the members of an access group may do, role by role.",
            Self::Service => "The service itself.",
        }
    }

    /// The dialect that the page groups it under.
    pub const fn group(self) -> &'static str {
        match self {
            Self::Connections
            | Self::Clients
            | Self::ClientTypes
            | Self::Roles
            | Self::UserRoles
            | Self::Tokens
            | Self::Audit => "Mithril",
            Self::AccessGroups
            | Self::Permissions
            | Self::GroupUsers
            | Self::UserGroups
            | Self::AccessRoles
            | Self::RolePermissions
            | Self::PageToken => "Endpoint",
            Self::OAuth => "OAuth 2",
            Self::Service => "Service",
        }
    }
}
