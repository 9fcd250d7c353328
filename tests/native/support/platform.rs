//! The ports over SQLite and plain memory.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::poll_fn;
use std::task::Poll;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use hmac::{Hmac, Mac};
use jwt_compact::alg::{Ed25519, Es256};
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::{Algorithm as _, AlgorithmSignature as _};
use mithril_edge::db::error::DbError;
use mithril_edge::db::statement::{Param, Row, Statement};
use mithril_edge::identity::keys::{Algorithm, Material, SigningKey, VerifyKey};
use mithril_edge::ports::Point;
use mithril_edge::ports::{
    Archive, BodyError, Cache, Clock, Crypto, Db, Derivation, Incoming, Limit as Counted, Log, Outbound, RateLimit,
    Rng, SealedBy,
};
use rusqlite::types::{Value as SqlValue, ValueRef};
use rusqlite::{Connection, params_from_iter};
use sha2::{Sha256, Sha512};

use super::limits::{check_row, limit_like_d1};

pub const NOW: i64 = 1_790_000_000;

pub struct Platform {
    pub db: RefCell<Connection>,
    pub body: RefCell<Vec<u8>>,
    pub cache: RefCell<HashMap<String, String>>,
    /// The objects of the archive; `None` when there is no archive.
    pub archive: RefCell<Option<HashMap<String, String>>>,
    /// How often the archive was read.
    pub archive_reads: Cell<u32>,
    /// What the next calls of the archive fail with.
    pub archive_fault: RefCell<Option<String>>,
    pub now: Cell<i64>,
    pub log: RefCell<Vec<String>>,
    pub points: RefCell<Vec<Point>>,
    /// Answers of outgoing GETs by URL.
    pub web: RefCell<HashMap<String, Result<String, String>>>,
    pub fetches: Cell<u32>,
    /// Signatures that were checked.
    pub checked: Cell<u32>,
    /// How often PBKDF2 was computed.
    pub derived: Cell<u32>,
    /// Every statement that ran.
    pub statements: RefCell<Vec<Statement>>,
    /// Round trips to the database.
    pub trips: Cell<u32>,
    /// How many more calls of the token endpoints are let through, and for whom they asked.
    pub allowance: Cell<u32>,
    pub address_allowance: Cell<u32>,
    pub limited: RefCell<Vec<String>>,
    /// What round trips fail with, and how many more of them do.
    pub fault: RefCell<Option<DbError>>,
    pub failing: Cell<u32>,
    /// How many batches are committed and their answers lost.
    pub lost: Cell<u32>,
    /// How many batches wait to be polled once more before they reach the database.
    pub stalls: Cell<u32>,
    /// Statements that ran after an answer.
    pub later: Cell<u32>,
    /// Whether each read and each pause waits to be polled once more.
    pub is_slow: Cell<bool>,
    /// Pauses, in milliseconds.
    pub pauses: RefCell<Vec<u32>>,
    /// Where set, random bytes follow from it, for answers that must be the same in each run.
    pub chance: Cell<Option<u32>>,
}

impl Platform {
    pub fn new() -> Self {
        let db = Connection::open_in_memory().expect("SQLite");
        db.execute_batch("PRAGMA foreign_keys = ON").expect("foreign keys, as D1 always has them");
        db.execute_batch(include_str!("../../../schema.sql")).expect("schema.sql");
        limit_like_d1(&db);
        Self {
            db: RefCell::new(db),
            body: RefCell::default(),
            cache: RefCell::default(),
            archive: RefCell::default(),
            archive_reads: Cell::default(),
            archive_fault: RefCell::default(),
            now: Cell::new(NOW),
            log: RefCell::default(),
            points: RefCell::default(),
            web: RefCell::default(),
            fetches: Cell::new(0),
            checked: Cell::new(0),
            derived: Cell::new(0),
            statements: RefCell::default(),
            trips: Cell::new(0),
            allowance: Cell::new(u32::MAX),
            address_allowance: Cell::new(u32::MAX),
            limited: RefCell::default(),
            fault: RefCell::default(),
            failing: Cell::new(u32::MAX),
            lost: Cell::new(0),
            stalls: Cell::new(0),
            later: Cell::new(0),
            is_slow: Cell::new(false),
            pauses: RefCell::default(),
            chance: Cell::new(None),
        }
    }

    pub fn load(&self, sql: &str) {
        self.db.borrow().execute_batch(sql).expect("fixture");
    }

    async fn wait_if_slow(&self) {
        let mut waits = self.is_slow.get();
        poll_fn(|_| if std::mem::take(&mut waits) { Poll::Pending } else { Poll::Ready(()) }).await;
    }

    fn trip(&self) -> Result<(), DbError> {
        self.trips.set(self.trips.get() + 1);
        let left = self.failing.get();
        self.failing.set(left.saturating_sub(1));
        if left == 0 { Ok(()) } else { self.fault.borrow().clone().map_or(Ok(()), Err) }
    }
}

/// A column as the edge hands it over: text, and integers that JavaScript keeps exact.
fn column(value: ValueRef<'_>, sql: &str) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) if number.unsigned_abs() <= 1 << 53 => Some(number.to_string()),
        ValueRef::Text(text) => Some(String::from_utf8(text.to_vec()).expect("UTF-8")),
        other => panic!("a column of text or a small integer, not {other:?}: {sql}"),
    }
}

/// Holds every statement to the seam's promise: at most one row, whose columns have short names of their own. D1 gives a
/// column the name of its whole expression, and sends it with every answer; of two columns of one name it keeps one.
fn run(db: &Connection, statement: &Statement) -> Result<Option<Row>, DbError> {
    let classify = |error: rusqlite::Error| DbError::classify(&error.to_string());
    let params = statement.params.iter().map(|param| match param {
        Param::Null => SqlValue::Null,
        Param::Int(number) => SqlValue::Integer(*number),
        Param::Text(text) => SqlValue::Text(text.clone()),
    });
    let mut prepared = db.prepare_cached(&statement.sql).map_err(classify)?;
    let mut names: Vec<&str> = prepared.column_names();
    assert!(names.iter().all(|name| name.len() <= 40), "short names: {}", statement.sql);
    let columns = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), columns, "each column has a name of its own: {}", statement.sql);
    let mut rows = prepared.query(params_from_iter(params)).map_err(classify)?;
    let mut first = None;
    while let Some(row) = rows.next().map_err(classify)? {
        assert!(first.is_none(), "one row: {}", statement.sql);
        let values = (0..columns).map(|at| column(row.get_ref(at).expect("a column"), &statement.sql));
        let row = Row(values.collect());
        check_row(&row, statement);
        first = Some(row);
    }
    Ok(first)
}

impl Db for Platform {
    async fn read(&self, statements: &[Statement]) -> Result<Vec<Option<Row>>, DbError> {
        self.wait_if_slow().await;
        self.trip()?;
        self.statements.borrow_mut().extend(statements.iter().cloned());
        let db = self.db.borrow();
        let is_read = |statement: &Statement| match db.prepare_cached(&statement.sql) {
            Ok(prepared) => prepared.readonly(),
            Err(_) => true,
        };
        assert!(statements.iter().all(is_read), "a read changes nothing");
        statements.iter().map(|statement| run(&db, statement)).collect()
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Option<Row>>, DbError> {
        let mut waits = self.stalls.get() > 0;
        if waits {
            self.stalls.set(self.stalls.get() - 1);
        }
        poll_fn(|_| if std::mem::take(&mut waits) { Poll::Pending } else { Poll::Ready(()) }).await;
        self.trip()?;
        self.statements.borrow_mut().extend(statements.iter().cloned());
        let mut db = self.db.borrow_mut();
        let transaction = db.transaction().expect("transaction");
        let answers = statements.iter().map(|statement| run(&transaction, statement)).collect::<Result<_, _>>()?;
        transaction.commit().map_err(|error| DbError::classify(&error.to_string()))?;
        if self.lost.get() > 0 {
            self.lost.set(self.lost.get() - 1);
            return Err(DbError::Unavailable("Network connection lost.".to_owned()));
        }
        Ok(answers)
    }

    fn write_later(&self, statement: Statement) {
        self.later.set(self.later.get() + 1);
        run(&self.db.borrow(), &statement).expect("a statement that runs after the answer");
    }
}

impl Cache for Platform {
    async fn cache_get(&self, key: &str) -> Option<String> {
        self.cache.borrow().get(key).cloned()
    }

    fn cache_put(&self, key: &str, value: String, ttl_seconds: u32) {
        assert!(ttl_seconds >= 60, "KV refuses a shorter life");
        self.cache.borrow_mut().insert(key.to_owned(), value);
    }
}

impl Archive for Platform {
    fn has_archive(&self) -> bool {
        self.archive.borrow().is_some()
    }

    async fn archive_get(&self, key: &str) -> Result<Option<String>, String> {
        self.archive_reads.set(self.archive_reads.get() + 1);
        self.archive_fault.borrow().clone().map_or(Ok(()), Err)?;
        Ok(self.archive.borrow().as_ref().and_then(|objects| objects.get(key).cloned()))
    }

    async fn archive_put(&self, key: &str, text: &str) -> Result<(), String> {
        self.archive_fault.borrow().clone().map_or(Ok(()), Err)?;
        let mut archive = self.archive.borrow_mut();
        archive.as_mut().ok_or("no archive")?.insert(key.to_owned(), text.to_owned());
        Ok(())
    }
}

impl Crypto for Platform {
    async fn seal(&self, by: SealedBy<'_>, text: &[u8]) -> Result<Vec<u8>, String> {
        let payload = Payload { msg: text, aad: by.about.as_bytes() };
        cipher(by)?.encrypt(by.nonce.into(), payload).map_err(|error| error.to_string())
    }

    async fn open(&self, by: SealedBy<'_>, sealed: &[u8]) -> Result<Vec<u8>, String> {
        let payload = Payload { msg: sealed, aad: by.about.as_bytes() };
        cipher(by)?.decrypt(by.nonce.into(), payload).map_err(|error| error.to_string())
    }

    async fn derive(&self, by: Derivation<'_>, secret: &[u8]) -> Result<Vec<u8>, String> {
        self.derived.set(self.derived.get() + 1);
        Ok(match by.function {
            "SHA-512" => pbkdf2::<Hmac<Sha512>>(by, secret),
            _ => pbkdf2::<Hmac<Sha256>>(by, secret),
        })
    }

    async fn verify(&self, key: &VerifyKey, message: &str, signature: &[u8]) -> Result<bool, String> {
        self.checked.set(self.checked.get() + 1);
        let Material::Public(jwk) = &key.material else { return Err("not public".to_owned()) };
        let jwk: JsonWebKey<'_> = serde_json::from_str(jwk).map_err(|error| error.to_string())?;
        macro_rules! verify {
            ($algorithm:expr) => {{
                let key = (&jwk).try_into().map_err(|error| format!("{error:?}"))?;
                let Ok(signature) = TryFromSlice::from(signature) else { return Ok(false) };
                Ok($algorithm.verify_signature(&signature, &key, message.as_bytes()))
            }};
        }
        match key.algorithm {
            Algorithm::Es256 => verify!(Es256),
            Algorithm::EdDsa => verify!(Ed25519),
            Algorithm::Rs256 | Algorithm::Hs256 => Err("not in the native tests".to_owned()),
        }
    }

    async fn sign(&self, key: &SigningKey, message: &str) -> Result<Vec<u8>, String> {
        let jwk: JsonWebKey<'_> = serde_json::from_str(key.expose()).map_err(|error| error.to_string())?;
        macro_rules! sign {
            ($algorithm:expr) => {{
                let key = (&jwk).try_into().map_err(|error| format!("{error:?}"))?;
                Ok($algorithm.sign(&key, message.as_bytes()).as_bytes().into_owned())
            }};
        }
        match key.algorithm {
            Algorithm::Es256 => sign!(Es256),
            Algorithm::EdDsa => sign!(Ed25519),
            Algorithm::Rs256 | Algorithm::Hs256 => Err("signs nothing".to_owned()),
        }
    }
}

struct TryFromSlice;
impl TryFromSlice {
    fn from<S: jwt_compact::AlgorithmSignature>(bytes: &[u8]) -> Result<S, ()> {
        S::try_from_slice(bytes).map_err(|_| ())
    }
}

fn cipher(by: SealedBy<'_>) -> Result<Aes256Gcm, String> {
    assert_eq!(by.nonce.len(), 12);
    Aes256Gcm::new_from_slice(by.key).map_err(|error| error.to_string())
}

/// PBKDF2 with one block (RFC 8018, §5.2).
fn pbkdf2<M: Mac + hmac::digest::KeyInit + Clone>(by: Derivation<'_>, secret: &[u8]) -> Vec<u8> {
    let keyed = <M as Mac>::new_from_slice(secret).expect("any length");
    let mut last = keyed.clone().chain_update(by.salt).chain_update([0, 0, 0, 1]).finalize().into_bytes();
    let mut block = last.to_vec();
    for _ in 1..by.iterations {
        last = keyed.clone().chain_update(&last).finalize().into_bytes();
        block.iter_mut().zip(&last).for_each(|(byte, other)| *byte ^= other);
    }
    block.truncate(by.length);
    block
}

impl RateLimit for Platform {
    async fn allow(&self, limit: Counted, key: &str) -> bool {
        if limit == Counted::Address {
            let left = self.address_allowance.get();
            self.address_allowance.set(left.saturating_sub(1));
            return left > 0;
        }
        self.limited.borrow_mut().push(key.to_owned());
        let left = self.allowance.get();
        self.allowance.set(left.saturating_sub(1));
        left > 0
    }
}

impl Clock for Platform {
    fn now(&self) -> i64 {
        self.now.get()
    }

    async fn sleep(&self, milliseconds: u32) {
        self.wait_if_slow().await;
        self.pauses.borrow_mut().push(milliseconds);
    }
}

impl Rng for Platform {
    fn fill(&self, bytes: &mut [u8]) {
        if let Some(mut next) = self.chance.get() {
            bytes.fill_with(|| {
                next = next.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                next.to_be_bytes()[0]
            });
            return self.chance.set(Some(next));
        }
        getrandom::getrandom(bytes).expect("random bytes");
    }
}

impl Outbound for Platform {
    async fn get(&self, url: &str, _limit: usize) -> Result<String, String> {
        self.fetches.set(self.fetches.get() + 1);
        self.web.borrow().get(url).cloned().unwrap_or_else(|| Err("unreachable".to_owned()))
    }
}

impl Incoming for Platform {
    async fn body(&self, limit: usize) -> Result<Vec<u8>, BodyError> {
        let body = self.body.borrow().clone();
        if body.len() > limit { Err(BodyError::TooLarge) } else { Ok(body) }
    }
}

impl Log for Platform {
    fn log(&self, line: &str) {
        self.log.borrow_mut().push(line.to_owned());
    }

    fn count(&self, point: &Point) {
        self.points.borrow_mut().push(*point);
    }
}
