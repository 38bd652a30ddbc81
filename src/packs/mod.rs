//! Tool knowledge as constant data, one file per tool or kind of tool.

mod aigov;
mod aws;
mod az;
mod cluster;
mod containers;
mod curl;
mod databases;
mod develop;
mod docker;
mod gcloud;
mod gh;
mod git;
mod groups;
mod helm;
mod hosting;
mod infra;
mod interpret;
pub mod kubectl;
mod migrate;
mod plain;
mod psql;
mod readers;
pub mod repository;
pub mod schema;
mod strict;
mod system;
mod terraform;
mod unix_read;
mod unix_write;
pub mod variables;
mod vaults;

use schema::Pack;

/// Every pack, by file.
const FILES: &[&[Pack]] = &[
    &[kubectl::PACK],
    &[terraform::PACK],
    &[helm::PACK],
    &[docker::PACK],
    &[git::PACK],
    &[gh::PACK],
    &[aws::PACK],
    curl::PACKS,
    cluster::PACKS,
    containers::PACKS,
    infra::PACKS,
    vaults::PACKS,
    hosting::PACKS,
    system::PACKS,
    &[gcloud::PACK],
    &[az::PACK],
    psql::PACKS,
    databases::PACKS,
    migrate::PACKS,
    unix_read::PACKS,
    unix_write::PACKS,
    develop::PACKS,
    interpret::PACKS,
    &[aigov::PACK],
];

/// Every pack.
pub fn all() -> impl Iterator<Item = &'static Pack> {
    FILES.iter().copied().flatten()
}

/// The pack that describes the program with this base name.
pub fn find(program: &str) -> Option<&'static Pack> {
    all().find(|pack| pack.programs.contains(&program))
}
