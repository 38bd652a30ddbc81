//! How a decision came about: raw facts beside each approval and rejection, never a score. What a surface cannot tell is
//! `unmeasured`, and nothing is guessed in its place.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::secret::Redacted;
use super::time::Instant;

/// The word for what a surface cannot tell.
const UNMEASURED: &str = "unmeasured";

/// A fact that not every surface can tell. In JSON the value itself, or `"unmeasured"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure<T> {
    /// The surface cannot tell.
    #[default]
    Unmeasured,
    /// It was so.
    Known(T),
}

impl<T: Copy> Measure<T> {
    /// The value, where there is one.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unmeasured => None,
        }
    }
}

impl<T> From<Option<T>> for Measure<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unmeasured, Self::Known)
    }
}

impl<T: Serialize> Serialize for Measure<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Unmeasured => serializer.serialize_str(UNMEASURED),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Measure<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Word {
            Unmeasured,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either<T> {
            Word(Word),
            Value(T),
        }
        Ok(match Either::deserialize(deserializer)? {
            Either::Word(Word::Unmeasured) => Self::Unmeasured,
            Either::Value(value) => Self::Known(value),
        })
    }
}

/// Whether the name of what is deleted was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Naming {
    /// Nobody was asked to.
    #[default]
    NotAsked,
    /// It was typed as it is.
    Typed,
    /// It was asked for, and not typed, or otherwise.
    Missing,
}

/// The facts of one decision. The time that the page was up stands beside them, in `viewed_ms`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Review {
    /// The surface: the channel's word.
    pub surface: String,
    /// When the page was put before the human.
    pub presented: Measure<Instant>,
    /// Whether the page, with the preview where there is one, was opened.
    pub opened: Measure<bool>,
    /// How many lines the page has on that surface.
    pub page_lines: Measure<u64>,
    /// How many of them were on the screen. A pager of the human's own does not tell.
    pub lines_seen: Measure<u64>,
    /// How many lines the preview has: one for each thing that changes and for each of its fields.
    pub preview_lines: u64,
    /// The least time that reading them takes, in milliseconds, where policy asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_ms: Option<u64>,
    /// How many requests this human had approved within the five minutes before.
    pub burst: u64,
    /// How many characters the rationale has.
    pub rationale_chars: u64,
    /// How many of this human's last twenty rationales say the same.
    pub rationale_repeats: u64,
    /// How many requests waited, this one among them.
    pub waiting: u64,
    /// Whether the name of what is deleted was typed.
    pub naming: Naming,
    /// How often the question was put on this page: above 1, an earlier answer did not count.
    pub asked: u64,
}

/// An earlier decision of the same human.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// When.
    pub at: Instant,
    /// Yes or no.
    pub answer: PastAnswer,
    /// Why.
    pub rationale: Option<Redacted>,
}

/// What was decided then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastAnswer {
    /// It was approved.
    Approved,
    /// It was rejected.
    Rejected,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_measured_says_so_and_comes_back_as_it_was() {
        let review = Review { opened: Measure::Known(false), waiting: 3, ..Review::default() };
        let value = serde_json::to_value(&review).unwrap();
        assert_eq!(value["presented"], "unmeasured");
        assert_eq!(value["opened"], false);
        assert_eq!(serde_json::from_value::<Review>(value).unwrap(), review);
    }

    #[test]
    fn a_time_and_a_number_come_back_as_they_were() {
        let review = Review {
            presented: Measure::Known(Instant::from_micros(1_795_477_153_000_042)),
            page_lines: Measure::Known(12),
            least_ms: Some(3000),
            naming: Naming::Typed,
            ..Review::default()
        };
        let text = serde_json::to_string(&review).unwrap();
        assert_eq!(serde_json::from_str::<Review>(&text).unwrap(), review);
    }

    #[test]
    fn another_word_is_no_measure_and_an_old_record_has_none() {
        assert!(serde_json::from_str::<Measure<u64>>("\"guessed\"").is_err());
        assert_eq!(serde_json::from_str::<Review>("{}").unwrap(), Review::default());
    }
}
