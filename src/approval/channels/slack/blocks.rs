//! Slack's blocks, made so that none of its limits can be broken: every text goes through [`Safe`], and a list holds at
//! most as many blocks as Slack takes.
//!
//! Limits as Slack documents them (docs.slack.dev/reference/block-kit): 50 blocks in a message, 100 in a view; 3,000
//! characters in a text, 150 in a header, 75 in a button or an option, 24 in a view's title and buttons; 255 in a `block_id`,
//! an `action_id` and a `callback_id`; 2,000 in a value; 3,000 in `private_metadata`.

use serde_json::{Value, json};

use super::text::Safe;

/// The most blocks in a message; a view may have twice as many.
pub const MOST_BLOCKS: usize = 50;
/// The most characters in one text.
pub const MOST_TEXT: usize = 3000;
/// The most characters in `private_metadata`.
pub const MOST_METADATA: usize = 3000;

/// Ids and values that we make ourselves; what is too long is cut, and then matches nothing.
const MOST_ID: usize = 255;
const MOST_VALUE: usize = 2000;

/// One block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block(Value);

/// The blocks of a message or of a view.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Blocks(Vec<Value>);

impl Blocks {
    /// Adds a block where there is room for it.
    pub fn push(&mut self, block: Block) {
        if self.0.len() < MOST_BLOCKS {
            self.0.push(block.0);
        }
    }

    /// The same with one more.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.push(block);
        self
    }

    /// As JSON.
    pub fn into_json(self) -> Value {
        Value::Array(self.0)
    }
}

fn plain<const MOST: usize>(text: &Safe<MOST>) -> Value {
    json!({"type": "plain_text", "text": text.as_str(), "emoji": false})
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// A line in large letters.
pub fn header(text: &Safe<150>) -> Block {
    Block(json!({"type": "header", "text": plain(text)}))
}

/// A paragraph of plain text.
pub fn section(text: &Safe<MOST_TEXT>) -> Block {
    Block(json!({"type": "section", "text": plain(text)}))
}

/// Small print.
pub fn context(text: &Safe<MOST_TEXT>) -> Block {
    Block(json!({"type": "context", "elements": [plain(text)]}))
}

/// Text in a box, with letters of one width.
pub fn preformatted(text: &Safe<MOST_TEXT>) -> Block {
    let inner = json!({"type": "text", "text": text.as_str()});
    Block(
        json!({"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "border": 0, "elements": [inner]}]}),
    )
}

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// As any.
    Usual,
    /// Red.
    Danger,
}

/// A button, which sends its action and its value back.
pub fn button(action: &str, text: &Safe<75>, value: &str, look: Look) -> Value {
    let mut button = json!({
        "type": "button", "action_id": cut(action, MOST_ID), "text": plain(text), "value": cut(value, MOST_VALUE),
    });
    if let (Look::Danger, Some(map)) = (look, button.as_object_mut()) {
        map.insert("style".to_owned(), json!("danger"));
    }
    button
}

/// A row of at most 25 buttons.
pub fn actions(id: &str, buttons: Vec<Value>) -> Block {
    let buttons: Vec<Value> = buttons.into_iter().take(25).collect();
    Block(json!({"type": "actions", "block_id": cut(id, MOST_ID), "elements": buttons}))
}

/// One of several answers, none of them chosen beforehand.
pub fn choice(id: &str, label: &Safe<2000>, options: &[(&str, &str)]) -> Block {
    let option =
        |(value, text): &(&str, &str)| json!({"text": plain(&Safe::<75>::value(text)), "value": cut(value, 75)});
    let options: Vec<Value> = options.iter().take(10).map(option).collect();
    Block(json!({
        "type": "input", "block_id": cut(id, MOST_ID), "optional": false, "label": plain(label),
        "element": {"type": "radio_buttons", "action_id": cut(id, MOST_ID), "options": options},
    }))
}

/// Several lines to write; they must not stay empty.
pub fn writing(id: &str, label: &Safe<2000>, hint: &Safe<2000>, most: u32) -> Block {
    Block(json!({
        "type": "input", "block_id": cut(id, MOST_ID), "optional": false, "label": plain(label), "hint": plain(hint),
        "element": {
            "type": "plain_text_input", "action_id": cut(id, MOST_ID), "multiline": true, "min_length": 1,
            "max_length": most.min(3000),
        },
    }))
}

/// A name to write on one line, which may stay empty.
pub fn naming(id: &str, label: &Safe<2000>, hint: &Safe<2000>) -> Block {
    Block(json!({
        "type": "input", "block_id": cut(id, MOST_ID), "optional": true, "label": plain(label), "hint": plain(hint),
        "element": {"type": "plain_text_input", "action_id": cut(id, MOST_ID), "max_length": 300},
    }))
}

/// A window over Slack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// What it is known by when it comes back.
    pub callback: &'static str,
    /// Its title.
    pub title: Safe<24>,
    /// The button that sends it.
    pub submit: Safe<24>,
    /// The button that closes it.
    pub close: Safe<24>,
    /// What comes back with it; none where it would be too long.
    pub metadata: Option<String>,
    /// What is in it.
    pub blocks: Blocks,
}

impl View {
    /// As JSON; none where what must come back with it is too long, since a window without it could not be believed.
    pub fn into_json(self) -> Option<Value> {
        let metadata = self.metadata.filter(|text| super::text::length(text) <= MOST_METADATA)?;
        Some(json!({
            "type": "modal", "callback_id": self.callback, "title": plain(&self.title), "submit": plain(&self.submit),
            "close": plain(&self.close), "private_metadata": metadata, "blocks": self.blocks.into_json(),
            "clear_on_close": true,
        }))
    }
}
