//! Expected values were recorded from PySpark 4.3.0.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, Decimal128Array, Int32Array, Int32Builder, ListBuilder, MapBuilder,
    StringBuilder, StructArray,
};

use super::*;

fn with(write: impl FnOnce(&mut String)) -> String {
    let mut out = String::new();
    write(&mut out);
    out
}

#[test]
fn dates_and_timestamps() {
    let dates = [
        (18_263, "2020-01-02"),
        (-719_162, "0001-01-01"),
        (2_932_897, "+10000-01-01"),
    ];
    for (days, expected) in dates {
        assert_eq!(with(|out| write_date(days, out)), expected);
    }
    let timestamps = [
        (1_577_836_800_000_000, "2020-01-01 00:00:00"),
        (1_577_840_523_100_000, "2020-01-01 01:02:03.1"),
        (1_577_840_523_000_001, "2020-01-01 01:02:03.000001"),
        (-62_167_219_200_000_001, "-0001-12-31 23:59:59.999999"),
        (i64::MAX, "+294247-01-10 04:00:54.775807"),
        (i64::MIN, "-290308-12-21 19:59:05.224192"),
    ];
    for (micros, expected) in timestamps {
        assert_eq!(
            with(|out| write_timestamp(micros, Zone::UTC, out)),
            expected
        );
    }
}

#[test]
fn decimals() {
    let cases = [
        (1_100, 3, "1.100", "1.100"),
        (10, 8, "0.00000010", "1.0E-7"),
        (
            -12_300_000_000,
            15,
            "-0.000012300000000",
            "-0.000012300000000",
        ),
        (0, 10, "0.0000000000", "0E-10"),
        (0, 6, "0.000000", "0.000000"),
        (0, 7, "0.0000000", "0E-7"),
        (1_230_000_000, 7, "123.0000000", "123.0000000"),
        (0, 0, "0", "0"),
    ];
    for (unscaled, scale, plain, scientific) in cases {
        assert_eq!(with(|out| write_decimal(unscaled, scale, out)), plain);
        assert_eq!(
            with(|out| write_decimal_scientific(unscaled, scale, out)),
            scientific
        );
    }
    let array = Decimal128Array::from(vec![10])
        .with_precision_and_scale(10, 8)
        .unwrap();
    let data_type = DataType::Decimal {
        precision: 10,
        scale: 8,
    };
    let formatter = Formatter::for_cast(&data_type, Zone::UTC, false);
    assert_eq!(formatter.strings(&array).value(0), "1.0E-7");
}

#[test]
fn year_month_intervals() {
    use YearMonthField::{Month, Year};
    let cases = [
        (14, Year, Month, "INTERVAL '1-2' YEAR TO MONTH"),
        (-14, Year, Month, "INTERVAL '-1-2' YEAR TO MONTH"),
        (36, Year, Year, "INTERVAL '3' YEAR"),
        (-5, Month, Month, "INTERVAL '-5' MONTH"),
        (
            i32::MIN,
            Year,
            Month,
            "INTERVAL '-178956970-8' YEAR TO MONTH",
        ),
    ];
    for (months, start, end, expected) in cases {
        assert_eq!(
            with(|out| write_year_month(months, start, end, out)),
            expected
        );
    }
}

#[test]
fn day_time_intervals() {
    use DayTimeField::{Day, Hour, Minute, Second};
    let cases = [
        (
            93_784_500_000,
            Day,
            Second,
            "INTERVAL '1 02:03:04.5' DAY TO SECOND",
        ),
        (
            -93_784_000_001,
            Day,
            Second,
            "INTERVAL '-1 02:03:04.000001' DAY TO SECOND",
        ),
        (93_600_000_000, Day, Hour, "INTERVAL '1 02' DAY TO HOUR"),
        (
            93_780_000_000,
            Hour,
            Minute,
            "INTERVAL '26:03' HOUR TO MINUTE",
        ),
        (
            5_404_100_000,
            Minute,
            Second,
            "INTERVAL '90:04.1' MINUTE TO SECOND",
        ),
        (100_000_000, Second, Second, "INTERVAL '100' SECOND"),
        (-500_000, Second, Second, "INTERVAL '-00.5' SECOND"),
        (180_000_000, Minute, Minute, "INTERVAL '03' MINUTE"),
        (-172_800_000_000, Day, Day, "INTERVAL '-2' DAY"),
        (
            i64::MIN,
            Day,
            Second,
            "INTERVAL '-106751991 04:00:54.775808' DAY TO SECOND",
        ),
    ];
    for (micros, start, end, expected) in cases {
        assert_eq!(
            with(|out| write_day_time(micros, start, end, out)),
            expected
        );
    }
}

#[test]
fn calendar_intervals() {
    let cases = [
        (
            14,
            25,
            18_367_008_000,
            "1 years 2 months 25 days 5 hours 6 minutes 7.008 seconds",
        ),
        (0, 0, 0, "0 seconds"),
        (0, 1, 108_000_000_000, "1 days 30 hours"),
        (0, 0, 1, "0.000001 seconds"),
        (0, 0, -3_660_100_000, "-1 hours -1 minutes -0.1 seconds"),
    ];
    for (months, days, micros, expected) in cases {
        assert_eq!(
            with(|out| write_calendar(months, days, micros, out)),
            expected
        );
    }
}

#[test]
fn nested_values_have_two_forms() {
    let mut list = ListBuilder::new(Int32Builder::new());
    list.append_value([Some(1), None, Some(3)]);
    let list: ArrayRef = Arc::new(list.finish());
    let list_type = DataType::Array {
        element: Box::new(DataType::Integer),
        contains_null: true,
    };
    let mut map = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
    map.keys().append_value("a");
    map.values().append_value(1);
    map.keys().append_value("b");
    map.values().append_null();
    map.append(true).unwrap();
    let map: ArrayRef = Arc::new(map.finish());
    let map_type = DataType::Map {
        key: Box::new(DataType::String),
        value: Box::new(DataType::Integer),
        value_contains_null: true,
    };
    let bytes: ArrayRef = Arc::new(BinaryArray::from(vec![&b"ab"[..]]));
    let null: ArrayRef = Arc::new(Int32Array::from(vec![None]));
    let names = ["l", "m", "b", "n"];
    let columns = [list, map, bytes, null];
    let types = [list_type, map_type, DataType::Binary, DataType::Integer];
    let row = StructArray::try_from(names.into_iter().zip(columns).collect::<Vec<_>>()).unwrap();
    let fields = names.into_iter().zip(types);
    let row_type = DataType::Struct(crate::types::StructType::new(
        fields.map(|(name, data_type)| crate::types::StructField::new(name, data_type, true)),
    ));
    let shown = to_strings(&row, &row_type, Zone::UTC);
    assert_eq!(
        shown.value(0),
        "{[1, NULL, 3], {a -> 1, b -> NULL}, [61 62], NULL}"
    );
    let cast = Formatter::for_cast(&row_type, Zone::UTC, true).strings(&row);
    assert_eq!(
        cast.value(0),
        "{[1, null, 3], {a -> 1, b -> null}, ab, null}"
    );
}
