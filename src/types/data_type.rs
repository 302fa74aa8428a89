//! [`DataType`], [`StructField`] and [`StructType`]: Spark's type system as plain
//! data, its printed forms and its storage in Arrow.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes as arrow_types;

/// Unit of a day-time interval, ordered from the largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DayTimeField {
    Day,
    Hour,
    Minute,
    Second,
}

/// Unit of a year-month interval, ordered from the largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum YearMonthField {
    Year,
    Month,
}

/// A Spark SQL type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DataType {
    /// Type of a bare `NULL` (`void`).
    Null,
    Boolean,
    Byte,
    Short,
    Integer,
    Long,
    Float,
    Double,
    Decimal {
        precision: u8,
        scale: i8,
    },
    String,
    Binary,
    /// Days since the epoch.
    Date,
    /// An instant: microseconds since the epoch, shown in the session time zone.
    Timestamp,
    /// A wall-clock reading in microseconds, without a zone.
    TimestampNtz,
    /// Nanoseconds of a day, of which `precision` digits of a second are kept.
    Time {
        precision: u8,
    },
    /// Months.
    YearMonthInterval {
        start: YearMonthField,
        end: YearMonthField,
    },
    /// Microseconds.
    DayTimeInterval {
        start: DayTimeField,
        end: DayTimeField,
    },
    /// Months, days and microseconds apart; the type of a legacy interval.
    CalendarInterval,
    Array {
        element: Box<DataType>,
        contains_null: bool,
    },
    Map {
        key: Box<DataType>,
        value: Box<DataType>,
        value_contains_null: bool,
    },
    Struct(StructType),
    /// A value of any shape in Spark's encoding: see `variant`.
    Variant,
    /// A text of a table's column, of at most `length` letters or, if `padded`, of exactly
    /// so many. Only schemas that are written down hold it: columns of a plan are strings.
    Char {
        length: u32,
        padded: bool,
    },
    /// A shape on a plane or on the globe, in a reference system; of any where it is
    /// `None`. See `place`.
    Place {
        globe: bool,
        srid: Option<i32>,
    },
    /// A type of the user's: values are stored as those of another type, and only the
    /// user's own class knows what they mean.
    UserDefined(Arc<UserDefined>),
}

/// What is known of a user's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDefined {
    pub stored: DataType,
    /// Its JSON form, which names the class.
    pub json: serde_json::Map<String, serde_json::Value>,
}

impl std::hash::Hash for UserDefined {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.stored.hash(state);
    }
}

/// A named member of a [`StructType`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StructField {
    pub name: String,
    pub data_type: DataType,
    pub nullable: bool,
    /// Free-form JSON object, usually empty.
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

impl std::hash::Hash for StructField {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (&self.name, &self.data_type, self.nullable).hash(state);
    }
}

/// An ordered list of fields; names may repeat and differ in case only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct StructType {
    pub fields: Arc<[StructField]>,
}

impl StructField {
    pub fn new(name: impl Into<String>, data_type: DataType, nullable: bool) -> Self {
        Self {
            name: name.into(),
            data_type,
            nullable,
            metadata: serde_json::Map::new(),
        }
    }
}

impl StructType {
    pub fn new(fields: impl IntoIterator<Item = StructField>) -> Self {
        Self {
            fields: fields.into_iter().collect(),
        }
    }

    pub fn len(&self) -> usize {
        self.fields.len()
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The Arrow schema in which rows of this type are held.
    pub fn to_arrow(&self) -> arrow_types::Schema {
        arrow_types::Schema::new(self.arrow_fields())
    }

    pub fn arrow_fields(&self) -> arrow_types::Fields {
        self.fields
            .iter()
            .map(|f| arrow_types::Field::new(&f.name, f.data_type.to_arrow(), f.nullable))
            .collect()
    }

    /// See [`DataType::stored`].
    #[must_use]
    pub fn stored(&self) -> Self {
        Self::new(self.fields.iter().map(|f| StructField {
            data_type: f.data_type.stored(),
            ..f.clone()
        }))
    }

    /// The same fields, all of them nullable at every depth, as a file source
    /// reports its schema.
    #[must_use]
    pub fn as_nullable(&self) -> Self {
        Self::new(self.fields.iter().map(|f| StructField {
            name: f.name.clone(),
            data_type: f.data_type.as_nullable(),
            nullable: true,
            metadata: f.metadata.clone(),
        }))
    }
}

/// The time zone that Arrow storage of [`DataType::Timestamp`] carries: instants
/// are kept in UTC, and only reading and printing know the session time zone.
pub const STORAGE_TIME_ZONE: &str = "UTC";

/// The two binaries of a variant, in the order in which Spark's files hold them.
fn variant_fields() -> arrow_types::Fields {
    let binary = |name| arrow_types::Field::new(name, arrow_types::DataType::Binary, true);
    arrow_types::Fields::from(vec![binary("value"), binary("metadata")])
}

/// The number of a place's reference system, and its well-known binary.
fn place_fields() -> arrow_types::Fields {
    let srid = arrow_types::Field::new("srid", arrow_types::DataType::Int32, true);
    let wkb = arrow_types::Field::new("wkb", arrow_types::DataType::Binary, true);
    arrow_types::Fields::from(vec![srid, wkb])
}

impl DataType {
    /// The type of `TIME` without a precision.
    pub const TIME: Self = Self::Time { precision: 6 };

    /// The Arrow type in which values are held in memory.
    pub fn to_arrow(&self) -> arrow_types::DataType {
        use arrow_types::{DataType as A, IntervalUnit, TimeUnit};
        match self {
            Self::Null => A::Null,
            Self::Boolean => A::Boolean,
            Self::Byte => A::Int8,
            Self::Short => A::Int16,
            Self::Integer => A::Int32,
            Self::Long => A::Int64,
            Self::Float => A::Float32,
            Self::Double => A::Float64,
            Self::Decimal { precision, scale } => A::Decimal128(*precision, *scale),
            Self::String | Self::Char { .. } => A::Utf8,
            Self::Binary => A::Binary,
            Self::Date => A::Date32,
            Self::Timestamp => A::Timestamp(TimeUnit::Microsecond, Some(STORAGE_TIME_ZONE.into())),
            Self::TimestampNtz => A::Timestamp(TimeUnit::Microsecond, None),
            Self::Time { .. } => A::Time64(TimeUnit::Nanosecond),
            Self::YearMonthInterval { .. } => A::Interval(IntervalUnit::YearMonth),
            Self::DayTimeInterval { .. } => A::Duration(TimeUnit::Microsecond),
            Self::CalendarInterval => A::Interval(IntervalUnit::MonthDayNano),
            Self::Array {
                element,
                contains_null,
            } => {
                let item = arrow_types::Field::new("item", element.to_arrow(), *contains_null);
                A::List(Arc::new(item))
            }
            Self::Map {
                key,
                value,
                value_contains_null,
            } => {
                let entries = arrow_types::Fields::from(vec![
                    arrow_types::Field::new("key", key.to_arrow(), false),
                    arrow_types::Field::new("value", value.to_arrow(), *value_contains_null),
                ]);
                let entry = arrow_types::Field::new("entries", A::Struct(entries), false);
                A::Map(Arc::new(entry), false)
            }
            Self::Struct(fields) => A::Struct(fields.arrow_fields()),
            Self::Variant => A::Struct(variant_fields()),
            Self::Place { .. } => A::Struct(place_fields()),
            Self::UserDefined(udt) => udt.stored.to_arrow(),
        }
    }

    #[must_use]
    pub fn as_nullable(&self) -> Self {
        match self {
            Self::Array { element, .. } => Self::Array {
                element: Box::new(element.as_nullable()),
                contains_null: true,
            },
            Self::Map { key, value, .. } => Self::Map {
                key: Box::new(key.as_nullable()),
                value: Box::new(value.as_nullable()),
                value_contains_null: true,
            },
            Self::Struct(fields) => Self::Struct(fields.as_nullable()),
            other => other.clone(),
        }
    }

    /// Whether values can be sorted and compared.
    pub fn has_order(&self) -> bool {
        match self {
            Self::Map { .. } | Self::CalendarInterval | Self::Variant | Self::Place { .. } => false,
            Self::Array { element, .. } => element.has_order(),
            Self::Struct(fields) => fields.fields.iter().all(|f| f.data_type.has_order()),
            Self::UserDefined(udt) => udt.stored.has_order(),
            _ => true,
        }
    }

    /// The type as which values are stored: without types of the user's.
    #[must_use]
    pub fn stored(&self) -> Self {
        match self {
            Self::UserDefined(udt) => udt.stored.stored(),
            Self::Array {
                element,
                contains_null,
            } => Self::Array {
                element: Box::new(element.stored()),
                contains_null: *contains_null,
            },
            Self::Map {
                key,
                value,
                value_contains_null,
            } => Self::Map {
                key: Box::new(key.stored()),
                value: Box::new(value.stored()),
                value_contains_null: *value_contains_null,
            },
            Self::Struct(fields) => Self::Struct(fields.stored()),
            other => other.clone(),
        }
    }

    pub fn is_integral(&self) -> bool {
        matches!(self, Self::Byte | Self::Short | Self::Integer | Self::Long)
    }

    pub fn is_numeric(&self) -> bool {
        self.is_integral() || matches!(self, Self::Float | Self::Double | Self::Decimal { .. })
    }

    pub fn is_datetime(&self) -> bool {
        matches!(self, Self::Date | Self::Timestamp | Self::TimestampNtz)
    }

    /// Lower-case form, as in `printSchema` of DDL strings: `struct<a:int>`.
    pub fn simple_string(&self) -> String {
        match self {
            Self::Null => "void".into(),
            Self::Boolean => "boolean".into(),
            Self::Byte => "tinyint".into(),
            Self::Short => "smallint".into(),
            Self::Integer => "int".into(),
            Self::Long => "bigint".into(),
            Self::Float => "float".into(),
            Self::Double => "double".into(),
            Self::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
            Self::String => "string".into(),
            Self::Binary => "binary".into(),
            Self::Date => "date".into(),
            Self::Timestamp => "timestamp".into(),
            Self::TimestampNtz => "timestamp_ntz".into(),
            Self::Time { precision } => format!("time({precision})"),
            Self::Variant => "variant".into(),
            Self::YearMonthInterval { .. } | Self::DayTimeInterval { .. } => self.type_name(),
            Self::CalendarInterval => "interval".into(),
            Self::Char { length, padded } => {
                format!("{}({length})", if *padded { "char" } else { "varchar" })
            }
            Self::Place { globe, srid } => {
                let srid = srid.map_or_else(|| "any".to_string(), |srid| srid.to_string());
                format!("{}({srid})", if *globe { "geography" } else { "geometry" })
            }
            Self::UserDefined(_) => "udt".into(),
            Self::Array { element, .. } => format!("array<{}>", element.simple_string()),
            Self::Map { key, value, .. } => {
                format!("map<{},{}>", key.simple_string(), value.simple_string())
            }
            Self::Struct(fields) => {
                let inner: Vec<_> = fields
                    .fields
                    .iter()
                    .map(|f| format!("{}:{}", f.name, f.data_type.simple_string()))
                    .collect();
                format!("struct<{}>", inner.join(","))
            }
        }
    }

    /// Name of the type in a tree of a schema (`long`, `string`, `struct`) and in
    /// the JSON form of a simple type.
    pub fn type_name(&self) -> String {
        match self {
            Self::Byte => "byte".into(),
            Self::Short => "short".into(),
            Self::Integer => "integer".into(),
            Self::Long => "long".into(),
            Self::Array { .. } => "array".into(),
            Self::UserDefined(_) => "pythonuserdefined".into(),
            Self::Map { .. } => "map".into(),
            Self::Struct(_) => "struct".into(),
            Self::YearMonthInterval { start, end } => match (start, end) {
                (YearMonthField::Year, YearMonthField::Year) => "interval year".into(),
                (YearMonthField::Month, YearMonthField::Month) => "interval month".into(),
                _ => "interval year to month".into(),
            },
            Self::DayTimeInterval { start, end } if start == end => {
                format!("interval {}", start.name())
            }
            Self::DayTimeInterval { start, end } => {
                format!("interval {} to {}", start.name(), end.name())
            }
            other => other.simple_string(),
        }
    }

    /// Upper-case form used in error messages: `STRUCT<a: INT>`.
    pub fn sql(&self) -> String {
        match self {
            Self::Array { element, .. } => format!("ARRAY<{}>", element.sql()),
            Self::Map { key, value, .. } => format!("MAP<{}, {}>", key.sql(), value.sql()),
            Self::Struct(fields) => {
                let inner: Vec<_> = fields
                    .fields
                    .iter()
                    .map(|f| {
                        let not_null = if f.nullable { "" } else { " NOT NULL" };
                        format!("{}: {}{not_null}", sql_name(&f.name), f.data_type.sql())
                    })
                    .collect();
                format!("STRUCT<{}>", inner.join(", "))
            }
            Self::UserDefined(udt) => format!("UDT({})", udt.stored.sql()),
            other => other.simple_string().to_uppercase(),
        }
    }
}

/// A name as it stands in SQL: in backticks where it is no plain word.
fn sql_name(name: &str) -> std::borrow::Cow<'_, str> {
    let mut letters = name.bytes();
    let is_start = |b: u8| b.is_ascii_alphabetic() || b == b'_';
    let is_plain =
        letters.next().is_some_and(is_start) && letters.all(|b| is_start(b) || b.is_ascii_digit());
    match is_plain {
        true => name.into(),
        false => format!("`{}`", name.replace('`', "``")).into(),
    }
}

impl DayTimeField {
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.simple_string())
    }
}
