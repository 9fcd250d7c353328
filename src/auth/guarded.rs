//! What the gate ([`crate::auth::gate`]) answered.

use serde::Deserialize;

use crate::base::failure::Failure;
use crate::base::json::part;
use crate::base::parse;
use crate::base::token_refusal::TokenRefusal;
use crate::identity::context::Context;

/// What the database said, with the row that was asked for beside it.
#[derive(Debug)]
pub struct Guarded<'a> {
    said: Said,
    row: Option<&'a str>,
}

#[derive(Deserialize, Debug)]
struct Said {
    gate: Word,
    context: Option<ContextWord>,
}

#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Word {
    Ok,
    Revoked,
    Foreign,
    ApiKeyRequired,
    ApiKeyInvalid,
    BrokerSettings,
    BrokerScope,
    AccessType,
}

#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ContextWord {
    Own,
    Any,
}

impl<'a> Guarded<'a> {
    /// The row comes last; it is not looked at.
    pub fn parse(text: &'a str) -> Result<Self, Failure> {
        if let Some(welcome) = Self::welcome(text) {
            return Ok(welcome);
        }
        let (said, row) = part(text, "row");
        let said = parse::from_str(&said).map_err(|error| Failure::Internal(format!("gate answer: {error}")))?;
        Ok(Self { said, row: row.filter(|row| *row != "null") })
    }

    /// What nearly every answer says, without reading it as JSON.
    fn welcome(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix(r#"{"gate":"ok""#)?;
        let rest = rest.strip_prefix(r#","context":null"#).unwrap_or(rest).strip_suffix('}')?;
        let row = if rest.is_empty() { None } else { Some(rest.strip_prefix(r#","row":"#)?) };
        let said = Said { gate: Word::Ok, context: None };
        Some(Self { said, row: row.filter(|row| *row != "null") })
    }

    /// The context that was looked up on the way, to be remembered.
    pub fn context(&self) -> Option<Context> {
        self.said.context.map(|word| match word {
            ContextWord::Own => Context::Own,
            ContextWord::Any => Context::Any,
        })
    }

    /// # Errors
    /// The refusal that the gate's word stands for.
    pub const fn admit(&self) -> Result<Option<&'a str>, Failure> {
        match self.said.gate {
            Word::Ok => Ok(self.row),
            Word::Revoked => Err(Failure::Token(TokenRefusal::Revoked)),
            Word::Foreign => Err(Failure::ForeignClient),
            Word::ApiKeyRequired => Err(Failure::ApiKey("API-KEY header required")),
            Word::ApiKeyInvalid => Err(Failure::ApiKey("API-KEY header is invalid.")),
            Word::BrokerSettings => Err(Failure::ApiKey("Incorrect broker settings.")),
            Word::AccessType => Err(Failure::ApiKey("Client settings must contain access_type.")),
            Word::BrokerScope => Err(Failure::Scope(&[])),
        }
    }
}
