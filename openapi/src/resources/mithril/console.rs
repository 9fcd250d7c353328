//! Documents what the console asks for beside the lists.

use crate::doc::{Answer, AnswerBody, Doc, Sample};
use crate::node::{Node, map};
use crate::schema::{array, flag, int, nullable, object, record, reference, text, time};
use crate::tag::Tag;

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let problem = record([
        (
            "code",
            text("A short word for the kind of problem: `setting`, `no_administration`, `no_archive`, `housekeeping`."),
        ),
        ("text", text("What is not set up.")),
        ("command", text("The command that mends it, or begins to.")),
    ]);
    let sealed = record([("seq", int("The last sealed row.")), ("at", nullable(time("When its change was made.")))]);
    let statuses = map! {
        "type": "object",
        "additionalProperties": map! { "type": "integer" },
        "description": "The number of answers by status, from 400. Only statuses that occurred.",
    };
    let last_hour = record([("total", int("All of them.")), ("by_status", statuses)]);
    let overview = record([
        (
            "secrets",
            record([
                ("expire_within_14_days", int("`total_entries` of `/admin/secrets?expires_within=14`.")),
                ("old_still_used", int("`total_entries` of `/admin/secrets?old_still_used=true`.")),
                ("unused_for_90_days", int("`total_entries` of `/admin/secrets?unused_for=90`.")),
            ])
            .described("Of all connections."),
        ),
        (
            "clients",
            record([
                ("total", int("All clients.")),
                ("blocked", int("`total_entries` of `/admin/clients?is_blocked=true`.")),
                ("unused_for_90_days", int("`total_entries` of `/admin/clients?unused_for=90`.")),
            ])
            .described("Of all types."),
        ),
        (
            "refusals",
            record([("last_hour", last_hour.described("Of the last 60 minutes."))])
                .described("What isolates have reported; see the description."),
        ),
        (
            "audit",
            record([
                ("rows", int("The number of the last row.")),
                (
                    "sealed_up_to",
                    nullable(sealed.described("The last sealed row; null before the first run of the cron.")),
                ),
            ])
            .described("The audit log."),
        ),
        (
            "administration",
            record([
                ("clients", int("Clients that may act for every client; at most 1,000 are counted.")),
                ("connections", int("Their connections; at most 1,000 are counted.")),
            ])
            .described("Who may act for every client."),
        ),
        ("problems", array(problem).described("What is not set up yet.")),
    ]);
    let made = || {
        [
            ("created_at", nullable(time("When it was made, if its member `iat` says so."))),
            ("age_days", nullable(int("How many days ago that was."))),
        ]
    };
    let signing_key = {
        let [created, age] = made();
        record([
            ("kid", nullable(text("The id of the key."))),
            ("alg", text("Its algorithm.")),
            ("is_current", flag("Whether it signs. The others only verify.")),
            created,
            age,
        ])
    };
    let pepper = {
        let [created, age] = made();
        record([
            ("id", int("Its version.")),
            ("is_current", flag("Whether new secrets are digested under it.")),
            ("secrets", int("How many valid secrets are under it, among the first million.")),
            created,
            age,
        ])
    };
    let setting = record([("name", text("The name of the setting.")), ("problem", text("What is wrong with it."))]);
    vec![
        ("Overview", overview),
        (
            "Keys",
            record([
                ("signing_keys", array(signing_key).described("In the order of `SIGNING_KEYS`.")),
                ("peppers", array(pepper).described("In the order of `SECRET_PEPPERS`.")),
                ("settings", array(setting).described("What is wrong with the settings.")),
            ]),
        ),
        (
            "ConsoleConfig",
            object(
                [],
                [
                    ("issuer", text("The login service.")),
                    ("client_id", text("The client that the console is there.")),
                    (
                        "authorization_endpoint",
                        map! { "type": "null", "description": "The metadata of the issuer has it." },
                    ),
                    ("token_endpoint", map! { "type": "null", "description": "The metadata of the issuer has it." }),
                    ("scope", text("The scopes to ask for.")),
                    ("local", flag("Whether the login service runs on the same machine.")),
                ],
            ),
        ),
    ]
}

/// `GET /console/config`.
pub fn config() -> Doc {
    Doc {
        tag: Tag::Console,
        summary: "See how the console signs in",
        description: "The settings `CONSOLE_ISSUER` and `CONSOLE_CLIENT_ID`. The answer is `{}` without them: then the \
                      console takes a pasted token only. It needs no token.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The login service, or nothing.", AnswerBody::Bare(reference("ConsoleConfig")))],
        refusals: &[],
        samples: vec![Sample::new("Nothing is set", 200, &[])],
    }
}

/// `GET /admin/overview`.
pub fn overview() -> Doc {
    Doc {
        tag: Tag::Console,
        summary: "See what needs a hand",
        description: "Counts what is due, unused, blocked and refused, and names what is not set up yet, in one round \
                      trip. An isolate reports the refusals of a minute with its first answer after that minute, so \
                      those of an isolate that got no other request are missing.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The counts.", AnswerBody::Data(reference("Overview")))],
        refusals: &[],
        samples: vec![Sample::new("After two refreshes", 200, &[]).refreshed(2)],
    }
}

/// `GET /admin/keys`.
pub fn keys() -> Doc {
    Doc {
        tag: Tag::Console,
        summary: "See which keys and peppers are in use",
        description: "Shows the names and ages of the signing keys, the peppers with the number of secrets under each, \
                      and what is wrong with the settings. It never shows a secret. It walks all secrets, so it is for \
                      a page that a person opens.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "Keys, peppers and settings.", AnswerBody::Data(reference("Keys")))],
        refusals: &[],
        samples: vec![Sample::new("One key and one pepper", 200, &[]).refreshed(2)],
    }
}
