//! The manifest of the app that a workspace makes for itself.

/// The manifest, in JSON, as Slack's page "From a manifest" takes it.
pub const MANIFEST: &str = include_str!("../../../../docs/slack/manifest.json");

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn the_app_asks_for_what_the_channel_calls_and_nothing_else() {
        let manifest: Value = serde_json::from_str(MANIFEST).unwrap();
        // chat.postMessage, chat.update, chat.postEphemeral; reactions.get; users.info; conversations.history.
        let scopes = ["chat:write", "reactions:read", "users:read", "channels:history", "groups:history"];
        assert_eq!(manifest["oauth_config"]["scopes"], json!({"bot": scopes}));
        assert_eq!(manifest["settings"]["socket_mode_enabled"], true);
        assert_eq!(manifest["settings"]["interactivity"], json!({"is_enabled": true}));
        assert_eq!(manifest["settings"].get("event_subscriptions"), None);
        let text = |pointer: &str| manifest.pointer(pointer).unwrap().as_str().unwrap().chars().count();
        assert!(text("/display_information/name") <= 35 && text("/display_information/description") <= 140);
    }
}
