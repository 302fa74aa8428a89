//! `.<name>.crc`: the sum that Spark (Hadoop's local file system) keeps beside each
//! file of a checkpoint, read and written in its form, so that a changed bit is found
//! by whichever of the two goes on with the checkpoint.

/// Hadoop's default: a sum for each so many bytes.
const PIECE: usize = 512;
const MAGIC: &[u8; 4] = b"crc\0";

/// The sum of bytes that come one after the other.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    whole: Vec<u8>,
    last: crc32fast::Hasher,
    in_last: usize,
}

impl Sums {
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut sums = Self::default();
        for part in parts {
            sums.update(part);
        }
        sums
    }

    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.in_last));
            self.last.update(now);
            self.in_last += now.len();
            if self.in_last == PIECE {
                let full = std::mem::take(&mut self.last).finalize();
                self.whole.extend(full.to_be_bytes());
                self.in_last = 0;
            }
            bytes = later;
        }
    }

    /// The content of the file of the sum.
    pub fn render(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend((PIECE as u32).to_be_bytes());
        out.extend(&self.whole);
        if self.in_last > 0 {
            out.extend(self.last.clone().finalize().to_be_bytes());
        }
        out
    }
}

/// Whether bytes are a sum at all. A power cut may leave the file empty, for it is not
/// synced; that says nothing of the file beside it, as in Hadoop.
pub(super) fn is_whole(sum: &[u8]) -> bool {
    sum.len() >= 8 && sum.starts_with(MAGIC)
}

/// Whether content fits the sum in a file, or there is no sum in it.
pub(super) fn fits(sum: &[u8], content: &[u8]) -> bool {
    if !is_whole(sum) {
        return true;
    }
    let (head, sums) = sum.split_at(8);
    let piece = head
        .iter()
        .skip(4)
        .fold(0, |n, byte| n << 8 | usize::from(*byte));
    let computed = content
        .chunks(piece.max(1))
        .flat_map(|chunk| crc32fast::hash(chunk).to_be_bytes());
    computed.eq(sums.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_fits_its_content_only() {
        for length in [0, 1, 511, 512, 513, 1024, 3000] {
            let mut content = vec![7_u8; length];
            let (left, right) = content.split_at(length / 3);
            let sum = Sums::of(&[left, right]).render();
            assert_eq!(sum.len(), 8 + 4 * length.div_ceil(512));
            assert!(fits(&sum, &content));
            content.push(1);
            assert!(!fits(&sum, &content));
        }
    }

    #[test]
    fn sparks_own_sum_is_made() {
        // Beside `{"id":"ecef8e3c-6a4e-4ff2-8ab7-cd6ee5e0b8a7"}` of Spark 4.3.0 lies a
        // file of this form: one piece.
        let sum = Sums::of(&[b"v1\n{}"]).render();
        let mut expected = b"crc\0\0\0\x02\0".to_vec();
        expected.extend(crc32fast::hash(b"v1\n{}").to_be_bytes());
        assert_eq!(sum, expected);
        assert!(fits(b"", b"anything"));
    }
}
