//! Nobody gives more of this service than they hold. A change says which scopes it gives ([`Change::gives`]), and this file
//! refuses it when the caller's token lacks one of them. Only the scopes that this service enforces itself are judged
//! ([`identity::enforced`](crate::identity::enforced)). The setting `DELEGATION = "free"` turns the rule off.
//!
//! [`Change::gives`]: crate::request::change::Change::gives

use crate::base::failure::Failure;
use crate::db::statement::{Param, Statement};
use crate::identity::enforced::{given_of, names_giving, not_held};
use crate::identity::scope::Scopes;
use crate::ports::Ports;
use crate::request::call::Call;
use crate::settings::Delegation;

/// The scopes that a change gives.
#[derive(Clone, Debug)]
pub enum Given {
    /// Those of the body.
    Scopes(Scopes),
    /// Those that only the database knows: a SELECT of the one column `scope`. No row: nothing is given.
    Stored(Statement),
}

impl Given {
    /// The scopes in a text.
    pub fn text(scope: &str) -> Self {
        Self::Scopes(Scopes::new(scope))
    }
}

impl<P: Ports> Call<'_, P> {
    /// The enforced scopes that the caller may not give; none where the rule is off.
    fn may_not_give(&self) -> Vec<&'static str> {
        match self.app.settings.delegation {
            Delegation::Free => Vec::new(),
            Delegation::Bounded => not_held(&self.principal.scopes),
        }
    }

    /// Checks what the body gives. The database is not asked.
    ///
    /// # Errors
    /// 403 that names the scopes which the token lacks.
    pub fn check_given(&self, given: Option<&Given>) -> Result<(), Failure> {
        let Some(Given::Scopes(scopes)) = given else { return Ok(()) };
        let missing = given_of(&self.may_not_give(), scopes);
        if missing.is_empty() { Ok(()) } else { Err(Failure::Delegation(missing)) }
    }

    /// The guard against giving what the database knows; `None` when there is nothing to guard.
    pub fn guard_given(&self, given: Option<&Given>) -> Option<Statement> {
        let Some(Given::Stored(Statement { sql, params })) = given else { return None };
        let names: Vec<String> = self.may_not_give().into_iter().flat_map(names_giving).collect();
        let at = params.len() + 1;
        let guard = format!(
            "INSERT INTO refusals (word) SELECT 'delegation' WHERE EXISTS (
  SELECT 1 FROM ({sql}) given JOIN json_each(?{at}) name
  WHERE instr(' ' || given.scope || ' ', ' ' || name.value || ' ') > 0)"
        );
        (!names.is_empty()).then(|| Statement::new(guard, [params.as_slice(), &[Param::json(&names)]].concat()))
    }

    /// The failure of a change that [`Call::guard_given`] refused. A refused batch tells only its word, so this reads
    /// what would have been given, in a second round trip.
    pub async fn refused_gift(&self, given: Option<&Given>) -> Failure {
        let Some(Given::Stored(select)) = given else { return Failure::Delegation(Vec::new()) };
        match self.read(select.clone()).await {
            Ok(row) => {
                let scopes = Scopes::new(row.and_then(|row| row.first()).unwrap_or_default());
                Failure::Delegation(given_of(&self.may_not_give(), &scopes))
            }
            Err(failure) => failure,
        }
    }
}
