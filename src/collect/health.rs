//! Whether a channel gets through, when it is tried again, and when that is worth telling.

use std::time::Duration;

use tokio::time::Instant;

use crate::approval::channels::{Trouble, TroubleKind};
use crate::host::random;

/// The first pause after trouble; twice as long each time.
const FIRST: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(300);
/// How often in a row it has to fail until that is told: a connection may break once.
const TOLD_AFTER: u32 = 3;

/// One direction of a channel.
#[derive(Debug, Default)]
pub struct Pace {
    failures: u32,
    until: Option<Instant>,
    is_dead: bool,
}

/// What a failure amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// It may have been chance.
    Nothing,
    /// People should know.
    Telling,
}

impl Pace {
    /// It got through.
    pub fn succeed(&mut self) {
        *self = Self::default();
    }

    /// It did not.
    pub fn fail(&mut self, trouble: &Trouble) -> Worth {
        match trouble.kind {
            TroubleKind::NotTaken => return Worth::Telling,
            TroubleKind::Dead => self.is_dead = true,
            TroubleKind::Later(_) | TroubleKind::Unclear => {}
        }
        let doubled = FIRST.saturating_mul(1_u32.checked_shl(self.failures).unwrap_or(u32::MAX)).min(LONGEST);
        let asked = match trouble.kind {
            TroubleKind::Later(Some(span)) => span,
            _ => Duration::ZERO,
        };
        self.until = Some(Instant::now() + doubled.max(asked) + jitter(doubled));
        self.failures = self.failures.saturating_add(1);
        if self.is_dead || self.failures >= TOLD_AFTER { Worth::Telling } else { Worth::Nothing }
    }

    /// Whether it failed so often that it was told.
    pub fn is_bad(&self) -> bool {
        self.is_dead || self.failures >= TOLD_AFTER
    }

    /// When it may be tried; none when not any more.
    pub fn next(&self) -> Option<Instant> {
        (!self.is_dead).then(|| self.until.unwrap_or_else(Instant::now))
    }
}

/// Up to half of a pause more, so that many do not come back at the same moment.
fn jitter(pause: Duration) -> Duration {
    let random = random::salt().map_or(0, |salt| salt.first().copied().unwrap_or_default());
    pause.mul_f64(f64::from(random) / 512.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn later(span: Option<Duration>) -> Trouble {
        Trouble::new(TroubleKind::Later(span), "x")
    }

    #[test]
    fn pauses_grow_up_to_a_limit_and_what_the_other_side_asks_for_is_kept() {
        let mut pace = Pace::default();
        let pause = |pace: &Pace| pace.next().unwrap().saturating_duration_since(Instant::now());
        assert_eq!(pace.fail(&later(None)), Worth::Nothing);
        assert!(pause(&pace) <= Duration::from_millis(1500) && pause(&pace) > Duration::from_millis(800));
        assert_eq!(pace.fail(&later(Some(Duration::from_secs(40)))), Worth::Nothing);
        assert!(pause(&pace) > Duration::from_secs(39) && pause(&pace) < Duration::from_secs(42));
        for _ in 0..80 {
            assert_eq!(pace.fail(&later(None)), Worth::Telling);
        }
        assert!(pause(&pace) <= LONGEST + LONGEST / 2 && pause(&pace) > LONGEST - FIRST);
        pace.succeed();
        assert!(!pace.is_bad() && pause(&pace) == Duration::ZERO);
    }

    #[test]
    fn what_is_dead_is_not_tried_again() {
        let mut pace = Pace::default();
        assert_eq!(pace.fail(&Trouble::new(TroubleKind::Dead, "410")), Worth::Telling);
        assert!(pace.next().is_none());
    }
}
