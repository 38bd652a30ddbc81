//! Tool knowledge as constant data, one file per tool or kind of tool.

mod aigov;
mod aws;
mod az;
mod bazel;
mod cluster;
mod containers;
mod curl;
mod databases;
pub mod described;
mod develop;
pub mod docker;
mod gcloud;
mod gh;
mod git;
mod groups;
pub mod helm;
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
static FILES: &[&[Pack]] = &[
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
    &[bazel::PACK],
    &[aigov::PACK],
];

/// Every pack.
pub fn all() -> impl Iterator<Item = &'static Pack> {
    FILES.iter().copied().flatten()
}

/// How many places the index of programs has: a power of two, some times as many as there are programs.
const PLACES: usize = 8192;
/// A place of the index that holds nothing.
const FREE: [u8; 3] = [u8::MAX; 3];

/// Where each program is described: file, pack and program by number, at the place of the name's hash or the next that
/// was free. It is made by the compiler: a process that runs one command has no time to make it, and looks up often.
static INDEX: [[u8; 3]; PLACES] = index();

#[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "what does not fit does not compile")]
const fn index() -> [[u8; 3]; PLACES] {
    let mut places = [FREE; PLACES];
    let mut file = 0;
    while file < FILES.len() {
        let mut pack = 0;
        while pack < FILES[file].len() {
            let programs = FILES[file][pack].programs;
            let mut program = 0;
            while program < programs.len() {
                assert!(file < 255 && pack < 255 && program < 255);
                let mut at = place(programs[program].as_bytes());
                while places[at][0] != FREE[0] {
                    at = (at + 1) % PLACES;
                }
                places[at] = [file as u8, pack as u8, program as u8];
                program += 1;
            }
            pack += 1;
        }
        file += 1;
    }
    places
}

/// The place at which the search for a name begins (FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/).
#[expect(clippy::indexing_slicing, reason = "the index is below the length")]
const fn place(name: &[u8]) -> usize {
    let mut hash: u32 = 0x811c_9dc5;
    let mut at = 0;
    while at < name.len() {
        hash = (hash ^ name[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    // The lowest bits alone know little of the first letters.
    ((hash ^ (hash >> 15)) as usize) % PLACES
}

/// The pack that describes the program with this base name.
pub fn find(program: &str) -> Option<&'static Pack> {
    let mut at = place(program.as_bytes());
    loop {
        let [file, pack, number] = *INDEX.get(at).filter(|place| **place != FREE)?;
        let pack = FILES.get(usize::from(file))?.get(usize::from(pack))?;
        if pack.programs.get(usize::from(number)) == Some(&program) {
            return Some(pack);
        }
        at = (at + 1) % PLACES;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_is_found_in_a_few_steps_and_no_other_name_is() {
        let programs: Vec<&str> = all().flat_map(|pack| pack.programs).copied().collect();
        assert!(programs.len() * 3 < PLACES, "{} programs", programs.len());
        for program in &programs {
            let found = find(program).unwrap();
            assert!(found.programs.contains(program), "{program}");
        }
        for name in ["", "kubect", "kubectl ", "Kubectl", "deploy.sh", "ls2"] {
            assert!(find(name).is_none(), "{name}");
        }
        // The longest row of places that are taken says how long any search can be.
        let (mut row, mut longest) = (0, 0);
        for place in INDEX.iter().chain(&INDEX) {
            row = if *place == FREE { 0 } else { row + 1 };
            longest = longest.max(row);
        }
        assert!(longest < 24, "{longest}");
    }
}
