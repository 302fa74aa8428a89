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
