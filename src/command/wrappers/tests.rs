//! Wrappers: what is peeled, and what is not.
