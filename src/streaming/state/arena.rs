//! The bytes of keys and values, and how those of removed keys are used again.
//!
//! Entries are written one after the other into blocks; an entry that is given up
//! is only counted. When too much is given up, the block with most of it is
//! emptied: what is still wanted there moves to the end of the newest block, and
//! its memory goes back. So each emptied byte pays for at most two that move, a
//! commit moves about one block, and a query that adds and removes keys for ever
//! needs no more memory than half again what its live keys need.
//!
//! ```text
//! entry: slot u32, size of all u32, key, room for a value
//! ```

use super::places::{At, Slot};

const BLOCK: usize = 256 * 1024;
/// A longer entry has a block of its own.
const LONG: usize = BLOCK / 4;
const HEAD: usize = 8;
/// Below this, nothing is worth moving.
const FREE_WASTE: usize = 2 * BLOCK;

#[derive(Debug, Default)]
pub(super) struct Arena {
    blocks: Vec<Block>,
    /// Numbers of blocks without memory.
    unused: Vec<u32>,
    /// The block that is written to; none before the first entry.
    open: Option<u32>,
    written: usize,
    waste: usize,
}

#[derive(Debug, Default)]
struct Block {
    bytes: Vec<u8>,
    waste: usize,
}

impl Arena {
    /// Writes an entry; its value part has `room` bytes of zero.
    pub fn add(&mut self, slot: Slot, key: &[u8], room: usize) -> At {
        let size = HEAD + key.len() + room;
        let block = self.block_for(size);
        let bytes = &mut self.blocks[block as usize].bytes;
        let offset = bytes.len();
        bytes.extend_from_slice(&slot.to_le_bytes());
        bytes.extend_from_slice(&(size as u32).to_le_bytes());
        bytes.extend_from_slice(key);
        bytes.resize(offset + size, 0);
        self.written += size;
        At {
            block,
            offset: offset as u32,
        }
    }

    /// Gives an entry up. A block of which nothing is left has no memory any more.
    pub fn give_up(&mut self, at: At, key_len: u32, room: u32) {
        let size = HEAD + key_len as usize + room as usize;
        self.waste += size;
        let block = &mut self.blocks[at.block as usize];
        block.waste += size;
        if block.waste == block.bytes.len() && self.open != Some(at.block) {
            self.release(at.block);
        }
    }

    pub fn bytes(&self, at: At, from: usize, len: usize) -> &[u8] {
        let start = at.offset as usize + HEAD + from;
        &self.blocks[at.block as usize].bytes[start..start + len]
    }

    pub fn bytes_mut(&mut self, at: At, from: usize, len: usize) -> &mut [u8] {
        let start = at.offset as usize + HEAD + from;
        &mut self.blocks[at.block as usize].bytes[start..start + len]
    }

    /// Bytes of entries that are wanted.
    #[cfg(test)]
    pub fn live_bytes(&self) -> usize {
        self.written - self.waste
    }

    pub fn memory_bytes(&self) -> usize {
        let held: usize = self.blocks.iter().map(|b| b.bytes.capacity()).sum();
        held + self.blocks.capacity() * size_of::<Block>()
    }

    /// The block to empty next, if more than a third of all is given up.
    pub fn victim(&self) -> Option<u32> {
        if self.waste <= FREE_WASTE.max(self.written / 3) {
            return None;
        }
        let numbered = (0..).zip(&self.blocks);
        let closed = numbered.filter(|(number, _)| Some(*number) != self.open);
        let worst = closed.max_by_key(|(_, block)| block.waste)?;
        (worst.1.waste > 0).then_some(worst.0)
    }

    /// Empties a block. `moved` is told each entry that lies there, and says where
    /// it belongs now (it may be given up already: then nowhere).
    pub fn empty(
        &mut self,
        number: u32,
        mut is_wanted: impl FnMut(Slot, At) -> bool,
        mut moved: impl FnMut(Slot, At),
    ) {
        if self.open == Some(number) {
            self.open = None;
        }
        let bytes = std::mem::take(&mut self.blocks[number as usize].bytes);
        self.written -= bytes.len();
        self.waste -= std::mem::take(&mut self.blocks[number as usize].waste);
        let mut offset = 0;
        while let Some((slot, size)) = head_at(&bytes, offset) {
            let at = At {
                block: number,
                offset: offset as u32,
            };
            if is_wanted(slot, at) {
                let content = &bytes[offset + HEAD..offset + size];
                let to = self.add(slot, content, 0);
                moved(slot, to);
            }
            offset += size;
        }
        self.unused.push(number);
    }

    fn block_for(&mut self, size: usize) -> u32 {
        if size > LONG {
            return self.new_block(size);
        }
        if let Some(open) = self.open {
            let block = &self.blocks[open as usize];
            if block.bytes.capacity() - block.bytes.len() >= size {
                return open;
            }
            if block.waste == block.bytes.len() {
                self.open = None;
                self.release(open);
            }
        }
        let block = self.new_block(BLOCK);
        self.open = Some(block);
        block
    }

    fn new_block(&mut self, capacity: usize) -> u32 {
        let block = Block {
            bytes: Vec::with_capacity(capacity),
            waste: 0,
        };
        if let Some(number) = self.unused.pop() {
            self.blocks[number as usize] = block;
            return number;
        }
        self.blocks.push(block);
        (self.blocks.len() - 1) as u32
    }

    fn release(&mut self, number: u32) {
        let block = std::mem::take(&mut self.blocks[number as usize]);
        self.written -= block.bytes.len();
        self.waste -= block.waste;
        self.unused.push(number);
    }
}

fn head_at(bytes: &[u8], offset: usize) -> Option<(Slot, usize)> {
    let (head, _) = bytes.get(offset..)?.split_first_chunk::<HEAD>()?;
    let [a, b, c, d, e, f, g, h] = *head;
    let slot = u32::from_le_bytes([a, b, c, d]);
    Some((slot, u32::from_le_bytes([e, f, g, h]) as usize))
}
