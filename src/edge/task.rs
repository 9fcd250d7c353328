//! Running a request's future without a task queue.
//!
//! A handler waits for one thing at a time, so its future needs no executor: it is polled at once; if it waits
//! for a JavaScript operation, `glue.js` awaits that and polls again with the outcome. An answer from memory is
//! never a promise, and one database call costs one `await` and two crossings (wasm-bindgen-futures: two
//! closures and three microtasks; decision 0011).

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::*;

use crate::edge::glue;
use crate::edge::glue::Operation;

type Answer = Pin<Box<dyn Future<Output = web_sys::Response>>>;

struct Task {
    id: u32,
    answer: Answer,
    started: i64,
}

/// Tasks whose caller went away are never polled again; over this many, old ones are dropped.
const CROWD: usize = 512;
const MAX_AGE_SECONDS: i64 = 300;

thread_local! {
    /// A few at a time.
    static TASKS: RefCell<Vec<Task>> = RefCell::default();
    static NEXT: Cell<u32> = const { Cell::new(0) };
    /// What the future that is being polled began to wait for.
    static OPERATION: RefCell<Option<Operation>> = const { RefCell::new(None) };
    /// How that ended, for the next poll: a value, or an error's message.
    static OUTCOME: RefCell<Option<Result<JsValue, String>>> = const { RefCell::new(None) };
    /// Made once: a closure that JavaScript may call is dear.
    static RESUME: Closure<dyn Fn(u32, JsValue, Option<String>) -> JsValue> = Closure::new(resume);
}

/// Runs to the end, or to the first wait. A `Response`, or a promise of one.
pub fn run(mut answer: Answer, now: i64) -> JsValue {
    match poll(&mut answer) {
        Poll::Ready(response) => response.into(),
        Poll::Pending => {
            let id = NEXT.get();
            NEXT.set(id.wrapping_add(1));
            TASKS.with_borrow_mut(|tasks| {
                if tasks.len() >= CROWD {
                    tasks.retain(|task| now - task.started < MAX_AGE_SECONDS);
                }
                tasks.push(Task { id, answer, started: now });
            });
            RESUME.with(|resume| glue::drive(id, operation(), resume.as_ref()))
        }
    }
}

/// Waits for an operation. A handler has one such wait at a time.
pub async fn wait(operation: Operation) -> Result<JsValue, String> {
    let mut operation = Some(operation);
    poll_fn(move |_| match operation.take() {
        Some(operation) => {
            OPERATION.set(Some(operation));
            Poll::Pending
        }
        None => match OUTCOME.take() {
            Some(outcome) => Poll::Ready(outcome),
            None => Poll::Pending,
        },
    })
    .await
}

fn poll(answer: &mut Answer) -> Poll<web_sys::Response> {
    answer.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// What the last poll waits for.
fn operation() -> JsValue {
    OPERATION.take().unwrap_or(JsValue::UNDEFINED)
}

/// Called by JavaScript with the outcome of an operation: the `Response`, or the next operation.
fn resume(id: u32, value: JsValue, fault: Option<String>) -> JsValue {
    // Taken out while it runs: a poll must not hold the list.
    let taken = TASKS.with_borrow_mut(|tasks| {
        let at = tasks.iter().position(|task| task.id == id)?;
        Some(tasks.swap_remove(at))
    });
    let Some(mut task) = taken else { return JsValue::UNDEFINED };
    OUTCOME.set(Some(fault.map_or(Ok(value), Err)));
    match poll(&mut task.answer) {
        Poll::Ready(response) => response.into(),
        Poll::Pending => {
            TASKS.with_borrow_mut(|tasks| tasks.push(task));
            operation()
        }
    }
}
