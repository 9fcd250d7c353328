//! Describes a kind of record: its fields, each with the SQL expression that it is shown, filtered and sorted by. List
//! statements are composed of these expressions, and never of a caller's text.

use std::borrow::Cow;

/// What the values of a field are, and so how they are written and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text, compared exactly.
    Text,
    /// Text that is compared exactly, except that a GUID is the same in upper and lower case.
    Id,
    /// A whole number of 64 bits.
    Integer,
    /// `True` or `False`; the column holds 1 or 0.
    Flag,
    /// A time in UTC; the column holds `2024-10-22T08:00:00Z`.
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

/// A field of a record.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name in answers, `Filters`, `Orders` and `Fields`.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// SQL of the value that is compared and sorted by. Columns are qualified by their table.
    pub sql: &'static str,
    /// SQL of what is shown in place of the value: the abstract object of a foreign key.
    object: Option<&'static str>,
    /// When it is part of a record.
    pub shown: Shown,
    /// The records that a foreign key leads to, if `Filters` and `Orders` may name their fields behind a dot.
    related: Option<&'static Related>,
}

/// The records that a foreign key leads to.
#[derive(Debug)]
pub struct Related {
    /// Their fields.
    pub entity: &'static Entity,
    /// Their table, by which the fields' columns are qualified.
    pub table: &'static str,
    /// The column that the key holds a value of.
    pub id: &'static str,
}

/// A field as `Filters` and `Orders` use it.
#[derive(Debug)]
pub struct Operand {
    /// The name as the caller wrote it.
    pub name: Cow<'static, str>,
    /// What its values are.
    pub kind: Kind,
    /// SQL of the value that is compared and sorted by.
    pub sql: Cow<'static, str>,
}

impl Field {
    /// A field of every record.
    pub const fn new(name: &'static str, kind: Kind, sql: &'static str) -> Self {
        Self { name, kind, sql, object: None, shown: Shown::Always, related: None }
    }

    /// A foreign key of every record. It is compared by its value and shown as an AbstractText or AbstractLong:
    /// `object` is the SQL of that.
    pub const fn key(name: &'static str, kind: Kind, sql: &'static str, object: &'static str) -> Self {
        Self { name, kind, sql, object: Some(object), shown: Shown::Always, related: None }
    }

    /// A field of a related record, such as `AccessRoleId.Name`, for `Filters` and `Orders` alone.
    pub const fn dotted(name: &'static str, kind: Kind, sql: &'static str) -> Self {
        Self { name, kind, sql, object: None, shown: Shown::Never, related: None }
    }

    /// A column of the link between a parent and the records of its list (`ListDefinition::link`).
    pub const fn link(name: &'static str, kind: Kind, sql: &'static str) -> Self {
        Self { name, kind, sql, object: None, shown: Shown::Never, related: None }
    }

    /// The same field. A dot leads from it to every field of the related record.
    pub const fn leads_to(mut self, related: &'static Related) -> Self {
        self.related = Some(related);
        self
    }

    /// The same field, shown only where `Fields` names it.
    pub const fn on_request(mut self) -> Self {
        self.shown = Shown::OnRequest;
        self
    }

    /// Whether it is a foreign key, shown as an abstract object.
    pub const fn is_key(&self) -> bool {
        self.object.is_some()
    }

    /// The operand that a name behind a dot stands for: a field of the related record. Its default value stands in where
    /// the key leads to no record.
    fn related_operand(&self, name: &str) -> Option<Operand> {
        let Related { entity, table, id } = self.related?;
        let field = entity.field(name).filter(|field| field.shown != Shown::Never)?;
        let default = match field.kind {
            Kind::Text | Kind::Id | Kind::Time => "''",
            Kind::Integer | Kind::Flag => "0",
        };
        let sql = format!("COALESCE((SELECT {} FROM {table} WHERE {id} = {}), {default})", field.sql, self.sql);
        Some(Operand { name: format!("{}.{name}", self.name).into(), kind: field.kind, sql: sql.into() })
    }

    /// SQL of what is shown.
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
    /// The name of the kind: `Meta.Type` of a list.
    pub name: &'static str,
    /// Its fields, in the order in which a record shows them.
    pub fields: &'static [Field],
}

impl Entity {
    /// The field of this name, compared exactly.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The operand of this name, among the fields of the record, then those of its `link` to a parent: a field, or a
    /// field of a related record behind a dot.
    pub fn operand(&self, link: &'static [Field], name: &str) -> Option<Operand> {
        let fields = || self.fields.iter().chain(link);
        if let Some(field) = fields().find(|field| field.name == name) {
            return Some(Operand { name: field.name.into(), kind: field.kind, sql: field.sql.into() });
        }
        let (key, name) = name.split_once('.')?;
        fields().find(|field| field.name == key && field.related.is_some())?.related_operand(name)
    }

    /// SQL of the whole record, as a JSON object.
    pub fn record(&self) -> String {
        let fields: Vec<&Field> = self.fields.iter().filter(|field| field.shown == Shown::Always).collect();
        record(&fields)
    }

    /// The names of the fields that `Fields` may name.
    pub fn names(&self) -> Vec<&'static str> {
        self.fields.iter().filter(|field| field.shown != Shown::Never).map(|field| field.name).collect()
    }
}

/// The most fields that one function writes: each is two arguments, `json_insert` has one more, and D1 takes 32
/// arguments of a function.
const FIELDS_OF_A_FUNCTION: usize = 15;

/// SQL of a record that has these fields, as a JSON object in their order.
pub fn record(fields: &[&Field]) -> String {
    let pairs = |fields: &[&Field], prefix: &str| {
        let pairs: Vec<String> =
            fields.iter().map(|field| format!("'{prefix}{}', {}", field.name, field.json())).collect();
        pairs.join(", ")
    };
    let mut parts = fields.chunks(FIELDS_OF_A_FUNCTION);
    let first = format!("json_object({})", pairs(parts.next().unwrap_or_default(), ""));
    parts.fold(first, |record, part| format!("json_insert({record}, {})", pairs(part, "$.")))
}

/// SQL of the AbstractText of a value of a closed list. The value is its own `Id` and `Name`.
macro_rules! enum_object {
    ($column:literal, $type:literal) => {
        concat!("json_object('Id', ", $column, ", 'ExternalId', '', 'Name', ", $column, ", 'Type', '", $type, "')")
    };
}
pub(crate) use enum_object;

/// SQL of the `Id` of an abstract object that stands for nothing, as a number. A plain 0 in ORDER BY would be the number of
/// a column.
pub const NO_ID: &str = "CAST(0 AS INTEGER)";

/// SQL of an abstract object that stands for nothing: this service has no such records. `$id` is SQL of its `Id`, which
/// is 0 or an empty text.
macro_rules! nothing_object {
    ($id:literal, $type:literal) => {
        concat!("json_object('Id', ", $id, ", 'ExternalId', '', 'Name', '', 'Type', '", $type, "')")
    };
}
pub(crate) use nothing_object;

/// SQL of the AbstractLong of the user that made a change. The column holds the `sub` of that user's token, which is
/// `ExternalId`. `Id` and `Name` are those of the user with this `External_Id`; without one they are 0 and empty.
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

/// SQL of the `Id` that [`person_object`] shows.
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

/// SQL of the `Name` that [`person_object`] shows.
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
