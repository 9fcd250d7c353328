//! The export of the audit: at its own address, and at the list's for a caller that asks for NDJSON.

use mithril_edge::http::Header;
use mithril_edge::http::Method::Get;
use serde_json::{Value, json};

use crate::audit::rows;
use crate::support::routes::service;
use crate::support::{Reply, Service, mint};

const NDJSON: (Header, &str) = (Header::Accept, "application/x-ndjson");

fn read(service: &Service, path: &str, more: &[(Header, &str)]) -> Reply {
    service.call_with(Get, path, &mint("audit:read"), more, "")
}

#[test]
fn a_caller_without_the_scope_exports_nothing_and_a_bad_portion_is_422() {
    let service = service();
    assert_eq!(service.call_with(Get, "/admin/audit", &mint("role:read"), &[NDJSON], "").status, 403);
    assert_eq!(service.call_with(Get, "/admin/audit", "x", &[NDJSON], "").status, 401);
    for query in ["after=-1", "limit=251", "from=yesterday"] {
        let reply = read(&service, &format!("/admin/audit?{query}"), &[NDJSON]);
        assert_eq!((reply.status, &reply.json["error"]["type"]), (422, &json!("validation_failed")), "{query}");
    }
}

#[test]
fn the_list_is_the_export_for_who_asks_for_ndjson() {
    let service = service();
    rows(&service, 7);
    let (mut path, mut seqs) = ("/admin/audit?limit=3&actor=".to_owned(), Vec::new());
    let head = loop {
        let reply = read(&service, &path, &[NDJSON]);
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), Some("application/x-ndjson; charset=utf-8"));
        let lines: Vec<Value> = reply.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        seqs.extend(lines.iter().filter_map(|line| line["seq"].as_i64()));
        match reply.header("link") {
            Some(link) => path = link.trim_start_matches('<').split('>').next().unwrap().to_owned(),
            None => break lines.last().cloned(),
        }
    };
    assert_eq!((seqs, path.as_str()), (vec![1, 2, 3, 4, 5, 6, 7], "/admin/audit?after=6&limit=3&actor="));
    assert_eq!(head.unwrap()["head"]["seq"], 0);
    let own = read(&service, "/admin/audit.ndjson?limit=3", &[]);
    assert_eq!(own.text, read(&service, "/admin/audit?limit=3", &[NDJSON]).text);
}

#[test]
fn whoever_does_not_ask_for_ndjson_gets_the_list() {
    let service = service();
    rows(&service, 2);
    for accept in ["*/*", "application/json", "text/html, */*;q=0.8", "application/json, application/x-ndjson", "x"] {
        let reply = read(&service, "/admin/audit", &[(Header::Accept, accept)]);
        assert_eq!(reply.json["paging"]["total_entries"], 2, "{accept}");
    }
    let export = read(&service, "/admin/audit.ndjson", &[(Header::Accept, "application/json")]);
    assert_eq!(export.header("content-type"), Some("application/x-ndjson; charset=utf-8"));
    let text = read(&service, "/admin/audit.ndjson", &[(Header::Accept, "text/plain")]);
    assert_eq!((text.header("content-type"), &text.text), (Some("text/plain; charset=utf-8"), &export.text));
}
