//! The items as a table and as lines.

use mithril_edge::http::Header;
use mithril_edge::http::Method::Get;

use super::{ALL, everything, items};
use crate::support::routes::whole_service;
use crate::support::{Reply, Service, mint};

fn export(service: &Service, id: &str, query: &str, accept: &str) -> Reply {
    let path = format!("/admin/reviews/{id}/items{query}");
    service.call_with(Get, &path, &mint(ALL), &[(Header::Accept, accept)], "")
}

#[test]
fn a_table_has_a_line_for_each_item_and_no_cell_is_a_formula() {
    let service = whole_service();
    service.platform.load("UPDATE endpoint_users SET name = '=HYPERLINK(\"x\",1)'");
    let id = everything(&service);
    let reply = export(&service, &id, "?page_size=300", "text/csv");
    assert_eq!(reply.header("content-type"), Some("text/csv; charset=utf-8"));
    let lines: Vec<&str> = reply.text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), items(&service, &id).len() + 1);
    assert!(lines[0].starts_with("id,decision,note,"), "{}", lines[0]);
    let member = lines.iter().find(|line| line.starts_with("\"member.7.GROUP-A\"")).expect("a member");
    assert!(member.contains("\"'=HYPERLINK(\"\"x\"\",1)\""), "{member}");
    let columns = |line: &str| line.matches(',').count();
    assert_eq!(columns(lines[0]), columns(&member.replace("x\"\",1", "")), "{member}");
}

#[test]
fn lines_are_the_items_of_the_list_and_lead_to_the_next_page() {
    let service = whole_service();
    let id = everything(&service);
    let all = items(&service, &id);
    let (mut found, mut query) = (Vec::new(), "?page_size=3".to_owned());
    loop {
        let reply = export(&service, &id, &query, "application/x-ndjson");
        found.extend(reply.text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")));
        let Some(link) = reply.header("link") else { break };
        query = link[link.find('?').expect("a query")..link.find('>').expect("an end")].to_owned();
    }
    assert_eq!(found, all);
}
