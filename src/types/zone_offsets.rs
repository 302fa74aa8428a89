//! The offsets of a region, remembered a year at a time: columns of times ask for the same
//! ones again and again, and the zone database looks each of them up anew.
//!
//! Knows nothing of wall clocks.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

/// Seconds of a stretch: a little more than a year.
const STRETCH: i64 = 1 << 25;
/// Two changes of a zone's offset are never so near as this.
const STEP: i64 = 6 * 3_600;

/// From which second on which offset holds; the first one holds from the stretch's begin.
type Spans = Vec<(i64, i32)>;

thread_local! {
    static KNOWN: RefCell<HashMap<(Tz, i64), Rc<Spans>>> = RefCell::new(HashMap::new());
    /// The stretch that was asked for last, where one offset holds all through it.
    static PLAIN: Cell<Option<(Tz, i64, i32)>> = const { Cell::new(None) };
    static LAST: RefCell<Option<(Tz, i64, Rc<Spans>)>> = const { RefCell::new(None) };
}

/// Seconds east of UTC at a second since 1970.
pub fn offset_at(tz: Tz, second: i64) -> i32 {
    let stretch = second.div_euclid(STRETCH);
    if let Some((zone, at, offset)) = PLAIN.get()
        && at == stretch
        && zone == tz
    {
        return offset;
    }
    LAST.with_borrow_mut(|last| {
        let spans = match last {
            Some((zone, at, spans)) if *at == stretch && *zone == tz => spans,
            _ => {
                let spans = known(tz, stretch);
                if let [(_, offset)] = spans.as_slice() {
                    PLAIN.set(Some((tz, stretch, *offset)));
                }
                &last.insert((tz, stretch, spans)).2
            }
        };
        let holds = spans.iter().rev().find(|(start, _)| *start <= second);
        holds.or(spans.first()).map_or(0, |(_, offset)| *offset)
    })
}

fn known(tz: Tz, stretch: i64) -> Rc<Spans> {
    KNOWN.with_borrow_mut(|known| {
        let found = known.entry((tz, stretch));
        Rc::clone(found.or_insert_with(|| Rc::new(spans(tz, stretch))))
    })
}

fn spans(tz: Tz, stretch: i64) -> Spans {
    let begin = stretch.saturating_mul(STRETCH);
    let mut spans = vec![(begin, looked_up(tz, begin))];
    let mut at = begin;
    while at < begin + STRETCH {
        let next = (at + STEP).min(begin + STRETCH);
        let (before, after) = (looked_up(tz, at), looked_up(tz, next));
        if before != after {
            spans.push((change(tz, at, next, before), after));
        }
        at = next;
    }
    spans
}

/// The second at which the offset is no longer `before`.
fn change(tz: Tz, from: i64, to: i64, before: i32) -> i64 {
    let (mut low, mut high) = (from, to);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match looked_up(tz, middle) == before {
            true => low = middle,
            false => high = middle,
        }
    }
    high
}

/// What the zone database says.
fn looked_up(tz: Tz, second: i64) -> i32 {
    let Some(instant) = DateTime::from_timestamp(second, 0) else {
        return 0;
    };
    let offset = tz.offset_from_utc_datetime(&instant.naive_utc());
    offset.fix().local_minus_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Zones with changes at odd minutes, of a day, of half an hour, and none at all.
    const ZONES: &[Tz] = &[
        Tz::America__St_Johns,
        Tz::Pacific__Apia,
        Tz::Australia__Lord_Howe,
        Tz::America__Sao_Paulo,
        Tz::Europe__Madrid,
        Tz::Africa__Monrovia,
        Tz::Asia__Kolkata,
        Tz::UTC,
    ];

    #[test]
    fn it_says_what_the_database_says() {
        for tz in ZONES {
            let mut second = -5_000_000_000;
            while second < 5_000_000_000 {
                assert_eq!(
                    offset_at(*tz, second),
                    looked_up(*tz, second),
                    "{tz} {second}"
                );
                second += 86_400 * 3 + 12_345;
            }
        }
    }

    #[test]
    fn a_change_is_found_to_the_second() {
        for tz in ZONES {
            for stretch in -120..70 {
                for (start, offset) in spans(*tz, stretch).iter().skip(1) {
                    assert_eq!(looked_up(*tz, *start), *offset);
                    assert_ne!(looked_up(*tz, *start - 1), *offset);
                    assert_eq!(offset_at(*tz, *start), *offset);
                    assert_eq!(offset_at(*tz, *start - 1), looked_up(*tz, *start - 1));
                }
            }
        }
    }
}
