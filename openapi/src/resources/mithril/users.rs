//! Documents the roles of users.

use crate::doc::{Answer, AnswerBody, Body, Doc, Query, Sample, list_query};
use crate::node::{Node, map};
use crate::schema::{free, name, nullable, object, one_of, record, reference, text, time, uuid, uuid_filter, wrapped};
use crate::tag::Tag;
use mithril_edge::mithril::list_query::{MAX_PAGE, MAX_SIZE};
use mithril_edge::mithril::users::handlers::MAX_ID;

const USER: &[(&str, &str)] = &[("user_id", "The id of the user in the login service.")];
/// A user of samples/sample.sql.
const SAMPLE_USER: &[&str] = &["user-1380df72-275a-11e7-93ae-92361f002671"];
/// No user has this id: it is not UTF-8.
const NOBODY: &[&str] = &["%ff"];

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    vec![
        (
            "OwnRole",
            record([
                ("id", text("The id of the assignment of the role to the user.")),
                ("user_id", text("The id of the user.")),
                ("role_id", text("The id of the role.")),
                ("role_name", text("The name of the role.")),
                ("client_id", nullable(uuid("The client at which the user has the role; null when at every client."))),
                ("client_name", nullable(text("The name of that client."))),
                ("created_at", time("When the user was given the role.")),
                ("updated_at", time("The same: an assignment never changes.")),
                ("scope", text("The scopes of the role, separated by spaces.")),
            ]),
        ),
        (
            "User",
            record([
                ("id", text("The id of the user in the login service.")),
                ("email", text("The address of the user.")),
                ("is_blocked", one_of(&["true", "false"], "Whether the account is closed, as text.")),
                ("settings", free("Always empty.")),
                ("inserted_at", time("When the account was made.")),
                ("updated_at", time("The same time.")),
            ]),
        ),
        (
            "UserRole",
            record([
                ("id", text("The id of the assignment of the role to the user.")),
                ("user_id", text("The id of the user.")),
                ("role_id", text("The id of the role.")),
                ("role_name", text("The name of the role.")),
                ("client_id", nullable(uuid("The client at which the user has the role; null when at every client."))),
                ("inserted_at", time("When the user was given the role.")),
            ]),
        ),
        (
            "UserRoleBody",
            object(
                [("role_id", name(MAX_ID, "The id of an existing role."))],
                [(
                    "client_id",
                    nullable(uuid("The id of an existing client. Without it, the user has the role at every client.")),
                )],
            ),
        ),
    ]
}

/// `GET /api/user/roles`.
pub fn list_own() -> Doc {
    let number = |default: i64, max: i64, description: &str| {
        map! { "type": "integer", "minimum": 1, "maximum": max, "default": default, "description": description }
    };
    let query = [
        ("client_id", uuid_filter("Only roles at this client.")),
        ("role_id", text("Only this role.")),
        ("page", number(1, MAX_PAGE, "The next entries, for a user with very many roles.")),
        ("page_size", number(MAX_SIZE, MAX_SIZE, "How many entries one answer has at most.")),
    ];
    Doc {
        tag: Tag::UserRoles,
        summary: "List the own roles",
        description: "Lists the roles of the token's user, the oldest assignment first, without `paging`. A caller \
                      whose client type has the context `own` sees the roles at its own client and those at every \
                      client.",
        path: &[],
        query: query.into_iter().map(|(name, schema)| Query { name, schema }).collect(),
        body: None,
        answers: vec![Answer::new(200, "The roles of the user.", AnswerBody::Array(reference("OwnRole")))],
        refusals: &[],
        samples: vec![Sample::new("Two roles", 200, &[]).user("user-1380df72-275a-11e7-93ae-92361f002671")],
    }
}

/// `GET /oauth/user`.
pub fn show() -> Doc {
    Doc {
        tag: Tag::Tokens,
        summary: "See the own account",
        description: "The account of the token's user, if this service has one with an email.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The account.", AnswerBody::Data(reference("User")))],
        refusals: &[404],
        samples: vec![
            Sample::new("An account", 200, &[]).user("user-1380df72-275a-11e7-93ae-92361f002671"),
            Sample::new("No account", 404, &[]).user("nobody"),
        ],
    }
}

/// `GET /admin/users/{user_id}/roles`.
pub fn list_roles() -> Doc {
    Doc {
        tag: Tag::UserRoles,
        summary: "List a user's roles",
        description: "Lists the oldest assignment first. The list of an unknown user is empty, because only the login \
                      service knows which users exist.",
        path: USER,
        query: list_query([("client_id", uuid_filter("Only roles at this client."))]),
        body: None,
        answers: vec![Answer::new(200, "A page of the user's roles.", AnswerBody::List(reference("UserRole")))],
        refusals: &[],
        samples: vec![Sample::new("Two roles", 200, SAMPLE_USER), Sample::new("The id is not UTF-8", 404, NOBODY)],
    }
}

/// `POST /admin/users/{user_id}/roles`.
pub fn add_role() -> Doc {
    Doc {
        tag: Tag::UserRoles,
        summary: "Give a role to a user",
        description: "Gives the role at one client, or at every client when the body names none. The token must hold the scopes of this service that the role has.",
        path: USER,
        query: Vec::new(),
        body: Some(Body::json(wrapped("user_role", "UserRoleBody"))),
        answers: vec![Answer::new(201, "The new assignment.", AnswerBody::Data(reference("UserRole")))],
        refusals: &[],
        samples: vec![
            Sample::new("A doctor at one client", 201, SAMPLE_USER)
                .body(r#"{"role_id":"6eeb0bd1-c20d-5ff3-8942-e34b72e05198","client_id":"5709711e-98f9-5fa6-b73b-4e9921a0491d"}"#),
            Sample::new("A dry run", 200, SAMPLE_USER)
                .query(&[("dry_run", "true")])
                .body(r#"{"role_id":"6eeb0bd1-c20d-5ff3-8942-e34b72e05198","client_id":"5709711e-98f9-5fa6-b73b-4e9921a0491d"}"#),
            Sample::new("No such role", 422, SAMPLE_USER).body(r#"{"user_role":{"role_id":"nothing"}}"#),
            Sample::new("The id is not UTF-8", 404, NOBODY).body(r#"{"role_id":"6eeb0bd1-c20d-5ff3-8942-e34b72e05198"}"#),
        ],
    }
}

/// `DELETE /admin/users/roles/{id}`.
pub fn remove_role() -> Doc {
    Doc {
        tag: Tag::UserRoles,
        summary: "Take a role from a user",
        description: "Tokens that were issued before keep their scope.",
        path: &[("id", "The id of the assignment of the role to the user.")],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The role was taken from the user.", AnswerBody::Meta)],
        refusals: &[],
        samples: vec![Sample::new("Taken away", 200, &["c1f9a1f8-53a1-5b0e-8b0a-0f5c3c5d7a02"])],
    }
}
