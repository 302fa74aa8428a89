//! The slots of a table: for each its key's hash and where its bytes are.
//!
//! They lie in chunks, so that adding one never moves the others, and those given
//! up form a chain through themselves and are taken again first.

/// The number of a key's place in a store.
pub type Slot = u32;

const CHUNK: usize = 4096;
const NONE: u32 = u32::MAX;

/// Where an entry's bytes are. See `arena`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    pub block: u32,
    pub offset: u32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub hash: u64,
    pub at: At,
    pub key_len: u32,
    pub value_len: u32,
    /// How long a value fits in place.
    pub room: u32,
    /// Whether the key has a value; one that was only looked up has none.
    pub live: bool,
    pub touched: bool,
}

impl Place {
    /// Belongs to no key. While it is free, `offset` is the next free one.
    pub const VACANT: Self = Self {
        hash: 0,
        at: At {
            block: NONE,
            offset: NONE,
        },
        key_len: 0,
        value_len: 0,
        room: 0,
        live: false,
        touched: false,
    };
}

#[derive(Debug)]
pub(super) struct Places {
    chunks: Vec<Box<[Place]>>,
    len: u32,
    free: Slot,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            len: 0,
            free: NONE,
        }
    }
}

impl Places {
    pub fn get(&self, slot: Slot) -> &Place {
        let slot = slot as usize;
        &self.chunks[slot / CHUNK][slot % CHUNK]
    }

    pub fn get_mut(&mut self, slot: Slot) -> &mut Place {
        let slot = slot as usize;
        &mut self.chunks[slot / CHUNK][slot % CHUNK]
    }

    /// The number that the next call of `occupy` gives.
    pub fn next(&self) -> Slot {
        if self.free == NONE {
            self.len
        } else {
            self.free
        }
    }

    pub fn occupy(&mut self, place: Place) -> Slot {
        let slot = self.next();
        if self.free == NONE {
            if self.len as usize == self.chunks.len() * CHUNK {
                self.chunks.push(vec![Place::VACANT; CHUNK].into());
            }
            self.len += 1;
        } else {
            self.free = self.get(slot).at.offset;
        }
        *self.get_mut(slot) = place;
        slot
    }

    pub fn vacate(&mut self, slot: Slot) {
        let next = self.free;
        let place = self.get_mut(slot);
        *place = Place::VACANT;
        place.at.offset = next;
        self.free = slot;
    }

    pub fn iter(&self) -> impl Iterator<Item = (Slot, &Place)> {
        let all = self.chunks.iter().flat_map(|chunk| chunk.iter());
        (0..self.len).zip(all)
    }

    pub fn memory_bytes(&self) -> usize {
        self.chunks.len() * CHUNK * size_of::<Place>() + self.chunks.capacity() * 16
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.len as usize
    }
}
