//! The primitive types of the SSH protocol (RFC 4251, section 5), read from bytes that anybody may have written.

/// Reads one after the other; nothing is read twice and nothing is skipped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wire<'a>(pub(super) &'a [u8]);

impl<'a> Wire<'a> {
    /// So many bytes.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// One byte.
    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A number of 32 bits.
    pub(super) fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// Bytes with their length before them.
    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        self.take(length)
    }

    /// The same as UTF-8.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.string()?).ok()
    }

    /// A positive number of any length, without its leading zeros.
    pub(super) fn positive(&mut self) -> Option<&'a [u8]> {
        let bytes = self.string()?;
        let is_negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let digits = bytes.get(zeros..)?;
        (!is_negative && !digits.is_empty()).then_some(digits)
    }

    /// The end: whatever still follows is not understood.
    pub(super) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// A number in a field of a fixed width.
pub(super) fn padded(digits: &[u8], width: usize) -> Option<Vec<u8>> {
    let mut field = vec![0; width.checked_sub(digits.len())?];
    field.extend_from_slice(digits);
    Some(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_short_or_goes_on_is_refused() {
        let bytes = [0, 0, 0, 2, b'a', b'b', 7];
        let mut wire = Wire(&bytes);
        assert_eq!((wire.text(), wire.byte(), wire.byte()), (Some("ab"), Some(7), None));
        assert_eq!(wire.end(), Some(()));
        assert_eq!(Wire(&bytes).end(), None);
        assert_eq!(Wire(&bytes[..5]).string(), None);
        assert_eq!(Wire(&[0xff, 0xff, 0xff, 0xff]).string(), None);
    }

    #[test]
    fn numbers_lose_their_zeros_and_are_never_negative() {
        assert_eq!(Wire(&[0, 0, 0, 2, 0, 0x80]).positive(), Some(&[0x80][..]));
        assert_eq!(Wire(&[0, 0, 0, 1, 0x80]).positive(), None);
        assert_eq!(Wire(&[0, 0, 0, 1, 0]).positive(), None);
        assert_eq!(padded(&[1], 3), Some(vec![0, 0, 1]));
        assert_eq!(padded(&[1, 2], 1), None);
    }
}
