//! Running a request's future without a task queue.
//!
//! A handler waits for one operation at a time ([`SingleWait`]), so its future needs no executor. It is polled at once.
//! When it waits for an operation of JavaScript, `glue.js` waits for that and polls again with the outcome.
//!
//! What it gains: an answer from memory needs no promise, and a database call costs one `await` and two crossings. With
//! wasm-bindgen-futures a call costs two closures and three microtasks (decision 0011).

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::*;

use crate::base::single_wait::SingleWait;
use crate::edge::glue::{self, Operation};

/// The future of a request.
type Answer = Pin<Box<dyn Future<Output = web_sys::Response>>>;

/// A request that waits.
struct Task {
    /// The number by which JavaScript resumes it.
    id: u32,
    answer: Answer,
    /// In seconds since 1970.
    started: i64,
}

/// Above this many tasks, old ones are dropped. A task whose caller has gone away is never polled again.
const MAX_TASKS: usize = 512;
/// How old a task must be to be dropped.
const MAX_AGE_SECONDS: i64 = 300;

thread_local! {
    /// The tasks that wait for an operation.
    static TASKS: RefCell<Vec<Task>> = RefCell::default();
    /// The number of the next task.
    static NEXT_ID: Cell<u32> = const { Cell::new(0) };
    /// The operation that the polled future waits for, and its outcome: a value, or the message of an error.
    static WAITS: Rc<SingleWait<Operation, Result<JsValue, String>>> = Rc::default();
    /// [`resume`] for JavaScript. It is made once, because a closure that JavaScript can call is expensive.
    static RESUME: Closure<dyn Fn(u32, JsValue, Option<String>) -> JsValue> = Closure::new(resume);
}

/// Runs a task to its end, or to its first wait. `now` is in seconds since 1970. Returns a `Response`, or a promise of
/// one.
pub fn run(mut answer: Answer, now: i64) -> JsValue {
    match poll(&mut answer) {
        Poll::Ready(response) => response.into(),
        Poll::Pending => {
            let id = NEXT_ID.get();
            NEXT_ID.set(id.wrapping_add(1));
            TASKS.with_borrow_mut(|tasks| {
                if tasks.len() >= MAX_TASKS {
                    tasks.retain(|task| now - task.started < MAX_AGE_SECONDS);
                }
                tasks.push(Task { id, answer, started: now });
            });
            RESUME.with(|resume| glue::drive(id, operation(), resume.as_ref()))
        }
    }
}

/// Waits for an operation.
///
/// # Errors
/// - the message of the error, when the operation fails or its deadline passes
/// - when the handler already waits for another operation, which is a defect
pub async fn wait(operation: Operation) -> Result<JsValue, String> {
    let waits = WAITS.with(Rc::clone);
    waits.wait(operation).await.unwrap_or_else(|_| Err("two operations of one request at once".to_owned()))
}

fn poll(answer: &mut Answer) -> Poll<web_sys::Response> {
    answer.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// The operation that the task waits for since its last poll; `undefined` for none.
fn operation() -> JsValue {
    WAITS.with(|waits| waits.take_operation()).unwrap_or(JsValue::UNDEFINED)
}

/// Polls a task again. JavaScript calls it with the outcome of the task's operation: a value, or the message of an
/// error. Returns the `Response`, or the next operation; `undefined` when there is no such task.
fn resume(id: u32, value: JsValue, fault: Option<String>) -> JsValue {
    // The task is taken out of the list while it runs: the list must not be borrowed during a poll.
    let taken = TASKS.with_borrow_mut(|tasks| {
        let at = tasks.iter().position(|task| task.id == id)?;
        Some(tasks.swap_remove(at))
    });
    let Some(mut task) = taken else { return JsValue::UNDEFINED };
    WAITS.with(|waits| waits.set_outcome(fault.map_or(Ok(value), Err)));
    match poll(&mut task.answer) {
        Poll::Ready(response) => response.into(),
        Poll::Pending => {
            TASKS.with_borrow_mut(|tasks| tasks.push(task));
            operation()
        }
    }
}
