//! Conditional requests (RFC 9110 §8.8.3, §13): entity tags, `If-Match`, `If-None-Match`.
//!
//! SQL makes a tag of the versions of all rows that an answer shows, so a tag changes exactly when one of these rows
//! does. A read compares the tag of its answer. A change lets the database compare it in the change's own batch: an
//! early statement ends the batch when a condition does not hold, so no other change can come in between.

use serde::Serialize;

use crate::base::failure::Failure;
use crate::db::statement::{Param, Statement};
use crate::http::{Answer, Header, Request};

/// The value of a condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Tags {
    /// `*`: any record that exists.
    Any(&'static str),
    /// The tags that were listed, without quotes.
    Listed(Vec<String>),
}

/// Which tags of a list count (RFC 9110 §8.8.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    /// A weak tag never matches.
    Strong,
    /// A weak tag matches like a strong one.
    Weak,
}

/// The conditions of a request. By default there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Conditions {
    /// `If-Match`. Only strong tags count.
    r#match: Option<Tags>,
    /// `If-None-Match`. Weak tags count as strong ones.
    none: Option<Tags>,
}

/// How the database finds a record with an entity tag. All texts are SQL.
#[derive(Debug)]
pub struct TaggedRow {
    /// The tag: an expression over the row.
    pub tag: &'static str,
    /// The record as JSON: an expression over the row.
    pub data: &'static str,
    /// The table and the WHERE clause, with `ids` as `?1` and so on.
    pub from: &'static str,
    /// The values that `from` and `may_be_new` name.
    pub ids: Vec<Param>,
    /// Whether the change may create the record: [`NEVER_NEW`], [`MAY_BE_NEW`], or a condition over `ids`. When it may
    /// not and there is no record, the answer is 404 and not 412.
    pub may_be_new: &'static str,
}

/// The change needs an existing record.
pub const NEVER_NEW: &str = "0";
/// The change creates the record if there is none.
pub const MAY_BE_NEW: &str = "1";

impl TaggedRow {
    /// The SELECT of what an idempotency key keeps of the record: `{"tag", "data"}`.
    pub fn kept(&self) -> Statement {
        let Self { tag, data, from, ids, .. } = self;
        Statement::new(format!("SELECT json_object('tag', {tag}, 'data', {data}) FROM {from}"), ids.clone())
    }
}

impl Conditions {
    /// The conditions of a request.
    ///
    /// # Errors
    /// 400 for a header that is neither `*` nor a list of entity tags.
    pub fn read(request: &Request) -> Result<Self, Failure> {
        let read = |header, comparison| {
            let text = request.header(header);
            text.map(|text| Tags::parse(text, comparison).ok_or(Failure::Header(header.label()))).transpose()
        };
        Ok(Self {
            r#match: read(Header::IfMatch, Comparison::Strong)?,
            none: read(Header::IfNoneMatch, Comparison::Weak)?,
        })
    }

    /// Whether there is no condition.
    pub const fn is_empty(&self) -> bool {
        self.r#match.is_none() && self.none.is_none()
    }

    /// Applies the conditions to the answer of a read. The answer becomes 304 when `If-None-Match` names its tag.
    ///
    /// # Errors
    /// 412 when `If-Match` does not name its tag.
    pub fn apply_to_read(&self, answer: Answer) -> Result<Answer, Failure> {
        let Some(tag) = answer.tag() else { return Ok(answer) };
        if self.r#match.as_ref().is_some_and(|tags| !tags.hold(tag)) {
            return Err(Failure::Precondition);
        }
        if self.none.as_ref().is_some_and(|tags| tags.hold(tag)) {
            return Ok(answer.not_modified());
        }
        Ok(answer)
    }

    /// The statement that ends the batch of a change whose conditions do not hold. It lets a missing record pass,
    /// unless the change may create it, so that the change itself answers 404.
    pub fn guard(&self, record: &TaggedRow) -> Statement {
        let TaggedRow { tag, from, ids, may_be_new, .. } = record;
        let at = ids.len() + 1;
        let holds = |member: &str, absent: i32| {
            format!(
                "CASE json_type(?{at}, '$.{member}') WHEN 'text' THEN tag IS NOT NULL
    WHEN 'array' THEN COALESCE(tag IN (SELECT value FROM json_each(?{at}, '$.{member}')), 0) ELSE {absent} END"
            )
        };
        let sql = format!(
            "INSERT INTO preconditions (failed)
SELECT 1 FROM (SELECT (SELECT {tag} FROM {from}) AS tag)
WHERE (tag IS NOT NULL OR {may_be_new}) AND ({} = 0 OR {} = 1)",
            holds("match", 1),
            holds("none", 0)
        );
        Statement::new(sql, [ids.as_slice(), &[Param::json(self)]].concat())
    }
}

impl Tags {
    /// The tags that a header names. `None` for anything that is neither `*` nor a list of entity tags.
    fn parse(text: &str, comparison: Comparison) -> Option<Self> {
        let mut rest = text.trim_matches([' ', '\t']);
        if rest == "*" {
            return Some(Self::Any("*"));
        }
        let (mut tags, mut is_empty) = (Vec::new(), true);
        loop {
            // Empty members of a list do not count (RFC 9110 §5.6.1).
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                return (!is_empty).then_some(Self::Listed(tags));
            }
            let (is_weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
            let (tag, after) = quoted.strip_prefix('"')?.split_once('"')?;
            if tag.chars().any(|letter| letter <= ' ' || letter == '\u{7f}') {
                return None;
            }
            is_empty = false;
            if comparison == Comparison::Weak || !is_weak {
                tags.push(tag.to_owned());
            }
            rest = after.trim_start_matches([' ', '\t']);
            if !(rest.is_empty() || rest.starts_with(',')) {
                return None;
            }
        }
    }

    /// Whether the condition names this tag.
    fn hold(&self, tag: &str) -> bool {
        match self {
            Self::Any(_) => true,
            Self::Listed(tags) => tags.iter().any(|listed| listed == tag),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(tags: &[&str]) -> Option<Tags> {
        Some(Tags::Listed(tags.iter().map(|tag| (*tag).to_owned()).collect()))
    }

    #[test]
    fn lists_of_tags_are_read_and_weak_ones_never_match_strongly() {
        for (text, strong, weak) in [
            ("\"3\"", listed(&["3"]), listed(&["3"])),
            ("  \"3\" ,\"w5-1\",, \"\"\t", listed(&["3", "w5-1", ""]), listed(&["3", "w5-1", ""])),
            ("W/\"3\"", listed(&[]), listed(&["3"])),
            ("W/\"3\", \"4\"", listed(&["4"]), listed(&["3", "4"])),
            ("\"a,b\"", listed(&["a,b"]), listed(&["a,b"])),
            ("\"*\"", listed(&["*"]), listed(&["*"])),
            (" * ", Some(Tags::Any("*")), Some(Tags::Any("*"))),
        ] {
            assert_eq!(
                (Tags::parse(text, Comparison::Strong), Tags::parse(text, Comparison::Weak)),
                (strong, weak),
                "{text}"
            );
        }
    }

    #[test]
    fn anything_that_is_not_a_list_of_tags_is_refused() {
        for text in [
            "",
            ",",
            "3",
            "\"3",
            "3\"",
            "\"3\" \"4\"",
            "\"3\"x",
            "w/\"3\"",
            "W/3",
            "*, \"3\"",
            "\"3\", *",
            "\"a b\"",
            "**",
        ] {
            assert_eq!(Tags::parse(text, Comparison::Weak), None, "{text}");
        }
    }
}
