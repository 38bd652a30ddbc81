//! Waiting for several things at once, on one thread.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

/// One of several things that are waited for.
pub type Part<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Waits until the first is ready; what the others have not done yet they do not do.
pub async fn first<T>(mut parts: Vec<Part<'_, T>>) -> T {
    poll_fn(|context| {
        for part in &mut parts {
            if let Poll::Ready(value) = part.as_mut().poll(context) {
                return Poll::Ready(value);
            }
        }
        Poll::Pending
    })
    .await
}

/// Waits for a part at most so long; it goes on with the next call.
pub async fn at_most<T>(part: &mut Part<'_, T>, span: Duration) -> Option<T> {
    let mut limit = Box::pin(tokio::time::sleep(span));
    poll_fn(|context| {
        if let Poll::Ready(value) = part.as_mut().poll(context) {
            return Poll::Ready(Some(value));
        }
        limit.as_mut().poll(context).map(|()| None)
    })
    .await
}
