//! What jobtop is made of: crates of the public registry, by the versions and checksums of `Cargo.lock`, under licences by which
//! they may be part of a program under MIT or Apache-2.0. It needs no network.

use std::{collections::BTreeSet, process::Command};

use serde_json::Value;

/// A licence is one of these, or offers one of them as a choice.
const LICENCES: [&str; 17] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    // Asks for the source of its own files, which the registry has as they are.
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "WTFPL",
    "Zlib",
];

fn lock() -> Vec<toml::Table> {
    let text = include_str!("../../Cargo.lock");
    let lock: toml::Table = toml::from_str(text).unwrap();
    lock["package"].as_array().unwrap().iter().map(|package| package.as_table().unwrap().clone()).collect()
}

#[test]
fn every_crate_is_of_the_public_registry_and_has_a_checksum() {
    let registry = "registry+https://github.com/rust-lang/crates.io-index";
    let packages = lock();
    assert!(packages.len() > 100, "{}", packages.len());
    for package in packages {
        let has = |key: &str| package.get(key).and_then(toml::Value::as_str);
        let is_own = has("name") == Some(env!("CARGO_PKG_NAME"));
        assert_eq!(has("source"), (!is_own).then_some(registry), "{package:?}");
        assert_eq!(has("checksum").map(str::len), (!is_own).then_some(64), "{package:?}");
    }
}

/// `A OR B`, `A AND B` and the older `A/B`; brackets only where the registry's crates have them.
fn is_free(licence: &str) -> bool {
    let licence = licence.replace('/', " OR ").replace(['(', ')'], "");
    licence.split(" AND ").all(|part| part.split(" OR ").any(|one| LICENCES.contains(&one.trim())))
}

#[test]
fn every_crate_may_be_passed_on_as_a_part_of_jobtop() {
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", &target]);
    let told = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let mut others = BTreeSet::new();
    for package in told["packages"].as_array().unwrap() {
        let licence = package["license"].as_str().unwrap_or("none");
        if !is_free(licence) {
            others.insert(format!("{} ({licence})", package["name"]));
        }
    }
    assert_eq!(others, BTreeSet::new());
}

#[test]
fn a_licence_is_read_as_it_is_written() {
    assert!(["MIT", "MIT OR GPL-3.0", "MIT/Apache-2.0", "ISC AND (Apache-2.0 OR ISC)"].into_iter().all(is_free));
    assert!(["GPL-3.0", "MIT AND GPL-3.0", "none", ""].into_iter().all(|licence| !is_free(licence)));
}
