//! Documents the lists of rights: who has what, and by which path.

use crate::doc::{Answer, AnswerBody, Doc, Query, Sample};
use crate::node::{Node, map};
use crate::schema::{flag, int, nullable, object, one_of, reference, text, time, uuid_filter};
use crate::tag::Tag;
use mithril_edge::access::rights::{HOLDERS, MAX_RIGHTS};

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let id = map! { "type": ["string", "integer"], "description": "The id of the record that gives the right." };
    vec![(
        "AccessRight",
        object(
            [
                ("kind", one_of(&["role", "permission", "user", "client", "connection"], "What the entry is about.")),
                ("id", id),
                ("since", time("When the record was made that gives the right.")),
                ("last_used_at", nullable(time("When it was last used; null where nothing keeps that."))),
            ],
            [
                ("user_id", text("The user: the `sub` of its tokens.")),
                ("client_id", nullable(text("The client at which it is so; null when at every client."))),
                ("client_type", text("The type of the client.")),
                ("consumer_id", text("The consumer of the connection.")),
                (
                    "broker_id",
                    nullable(text("The consumer that acts for the client; null when the client acts itself.")),
                ),
                ("broker_scope", nullable(text("The scopes that bound the consumer; null when it is not bound."))),
                ("role_id", text("The role.")),
                ("role_name", text("Its name.")),
                ("scope", text("The scopes, separated by spaces.")),
                ("is_blocked", flag("Whether the client or the consumer is blocked.")),
                ("access_group_id", text("The access group.")),
                ("access_group_name", text("Its name.")),
                ("access_group_type_id", text("Its type: `FullAccess`, `Locations` or `Departments`.")),
                ("user_group_id", nullable(int("The group of users through which it is so."))),
                ("access_role_id", text("The access role.")),
                ("access_role_name", text("Its name.")),
                ("permission_id", text("The type of permission.")),
            ],
        ),
    )]
}

fn doc(
    summary: &'static str,
    description: &'static str,
    path: &'static [(&'static str, &'static str)],
    filter: Option<(&'static str, Node)>,
    sample: &'static [&'static str],
) -> Doc {
    let limit = map! { "type": "integer", "minimum": 1, "maximum": MAX_RIGHTS, "default": MAX_RIGHTS,
    "description": "The most entries of an answer." };
    let paging = [("limit", limit), ("token", text("Goes on behind an answer; its `Link` has the token."))];
    Doc {
        tag: Tag::Access,
        summary,
        description,
        path,
        query: filter.into_iter().chain(paging).map(|(name, schema)| Query { name, schema }).collect(),
        body: None,
        answers: vec![Answer::new(200, "The rights.", AnswerBody::Array(reference("AccessRight"))).headers(&["Link"])],
        refusals: &[],
        samples: vec![Sample::new("Rights", 200, sample), Sample::new("The id is not UTF-8", 404, &["%ff"])],
    }
}

/// `GET /admin/users/{user_id}/access`.
pub fn of_user() -> Doc {
    doc(
        "List what a user has, and why",
        "Lists the roles of the user in Mithril, then the permissions through access groups in Endpoint, each with its \
         path. With `client_id`, only roles that the user has there, and of their scopes those that the client's type \
         allows. Only what is active counts. The list of an unknown user is empty.",
        &[("user_id", "The id of the user in the login service.")],
        Some(("client_id", uuid_filter("Only roles at this client."))),
        &["user-1380df72-275a-11e7-93ae-92361f002671"],
    )
}

/// `GET /admin/clients/{id}/access`.
pub fn of_client() -> Doc {
    doc(
        "List what a client and its users have, and why",
        "Lists the client with the scopes of its type, its connections with the bound of each consumer, and the roles of \
         users at this client and at every client. The scopes of a role are those that the client's type allows. The \
         list of an unknown client is empty.",
        &[("id", "The id of the client.")],
        None,
        &["1380df72-275a-11e7-93ae-92361f002671"],
    )
}

/// `GET /admin/scopes/{scope}/holders`.
pub fn holders() -> Doc {
    doc(
        "List who has a scope, and why",
        "Lists the users who have the scope, an entry for each role that gives it, or the clients or the connections that \
         may use it. A user whose client does not allow the scope is not listed; one who has it at every client is, with \
         no `client_id`.",
        &[("scope", "One scope.")],
        Some(("type", one_of(&HOLDERS, "Whose right is asked. Without it, that of users."))),
        &["declaration:read"],
    )
}
