//! How a future that runs without an executor passes the operation that it waits for to the platform, and gets the
//! outcome.
//!
//! A handler waits for one operation at a time, so one place is enough. A second wait beside the first is a defect; it
//! fails at once instead of hanging.

use std::cell::RefCell;
use std::future::poll_fn;
use std::task::Poll;

/// The place between the future and the platform: the operation (`O`) that the future waits for, and its outcome (`R`).
pub struct SingleWait<O, R> {
    operation: RefCell<Option<O>>,
    outcome: RefCell<Option<R>>,
}

/// The future already waits for another operation.
#[derive(Debug, PartialEq, Eq)]
pub struct TwoWaits;

impl<O, R> SingleWait<O, R> {
    /// An empty place.
    pub const fn new() -> Self {
        Self { operation: RefCell::new(None), outcome: RefCell::new(None) }
    }

    /// Waits for an operation, and returns its outcome.
    ///
    /// # Errors
    /// [`TwoWaits`] when the future already waits for another operation.
    pub async fn wait(&self, operation: O) -> Result<R, TwoWaits> {
        let mut operation = Some(operation);
        poll_fn(|_| match operation.take() {
            Some(_) if self.operation.borrow().is_some() => Poll::Ready(Err(TwoWaits)),
            Some(operation) => {
                self.operation.replace(Some(operation));
                Poll::Pending
            }
            None => match self.outcome.take() {
                Some(outcome) => Poll::Ready(Ok(outcome)),
                None => Poll::Pending,
            },
        })
        .await
    }

    /// Takes the operation that the future waits for since the last poll. The platform runs it.
    pub fn take_operation(&self) -> Option<O> {
        self.operation.take()
    }

    /// Stores the operation's outcome, for the next poll.
    pub fn set_outcome(&self, outcome: R) {
        self.outcome.replace(Some(outcome));
    }
}

impl<O, R> Default for SingleWait<O, R> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::task::{Context, Waker};

    use super::*;

    fn poll<T>(future: Pin<&mut impl Future<Output = T>>) -> Poll<T> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_second_wait_beside_the_first_ends_in_a_fault_and_the_first_goes_on() {
        let waits = SingleWait::<&str, i32>::new();
        let (mut first, mut second) = (pin!(waits.wait("first")), pin!(waits.wait("second")));
        assert_eq!(poll(first.as_mut()), Poll::Pending);
        assert_eq!(poll(second.as_mut()), Poll::Ready(Err(TwoWaits)));
        assert_eq!(waits.take_operation(), Some("first"));
        waits.set_outcome(1);
        assert_eq!(poll(first.as_mut()), Poll::Ready(Ok(1)));
    }

    #[test]
    fn one_wait_after_the_other_gets_its_own_outcome() {
        let waits = SingleWait::<&str, i32>::new();
        let mut both = pin!(async { (waits.wait("first").await, waits.wait("second").await) });
        for (name, outcome) in [("first", 1), ("second", 2)] {
            assert!(poll(both.as_mut()).is_pending());
            assert_eq!(waits.take_operation(), Some(name));
            assert!(poll(both.as_mut()).is_pending(), "nothing is there yet");
            waits.set_outcome(outcome);
        }
        assert_eq!(poll(both.as_mut()), Poll::Ready((Ok(1), Ok(2))));
    }
}
