//! What claims a text, and what is taken from addresses.

use super::*;

#[test]
fn a_plain_word_claims_whole_segments_only() {
    assert!(claims("prod", "prod-eu") && claims("prod", "eks/prod") && claims("prod", "prod"));
    assert!(!claims("prod", "preprod") && !claims("prod", "product") && !claims("prod", "PROD"));
    assert!(claims("arn:*:prod", "arn:x:prod") && !claims("prod-eu", "prod-eu-1"));
}

#[test]
fn hosts_are_taken_from_addresses() {
    assert_eq!(host_of("https://u:p@db.example:5432/x"), "db.example");
    assert_eq!(host_of("ssh://root@10.0.0.1"), "10.0.0.1");
    assert_eq!(host_of("[::1]:6443"), "::1");
    assert_eq!(host_of("fe80::1"), "fe80::1");
    assert_eq!(host_of("https://10.0.0.5#dev"), "10.0.0.5");
}

#[test]
fn a_word_in_an_address_that_the_caller_made_up_opens_nothing() {
    let sign = |weight, text: &str| Sign { mark: Mark::Host, text: text.to_owned(), weight };
    assert!(opens("dev", &sign(Weight::Found, "db.dev.example.com")));
    assert!(opens("dev", &sign(Weight::Given, "dev-1")));
    assert!(opens("*.dev.example.com", &sign(Weight::Given, "db.dev.example.com")));
    assert!(!opens("dev", &sign(Weight::Given, "dev.10.0.0.5.nip.io")));
    assert!(!opens("dev", &sign(Weight::Claim, "dev")));
}
