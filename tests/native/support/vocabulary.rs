//! The lists of the Endpoint dialect and the names that the vendor's documents print for each (spec/newer.md §2.5).

use super::endpoint::CLERK;

/// A list: the pattern of its address, a call of it, and the names that its document offers, each with a value that
/// one of the records has.
pub struct Vocabulary {
    pub pattern: &'static str,
    pub path: &'static str,
    pub fields: &'static [(&'static str, &'static str)],
}

const GROUP: &[(&str, &str)] = &[
    ("Id", "GROUP-A"),
    ("Name", "Registry"),
    ("ExternalId", "SHARED"),
    ("Description", ""),
    ("Is_Active", "True"),
    ("Is_System", "False"),
    ("Is_LoginGroup", "False"),
    ("AccessGroupTypeId", "FullAccess"),
    ("ModifiedOn", "2024-05-01"),
    ("ModifiedBy", "8"),
    ("CreatedBy", "8"),
    ("CreatedOn", "2024-05-01"),
];
const LINK: &[(&str, &str)] =
    &[("Id", "7"), ("AccessGroupId", "GROUP-A"), ("UserId", "7"), ("CreatedOn", "2024-06-01")];

const ROLE: &[(&str, &str)] = &[
    ("Id", "CASHIER"),
    ("Name", "Cashier"),
    ("RoleKey", "cashier"),
    ("FullName", ""),
    ("Description", ""),
    ("ExternalId", ""),
    ("AccessApplicationId", "APP-A"),
    ("Is_Active", "True"),
    ("Is_Custom", "False"),
    ("Is_ReadOnly", "False"),
    ("ModifiedOn", "2024-05-01"),
    ("ModifiedBy", "8"),
    ("CreatedBy", "8"),
    ("CreatedOn", "2024-05-01"),
];
/// The fields of an access role or an application of a user: `$id` is its `Id`, `$role` the role that gives it.
macro_rules! grant {
    ($id:expr, $role:expr) => {
        &[
            ("Id", $id),
            ("UserId", "7"),
            ("AccessRoleId", $role),
            ("RoleId", "0"),
            ("AccessGroupTypeId", "FullAccess"),
            ("Create", "False"),
            ("Read", "False"),
            ("Update", "False"),
            ("Delete", "False"),
            ("Details", "False"),
            ("Export", "False"),
            ("Import", "False"),
            ("Generic", "False"),
            ("CreatedOn", "2024-05-01"),
        ]
    };
}

/// A new list of the service gets a row here. A test of `endpoint_vocabulary` names the one that has none.
pub const LISTS: &[Vocabulary] = &[
    Vocabulary { pattern: "/AccessGroups", path: "/AccessGroups", fields: GROUP },
    Vocabulary {
        pattern: "/AccessGroup/{Id}/Permissions",
        path: "/AccessGroup/GROUP-A/Permissions",
        fields: &[
            ("Id", "4711"),
            ("AccessGroupId", "GROUP-A"),
            ("AccessRoleId", CLERK),
            ("PermissionId", "Delete"),
            ("Is_Active", "True"),
            ("CreatedOn", "2024-10-22"),
        ],
    },
    Vocabulary { pattern: "/AccessGroup/{Id}/Users", path: "/AccessGroup/GROUP-A/Users", fields: LINK },
    Vocabulary {
        pattern: "/User/{Id}/AccessGroups",
        path: "/User/7/AccessGroups",
        fields: &[("Id", "GROUP-A"), ("AccessGroupId", "GROUP-A"), ("UserId", "7"), ("CreatedOn", "2024-05-01")],
    },
    Vocabulary {
        pattern: "/User/{Id}/EffectivePermissions",
        path: "/User/7/EffectivePermissions",
        fields: &[
            ("Id", "4711"),
            ("UserId", "7"),
            ("AccessRoleId", CLERK),
            ("AccessGroupTypeId", "FullAccess"),
            ("Create", "False"),
            ("Read", "False"),
            ("Update", "False"),
            ("Delete", "False"),
            ("Details", "False"),
            ("Export", "False"),
            ("Import", "False"),
            ("Generic", "False"),
            ("CreatedOn", "2024-10-22"),
        ],
    },
    Vocabulary { pattern: "/Roles", path: "/Roles", fields: ROLE },
    Vocabulary { pattern: "/Application/{Id}/Roles", path: "/Application/APP-A/Roles", fields: ROLE },
    Vocabulary {
        pattern: "/Applications",
        path: "/Applications",
        fields: &[
            ("Id", "APP-A"),
            ("Name", "Desk"),
            ("ApplicationKey", "desk"),
            ("ExternalId", "D-1"),
            ("Description", ""),
            ("WebSiteURL", ""),
            ("Is_System", "True"),
            ("Is_EndUser", "False"),
            ("Is_TestApp", "False"),
            ("Is_Active", "True"),
            ("Is_ReadOnly", "False"),
            ("ModifiedOn", "2024-05-01"),
            ("ModifiedBy", "8"),
            ("CreatedBy", "8"),
            ("CreatedOn", "2024-05-01"),
        ],
    },
    Vocabulary {
        pattern: "/AccessGroup/{Id}/Applications",
        path: "/AccessGroup/GROUP-A/Applications",
        fields: &[
            ("Id", "APP-A"),
            ("AccessGroupId", "GROUP-A"),
            ("ParentApplicationId", ""),
            ("AccessApplicationId", "APP-A"),
            ("Is_Active", "True"),
            ("CreatedOn", "2024-05-01"),
        ],
    },
    Vocabulary {
        pattern: "/AccessGroup/{Id}/Groups",
        path: "/AccessGroup/GROUP-A/Groups",
        fields: &[("Id", "31"), ("AccessGroupId", "GROUP-A"), ("GroupId", "31"), ("CreatedOn", "2024-06-03")],
    },
    Vocabulary {
        pattern: "/GroupExternals",
        path: "/GroupExternals",
        fields: &[
            ("Id", "31"),
            ("Name", "Night"),
            ("Description", ""),
            ("Created_By", "8"),
            ("Created", "2024-05-01"),
            ("Has_Custom_Management", "False"),
        ],
    },
    Vocabulary {
        pattern: "/GroupExternal/{Id}/UserExternals",
        path: "/GroupExternal/31/UserExternals",
        fields: &[("Id", "7"), ("User_Id", "7"), ("Group_Id", "31")],
    },
    Vocabulary {
        pattern: "/User/{Id}/Groups",
        path: "/User/7/Groups",
        fields: &[("Id", "31"), ("User_Id", "7"), ("Group_Id", "31")],
    },
    Vocabulary {
        pattern: "/Users",
        path: "/Users",
        fields: &[
            ("Id", "7"),
            ("Name", "Olena Bondar"),
            ("Username", "taras"),
            ("Email", "taras@clinic.example"),
            ("MobilePhone", ""),
            ("External_Id", "user-8"),
            ("Creation_Date", "2024-05-01"),
            ("Last_Login", "2024-05-01"),
            ("Is_Active", "True"),
        ],
    },
    Vocabulary { pattern: "/User/{Id}/AccessRoles", path: "/User/7/AccessRoles", fields: grant!(CLERK, CLERK) },
    Vocabulary { pattern: "/User/{Id}/Applications", path: "/User/7/Applications", fields: grant!("APP-A", "") },
    Vocabulary {
        pattern: "/Role/{Id}/Permissions",
        path: "/Role/FREE/Permissions",
        fields: &[("Id", "1"), ("AccessRoleId", "FREE"), ("PermissionId", "Create"), ("CreatedOn", "2024-06-01")],
    },
];
