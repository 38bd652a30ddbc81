//! What is a signature and what is none, beside what ssh-keygen says.

use std::process::{Command, Stdio};

use aigov::signature::sshsig::{SecurityKey, SignatureFault, fingerprint, is_security_key, verify};

use crate::keys::{Device, NAMESPACE, armoured, is_verified, make, public, sign, unarmoured};
use crate::support::has;

const TEXT: &str = "{\"decision\":\"approve\"}";

#[test]
fn what_ssh_keygen_signs_is_right_for_that_text_and_namespace_alone() {
    if !has("ssh-keygen") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let kinds: [(&[&str], &str); 5] = [
        (&["ed25519"], "ssh-ed25519"),
        (&["ecdsa", "-b", "256"], "ecdsa-sha2-nistp256"),
        (&["ecdsa", "-b", "384"], "ecdsa-sha2-nistp384"),
        (&["rsa", "-b", "2048"], "ssh-rsa"),
        (&["rsa", "-b", "3072"], "ssh-rsa"),
    ];
    for (at, (kind, name)) in kinds.into_iter().enumerate() {
        let key = make(&dir.path().join(at.to_string()), kind);
        for more in [&[][..], &["-O", "hashalg=sha256"]] {
            let armour = sign(&key, NAMESPACE, more, TEXT);
            let verified = verify(&armour, NAMESPACE, TEXT.as_bytes()).unwrap();
            assert_eq!((verified.key_type.as_str(), verified.security_key), (name, None));
            let listed = Command::new("ssh-keygen").arg("-lf").arg(&key).output().unwrap();
            let listed = String::from_utf8(listed.stdout).unwrap();
            assert!(listed.contains(&verified.fingerprint()), "{listed}");
            assert_eq!(verify(&armour, NAMESPACE, b"another text"), Err(SignatureFault::Wrong));
        }
        let other = verify(&sign(&key, "git", &[], TEXT), NAMESPACE, TEXT.as_bytes());
        assert_eq!(other, Err(SignatureFault::Namespace { found: "git".to_owned(), wanted: NAMESPACE }));
    }
}

#[test]
fn kinds_of_keys_that_are_not_checked_are_refused() {
    if !has("ssh-keygen") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let large = make(&dir.path().join("p521"), &["ecdsa", "-b", "521"]);
    let refused = verify(&sign(&large, NAMESPACE, &[], TEXT), NAMESPACE, TEXT.as_bytes());
    assert_eq!(refused, Err(SignatureFault::Kind("ecdsa-sha2-nistp521".to_owned())));
    let (authority, key) =
        (make(&dir.path().join("ca"), &["ed25519"]), make(&dir.path().join("certified"), &["ed25519"]));
    let certified = Command::new("ssh-keygen")
        .args(["-q", "-s"])
        .arg(&authority)
        .args(["-I", "alice", "-n", "alice"])
        .arg(key.with_extension("pub"))
        .output()
        .unwrap();
    assert!(certified.status.success());
    let armour = sign(&dir.path().join("certified-cert.pub"), NAMESPACE, &[], TEXT);
    let refused = verify(&armour, NAMESPACE, TEXT.as_bytes()).unwrap_err();
    assert!(refused.to_string().contains("cert-v01"), "{refused}");
}

#[test]
fn a_key_that_an_agent_holds_signs_too() {
    if !has("ssh-agent") || !has("ssh-add") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let key = make(&dir.path().join("key"), &["ed25519"]);
    let script = format!(
        "ssh-add -q '{0}' && rm '{0}' && printf %s '{TEXT}' > text && ssh-keygen -q -Y sign -n {NAMESPACE} -f '{0}.pub' text",
        key.display()
    );
    let ran = Command::new("ssh-agent")
        .args(["sh", "-c", &script])
        .current_dir(dir.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let armour = std::fs::read_to_string(dir.path().join("text.sig")).unwrap();
    assert!(verify(&armour, NAMESPACE, TEXT.as_bytes()).is_ok());
}

#[test]
fn a_security_keys_own_word_is_read_and_cannot_be_changed() {
    for device in [Device::ed25519(1), Device::p256()] {
        for (flags, counter) in [(0, 0), (1, 7), (5, u32::MAX)] {
            let armour = device.sign(NAMESPACE, TEXT, flags, counter);
            let verified = verify(&armour, NAMESPACE, TEXT.as_bytes()).unwrap();
            assert_eq!(verified.security_key, Some(SecurityKey { flags, counter }));
            assert!(is_security_key(&verified.key_type));
            assert_eq!(verified.fingerprint(), fingerprint(&device.blob()));
            // ssh-keygen takes even the one without a touch, which is why aigov looks itself.
            if has("ssh-keygen") {
                assert!(is_verified(&format!("alice {}", device.public()), "alice", TEXT, &armour));
            }
            let mut blob = unarmoured(&armour);
            let at = blob.len() - 5;
            blob[at] ^= 1;
            assert_eq!(verify(&armoured(&blob), NAMESPACE, TEXT.as_bytes()), Err(SignatureFault::Wrong));
        }
    }
    let Device::Ed25519(pair, _) = Device::ed25519(2) else { panic!() };
    let website = Device::Ed25519(pair, "https://example.com").sign(NAMESPACE, TEXT, 5, 1);
    assert_eq!(verify(&website, NAMESPACE, TEXT.as_bytes()), Err(SignatureFault::Wrong));
}

#[test]
fn every_single_changed_bit_is_found() {
    let armour = Device::ed25519(3).sign(NAMESPACE, TEXT, 5, 9);
    let whole = unarmoured(&armour);
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut changed = whole.clone();
            changed[at] ^= 1 << bit;
            assert!(verify(&armoured(&changed), NAMESPACE, TEXT.as_bytes()).is_err(), "byte {at}, bit {bit}");
        }
    }
    for length in 0..whole.len() {
        assert!(verify(&armoured(&whole[..length]), NAMESPACE, TEXT.as_bytes()).is_err(), "{length} bytes");
    }
    for text in ["", "-----BEGIN SSH SIGNATURE-----", "no", &armour.replace("SSH", "PGP"), &armour[1..]] {
        assert!(matches!(verify(text, NAMESPACE, TEXT.as_bytes()), Err(SignatureFault::Form(_))), "{text}");
    }
}
