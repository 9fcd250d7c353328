//! Refusals in the overview: counted in memory, written a minute later at the most once, and read for an hour.

use mithril_edge::http::Method::Get;
use mithril_edge::memory::App;
use serde_json::{Value, json};

use crate::support::platform::NOW;
use crate::support::tokens::{Signer, settings, sign};
use crate::support::{Service, mint};

/// What the overview says of the last hour.
fn last_hour(service: &Service) -> Value {
    // It outlives the hours of these tests.
    let token = sign(Signer::LoginEs256, json!({}), json!({ "scope": "client:read", "exp": NOW + 80_000 }));
    let reply = service.call(Get, "/admin/overview", &token, "");
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json["data"]["refusals"]["last_hour"].clone()
}

fn stored(service: &Service) -> i64 {
    service.sql("SELECT COALESCE(sum(total), 0) FROM refusal_counts")
}

fn refuse(service: &Service, times: u32) {
    for _ in 0..times {
        assert_eq!(service.send(Get, "/admin/roles", &[], "").status, 401);
    }
}

#[test]
fn a_flood_of_refusals_writes_nothing_in_its_minute_and_once_after_it() {
    let service = Service::default();
    refuse(&service, 2000);
    assert_eq!((service.platform.later.get(), stored(&service)), (0, 0));
    assert_eq!(service.platform.trips.get(), 0, "nothing is on the way of the answer");
    service.platform.now.set(NOW + 60);
    refuse(&service, 2000);
    assert_eq!((service.platform.later.get(), stored(&service)), (1, 2000));
    assert_eq!(service.sql::<i64>("SELECT count(*) FROM refusal_counts"), 1, "one row for a status and a minute");
    service.platform.now.set(NOW + 120);
    assert_eq!(service.send(Get, "/healthz", &[], "").status, 200);
    assert_eq!((service.platform.later.get(), stored(&service)), (2, 4000));
    service.platform.now.set(NOW + 180);
    service.send(Get, "/healthz", &[], "");
    assert_eq!(service.platform.later.get(), 2, "nothing was refused since");
}

#[test]
fn the_refusals_of_all_isolates_are_told_by_status_for_an_hour() {
    let mut service = Service::default();
    assert_eq!(last_hour(&service), json!({ "total": 0, "by_status": {} }));
    refuse(&service, 3);
    assert_eq!(service.call(Get, "/admin/roles", &mint(""), "").status, 403);
    let all = json!({ "total": 4, "by_status": { "401": 3, "403": 1 } });
    assert_eq!(last_hour(&service), all, "an isolate knows its own before it has written them");
    service.platform.now.set(NOW + 60);
    assert_eq!(last_hour(&service), all);
    assert_eq!(last_hour(&service), all, "and does not count them twice when it has");
    service.app = App::new(&settings());
    refuse(&service, 2);
    assert_eq!(service.send(Get, "/nowhere", &[], "").status, 404);
    let both = json!({ "total": 7, "by_status": { "401": 5, "403": 1, "404": 1 } });
    assert_eq!(last_hour(&service), both);
    service.platform.now.set(NOW + 3600);
    assert_eq!(last_hour(&service)["total"], 3, "of the second minute");
    service.app = App::new(&settings());
    service.platform.now.set(NOW + 3660);
    assert_eq!(last_hour(&service), json!({ "total": 0, "by_status": {} }));
}

#[test]
fn what_an_idle_isolate_counted_belongs_to_the_minute_in_which_it_was() {
    let service = Service::default();
    refuse(&service, 1);
    service.platform.now.set(NOW + 4 * 3600);
    assert_eq!(last_hour(&service)["total"], 0);
    assert_eq!(last_hour(&service)["total"], 0);
    assert_eq!(stored(&service), 1);
}

#[test]
fn counts_older_than_two_hours_are_deleted() {
    let service = Service::default();
    refuse(&service, 1);
    service.platform.now.set(NOW + 60);
    service.send(Get, "/healthz", &[], "");
    for (after, left) in [(7200, 1), (7260, 0)] {
        service.platform.now.set(NOW + after);
        pollster::block_on(mithril_edge::health::housekeeping::run(&service.app.settings, &service.platform));
        assert_eq!(stored(&service), left, "{after}");
    }
}
