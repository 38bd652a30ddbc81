//! Tool knowledge as constant data, one file per tool.

pub mod schema;

use schema::Pack;

/// Every pack, in the order in which they are listed.
pub const PACKS: &[&Pack] = &[];

/// The pack that describes the program with this base name.
pub fn find(program: &str) -> Option<&'static Pack> {
    PACKS.iter().copied().find(|pack| pack.programs.contains(&program))
}
