//! Tool knowledge as constant data, one file per tool or kind of tool.

mod aigov;
mod aws;
mod az;
mod develop;
mod docker;
mod gcloud;
mod gh;
mod git;
mod groups;
mod helm;
mod interpret;
mod kubectl;
mod psql;
mod readers;
pub mod repository;
pub mod schema;
mod terraform;
mod unix_read;
mod unix_write;
pub mod variables;

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
    &[gcloud::PACK],
    &[az::PACK],
    psql::PACKS,
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
