//! Running a request's future without a task queue.
//!
//! A handler waits for one thing at a time ([`SingleWait`]), so its future needs no executor: it is polled at once; if it
//! waits for a JavaScript operation, `glue.js` awaits that and polls again with the outcome. An answer from memory is
//! never a promise, and one database call costs one `await` and two crossings (wasm-bindgen-futures: two closures and
//! three microtasks; decision 0011).

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::*;

use crate::base::single_wait::SingleWait;
use crate::edge::glue::{self, Operation};

type Answer = Pin<Box<dyn Future<Output = web_sys::Response>>>;

struct Task {
    id: u32,
    answer: Answer,
    started: i64,
}

/// Tasks whose caller went away are never polled again. Above this many tasks, old ones are dropped.
const MAX_TASKS: usize = 512;
const MAX_AGE_SECONDS: i64 = 300;

thread_local! {
    /// The tasks that wait.
    static TASKS: RefCell<Vec<Task>> = RefCell::default();
    static NEXT_ID: Cell<u32> = const { Cell::new(0) };
    /// What the future that is being polled waits for, and how that ended: a value, or an error's message.
    static WAITS: Rc<SingleWait<Operation, Result<JsValue, String>>> = Rc::default();
    /// Made once: a closure that JavaScript may call is expensive.
    static RESUME: Closure<dyn Fn(u32, JsValue, Option<String>) -> JsValue> = Closure::new(resume);
}

/// Runs a task to its end, or to its first wait. Answers a `Response`, or a promise of one.
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

/// Waits for an operation. Two waits at once in one handler are a defect: the second one fails.
pub async fn wait(operation: Operation) -> Result<JsValue, String> {
    let waits = WAITS.with(Rc::clone);
    waits.wait(operation).await.unwrap_or_else(|_| Err("two operations of one request at once".to_owned()))
}

fn poll(answer: &mut Answer) -> Poll<web_sys::Response> {
    answer.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// What the last poll waits for.
fn operation() -> JsValue {
    WAITS.with(|waits| waits.take_operation()).unwrap_or(JsValue::UNDEFINED)
}

/// Called by JavaScript with the outcome of an operation: the `Response`, or the next operation.
fn resume(id: u32, value: JsValue, fault: Option<String>) -> JsValue {
    // Taken out while it runs: a poll must not hold the list.
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
