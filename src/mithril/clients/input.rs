//! Reads a client from a body, and checks its settings.

use serde_json::{Map, Value};

use crate::base::failure::{Failure, Rule};
use crate::base::json::json;
use crate::http::body::type_name;
use crate::http::fields::Fields;
use crate::identity::scope;

/// The longest name, in characters.
pub const MAX_NAME: usize = 255;
/// The longest id of a user or client type, in characters.
pub const MAX_ID: usize = 255;
/// The longest reason of a block, in characters.
pub const MAX_REASON: usize = 255;
/// The largest `settings`, in bytes of JSON. A page of 300 clients must fit one answer of D1, which ends at 2 MB.
const MAX_SETTINGS: usize = 2048;
/// The largest `priv_settings`, in bytes of JSON. No list shows them.
const MAX_PRIV_SETTINGS: usize = 8192;
/// The values of `priv_settings.access_type`.
pub const ACCESS_TYPES: &[&str] = &["BROKER", "DIRECT"];
/// The `priv_settings` of a client whose body has none.
const DEFAULT_PRIV_SETTINGS: &str = r#"{"access_type":"BROKER"}"#;

/// Everything that a body sets of a client, except its id.
#[derive(Debug)]
pub struct ClientData {
    /// The name that people read.
    pub name: String,
    /// The user that the client belongs to, if any.
    pub user_id: Option<String>,
    /// The id of its client type.
    pub client_type_id: String,
    /// A JSON object that every reader of clients sees.
    pub settings: String,
    /// A JSON object that only administrations see.
    pub priv_settings: String,
}

impl ClientData {
    /// Reads the id, if the body has one, and the data. The body may repeat what a client is shown with; `is_blocked` is
    /// not read, because blocking is an action of its own.
    ///
    /// # Errors
    /// 422 with every rule that was broken.
    pub fn from_body(body: Map<String, Value>) -> Result<(Option<String>, Self), Failure> {
        let mut fields = Fields::of(body, "client")?;
        fields.repeats(["is_blocked", "block_reason", "client_type_name", "inserted_at", "updated_at"]);
        let id = fields.uuid("id");
        let name = fields.required_text("name", MAX_NAME);
        let user_id = fields.id("user_id", MAX_ID);
        let client_type_id = fields.required_id("client_type_id", MAX_ID);
        let settings = settings(&mut fields);
        let priv_settings = priv_settings(&mut fields);
        fields.finish()?;
        let data = Self {
            name: name.unwrap_or_default(),
            user_id,
            client_type_id: client_type_id.unwrap_or_default(),
            settings: settings.unwrap_or_else(|| "{}".to_owned()),
            priv_settings: priv_settings.unwrap_or_else(|| DEFAULT_PRIV_SETTINGS.to_owned()),
        };
        Ok((id, data))
    }
}

/// The `block_reason` of a body. A caller that blocks a client must give one.
///
/// # Errors
/// 422 when it is absent, is not a string, or is too long.
pub fn block_reason(body: Map<String, Value>) -> Result<String, Failure> {
    let mut fields = Fields::of(body, "client")?;
    let reason = fields.required_text("block_reason", MAX_REASON);
    fields.finish()?;
    Ok(reason.unwrap_or_default())
}

/// Reads `settings`: an object, whose `allowed_grant_types` must be a list of strings if it is there.
fn settings(fields: &mut Fields) -> Option<String> {
    let text = small_object(fields, "settings", MAX_SETTINGS)?;
    if let Some(types) = fields.get("settings").and_then(|settings| settings.get("allowed_grant_types")) {
        let rule = match types {
            Value::Array(names) => names.iter().find(|name| !name.is_string()).map(|name| ("string", type_name(name))),
            other => Some(("array", type_name(other))),
        };
        if let Some((expected, actual)) = rule {
            fields.refuse("settings.allowed_grant_types", Rule::Cast { expected, actual });
        }
    }
    Some(text)
}

/// Reads `priv_settings`: an object whose `access_type` is BROKER (calls need an `api-key`) or DIRECT. `broker_scope`,
/// if it is there, is text: the scopes that others may use with this client's key.
fn priv_settings(fields: &mut Fields) -> Option<String> {
    small_object(fields, "priv_settings", MAX_PRIV_SETTINGS)?;
    let given = fields.get("priv_settings")?;
    let mut kept = given.clone();
    if let Some(Value::String(list)) = kept.get_mut("broker_scope") {
        *list = scope::normalized(list);
    }
    let access_type = match given.get("access_type") {
        None | Some(Value::Null) => Some(Rule::Required { property: "access_type" }),
        Some(Value::String(name)) if ACCESS_TYPES.contains(&name.as_str()) => None,
        Some(Value::String(_)) => Some(Rule::Inclusion { values: ACCESS_TYPES }),
        Some(other) => Some(Rule::Cast { expected: "string", actual: type_name(other) }),
    };
    let broker_scope = match given.get("broker_scope") {
        None | Some(Value::Null | Value::String(_)) => None,
        Some(other) => Some(Rule::Cast { expected: "string", actual: type_name(other) }),
    };
    let rules = [("priv_settings.access_type", access_type), ("priv_settings.broker_scope", broker_scope)];
    for (entry, rule) in rules {
        if let Some(rule) = rule {
            fields.refuse(entry, rule);
        }
    }
    Some(json(&kept))
}

/// Reads an object of at most `max` bytes of JSON.
fn small_object(fields: &mut Fields, name: &'static str, max: usize) -> Option<String> {
    let text = fields.object(name)?;
    if text.len() > max {
        fields.refuse(name, Rule::Length { max });
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::failure::Invalid;

    fn refused(change: Value) -> Vec<(String, Rule)> {
        let mut body = json!({ "name": "Clinic", "client_type_id": "type" });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        match ClientData::from_body(body.as_object().unwrap().clone()) {
            Err(Failure::Invalid(list)) => list.into_iter().map(|Invalid { entry, rule }| (entry, rule)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn settings_that_the_service_cannot_follow_are_refused() {
        let cast = |expected, actual| Rule::Cast { expected, actual };
        for (body, entry, rule) in [
            (json!({ "priv_settings": {} }), "access_type", Rule::Required { property: "access_type" }),
            (
                json!({ "priv_settings": { "access_type": null } }),
                "access_type",
                Rule::Required { property: "access_type" },
            ),
            (
                json!({ "priv_settings": { "access_type": "direct" } }),
                "access_type",
                Rule::Inclusion { values: ACCESS_TYPES },
            ),
            (json!({ "priv_settings": { "access_type": 1 } }), "access_type", cast("string", "integer")),
            (
                json!({ "priv_settings": { "access_type": "DIRECT", "broker_scope": [] } }),
                "broker_scope",
                cast("string", "array"),
            ),
        ] {
            assert_eq!(refused(body), [(format!("$.priv_settings.{entry}"), rule)]);
        }
        let grants = "$.settings.allowed_grant_types".to_owned();
        for (types, rule) in
            [(json!("password"), cast("array", "string")), (json!(["a", 1]), cast("string", "integer"))]
        {
            assert_eq!(refused(json!({ "settings": { "allowed_grant_types": types } })), [(grants.clone(), rule)]);
        }
        let long = json!({ "settings": { "x": "x".repeat(2048) } });
        assert_eq!(refused(long), [("$.settings".to_owned(), Rule::Length { max: 2048 })]);
        assert_eq!(refused(json!({ "settings": [] })), [("$.settings".to_owned(), cast("object", "array"))]);
        assert_eq!(refused(json!({ "id": "client-1" })), [("$.id".to_owned(), cast("uuid", "string"))]);
    }

    #[test]
    fn absent_properties_have_the_defaults_of_mithrils_source() {
        let body = json!({ "client": { "name": "Clinic", "client_type_id": "type", "is_blocked": true } });
        let (id, data) = ClientData::from_body(body.as_object().unwrap().clone()).unwrap();
        assert_eq!((id, data.user_id), (None, None));
        assert_eq!((data.settings.as_str(), data.priv_settings.as_str()), ("{}", r#"{"access_type":"BROKER"}"#));
    }
}
