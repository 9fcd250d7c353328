//! Fragments of SQL about sets of scopes: what bounds a grant, and which scopes are left. They take what they need as
//! arguments; the names of tables are those of `caller!`.

/// The scopes that the consumer allows, when it acts for another client whose access type is not DIRECT; otherwise NULL.
/// A consumer without a `broker_scope` allows none.
macro_rules! broker_scope {
    () => {
        "CASE WHEN link.consumer_id <> link.client_id AND COALESCE(client.priv_settings ->> 'access_type', '') <> 'DIRECT'
    THEN COALESCE(consumer.priv_settings ->> 'broker_scope', '') END"
    };
}
pub(crate) use broker_scope;

/// The scopes of all roles that a user has for the client, global roles included, separated by spaces.
macro_rules! role_scopes {
    ($user:literal) => {
        concat!(
            "COALESCE((SELECT group_concat(role.scope, ' ') FROM user_roles held JOIN roles role ON role.id = held.role_id
    WHERE held.user_id = ",
            $user,
            " AND (held.client_id = client.id OR held.client_id IS NULL)), '')"
        )
    };
}
pub(crate) use role_scopes;

/// A set of scopes in the form that scopes are searched in: a space before and behind each, and a tab in the vendor's
/// pair, so that the pair is one name. A tab of the stored text becomes a backslash, which no scope has.
/// [`Scopes`](crate::identity::scope::Scopes) reads a set in the same way.
macro_rules! searched {
    ($scopes:expr) => {
        concat!(
            "replace(replace(' ' || (",
            $scopes,
            ") || ' ', char(9), '\\'), ':Create, Update ', ':Create,' || char(9) || 'Update ')"
        )
    };
}
pub(crate) use searched;

/// SQL: sets of scopes in the form that they are searched in, each read once, as the table `bound` with one row. A bound that
/// does not apply is NULL.
macro_rules! bounds {
    ($($name:literal = $bound:expr),+) => {
        concat!(
            "(SELECT NULL",
            $(", ", $crate::oauth::store::scopes::searched!($bound), " AS ", $name,)+
            " LIMIT 1) bound"
        )
    };
}
pub(crate) use bounds;

/// Whether each of the bounds holds every requested scope. A NULL bound holds all. `$requested` is the parameter in the form
/// of [`requested_scopes`](crate::oauth::grants::requested_scopes). [`Bounds`](crate::oauth::scope::Bounds) applies the
/// same rule in Rust, to name the bound that is exceeded.
macro_rules! within {
    ($requested:literal, $($name:literal = $bound:expr),+) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM ",
            $crate::oauth::store::scopes::bounds!($($name = $bound),+),
            " CROSS JOIN json_each(",
            $requested,
            ") want WHERE NOT (1",
            $(
                " AND (bound.", $name, " IS NULL OR COALESCE(instr(bound.", $name, ", ' ' || (want.value ->> '$[#-1]') || ' ')
    OR instr(bound.", $name, ", ' ' || (want.value ->> '$[0]') || ' '), 0))",
            )+
            "))"
        )
    };
}
pub(crate) use within;

/// FROM: the scopes (`part.value`) of a set, with the vendor's pair as its two halves.
macro_rules! split {
    ($scopes:expr) => {
        concat!(
            "json_each('[' || replace(json_quote(",
            $crate::oauth::store::scopes::searched!($scopes),
            "), ' ', '\",\"') || ']') item CROSS JOIN json_each(CASE
      WHEN substr(item.value, -15) = ':Create,' || char(9) || 'Update' THEN json_array(
        substr(item.value, 1, length(item.value) - 15) || ':Create', substr(item.value, 1, length(item.value) - 15) || ':Update')
      WHEN item.value = '' OR substr(item.value, -8) = ':Create,' OR instr(item.value, '\\') > 0 THEN '[]'
      ELSE json_array(item.value) END) part"
        )
    };
}
pub(crate) use split;

/// Whether a bound, in the form that it is searched in, holds the scope `part.value`: the scope itself, or the vendor's pair
/// that it is a half of. A NULL bound holds all.
macro_rules! holds_part {
    ($bound:expr) => {
        concat!(
            "(",
            $bound,
            " IS NULL OR instr(",
            $bound,
            ", ' ' || part.value || ' ')
      OR substr(part.value, -7) IN (':Create', ':Update') AND
        instr(",
            $bound,
            ", ' ' || substr(part.value, 1, length(part.value) - 7) || ':Create,' || char(9) || 'Update '))"
        )
    };
}
pub(crate) use holds_part;

/// FROM and WHERE: the scopes (`part.value`) of a set that all bounds hold, with the vendor's pair as its two halves.
macro_rules! parts {
    ($scopes:expr, $($name:literal = $bound:expr),+) => {
        concat!(
            $crate::oauth::store::scopes::bounds!($($name = $bound),+),
            " CROSS JOIN ",
            $crate::oauth::store::scopes::split!($scopes),
            " WHERE 1",
            $(" AND ", $crate::oauth::store::scopes::holds_part!(concat!("bound.", $name)),)+
        )
    };
}
pub(crate) use parts;
