//! `DELETE /Endpoint/rest/api/v1/AccessGroup/{Id}/Permission/{SubId}` (seed 004).

use serde::Deserialize;

use super::lookup::{GroupField, PermissionField, candidates, decode_id};
use super::store;
use crate::call::{Call, Change};
use crate::error::{BadInput, Failure};
use crate::http::Answer;
use crate::ports::Ports;

#[derive(Deserialize)]
struct Matched {
    groups: u8,
    system: Option<u8>,
    permissions: u8,
}

/// Answers the deleted record, expanded. Checks in order: 400 for what cannot be read, then the group (404,
/// 400 multiple rows, 403 system), then the permission (404, 400 multiple rows).
pub async fn delete_permission<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let query = |name| call.request.query_param(name).map_err(|_| Failure::BadInput(BadInput::Unconvertible));
    let group_field = GroupField::parse(query("Name")?.as_deref())?;
    let permission_field = PermissionField::parse(query("SubName")?.as_deref())?;
    let group = candidates(&decode_id(call.params.get(0))?);
    let permission = permission_field.values(&decode_id(call.params.get(1))?)?;

    let change = Change {
        action: "permission.delete",
        subject: format!("permission/{}", permission.first().map_or("", String::as_str)),
        fields: Vec::new(),
        statements: store::delete_permission(
            &call.gate.to_json(),
            (group_field, &group),
            (permission_field, &permission),
        ),
    };
    let changed = call.change(change).await?;
    let matched: Matched = serde_json::from_str(&changed.row.unwrap_or_default())
        .map_err(|error| Failure::Internal(format!("row: {error}")))?;
    match (matched.groups, matched.system, matched.permissions, changed.outcome) {
        (0, ..) => Err(Failure::NotFound),
        (2.., ..) => Err(Failure::MultipleRows),
        (1, Some(1), ..) => Err(Failure::SystemGroup),
        (1, _, 0, _) => Err(Failure::NotFound),
        (1, _, 2.., _) => Err(Failure::MultipleRows),
        (1, _, 1, Some(record)) => Ok(Answer::bare(record)),
        (1, _, 1, None) => Err(Failure::Internal("a matched permission was not deleted".to_owned())),
    }
}
