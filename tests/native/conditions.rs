//! Entity tags, `If-Match`, `If-None-Match`, and the setting that demands them: on every route of the Mithril dialect.

use mithril_edge::http::Header;
use mithril_edge::http::Method;
use mithril_edge::http::Method::{Delete, Get, Patch, Post, Put};
use mithril_edge::routes::Operation;
use mithril_openapi::refusals;
use serde_json::json;

use crate::support::routes::{self, CLINIC, Example, OTHER, service};
use crate::support::tokens::mint_as;
use crate::support::{Reply, Service, mint, tokens};

pub const ROLE: &str = "/admin/roles/role-unused";
pub const CONNECTION: &str =
    "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections/e5372365-d47a-467f-81d0-f35117864352";
pub const ALL: &str = "client:read client:write client:delete client_type:read client_type:write client_type:delete role:read \
     role:write role:delete user:read user:write access:review connection:read connection:write connection:delete \
     connection:refresh_secret secret:refresh app:read_pis app:delete_pis";
/// What is changed by the refresh of a client's secret.
const OWN_CONNECTION: &str =
    "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections/e5372365-d47a-467f-81d0-f35117864353";

/// The routes about records. A logout is about a token.
fn examples() -> Vec<Example> {
    routes::examples().into_iter().filter(|example| example.route.operation != Operation::Logout).collect()
}

pub fn send(service: &Service, method: Method, path: &str, more: &[(Header, &str)], body: &str) -> Reply {
    send_as(service, &mint(ALL), method, path, more, body)
}

pub fn send_as(
    service: &Service,
    token: &str,
    method: Method,
    path: &str,
    more: &[(Header, &str)],
    body: &str,
) -> Reply {
    service.call_with(method, path, token, more, body)
}

pub fn tag(reply: &Reply) -> String {
    reply.header("etag").unwrap_or_else(|| panic!("no ETag: {} {}", reply.status, reply.text)).to_owned()
}

/// The tag of what an example's path leads to, as a GET of it shows it; `None` where the call makes a record.
fn current(service: &Service, method: Method, path: &str) -> Option<String> {
    let path = path.split("/actions/").next().unwrap().split("/secrets/").next().unwrap();
    if method == Post || path.ends_with("/connections") {
        return None;
    }
    if path.starts_with("/admin/") && path.ends_with("/refresh_secret") {
        return Some(tag(&send(service, Get, OWN_CONNECTION, &[], "")));
    }
    if path == "/admin/users/roles/user-role-1" {
        return Some("\"1\"".to_owned());
    }
    Some(tag(&send(service, Get, path, &[], "")))
}

const STALE: &str = "precondition_failed";

fn refused(reply: &Reply, place: &str) {
    let error = json!({ "type": STALE, "message": "The record is not the one that you have read." });
    assert_eq!((reply.status, &reply.json["error"]), (412, &error), "{place}: {}", reply.json);
}

#[test]
fn every_answer_that_is_one_record_has_a_strong_tag_and_no_other_answer_has_one() {
    for example in examples() {
        let service = service();
        let reply = send(&service, example.route.method, &example.path, &[], example.body);
        let is_record = reply.json["data"].is_object() && !refusals::shows_no_record(example.route.operation);
        let found = reply.header("etag").map(str::to_owned);
        assert_eq!(found.is_some(), is_record, "{} {}", example.route.method.as_str(), example.path);
        let Some(tag) = found else { continue };
        assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2, "{tag}");
        // What a change answers is what the next read answers.
        let location = reply.header("location").unwrap_or(example.path.as_str());
        let read = if location.ends_with("/refresh_secret") && location.starts_with("/admin/") {
            OWN_CONNECTION
        } else {
            location.split("/actions/").next().unwrap()
        };
        if example.route.method != Get && !read.contains("/users/") {
            assert_eq!(self::tag(&send(&service, Get, read, &[], "")), tag, "{}", example.path);
        }
    }
}

#[test]
fn every_change_of_one_record_is_412_with_a_tag_that_is_not_the_records_and_changes_nothing() {
    for example in examples().iter().filter(|example| example.route.method != Get) {
        let (method, path) = (example.route.method, &example.path);
        let service = service();
        let good = current(&service, method, path).unwrap_or_else(|| "\"1\"".to_owned());
        let weak = format!("W/{good}");
        let before = service.dump();
        for stale in ["\"0\"", "\"\"", "\"other\", \"99\"", "W/\"1\"", &weak] {
            let reply = send(&service, method, path, &[(Header::IfMatch, stale)], example.body);
            refused(&reply, &format!("{} {path} {stale}", method.as_str()));
            assert_eq!(service.dump(), before, "{} {path}", method.as_str());
        }
        let trips = service.platform.trips.get();
        send(&service, method, path, &[(Header::IfMatch, "\"0\"")], example.body);
        assert_eq!(service.platform.trips.get(), trips + 1, "one round trip");
    }
}

#[test]
fn every_change_of_one_record_is_made_with_its_tag_alone_in_a_list_or_any() {
    for example in examples().iter().filter(|example| example.route.method != Get) {
        let (method, path) = (example.route.method, &example.path);
        let good = current(&service(), method, path);
        let listed = good.as_ref().map(|good| format!("\"0\", {good},"));
        for header in good.iter().chain(&listed).map(String::as_str).chain(["*"]) {
            let service = service();
            let reply = send(&service, method, path, &[(Header::IfMatch, header)], example.body);
            if good.is_none() {
                refused(&reply, path);
                continue;
            }
            assert_eq!(reply.status, example.status, "{} {path} {header}: {}", method.as_str(), reply.json);
            assert_eq!(service.platform.trips.get(), 1, "one round trip");
        }
    }
}

#[test]
fn of_two_who_read_the_same_the_first_wins_and_the_second_loses_nothing_of_his() {
    let service = service();
    let seen = tag(&send(&service, Get, ROLE, &[], ""));
    let body = |name: &str| json!({ "name": name, "scope": "a:read" }).to_string();
    let first = send(&service, Put, ROLE, &[(Header::IfMatch, &seen)], &body("First"));
    assert_eq!((first.status, &first.json["data"]["name"]), (200, &json!("First")));
    refused(&send(&service, Put, ROLE, &[(Header::IfMatch, &seen)], &body("Second")), "second");
    assert_eq!(service.sql::<String>("SELECT name FROM roles WHERE id = 'role-unused'"), "First");
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 1);
    assert_eq!(send(&service, Put, ROLE, &[(Header::IfMatch, &tag(&first))], &body("Third")).status, 200);
}

#[test]
fn an_upsert_can_be_bound_to_a_record_that_is_there_or_to_none() {
    let service = service();
    let list = format!("/api/clients/{CLINIC}/connections");
    let body = json!({ "redirect_uri": "https://new.test/cb", "consumer_id": OTHER }).to_string();
    refused(&send(&service, Put, &list, &[(Header::IfMatch, "*")], &body), "none yet");
    let made = send(&service, Put, &list, &[(Header::IfNoneMatch, "*")], &body);
    assert_eq!((made.status, made.json["data"]["secret"].is_string()), (201, true));
    refused(&send(&service, Put, &list, &[(Header::IfNoneMatch, "*")], &body), "there now");
    refused(&send(&service, Put, &list, &[(Header::IfNoneMatch, &format!("W/{}", tag(&made)))], &body), "this one");
    let kept = send(&service, Put, &list, &[(Header::IfMatch, &tag(&made))], &body);
    assert_eq!(kept.status, 200);
    assert_ne!(tag(&kept), tag(&made));

    let new = "/admin/clients/77770000-275a-11e7-93ae-92361f002671";
    let body = json!({ "name": "New", "client_type_id": "type-msp" }).to_string();
    refused(&send(&service, Put, new, &[(Header::IfMatch, "*")], &body), new);
    assert_eq!(send(&service, Put, new, &[(Header::IfNoneMatch, "*")], &body).status, 201);
    refused(&send(&service, Put, new, &[(Header::IfNoneMatch, "*")], &body), new);
    assert_eq!(send(&service, Put, new, &[(Header::IfMatch, "*")], &body).status, 200);
}

#[test]
fn a_record_that_is_not_there_is_404_and_who_may_not_is_403_whatever_the_condition() {
    let service = service();
    for header in ["*", "\"1\""] {
        let more = [(Header::IfMatch, header)];
        for (method, path, body) in [
            (Delete, "/admin/roles/unknown", ""),
            (Patch, "/admin/roles/unknown", r#"{"name":"x"}"#),
            (Delete, "/admin/clients/unknown", ""),
            (Patch, "/admin/clients/unknown/actions/unblock", ""),
            (Delete, "/admin/users/roles/unknown", ""),
            (Get, "/admin/roles/unknown", ""),
        ] {
            assert_eq!(send(&service, method, path, &more, body).status, 404, "{path} {header}");
        }
        let foreign = mint_as("MSP", OTHER, ALL);
        assert_eq!(send_as(&service, &foreign, Delete, CONNECTION, &more, "").status, 403, "{header}");
        assert_eq!(send_as(&service, &foreign, Delete, ROLE, &more, "").status, 403, "{header}");
    }
    // What only the database knows of the caller comes first, too.
    let stale = [(Header::IfMatch, "\"0\"")];
    let blocked = mint_as("MITHRIL ADMIN", "3580df72-275a-11e7-93ae-92361f002673", ALL);
    assert_eq!(send_as(&service, &blocked, Delete, ROLE, &stale, "").status, 401);
    let foreign = mint_as("MSP", OTHER, ALL);
    assert_eq!(send_as(&self::service(), &foreign, Delete, CONNECTION, &stale, "").status, 403);
    // A record that others use: the tag first.
    refused(
        &send(
            &service,
            Delete,
            "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671",
            &[(Header::IfMatch, "\"0\"")],
            "",
        ),
        "",
    );
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM preconditions"), 0);
}

#[test]
fn a_header_that_is_no_list_of_tags_is_400_after_who_is_told_and_before_the_body() {
    let service = service();
    for (header, name) in [(Header::IfMatch, "If-Match"), (Header::IfNoneMatch, "If-None-Match")] {
        for text in ["", "1", "\"1", "W/1", "*, \"1\"", "\"1\" \"2\"", "\"a b\""] {
            for (method, body) in [(Get, ""), (Patch, "%"), (Delete, "")] {
                let reply = send(&service, method, ROLE, &[(header, text)], body);
                let invalid = json!([{ "entry_type": "header", "entry": name, "rules": [{ "rule": "format" }] }]);
                let message = "Malformed request. A header cannot be read.";
                let error = json!({ "type": "request_malformed", "message": message, "invalid": invalid });
                assert_eq!((reply.status, &reply.json["error"]), (400, &error), "{} {text}", method.as_str());
            }
            let foreign = mint_as("MSP", OTHER, ALL);
            assert_eq!(send_as(&service, &foreign, Delete, CONNECTION, &[(header, text)], "").status, 403);
            assert_eq!(send_as(&service, "nonsense", Delete, ROLE, &[(header, text)], "").status, 401);
        }
    }
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM audit"), 0);
}

#[test]
fn a_read_is_304_for_what_the_caller_has_and_412_for_what_he_did_not_ask_for() {
    let service = service();
    for path in [ROLE, CONNECTION, "/admin/client_types/type-msp", &format!("/api/clients/{CLINIC}")] {
        let seen = tag(&send(&service, Get, path, &[], ""));
        for header in [seen.clone(), format!("W/{seen}"), format!("\"0\",{seen}"), "*".to_owned()] {
            for method in [Get, Method::Head] {
                let reply = send(&service, method, path, &[(Header::IfNoneMatch, &header)], "");
                assert_eq!((reply.status, reply.text.as_str()), (304, ""), "{path} {header}");
                assert_eq!((tag(&reply), reply.header("content-type")), (seen.clone(), None));
            }
        }
        assert_eq!(send(&service, Get, path, &[(Header::IfNoneMatch, "\"0\"")], "").status, 200);
        assert_eq!(send(&service, Get, path, &[(Header::IfMatch, &seen)], "").status, 200);
        refused(&send(&service, Get, path, &[(Header::IfMatch, "\"0\"")], ""), path);
        refused(&send(&service, Get, path, &[(Header::IfMatch, &format!("W/{seen}"))], ""), path);
    }
    // A list has no tag.
    for header in [Header::IfNoneMatch, Header::IfMatch] {
        assert_eq!(send(&service, Get, "/admin/roles", &[(header, "\"1\"")], "").status, 200);
    }
}

#[test]
fn a_cached_role_is_answered_with_the_tag_it_had() {
    let service = service();
    let token = mint("role:read role:write");
    let get = |service: &Service| send_as(service, &token, Get, ROLE, &[], "");
    let seen = tag(&get(&service));
    let trips = service.platform.trips.get();
    assert_eq!((tag(&get(&service)), service.platform.trips.get()), (seen.clone(), trips), "from memory");
    let changed = send_as(&service, &token, Patch, ROLE, &[(Header::IfMatch, &seen)], r#"{"name":"x"}"#);
    assert_eq!((changed.status, tag(&get(&service))), (200, tag(&changed)));
    assert_ne!(tag(&changed), seen);
}

#[test]
fn where_the_setting_demands_a_condition_every_change_of_a_record_without_one_is_428() {
    for setting in ["on", "yes"] {
        let mut service = service();
        let raw =
            mithril_edge::settings::RawSettings { require_if_match: Some(setting.to_owned()), ..tokens::settings() };
        service.app = mithril_edge::memory::App::new(&raw);
        assert_eq!(
            service.app.settings.problems.iter().any(|text| text.contains("REQUIRE_IF_MATCH")),
            setting == "yes"
        );
        let before = service.dump();
        for example in examples().iter().filter(|example| !matches!(example.route.method, Get | Post)) {
            let reply = send(&service, example.route.method, &example.path, &[], example.body);
            let error = json!({ "type": "precondition_required", "message": "This change needs an If-Match header." });
            assert_eq!((reply.status, &reply.json["error"]), (428, &error), "{}", example.path);
        }
        assert_eq!(service.dump(), before);
        let foreign = mint_as("MSP", OTHER, ALL);
        assert_eq!(send_as(&service, &foreign, Delete, CONNECTION, &[], "").status, 403, "who may not learns no more");
        assert_eq!(send(&service, Delete, ROLE, &[(Header::IfMatch, "*")], "").status, 200);
        let list = format!("/api/clients/{CLINIC}/connections");
        let body = json!({ "redirect_uri": "https://new.test/cb", "consumer_id": OTHER }).to_string();
        assert_eq!(send(&service, Put, &list, &[(Header::IfNoneMatch, "*")], &body).status, 201);
        let made = send(&service, Post, "/admin/roles", &[], r#"{"name":"New","scope":"a:read"}"#);
        assert_eq!(made.status, 201, "what makes a record changes none");
        let deletion = service.call(
            Delete,
            "/Endpoint/rest/api/v1/AccessGroup/GROUP-A/Permission/4711",
            &mint("AccessUser:Delete"),
            "",
        );
        assert_eq!(deletion.status, 200, "Endpoint knows no conditions");
    }
}
