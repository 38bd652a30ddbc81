//! What a channel may look at while it receives.

use crate::approval::channels::{Desk, MessageRef, View};
use crate::error::Error;
use crate::model::ids::RequestId;
use crate::model::ledger::Ledger;
use crate::model::request::{RequestRow, RequestState};

use super::books::Books;

/// What one channel may look at.
pub struct ChannelDesk<'a> {
    /// The books.
    pub books: &'a Books,
    /// The channel's name.
    pub channel: &'a str,
}

impl ChannelDesk<'_> {
    fn view_of(&self, row: RequestRow) -> Result<View, Error> {
        let ledger = self.books.ledger.borrow();
        let checkpoint = match ledger.post(&row.id, self.channel)? {
            Some(post) => post.checkpoint,
            None => {
                let (size, leaf) = ledger.head()?;
                format!("{size}:{leaf}")
            }
        };
        Ok(View::new(row, checkpoint))
    }
}

impl Desk for ChannelDesk<'_> {
    fn view(&self, id: &RequestId) -> Result<Option<View>, Error> {
        let row = self.books.ledger.borrow().request(id)?;
        row.map(|row| self.view_of(row)).transpose()
    }

    fn message(&self, id: &RequestId) -> Result<Option<MessageRef>, Error> {
        let post = self.books.ledger.borrow().post(id, self.channel)?;
        Ok(post.and_then(|post| post.posted).map(|posted| MessageRef(posted.reference)))
    }

    fn waiting(&self) -> Result<Vec<(View, MessageRef)>, Error> {
        let rows = self.books.ledger.borrow().pending()?;
        let mut waiting = Vec::new();
        for row in rows.into_iter().filter(|row| row.state == RequestState::Pending) {
            if let Some(at) = self.message(&row.id)? {
                waiting.push((self.view_of(row)?, at));
            }
        }
        Ok(waiting)
    }
}
