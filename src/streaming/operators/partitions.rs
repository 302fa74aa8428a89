//! The state of one operator, cut into partitions by the hash of its keys.

use std::path::Path;
use std::sync::Arc;

use crate::error::Result;
use crate::streaming::checkpoint::FsyncStats;
use crate::streaming::checkpoint::fault_point::{self, FaultPoint};
use crate::streaming::state::{
    Maintenance, OperatorLayout, Slot, StateLayout, StateSettings, StateStore, read_all_partitions,
};
use crate::time::SystemClock;

/// Where a key's value lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    partition: u32,
    slot: Slot,
}

/// All partitions of an operator's state.
pub struct StatePartitions {
    stores: Vec<StateStore>,
    maintenance: Maintenance,
}

/// Where a checkpoint keeps an operator's state.
pub struct StateFolder<'a> {
    pub path: &'a Path,
    pub operator: &'a str,
}

impl StatePartitions {
    /// Opens the state at a version. A checkpoint that was written with another
    /// number of partitions is spread anew.
    pub fn open(
        folder: Option<StateFolder<'_>>,
        layout: &StateLayout,
        version: u64,
        partitions: u32,
        stats: &Arc<FsyncStats>,
    ) -> Result<Self> {
        let count = partitions.max(1);
        let Some(folder) = folder else {
            let stores = (0..count)
                .map(|_| StateStore::open(None, layout.clone(), version, Arc::clone(stats)))
                .collect::<Result<_>>()?;
            return Ok(Self::new(stores));
        };
        let stored = OperatorLayout::load(folder.path)?.map_or(0, |l| l.partitions_at(version));
        // Written before any partition's folder: a folder without it is not ours.
        OperatorLayout::record(
            folder.path,
            folder.operator,
            layout,
            version + 1,
            count,
            Arc::clone(stats),
        )?;
        let stores = if stored == count || version == 0 || stored == 0 {
            (0..count)
                .map(|p| {
                    let path = folder.path.join(p.to_string());
                    StateStore::open(Some(&path), layout.clone(), version, Arc::clone(stats))
                })
                .collect::<Result<_>>()?
        } else {
            spread(&folder, layout, version, count, stats)?
        };
        Ok(Self::new(stores))
    }

    fn new(stores: Vec<StateStore>) -> Self {
        Self {
            stores,
            maintenance: Maintenance::new(StateSettings::default(), Arc::new(SystemClock)),
        }
    }

    /// When snapshots are due; to be called before the first batch.
    #[must_use]
    pub fn with_settings(mut self, settings: StateSettings) -> Self {
        self.maintenance = Maintenance::new(settings, Arc::new(SystemClock));
        self
    }

    /// For each partition the version of its newest file; 0 where it has none.
    pub fn newest_files(&self) -> Vec<u64> {
        self.stores.iter().map(StateStore::newest_file).collect()
    }

    pub fn partitions(&self) -> usize {
        self.stores.len()
    }

    /// Whether a restart finds what is committed.
    pub fn is_durable(&self) -> bool {
        self.stores.iter().any(StateStore::is_durable)
    }

    pub fn len(&self) -> usize {
        self.stores.iter().map(StateStore::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.stores.iter().all(StateStore::is_empty)
    }

    pub fn memory_bytes(&self) -> usize {
        self.stores.iter().map(StateStore::memory_bytes).sum()
    }

    /// The places of keys, appended to `places` in their order; made where new.
    pub fn places<'k>(
        &mut self,
        keys: impl IntoIterator<Item = &'k [u8]>,
        places: &mut Vec<Place>,
    ) {
        if let [store] = self.stores.as_mut_slice() {
            let mut slots = Vec::new();
            store.lookup_or_insert_many(keys, &mut slots);
            places.extend(slots.into_iter().map(|slot| Place { partition: 0, slot }));
            return;
        }
        let count = self.stores.len() as u32;
        let mut slots = Vec::with_capacity(1);
        for key in keys {
            let partition = partition_of(key, count);
            slots.clear();
            self.stores[partition as usize].lookup_or_insert_many([key], &mut slots);
            places.extend(slots.iter().map(|slot| Place {
                partition,
                slot: *slot,
            }));
        }
    }

    /// The place of a key that has a value; none is made.
    pub fn find(&self, key: &[u8]) -> Option<Place> {
        let partition = partition_of(key, self.stores.len() as u32);
        let store = &self.stores[partition as usize];
        let slot = store
            .slot(key)
            .filter(|slot| store.value(*slot).is_some())?;
        Some(Place { partition, slot })
    }

    /// The place of one key, made where new: it counts as a key once a value is set.
    pub fn place(&mut self, key: &[u8]) -> Place {
        let partition = partition_of(key, self.stores.len() as u32);
        let slot = self.stores[partition as usize].slot_or_insert(key);
        Place { partition, slot }
    }

    /// Takes the value away; whether there was one. The place itself stays good,
    /// and may be set again, until the commit.
    pub fn remove(&mut self, place: Place) -> bool {
        self.stores[place.partition as usize].remove_slot(place.slot)
    }

    pub fn value(&self, place: Place) -> Option<&[u8]> {
        self.stores[place.partition as usize].value(place.slot)
    }

    pub fn key(&self, place: Place) -> &[u8] {
        self.stores[place.partition as usize].key(place.slot)
    }

    pub fn set(&mut self, place: Place, value: &[u8]) {
        self.stores[place.partition as usize].set_value(place.slot, value);
    }

    /// Every place that holds a value.
    pub fn all(&self) -> Vec<Place> {
        let mut out = Vec::with_capacity(self.len());
        for (partition, store) in self.stores.iter().enumerate() {
            let partition = partition as u32;
            out.extend(store.slots().map(|slot| Place { partition, slot }));
        }
        out
    }

    /// Makes all changes durable as a version. A snapshot of an earlier version may
    /// be in the making meanwhile; if that failed, this fails.
    pub fn commit(&mut self, version: u64, retain: u64) -> Result<()> {
        for store in &mut self.stores {
            store.commit(version)?;
            store.purge(retain)?;
            fault_point::reach(FaultPoint::PartitionCommitted)?;
        }
        self.maintenance.tend(&mut self.stores)
    }

    pub fn abort(&mut self) {
        for store in &mut self.stores {
            store.abort();
        }
    }
}

/// The same in every process and release: it decides where a key lies on disk.
fn partition_of(key: &[u8], count: u32) -> u32 {
    if count == 1 {
        return 0;
    }
    let fnv = key.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    ((fnv >> 16) % u64::from(count)) as u32
}

fn spread(
    folder: &StateFolder<'_>,
    layout: &StateLayout,
    version: u64,
    count: u32,
    stats: &Arc<FsyncStats>,
) -> Result<Vec<StateStore>> {
    let before = read_all_partitions(folder.path, layout, version)?;
    let mut parts: Vec<Vec<(&[u8], &[u8])>> = (0..count).map(|_| Vec::new()).collect();
    for (key, value) in before.iter().flat_map(StateStore::iter) {
        parts[partition_of(key, count) as usize].push((key, value));
    }
    parts
        .into_iter()
        .enumerate()
        .map(|(p, content)| {
            let path = folder.path.join(p.to_string());
            let content = content.into_iter();
            StateStore::rebuild(&path, layout.clone(), version, content, Arc::clone(stats))
        })
        .collect()
}
