//! The groups that the reference page sorts operations into.

/// A group of the reference page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// Client connections.
    Connections,
    /// Clients.
    Clients,
    /// Client types.
    ClientTypes,
    /// Mithril's roles.
    Roles,
    /// Users and their roles.
    UserRoles,
    /// What users have approved.
    Approvals,
    /// Mithril's token addresses.
    Tokens,
    /// The audit log.
    Audit,
    /// What the console asks for.
    Console,
    /// Access groups.
    AccessGroups,
    /// The permissions of access groups.
    Permissions,
    /// The users of an access group.
    GroupUsers,
    /// The access groups of a user.
    UserGroups,
    /// The groups of users of an access group.
    GroupGroups,
    /// The applications of an access group.
    GroupApplications,
    /// Users, and what they have.
    Users,
    /// Groups of users.
    GroupExternals,
    /// Applications.
    Applications,
    /// Access roles.
    AccessRoles,
    /// The access roles' own permissions.
    RolePermissions,
    /// Endpoint's token address.
    PageToken,
    /// The standard OAuth addresses.
    OAuth,
    /// Health and readiness.
    Service,
}

impl Tag {
    /// All groups, in the order of the page.
    pub const ALL: [Self; 23] = [
        Self::Connections,
        Self::Clients,
        Self::ClientTypes,
        Self::Roles,
        Self::UserRoles,
        Self::Approvals,
        Self::Tokens,
        Self::Audit,
        Self::Console,
        Self::AccessGroups,
        Self::Permissions,
        Self::GroupUsers,
        Self::GroupGroups,
        Self::GroupApplications,
        Self::Users,
        Self::UserGroups,
        Self::GroupExternals,
        Self::Applications,
        Self::AccessRoles,
        Self::RolePermissions,
        Self::PageToken,
        Self::OAuth,
        Self::Service,
    ];

    /// The heading of the group.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connections => "Connections",
            Self::Clients => "Clients",
            Self::ClientTypes => "Client types",
            Self::Roles => "Roles",
            Self::UserRoles => "Users and their roles",
            Self::Approvals => "Approvals",
            Self::Tokens => "Tokens",
            Self::Audit => "Audit",
            Self::Console => "Console",
            Self::AccessGroups => "Access groups",
            Self::Permissions => "Permissions of access groups",
            Self::GroupUsers => "Users of access groups",
            Self::UserGroups => "Access groups of users",
            Self::GroupGroups => "Groups of access groups",
            Self::GroupApplications => "Applications of access groups",
            Self::Users => "Users",
            Self::GroupExternals => "Groups of users",
            Self::Applications => "Applications",
            Self::AccessRoles => "Access roles",
            Self::RolePermissions => "Permissions of access roles",
            Self::PageToken => "Token",
            Self::OAuth => "OAuth 2",
            Self::Service => "Service",
        }
    }

    /// What the operations of the group are about.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Connections => {
                "A connection lets a consumer (a medical information system) act for a client. It has a redirect URI \
                 and a secret."
            }
            Self::Clients => {
                "Clients are legal entities and medical information systems. The id of a client is the id of its legal \
                 entity."
            }
            Self::ClientTypes => {
                "The type of a client limits the scopes of its tokens, and says whether they may act for any client."
            }
            Self::Roles => "Roles are named sets of scopes.",
            Self::UserRoles => {
                "The login service keeps the accounts of users. An administration records here those that access groups \
                 can have. A user may have roles at one client or at every client. A token never has more scopes than the user's \
                 roles allow."
            }
            Self::Approvals => {
                "An approval says what a user lets a client do. It is made when the client gets its first code for the \
                 user."
            }
            Self::Tokens => "Tokens and codes, with the bodies and the words of Mithril.",
            Self::Audit => {
                "The audit log says who changed what. Its rows are sealed into a hash chain within a minute."
            }
            Self::Console => {
                "What the console at `/console/` asks for beside the lists: what needs a hand, and how to sign in."
            }
            Self::PageToken => "Tokens, with the fields of the Endpoint page.",
            Self::OAuth => "Tokens for standard clients: RFC 6749, 7009, 7662, 8414, 7517.",
            Self::AccessGroups => "The users of an access group may all do the same.",
            Self::GroupUsers => {
                "The members of access groups. The login service keeps their accounts. \
                 `PUT /admin/users/{user_id}` records a user here."
            }
            Self::UserGroups => "The access groups of a user, and what the user may do through them.",
            Self::GroupGroups => "The groups of users whose members have the access group.",
            Self::GroupApplications => "The applications that the members of an access group have.",
            Self::Users => {
                "The users, the groups that they are in, and the access roles and applications that they have. The \
                 login service keeps their accounts. `PUT /admin/users/{user_id}` records a user here."
            }
            Self::GroupExternals => "A group of users gives its members the access groups that it has.",
            Self::Applications => "An application has access roles.",
            Self::AccessRoles => "Permissions are granted for access roles.",
            Self::RolePermissions => "The types of permission that an access role has itself.",
            Self::Permissions => "What the members of an access group may do, for each access role.",
            Self::Service => "The service itself.",
        }
    }

    /// The heading above the group: a dialect or a plane.
    pub const fn group(self) -> &'static str {
        match self {
            Self::Connections
            | Self::Clients
            | Self::ClientTypes
            | Self::Roles
            | Self::UserRoles
            | Self::Approvals
            | Self::Tokens
            | Self::Audit
            | Self::Console => "Mithril",
            Self::AccessGroups
            | Self::Permissions
            | Self::GroupUsers
            | Self::UserGroups
            | Self::GroupGroups
            | Self::GroupApplications
            | Self::Users
            | Self::GroupExternals
            | Self::Applications
            | Self::AccessRoles
            | Self::RolePermissions
            | Self::PageToken => "Endpoint",
            Self::OAuth => "OAuth 2",
            Self::Service => "Service",
        }
    }
}
