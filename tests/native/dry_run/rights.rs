//! Who holds which right, by plain loops over the rows: the oracle of dry runs. It shares no SQL with the service.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value;

use crate::support::Service;

/// A right: kind of holder, holder, place, and what is held. See the table `dry_run_paths`.
pub type Right = (String, String, String, String);

/// A row, by its columns.
type Row = BTreeMap<String, String>;

fn rows(service: &Service, table: &str) -> Vec<Row> {
    let db = service.platform.db.borrow();
    let mut select = db.prepare(&format!("SELECT * FROM {table}")).expect("a table");
    let names: Vec<String> = select.column_names().into_iter().map(str::to_owned).collect();
    let found = select.query_map([], |row| {
        let mut all = Row::new();
        for (at, name) in names.iter().enumerate() {
            match row.get::<_, Value>(at)? {
                Value::Null => {}
                Value::Integer(number) => drop(all.insert(name.clone(), number.to_string())),
                Value::Text(text) => drop(all.insert(name.clone(), text)),
                other => panic!("{other:?}"),
            }
        }
        Ok(all)
    });
    found.expect("rows").map(Result::unwrap).collect()
}

/// The scopes of a list. The vendor's pair is two.
fn scopes(list: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut words = list.split_whitespace().peekable();
    while let Some(word) = words.next() {
        match word.strip_suffix(":Create,") {
            Some(role) if words.peek() == Some(&"Update") => {
                words.next();
                all.extend([format!("{role}:Create"), format!("{role}:Update")]);
            }
            Some(_) => {}
            None => drop(all.insert(word.to_owned())),
        }
    }
    all
}

/// Everything that decides, and what follows from it.
pub struct Rights {
    /// What every client's type gives it, and the permissions of Endpoint's users.
    pub held: BTreeSet<Right>,
    /// The scopes that users have by roles at all clients.
    everywhere: BTreeSet<(String, String)>,
    /// The scopes that users have by roles at one client, within its type.
    at_client: BTreeMap<(String, String, String), usize>,
}

impl Rights {
    pub fn of(service: &Service) -> Self {
        let mut held = BTreeSet::new();
        let by_id = |table| -> BTreeMap<String, Row> {
            rows(service, table).into_iter().map(|row| (row["id"].clone(), row)).collect()
        };
        let (types, clients, roles) = (by_id("client_types"), by_id("clients"), by_id("roles"));
        let ceiling = |client: &str| {
            let client = &clients[client];
            let is_blocked = client["is_blocked"] == "1";
            if is_blocked { BTreeSet::new() } else { scopes(&types[&client["client_type_id"]]["scope"]) }
        };
        for client in clients.keys() {
            held.extend(
                ceiling(client).into_iter().map(|scope| ("client".to_owned(), client.clone(), String::new(), scope)),
            );
        }
        let (mut everywhere, mut at_client) = (BTreeSet::new(), BTreeMap::new());
        for given in rows(service, "user_roles") {
            let of_role = scopes(&roles[&given["role_id"]]["scope"]);
            let user = given["user_id"].clone();
            match given.get("client_id") {
                None => everywhere.extend(of_role.into_iter().map(|scope| (user.clone(), scope))),
                Some(client) => {
                    for scope in of_role.intersection(&ceiling(client)) {
                        *at_client.entry((user.clone(), client.clone(), scope.clone())).or_default() += 1;
                    }
                }
            }
        }
        held.extend(permissions(service, &roles));
        Self { held, everywhere, at_client }
    }

    fn has_at(&self, (user, client, scope): &(String, String, String)) -> bool {
        let of_client = ("client".to_owned(), client.clone(), String::new(), scope.clone());
        let everywhere = self.everywhere.contains(&(user.clone(), scope.clone())) && self.held.contains(&of_client);
        self.at_client.contains_key(&(user.clone(), client.clone(), scope.clone())) || everywhere
    }

    /// The rights that `after` has more than this, and those that it lacks. A scope at one client is told where a role at
    /// that client, or what the client's type gives that role, has changed.
    pub fn difference(&self, after: &Self) -> (BTreeSet<Right>, BTreeSet<Right>) {
        let owned = |right: &(String, String)| ("user".to_owned(), right.0.clone(), String::new(), right.1.clone());
        let (mut gains, mut loses): (BTreeSet<Right>, BTreeSet<Right>) = (
            after.held.difference(&self.held).cloned().collect(),
            self.held.difference(&after.held).cloned().collect(),
        );
        gains.extend(after.everywhere.difference(&self.everywhere).map(owned));
        loses.extend(self.everywhere.difference(&after.everywhere).map(owned));
        for key in self.at_client.keys().chain(after.at_client.keys()) {
            let right = ("user".to_owned(), key.0.clone(), key.1.clone(), key.2.clone());
            match (self.has_at(key), after.has_at(key)) {
                _ if self.at_client.get(key) == after.at_client.get(key) => {}
                (false, true) => drop(gains.insert(right)),
                (true, false) => drop(loses.insert(right)),
                _ => {}
            }
        }
        (gains, loses)
    }
}

fn permissions(service: &Service, roles: &BTreeMap<String, Row>) -> BTreeSet<Right> {
    let active = |table: &str| -> BTreeMap<String, Row> {
        let all = rows(service, table).into_iter().filter(|row| row["is_active"] == "1");
        all.map(|row| (row["id"].clone(), row)).collect()
    };
    let (users, groups, applications) = (active("endpoint_users"), active("access_groups"), active("applications"));
    let mut members: BTreeSet<(String, String)> = BTreeSet::new();
    for link in rows(service, "access_group_users") {
        members.insert((link["user_id"].clone(), link["access_group_id"].clone()));
    }
    let of_groups = rows(service, "access_group_user_groups");
    for link in rows(service, "user_group_users") {
        for of_group in of_groups.iter().filter(|of_group| of_group["user_group_id"] == link["user_group_id"]) {
            members.insert((link["user_id"].clone(), of_group["access_group_id"].clone()));
        }
    }
    let all = rows(service, "permissions");
    let mut held = BTreeSet::new();
    for (user, group) in members {
        let Some(of_group) = groups.get(&group).filter(|_| users.contains_key(&user)) else { continue };
        for permission in all.iter().filter(|row| row["access_group_id"] == group && row["is_active"] == "1") {
            let role = &roles[&permission["role_id"]];
            let of_active = role.get("access_application_id").is_none_or(|id| applications.contains_key(id));
            if role["is_active"] == "1" && of_active {
                let what = format!("{} {}", permission["permission_id"], of_group["access_group_type_id"]);
                held.insert(("permission".to_owned(), user.clone(), role["id"].clone(), what));
            }
        }
    }
    held
}
