//! [`Seen`]: what was seen of a value in the records read so far, and what holds all of it.

use crate::types::{DataType, StructField, StructType};

const MAX_PRECISION: i64 = 38;
/// Digits of the decimal that stands for a long.
const LONG_DIGITS: i64 = 20;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Seen {
    Null,
    Boolean,
    Long,
    Double,
    Decimal { precision: i64, scale: i64 },
    Date,
    Timestamp,
    TimestampNtz,
    Text,
    List(Box<Seen>),
    Struct(Members),
}

/// Members by the names that were met first.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Members(Vec<(String, Seen)>);

pub(super) struct Rules<'a> {
    /// Whether names that differ in case only are two members.
    pub case_sensitive: bool,
    /// The member that holds the text beside attributes and elements.
    pub value_tag: &'a str,
}

impl Rules<'_> {
    fn same(&self, left: &str, right: &str) -> bool {
        left == right || !self.case_sensitive && left.to_lowercase() == right.to_lowercase()
    }
}

impl Members {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A member of a name that no other has.
    pub fn push(&mut self, name: String, seen: Seen) {
        self.0.push((name, seen));
    }

    /// A member of a name that others may have: then it is a list.
    pub fn add(&mut self, name: String, seen: Seen, rules: &Rules) {
        let known = self
            .0
            .iter_mut()
            .find(|(known, _)| rules.same(known, &name));
        let Some((_, before)) = known else {
            self.0.push((name, seen));
            return;
        };
        *before = match std::mem::replace(before, Seen::Null) {
            Seen::List(item) => Seen::List(item).widened(seen, rules),
            before => Seen::List(Box::new(before.widened(seen, rules))),
        };
    }

    pub fn sort(&mut self) {
        self.0.sort_by(|(left, _), (right, _)| left.cmp(right));
    }

    /// The text alone, where there is nothing beside it.
    pub fn value_alone(self, rules: &Rules) -> Seen {
        match self.0.as_slice() {
            [(name, seen)]
                if rules.same(name, rules.value_tag)
                    && !matches!(seen, Seen::List(_) | Seen::Struct(_)) =>
            {
                seen.clone()
            }
            _ => Seen::Struct(self),
        }
    }

    fn widened(mut self, other: Self, rules: &Rules) -> Self {
        for (name, seen) in other.0 {
            match self
                .0
                .iter_mut()
                .find(|(known, _)| rules.same(known, &name))
            {
                Some((_, before)) => {
                    let taken = std::mem::replace(before, Seen::Null);
                    *before = taken.widened(seen, rules);
                }
                None => self.0.push((name, seen)),
            }
        }
        self.sort();
        self
    }

    /// With the text member widened by a value that has no members; `None` without one.
    fn with_value(mut self, value: &Seen, rules: &Rules) -> Option<Self> {
        let tag = rules.value_tag;
        let (_, before) = self.0.iter_mut().find(|(name, _)| name == tag)?;
        let taken = std::mem::replace(before, Seen::Null);
        *before = taken.widened(value.clone(), rules);
        Some(self)
    }
}

impl Seen {
    /// What holds both.
    pub fn widened(self, other: Self, rules: &Rules) -> Self {
        match (self, other) {
            (Self::Null, seen) | (seen, Self::Null) => seen,
            (Self::Struct(left), Self::Struct(right)) => Self::Struct(left.widened(right, rules)),
            (Self::List(left), Self::List(right)) => {
                Self::List(Box::new(left.widened(*right, rules)))
            }
            (Self::List(item), seen) => Self::List(Box::new(item.widened(seen, rules))),
            (seen, Self::List(item)) => Self::List(Box::new(seen.widened(*item, rules))),
            (Self::Struct(members), seen) | (seen, Self::Struct(members)) => {
                // A text with attributes and one without are one kind of element.
                members
                    .with_value(&seen, rules)
                    .map_or(Self::Text, Self::Struct)
            }
            (left, right) if left == right => left,
            (left, right) => left.common(&right),
        }
    }

    fn common(&self, other: &Self) -> Self {
        use Seen::{Date, Double, Timestamp, TimestampNtz};
        match (self, other) {
            (Date, Timestamp) | (Timestamp, Date) => Timestamp,
            (TimestampNtz, Timestamp) | (Timestamp, TimestampNtz) => Timestamp,
            (Date, TimestampNtz) | (TimestampNtz, Date) => TimestampNtz,
            (Double, number) | (number, Double) if number.digits().is_some() => Double,
            _ => match (self.digits(), other.digits()) {
                (Some((whole, scale)), Some((other_whole, other_scale))) => {
                    let (whole, scale) = (whole.max(other_whole), scale.max(other_scale));
                    if whole + scale > MAX_PRECISION {
                        return Double;
                    }
                    Self::Decimal {
                        precision: whole + scale,
                        scale,
                    }
                }
                _ => Self::Text,
            },
        }
    }

    /// Digits before and behind the point, of exact numbers.
    fn digits(&self) -> Option<(i64, i64)> {
        match self {
            Self::Long => Some((LONG_DIGITS, 0)),
            Self::Decimal { precision, scale } => Some((precision - scale, *scale)),
            _ => None,
        }
    }

    /// The fields of a root.
    pub fn into_schema(self) -> StructType {
        match self.data_type() {
            Some(DataType::Struct(fields)) => fields,
            _ => StructType::default(),
        }
    }

    /// The type, without structs that have no fields; `None` where nothing is left.
    fn data_type(self) -> Option<DataType> {
        Some(match self {
            Self::Null | Self::Text => DataType::String,
            Self::Boolean => DataType::Boolean,
            Self::Long => DataType::Long,
            Self::Double => DataType::Double,
            Self::Decimal { precision, scale } => DataType::Decimal {
                precision: u8::try_from(precision).ok()?,
                scale: i8::try_from(scale).ok()?,
            },
            Self::Date => DataType::Date,
            Self::Timestamp => DataType::Timestamp,
            Self::TimestampNtz => DataType::TimestampNtz,
            Self::List(item) => DataType::Array {
                element: Box::new(item.data_type()?),
                contains_null: true,
            },
            Self::Struct(members) => {
                let named = members.0.into_iter().filter(|(name, _)| !name.is_empty());
                let fields: Vec<_> = named
                    .filter_map(|(name, seen)| {
                        Some(StructField::new(name, seen.data_type()?, true))
                    })
                    .collect();
                if fields.is_empty() {
                    return None;
                }
                DataType::Struct(StructType::new(fields))
            }
        })
    }
}
