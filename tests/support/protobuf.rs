//! As much of Kubernetes' protobuf as a Secret needs, in which helm keeps its releases.
//!
//! Source: `k8s.io/api/core/v1/generated.proto`, `k8s.io/apimachinery/pkg/runtime/generated.proto`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// What a body says: JSON, or a Secret in protobuf.
pub fn body(bytes: &[u8]) -> Value {
    match bytes.strip_prefix(b"k8s\0") {
        None => serde_json::from_slice(bytes).unwrap_or_default(),
        Some(unknown) => secret(unknown),
    }
}

fn secret(unknown: &[u8]) -> Value {
    let (kind, raw) = (fields(one(unknown, 1)), one(unknown, 2));
    let kind = text(kind.iter().find(|(number, _)| *number == 2).map_or(&[][..], |(_, bytes)| bytes));
    assert!(kind == "Secret" || kind == "DeleteOptions", "a body of the kind `{kind}` is not understood");
    if kind == "DeleteOptions" {
        return Value::Null;
    }
    let metadata = one(raw, 1);
    let mut named = json!({"name": text(one(metadata, 1)), "labels": pairs(metadata, 11, text)});
    if !one(metadata, 3).is_empty() {
        named["namespace"] = json!(text(one(metadata, 3)));
    }
    let data = pairs(raw, 2, |bytes| STANDARD.encode(bytes));
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": named, "data": data, "type": text(one(raw, 3))})
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A map of texts: each entry has a key in field 1 and a value in field 2.
fn pairs(message: &[u8], number: u64, value: impl Fn(&[u8]) -> String) -> Map<String, Value> {
    let entries = fields(message).into_iter().filter(|(known, _)| *known == number);
    entries.map(|(_, entry)| (text(one(entry, 1)), Value::from(value(one(entry, 2))))).collect()
}

fn one(message: &[u8], number: u64) -> &[u8] {
    fields(message).into_iter().find(|(known, _)| *known == number).map_or(&[], |(_, bytes)| bytes)
}

/// The fields that hold bytes.
fn fields(mut message: &[u8]) -> Vec<(u64, &[u8])> {
    let mut found = Vec::new();
    while !message.is_empty() {
        let tag = number(&mut message);
        match tag & 7 {
            0 => {
                number(&mut message);
            }
            2 => {
                let length = usize::try_from(number(&mut message)).unwrap();
                let (bytes, rest) = message.split_at(length);
                found.push((tag >> 3, bytes));
                message = rest;
            }
            wire => panic!("a field of the wire type {wire} is not understood"),
        }
    }
    found
}

fn number(message: &mut &[u8]) -> u64 {
    let (mut value, mut shift) = (0, 0);
    loop {
        let (byte, rest) = message.split_first().unwrap();
        *message = rest;
        value |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return value;
        }
    }
}
