//! Where a statement leaves a shell, and what it has printed.

use super::state::State;

/// What a command has printed, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Exactly these bytes.
    Known(Vec<u8>),
    /// Anything.
    Unknown,
}

impl Output {
    /// Nothing.
    pub const NOTHING: Self = Self::Known(Vec::new());

    /// This and then that.
    pub fn then(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(mut all), Self::Known(more)) => {
                all.extend(more);
                Self::Known(all)
            }
            _ => Self::Unknown,
        }
    }
}

/// Where a statement leaves a shell. None where it never gets there.
#[derive(Debug, Clone)]
pub struct Flow {
    /// After it succeeded.
    pub success: Option<State>,
    /// After it failed.
    pub failure: Option<State>,
    /// What it printed.
    pub output: Output,
}

impl Flow {
    /// It ends the same either way, having printed `output`.
    pub fn even(state: State, output: Output) -> Self {
        Self { success: Some(state.clone()), failure: Some(state), output }
    }

    /// Either way at once.
    pub fn state(self) -> Option<State> {
        either_state(self.success, self.failure)
    }

    /// One of two flows.
    pub fn or(self, other: Self) -> Self {
        let output = if self.output == other.output { self.output } else { Output::Unknown };
        Self {
            success: either_state(self.success, other.success),
            failure: either_state(self.failure, other.failure),
            output,
        }
    }
}

/// What holds when either may be.
pub fn either_state(one: Option<State>, two: Option<State>) -> Option<State> {
    match (one, two) {
        (Some(one), Some(two)) => Some(one.or(two)),
        (one, two) => one.or(two),
    }
}
