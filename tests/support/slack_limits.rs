//! Slack's limits on messages and views, as documented (docs.slack.dev/reference/block-kit), and what may stand in a text.
//! Written apart from what makes the blocks, so that both must agree.

use serde_json::Value;

/// What Slack would refuse in the blocks of a message.
pub fn message_faults(message: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    text(&message["text"], 1, 4000, "text", &mut faults);
    markup(&message["text"], "text", &mut faults);
    blocks(&message["blocks"], 50, &mut faults);
    let metadata = &message["metadata"];
    if !metadata["event_type"].is_string() || !metadata["event_payload"].is_object() {
        faults.push("metadata lacks its type or payload".to_owned());
    }
    // `msg_blocks_too_long` comes somewhere above 13,000 characters of text.
    let total = every_text(&message["blocks"]).iter().map(|text| length(text)).sum::<usize>();
    if total > 13_000 && message["blocks"].as_array().is_some_and(|all| all.len() < 5) {
        faults.push(format!("{total} characters in few blocks"));
    }
    faults
}

/// What Slack would refuse in a view.
pub fn view_faults(view: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    if view["type"] != "modal" {
        faults.push("not a modal".to_owned());
    }
    for key in ["title", "submit", "close"] {
        plain(&view[key], 24, key, &mut faults);
    }
    text(&view["callback_id"], 1, 255, "callback_id", &mut faults);
    text(&view["private_metadata"], 0, 3000, "private_metadata", &mut faults);
    blocks(&view["blocks"], 100, &mut faults);
    if view.to_string().len() > 250_000 {
        faults.push(format!("{} bytes", view.to_string().len()));
    }
    let has_input = view["blocks"].as_array().is_some_and(|all| all.iter().any(|block| block["type"] == "input"));
    if !has_input {
        faults.push("a submit button without an input".to_owned());
    }
    faults
}

fn blocks(found: &Value, most: usize, faults: &mut Vec<String>) {
    let Some(all) = found.as_array() else {
        faults.push("blocks are no list".to_owned());
        return;
    };
    if all.is_empty() || all.len() > most {
        faults.push(format!("{} blocks", all.len()));
    }
    let mut ids = Vec::new();
    for block in all {
        if let Some(id) = block.get("block_id") {
            text(id, 1, 255, "block_id", faults);
            if ids.contains(&id) {
                faults.push(format!("block_id {id} twice"));
            }
            ids.push(id);
        }
        one(block, faults);
    }
}

fn one(block: &Value, faults: &mut Vec<String>) {
    match block["type"].as_str().unwrap_or_default() {
        "header" => plain(&block["text"], 150, "header", faults),
        "section" => plain(&block["text"], 3000, "section", faults),
        "context" => {
            let all = block["elements"].as_array().cloned().unwrap_or_default();
            if all.is_empty() || all.len() > 10 {
                faults.push(format!("{} elements in a context", all.len()));
            }
            all.iter().for_each(|element| plain(element, 3000, "context", faults));
        }
        "rich_text" => {
            for box_ in block["elements"].as_array().cloned().unwrap_or_default() {
                if box_["type"] != "rich_text_preformatted" {
                    faults.push(format!("{} in rich text", box_["type"]));
                }
                for element in box_["elements"].as_array().cloned().unwrap_or_default() {
                    if element["type"] != "text" {
                        faults.push(format!("{} in a box", element["type"]));
                    }
                    text(&element["text"], 1, 3000, "box", faults);
                    markup(&element["text"], "box", faults);
                }
            }
        }
        "actions" => {
            let all = block["elements"].as_array().cloned().unwrap_or_default();
            if all.is_empty() || all.len() > 25 {
                faults.push(format!("{} elements in actions", all.len()));
            }
            for button in all {
                plain(&button["text"], 75, "button", faults);
                text(&button["action_id"], 1, 255, "action_id", faults);
                text(&button["value"], 0, 2000, "value", faults);
            }
        }
        "input" => {
            plain(&block["label"], 2000, "label", faults);
            if block.get("hint").is_some() {
                plain(&block["hint"], 2000, "hint", faults);
            }
            let element = &block["element"];
            text(&element["action_id"], 1, 255, "action_id", faults);
            match element["type"].as_str().unwrap_or_default() {
                "radio_buttons" => {
                    let all = element["options"].as_array().cloned().unwrap_or_default();
                    if all.is_empty() || all.len() > 10 {
                        faults.push(format!("{} options", all.len()));
                    }
                    for option in all {
                        plain(&option["text"], 75, "option", faults);
                        text(&option["value"], 1, 75, "option value", faults);
                    }
                }
                "plain_text_input" => {
                    if element["max_length"].as_u64().is_some_and(|most| most > 3000) {
                        faults.push("max_length".to_owned());
                    }
                }
                other => faults.push(format!("an input with {other}")),
            }
        }
        other => faults.push(format!("a block of type {other}")),
    }
}

fn plain(found: &Value, most: usize, what: &str, faults: &mut Vec<String>) {
    if found["type"] != "plain_text" {
        faults.push(format!("{what} is no plain text"));
    }
    text(&found["text"], 1, most, what, faults);
    markup(&found["text"], what, faults);
}

fn text(found: &Value, least: usize, most: usize, what: &str, faults: &mut Vec<String>) {
    match found.as_str() {
        None => faults.push(format!("{what} is no text")),
        Some(text) if length(text) < least || length(text) > most => {
            faults.push(format!("{what} has {} characters", length(text)));
        }
        Some(_) => {}
    }
}

/// Mentions, links and characters that hide or turn others.
fn markup(found: &Value, what: &str, faults: &mut Vec<String>) {
    let text = found.as_str().unwrap_or_default();
    if text.contains(['<', '>']) {
        faults.push(format!("{what} holds markup: {text}"));
    }
    for (at, _) in text.match_indices('&') {
        if !["&amp;", "&lt;", "&gt;"].iter().any(|entity| text[at..].starts_with(entity)) {
            faults.push(format!("{what} holds a bare &"));
        }
    }
    let hides = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.chars().any(hides) {
        faults.push(format!("{what} holds a character that hides"));
    }
}

fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Every text that a person reads, in order.
pub fn every_text(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().flat_map(every_text).collect(),
        Value::Object(map) => {
            let is_text = matches!(map.get("type").and_then(Value::as_str), Some("plain_text" | "text" | "mrkdwn"));
            match map.get("text").and_then(Value::as_str) {
                Some(text) if is_text => vec![text.to_owned()],
                _ => map.values().flat_map(every_text).collect(),
            }
        }
        _ => Vec::new(),
    }
}

/// What a person sees: one line for each text, buttons and inputs in brackets, entities read back.
pub fn drawn(blocks: &Value) -> String {
    let mut out = String::new();
    for block in blocks.as_array().cloned().unwrap_or_default() {
        let texts = every_text(&block).join("\n");
        let line = match block["type"].as_str().unwrap_or_default() {
            "header" => format!("# {texts}\n"),
            "actions" => format!("[{}]\n", texts.replace('\n', "] [")),
            "context" => format!("~ {texts}\n"),
            "rich_text" => texts.lines().map(|line| format!("| {line}\n")).collect(),
            "input" => {
                let label = block["label"]["text"].as_str().unwrap_or_default();
                let options = every_text(&block["element"]["options"]);
                let options: String = options.iter().map(|option| format!("  ( ) {option}\n")).collect();
                let hint = block["hint"]["text"].as_str().map(|hint| format!("  [________] {hint}\n"));
                format!("{label}\n{options}{}", hint.unwrap_or_default())
            }
            _ => format!("{texts}\n"),
        };
        out.push_str(&line);
    }
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
