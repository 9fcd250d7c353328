//! Documents dry runs: how a change is asked what it would do, and the answer in each dialect.

use crate::node::{Node, map};
use crate::schema::{array, enveloped, int, nullable, object, one_of, record, reference, text, uuid};
use mithril_edge::http::dialect::Dialect;
use mithril_edge::routes::Route;

/// The names of the parameters, as components.
const MITHRIL: [&str; 5] = ["Prefer", "DryRun", "DryRunPage", "DryRunPageSize", "DryRunSkip"];
const ENDPOINT: [&str; 5] =
    ["Prefer", "DryRun", "DryRunCurrentPage", "DryRunPageSizeOfEndpoint", "DryRunSkipOfEndpoint"];

/// The components that the parameters of a route's dry run are; none when it offers no dry run.
pub fn parameters_of(route: &Route) -> Vec<&'static str> {
    match route.dialect {
        _ if !route.may_run_dry() => Vec::new(),
        Dialect::Endpoint => ENDPOINT.to_vec(),
        _ => MITHRIL.to_vec(),
    }
}

/// The schema of a 200 of the route: that of the change, or that of its dry run. `made` is `None` where the change itself
/// answers with another status, or without a body.
pub fn or_dry_run(route: &Route, made: Option<Node>) -> Node {
    let dry = match route.dialect {
        Dialect::Endpoint => reference("EndpointDryRun"),
        _ => enveloped([
            ("data", reference("DryRun").described("What the change would do.")),
            ("paging", reference("Paging").described("The page and the number of changes.")),
        ]),
    };
    match made {
        None => dry,
        Some(made) => map! { "anyOf": [made, dry] },
    }
}

/// The parameters, by name.
pub fn parameters() -> Vec<(&'static str, Node)> {
    let query = |name: &str, description: &str, schema: Node| {
        map! { "name": name, "in": "query", "description": description, "allowEmptyValue": true, "schema": schema }
    };
    // They are read in a dry run alone, so the schema says nothing of a change itself.
    let number = |default: i64| map! { "default": default };
    let page = "Of a dry run: which page of the changes, a whole number.";
    let size = "Of a dry run: how many changes a page holds, 1 to 300.";
    let skip = "Of a dry run: how many changes of the page an answer before this one had, because the page was cut.";
    let prefer = "`dry-run` (RFC 7240): the answer says what the change would do, and nothing is changed. Refusals are \
                  those of the change. No idempotency key is used up.";
    let preference = map! { "type": "string" };
    vec![
        ("Prefer", map! { "name": "Prefer", "in": "header", "description": prefer, "schema": preference }),
        (
            "DryRun",
            query(
                "dry_run",
                "`true` says the same as `Prefer: dry-run`.",
                map! { "type": "string", "enum": ["", "true", "false"], "default": "false" },
            ),
        ),
        ("DryRunPage", query("page", page, number(1))),
        ("DryRunPageSize", query("page_size", size, number(50))),
        ("DryRunSkip", query("skip", skip, number(0))),
        ("DryRunCurrentPage", query("CurrentPage", page, number(0))),
        ("DryRunPageSizeOfEndpoint", query("PageSize", size, number(50))),
        ("DryRunSkipOfEndpoint", query("Skip", skip, number(0))),
    ]
}

/// The schemas, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let change =
        || one_of(&["gains", "loses"], "Whether the subject would have the right, or would have it no longer.");
    let path = || {
        array(map! { "type": "string" }).described(
            "The records through which the subject has the right, in the words of the audit: `role/<id>`, \
             `client_type/<id>`, or `user_group/<id>`, `access_group/<id>` and `access_role/<id>`. One path, if there \
             are several.",
        )
    };
    let count = |what: &str| int(what);
    let subject = object(
        [
            ("type", one_of(&["user", "client"], "What the subject is.")),
            ("id", nullable(text("The id of the client, or of the user in the login service."))),
        ],
        [
            (
                "client_id",
                nullable(uuid(
                    "The client at which the user has the scope; null when at every client whose type has it.",
                )),
            ),
            ("endpoint_id", int("The user's number in Endpoint, where a permission changes.")),
        ],
    );
    let permission = record([
        ("access_role_id", text("The access role.")),
        ("permission_id", text("The type of permission.")),
        ("access_group_type_id", text("The type of the access group that gives it.")),
    ]);
    let mithril = object(
        [("subject", subject.described("Who gains or loses the right.")), ("change", change()), ("path", path())],
        [
            ("scope", text("The scope, for a client the most that its tokens may have.")),
            ("permission", permission.described("The permission.")),
        ],
    );
    let endpoint_subject = record([
        ("Type", one_of(&["User"], "What the subject is.")),
        ("Id", int("The number of the user.")),
        ("ExternalId", nullable(text("The id of the user in the login service."))),
    ]);
    let endpoint_permission = record([
        ("AccessRoleId", text("The access role.")),
        ("PermissionId", text("The type of permission.")),
        ("AccessGroupTypeId", text("The type of the access group that gives it.")),
    ]);
    let endpoint = record([
        ("Subject", endpoint_subject.described("Who gains or loses the permission.")),
        ("Permission", endpoint_permission.described("The permission.")),
        ("Change", change()),
        ("Path", path()),
    ]);
    let meta = object(
        [
            ("TotalItems", int("The number of changes on all pages.")),
            ("CurrentPage", int("The requested page; the first is 0.")),
            ("PageSize", int("The number of changes that a page holds.")),
            ("Type", one_of(&["DryRunChange"], "What the items are.")),
        ],
        [("CutAt", int("The page is cut here. The same call with this `Skip` has the rest; `Link` is its address."))],
    );
    vec![
        (
            "DryRun",
            record([
                ("gains", count("How many rights would be gained.")),
                ("loses", count("How many rights would be lost.")),
                ("subjects", count("How many subjects that would be.")),
                ("changes", array(mithril).described("A page of the changes.")),
            ]),
        ),
        (
            "EndpointDryRun",
            record([
                ("Meta", meta.described("The page and the number of changes.")),
                ("Gains", count("How many permissions would be gained.")),
                ("Loses", count("How many permissions would be lost.")),
                ("Subjects", count("How many users that would be.")),
                ("Data", array(endpoint).described("A page of the changes.")),
            ]),
        ),
    ]
}
