//! A record as the dialect shows, filters and sorts it: a closed list of fields over SQL expressions. These
//! expressions, and no text of a caller, are what list statements are composed of.

/// How the values of a field are written and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Text that is the same in upper and lower case when it is a GUID.
    Id,
    Integer,
    Flag,
    Time,
}

/// When a field is part of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// In every record, and in lists unless `Fields` leaves it out.
    Always,
    /// In lists whose `Fields` name it.
    OnRequest,
    /// Only in `Filters` and `Orders`: the dotted fields of a relation.
    Never,
}

#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    /// What is compared and sorted, columns qualified by their table.
    pub sql: &'static str,
    /// A foreign key as an abstract object.
    object: Option<&'static str>,
    pub shown: Shown,
}

impl Field {
    pub const fn new(name: &'static str, kind: Kind, sql: &'static str) -> Self {
        Self { name, kind, sql, object: None, shown: Shown::Always }
    }

    /// A foreign key: compared as its value, shown as AbstractText or AbstractLong.
    pub const fn key(name: &'static str, kind: Kind, sql: &'static str, object: &'static str) -> Self {
        Self { name, kind, sql, object: Some(object), shown: Shown::Always }
    }

    pub const fn dotted(name: &'static str, kind: Kind, sql: &'static str) -> Self {
        Self { name, kind, sql, object: None, shown: Shown::Never }
    }

    pub const fn on_request(mut self) -> Self {
        self.shown = Shown::OnRequest;
        self
    }

    /// Whether it is shown as an abstract object.
    pub const fn is_key(&self) -> bool {
        self.object.is_some()
    }

    fn json(&self) -> String {
        match (self.object, self.kind) {
            (Some(object), _) => object.to_owned(),
            (None, Kind::Flag) => format!("json(iif({}, 'true', 'false'))", self.sql),
            (None, _) => self.sql.to_owned(),
        }
    }
}

/// A kind of record and where its rows come from.
#[derive(Debug)]
pub struct Entity {
    /// `Meta.Type`.
    pub name: &'static str,
    /// At most 16 that can be shown: D1 takes 32 arguments a function.
    pub fields: &'static [Field],
}

impl Entity {
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The whole record as SQL.
    pub fn record(&self) -> String {
        let fields: Vec<&Field> = self.fields.iter().filter(|field| field.shown == Shown::Always).collect();
        record(&fields)
    }

    /// The names that `Fields` may hold.
    pub fn names(&self) -> Vec<&'static str> {
        self.fields.iter().filter(|field| field.shown != Shown::Never).map(|field| field.name).collect()
    }
}

/// A record of some fields as SQL.
pub fn record(fields: &[&Field]) -> String {
    let pairs: Vec<String> = fields.iter().map(|field| format!("'{}', {}", field.name, field.json())).collect();
    format!("json_object({})", pairs.join(", "))
}

/// An AbstractText of a closed list: the value is its own name.
macro_rules! enum_object {
    ($column:literal, $type:literal) => {
        concat!("json_object('Id', ", $column, ", 'ExternalId', '', 'Name', ", $column, ", 'Type', '", $type, "')")
    };
}
pub(crate) use enum_object;

/// An AbstractLong of who acted: `ExternalId` is the token's `sub`; `Id` and `Name` are those of the user with
/// that `External_Id`, or 0 and empty.
macro_rules! person_object {
    ($column:literal) => {
        concat!(
            "(SELECT json_object('Id', COALESCE(min(endpoint_users.id), 0), 'ExternalId', ",
            $column,
            ", 'Name', COALESCE(endpoint_users.name, ''), 'Type', 'User') FROM endpoint_users
    WHERE endpoint_users.external_id = ",
            $column,
            " AND endpoint_users.external_id <> '')"
        )
    };
}
pub(crate) use person_object;

/// The `Id` of [`person_object`].
macro_rules! person_id {
    ($column:literal) => {
        concat!(
            "COALESCE((SELECT min(endpoint_users.id) FROM endpoint_users WHERE endpoint_users.external_id = ",
            $column,
            " AND endpoint_users.external_id <> ''), 0)"
        )
    };
}
pub(crate) use person_id;

/// The `Name` of [`person_object`].
macro_rules! person_name {
    ($column:literal) => {
        concat!(
            "COALESCE((SELECT endpoint_users.name FROM endpoint_users WHERE endpoint_users.external_id = ",
            $column,
            " AND endpoint_users.external_id <> '' ORDER BY endpoint_users.id LIMIT 1), '')"
        )
    };
}
pub(crate) use person_name;
