//! A small random state of all tables that give rights, as rows in memory. The oracle walks the rows with plain loops; the
//! service gets the same rows as SQL.

use crate::support::random::Random;

pub const SCOPES: [&str; 6] = ["a:read", "b:read", "M:Create", "M:Update", "M:Create, Update", "c:x"];
pub const TYPES: [&str; 3] = ["Create", "Read", "Generic"];

pub struct Role {
    pub id: String,
    pub scope: String,
    pub is_access: bool,
    pub is_active: bool,
    pub application: Option<usize>,
}

pub struct Client {
    pub id: String,
    pub kind: usize,
    pub is_blocked: bool,
    pub is_direct: bool,
    pub broker_scope: Option<String>,
}

/// Everything, by the place in its list.
#[derive(Default)]
pub struct State {
    pub kinds: Vec<String>,
    pub clients: Vec<Client>,
    /// Client and consumer.
    pub connections: Vec<(usize, usize)>,
    /// Whether each is active.
    pub applications: Vec<bool>,
    pub roles: Vec<Role>,
    /// User, role, client.
    pub user_roles: Vec<(String, usize, Option<usize>)>,
    /// The external id and whether the user is active; the number is the place and 1.
    pub users: Vec<(String, bool)>,
    pub groups: Vec<bool>,
    /// Group, role, type, whether it is active.
    pub permissions: Vec<(usize, usize, &'static str, bool)>,
    pub members: Vec<(usize, usize)>,
    pub user_groups: usize,
    pub inside: Vec<(usize, usize)>,
    pub links: Vec<(usize, usize)>,
}

fn scopes(random: &mut Random) -> String {
    let mut chosen: Vec<&str> = SCOPES.into_iter().filter(|_| random.below(3) == 0).collect();
    if chosen.is_empty() {
        chosen.push("z");
    }
    chosen.join(" ")
}

fn pairs(random: &mut Random, most: usize, left: usize, right: usize) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for _ in 0..random.below(most) {
        let pair = (random.below(left), random.below(right));
        if !found.contains(&pair) {
            found.push(pair);
        }
    }
    found
}

impl State {
    pub fn random(random: &mut Random) -> Self {
        let mut state = Self { kinds: (0..2).map(|_| scopes(random)).collect(), ..Self::default() };
        for at in 0..3 {
            state.clients.push(Client {
                id: format!("00000000-0000-4000-8000-00000000000{at}"),
                kind: random.below(2),
                is_blocked: random.below(5) == 0,
                is_direct: random.below(3) == 0,
                broker_scope: (random.below(3) > 0).then(|| scopes(random)),
            });
        }
        state.connections = pairs(random, 5, 3, 3);
        state.applications = vec![true, random.below(2) == 0];
        for at in 0..4 {
            let application = random.below(3);
            state.roles.push(Role {
                id: format!("role-{}", 9 - at),
                scope: scopes(random),
                is_access: at % 2 == 0,
                is_active: random.below(5) > 0,
                application: (at % 2 == 0 && application < 2).then_some(application),
            });
        }
        for _ in 0..random.below(6) {
            let row = (
                format!("user-{}", random.below(3)),
                1 + 2 * random.below(2),
                [None, Some(0), Some(1), Some(2)][random.below(4)],
            );
            if !state.user_roles.contains(&row) {
                state.user_roles.push(row);
            }
        }
        for _ in 0..3 {
            let name = ["user-0", "user-1", "user-2", ""][random.below(4)];
            state.users.push((name.to_owned(), random.below(5) > 0));
        }
        state.groups = (0..2).map(|_| random.below(5) > 0).collect();
        for _ in 0..random.below(7) {
            let row = (random.below(2), 2 * random.below(2), TYPES[random.below(3)], random.below(5) > 0);
            if !state.permissions.iter().any(|one| (one.0, one.1, one.2) == (row.0, row.1, row.2)) {
                state.permissions.push(row);
            }
        }
        state.members = pairs(random, 5, 2, 3);
        state.user_groups = 2;
        state.inside = pairs(random, 5, 2, 3);
        state.links = pairs(random, 4, 2, 2);
        state
    }

    /// The rows as SQL, behind the removal of all other rows.
    pub fn sql(&self) -> String {
        use std::fmt::Write;
        const AT: &str = "'2026-01-01T00:00:00Z'";
        let mut sql = String::from(
            "DELETE FROM access_group_user_groups; DELETE FROM user_group_users; DELETE FROM access_group_users;
DELETE FROM user_groups; DELETE FROM permissions; DELETE FROM access_groups; DELETE FROM endpoint_users;
DELETE FROM user_roles; DELETE FROM role_permissions; DELETE FROM roles; DELETE FROM applications;
DELETE FROM connection_secrets; DELETE FROM connections; DELETE FROM clients WHERE client_type_id <> 'type-admin';
DELETE FROM client_types WHERE id <> 'type-admin';",
        );
        let text = |text: &str| format!("'{text}'");
        let or_null = |value: Option<String>| value.map_or("NULL".to_owned(), |value| text(&value));
        let mut add =
            |table: &str, values: String| writeln!(sql, "INSERT INTO {table} VALUES ({values});").expect("text");
        for (at, scope) in self.kinds.iter().enumerate() {
            add(
                "client_types (id, name, scope, inserted_at, updated_at)",
                format!("'kind-{at}','K{at}','{scope}',{AT},{AT}"),
            );
        }
        for one in &self.clients {
            let access = if one.is_direct { "DIRECT" } else { "BROKER" };
            let broker =
                one.broker_scope.as_ref().map(|scope| format!(r#","broker_scope":"{scope}""#)).unwrap_or_default();
            let settings = format!(r#"{{"access_type":"{access}"{broker}}}"#);
            let blocked = u8::from(one.is_blocked);
            add(
                "clients (id, name, client_type_id, is_blocked, priv_settings, inserted_at, updated_at)",
                format!("'{0}','{0}','kind-{1}',{blocked},'{settings}',{AT},{AT}", one.id, one.kind),
            );
        }
        for (client, consumer) in &self.connections {
            add(
                "connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)",
                format!(
                    "'link-{client}-{consumer}','{}','{}','https://a.test/x',{AT},{AT}",
                    self.clients[*client].id, self.clients[*consumer].id
                ),
            );
        }
        for (at, is_active) in self.applications.iter().enumerate() {
            add(
                "applications (id, name, application_key, is_active, created_on, modified_on)",
                format!("'app-{at}','app-{at}','app-{at}',{},{AT},{AT}", u8::from(*is_active)),
            );
        }
        for one in &self.roles {
            let application = or_null(one.application.map(|at| format!("app-{at}")));
            let kind = if one.is_access { "AccessRole" } else { "Role" };
            add(
                "roles (id, name, scope, type, is_active, access_application_id, inserted_at, updated_at)",
                format!(
                    "'{0}','{0}','{1}','{kind}',{2},{application},{AT},{AT}",
                    one.id,
                    one.scope,
                    u8::from(one.is_active)
                ),
            );
        }
        for (at, (user, role, client)) in self.user_roles.iter().enumerate() {
            let client = or_null(client.map(|at| self.clients[at].id.clone()));
            let role = &self.roles[*role].id;
            // NULLs are not equal, so the table's own rule lets a second row in; the index does not.
            add("user_roles", format!("'held-{at}','{user}','{role}',{client},{AT}"));
        }
        for (at, (name, is_active)) in self.users.iter().enumerate() {
            add(
                "endpoint_users (id, name, username, external_id, creation_date, is_active)",
                format!("{0},'u{0}','u{0}','{name}',{AT},{1}", at + 1, u8::from(*is_active)),
            );
        }
        for (at, is_active) in self.groups.iter().enumerate() {
            add(
                "access_groups (id, name, is_active, created_on, modified_on)",
                format!("'group-{at}','g{at}',{},{AT},{AT}", u8::from(*is_active)),
            );
        }
        for (at, (group, role, kind, is_active)) in self.permissions.iter().enumerate() {
            let role = &self.roles[*role].id;
            add("permissions", format!("{},'group-{group}','{role}','{kind}',{},{AT}", at + 1, u8::from(*is_active)));
        }
        for (group, user) in &self.members {
            add("access_group_users", format!("'group-{group}',{},{AT}", user + 1));
        }
        for at in 0..self.user_groups {
            add("user_groups (id, name, created_on, modified_on)", format!("{},'ug{at}',{AT},{AT}", at + 1));
        }
        for (group, user) in &self.inside {
            add("user_group_users", format!("{},{}", group + 1, user + 1));
        }
        for (group, user_group) in &self.links {
            add("access_group_user_groups", format!("'group-{group}',{},{AT}", user_group + 1));
        }
        sql
    }

    /// Whether a set of scopes holds a name, by itself or as a half of the vendor's pair.
    pub fn holds(set: &str, name: &str) -> bool {
        let words: Vec<&str> = set.split(' ').collect();
        let mut at = 0;
        while at < words.len() {
            if words[at] == "M:Create," && words.get(at + 1) == Some(&"Update") {
                if name == "M:Create" || name == "M:Update" {
                    return true;
                }
                at += 2;
                continue;
            }
            if words[at] == name {
                return true;
            }
            at += 1;
        }
        false
    }

    pub fn role_counts(&self, role: usize) -> bool {
        let role = &self.roles[role];
        role.is_active && role.application.is_none_or(|at| self.applications[at])
    }

    fn is_in(&self, user: usize, group: usize) -> bool {
        self.members.contains(&(group, user))
            || self.links.iter().any(|(of, through)| *of == group && self.inside.contains(&(*through, user)))
    }

    /// Whether a user has a type of permission for the role or in the group.
    pub fn may(&self, user: usize, kind: &str, role: Option<usize>, group: Option<usize>) -> bool {
        self.users[user].1
            && self.permissions.iter().any(|(of, given, kind_of, is_active)| {
                *is_active
                    && *kind_of == kind
                    && self.groups[*of]
                    && self.role_counts(*given)
                    && role.is_none_or(|role| role == *given)
                    && group.is_none_or(|group| group == *of)
                    && self.is_in(user, *of)
            })
    }

    /// The user that a `sub` names: the only one that has it.
    pub fn user_of(&self, sub: &str) -> Option<usize> {
        let found: Vec<usize> = (0..self.users.len()).filter(|at| self.users[*at].0 == sub).collect();
        if let [only] = found.as_slice() { (!sub.is_empty()).then_some(*only) } else { None }
    }

    /// Whether the client's type allows a scope, and the client is not blocked.
    pub fn client_may(&self, client: usize, scope: &str) -> bool {
        let client = &self.clients[client];
        !client.is_blocked && Self::holds(&self.kinds[client.kind], scope)
    }

    pub fn user_may(&self, user: &str, client: usize, scope: &str) -> bool {
        self.client_may(client, scope)
            && self.user_roles.iter().any(|(held, role, at)| {
                held == user && at.is_none_or(|at| at == client) && Self::holds(&self.roles[*role].scope, scope)
            })
    }

    pub fn connection_may(&self, (client, consumer): (usize, usize), scope: &str) -> bool {
        let acting = &self.clients[consumer];
        let is_bound = client != consumer && !self.clients[client].is_direct;
        self.client_may(client, scope)
            && !acting.is_blocked
            && (!is_bound || acting.broker_scope.as_ref().is_some_and(|bound| Self::holds(bound, scope)))
    }
}
