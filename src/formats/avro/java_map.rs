//! The order in which Java's `HashMap` gives its keys: the order of a map in what Spark
//! writes and in what it reads.

/// How many places a map starts with that is made for so many keys.
pub fn room_for(count: usize) -> usize {
    count.max(1).next_power_of_two()
}

/// The places of a map that is made for no number of keys.
pub const ROOM: usize = 16;

/// The hash of a `String`.
pub fn text_hash(text: &str) -> i32 {
    let units = text.encode_utf16();
    units.fold(0, |hash: i32, unit| {
        hash.wrapping_mul(31).wrapping_add(i32::from(unit))
    })
}

/// The hash of a text that Avro keeps as bytes.
pub fn bytes_hash(bytes: &[u8]) -> i32 {
    let signed = bytes.iter().map(|byte| i32::from(*byte as i8));
    signed.fold(1, |hash: i32, byte| {
        hash.wrapping_mul(31).wrapping_add(byte)
    })
}

/// The positions of keys, put in one after the other, in the order of the map. It has
/// `room` places and twice as many whenever three quarters are taken. Keys of one place
/// keep their order.
pub fn order(hashes: &[i32], room: usize) -> Vec<usize> {
    let mut room = room;
    while hashes.len() * 4 > room * 3 {
        room *= 2;
    }
    let place = |at: &usize| {
        let hash = hashes[*at] as u32;
        (hash ^ (hash >> 16)) as usize & (room - 1)
    };
    let mut all: Vec<usize> = (0..hashes.len()).collect();
    all.sort_by_key(place);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Spark 4.3.0: the keys `k0` to `k13` as they are written and read.
    #[test]
    fn keys_come_in_javas_order() {
        let keys: Vec<String> = (0..14).map(|n| format!("k{n}")).collect();
        let written: Vec<i32> = keys.iter().map(|key| text_hash(key)).collect();
        let written = order(&written, room_for(keys.len()));
        assert_eq!(written, [0, 1, 2, 3, 4, 5, 11, 6, 10, 7, 13, 8, 12, 9]);
        let read: Vec<i32> = written
            .iter()
            .map(|at| bytes_hash(keys[*at].as_bytes()))
            .collect();
        let read = order(&read, ROOM).into_iter().map(|at| written[at]);
        let wanted = [0, 1, 2, 11, 3, 12, 4, 5, 10, 6, 7, 13, 8, 9];
        assert!(read.eq(wanted));
    }
}
