//! Expected values were recorded from PySpark 4.3.0.

use std::sync::Arc;

use arrow::array::{BinaryArray, Int32Array, Int64Array, ListArray, StringArray};
use arrow::datatypes::Int32Type;

use super::*;
use crate::types::StructField;

fn sample() -> (StructType, RecordBatch) {
    let list = DataType::Array {
        element: Box::new(DataType::Integer),
        contains_null: true,
    };
    let schema = StructType::new([
        StructField::new("s", DataType::String, true),
        StructField::new("w", DataType::String, true),
        StructField::new("long column name", DataType::Integer, true),
        StructField::new("b", DataType::Binary, true),
        StructField::new("a", list, true),
    ]);
    let lists = [None, Some(vec![Some(1), None])];
    let batch = RecordBatch::try_new(
        Arc::new(schema.to_arrow()),
        vec![
            Arc::new(StringArray::from(vec![
                "日本語",
                "abcdefghijklmnopqrstuvwxyz",
            ])),
            Arc::new(StringArray::from(vec![
                "a\tb\nc\r\u{8}\u{b}\u{c}\\",
                "ｆｕｌｌ한글",
            ])),
            Arc::new(Int32Array::from(vec![1, 12_345])),
            Arc::new(BinaryArray::from(vec![Some(&b"ab"[..]), None])),
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists)),
        ],
    );
    (schema, batch.unwrap())
}

#[test]
fn tables() {
    let (schema, batch) = sample();
    let cases = [
        (
            20,
            20,
            false,
            "+--------------------+----------------+----------------+-------+---------+\n|                   s|               w|long column name|      b|        a|\n+--------------------+----------------+----------------+-------+---------+\n|              日本語|a\\tb\\nc\\r\\b\\v\\f\\|               1|[61 62]|     NULL|\n|abcdefghijklmnopq...|    ｆｕｌｌ한글|           12345|   NULL|[1, NULL]|\n+--------------------+----------------+----------------+-------+---------+\n",
        ),
        (
            20,
            0,
            false,
            "+--------------------------+----------------+----------------+-------+---------+\n|s                         |w               |long column name|b      |a        |\n+--------------------------+----------------+----------------+-------+---------+\n|日本語                    |a\\tb\\nc\\r\\b\\v\\f\\|1               |[61 62]|NULL     |\n|abcdefghijklmnopqrstuvwxyz|ｆｕｌｌ한글    |12345           |NULL   |[1, NULL]|\n+--------------------------+----------------+----------------+-------+---------+\n",
        ),
        (
            1,
            20,
            false,
            "+------+----------------+----------------+-------+----+\n|     s|               w|long column name|      b|   a|\n+------+----------------+----------------+-------+----+\n|日本語|a\\tb\\nc\\r\\b\\v\\f\\|               1|[61 62]|NULL|\n+------+----------------+----------------+-------+----+\nonly showing top 1 row",
        ),
        (
            1,
            20,
            true,
            "-RECORD 0----------------------------\n s                | 日本語           \n w                | a\\tb\\nc\\r\\b\\v\\f\\ \n long column name | 1                \n b                | [61 62]          \n a                | NULL             \nonly showing top 1 row",
        ),
        (
            20,
            3,
            false,
            "+------+------+----------------+---+---+\n|     s|     w|long column name|  b|  a|\n+------+------+----------------+---+---+\n|日本語|   a\\t|               1|[61|NUL|\n|   abc|ｆｕｌ|             123|NUL|[1,|\n+------+------+----------------+---+---+\n",
        ),
        (
            20,
            4,
            false,
            "+------+-----+----------------+----+----+\n|     s|    w|long column name|   b|   a|\n+------+-----+----------------+----+----+\n|日本語| a...|               1|[...|NULL|\n|  a...|ｆ...|            1...|NULL|[...|\n+------+-----+----------------+----+----+\n",
        ),
        (
            20,
            1,
            true,
            "-RECORD 0---------------\n s                | 日  \n w                | a   \n long column name | 1   \n b                | [   \n a                | N   \n-RECORD 1---------------\n s                | a   \n w                | ｆ  \n long column name | 1   \n b                | N   \n a                | [   \n",
        ),
        (
            0,
            20,
            false,
            "+---+---+----------------+---+---+\n|  s|  w|long column name|  b|  a|\n+---+---+----------------+---+---+\n+---+---+----------------+---+---+\nonly showing top 0 rows",
        ),
        (0, 20, true, "(0 rows)"),
        (
            1,
            5,
            true,
            "-RECORD 0------------------\n s                | 日本語 \n w                | a\\...  \n long column name | 1      \n b                | [6...  \n a                | NULL   \nonly showing top 1 row",
        ),
    ];
    for (limit, truncate, vertical, expected) in cases {
        let batches = [batch.clone()];
        let found = show_string(&schema, &batches, limit, truncate, vertical, Zone::UTC);
        assert_eq!(found, expected, "{limit} {truncate} {vertical}");
    }
}

#[test]
fn a_table_without_columns_has_lines() {
    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(1));
    let schema = StructType::default();
    let arrow = Arc::new(schema.to_arrow());
    let batch = RecordBatch::try_new_with_options(arrow, vec![], &options).unwrap();
    let found = show_string(&schema, &[batch], 20, 20, false, Zone::UTC);
    assert_eq!(found, "++\n||\n++\n||\n++\n");
}

#[test]
fn a_heading_is_escaped() {
    let schema = StructType::new([StructField::new("col\nname\t日", DataType::Long, true)]);
    let column = Arc::new(Int64Array::from(vec![0]));
    let batch = RecordBatch::try_new(Arc::new(schema.to_arrow()), vec![column]).unwrap();
    let found = show_string(&schema, &[batch], 2, 20, false, Zone::UTC);
    let rule = "+-------------+";
    assert_eq!(
        found,
        format!("{rule}\n|col\\nname\\t日|\n{rule}\n|            0|\n{rule}\n")
    );
}

#[test]
fn trees() {
    let schema = StructType::from_ddl(
        "a int not null, s struct<`x y`: string, arr: array<struct<k: decimal(5,2) not null>>>, \
         m map<string, map<int, timestamp_ntz>>, i interval day to hour, n void",
    )
    .unwrap();
    let top = "root\n |-- a: integer (nullable = false)\n |-- s: struct (nullable = true)\n";
    let one = format!(
        "{top} |-- m: map (nullable = true)\n |-- i: interval day to hour (nullable = true)\n \
         |-- n: void (nullable = true)\n"
    );
    assert_eq!(tree_string(&schema, Some(1)), one);
    let whole = format!(
        "{top} |    |-- x y: string (nullable = true)\n |    |-- arr: array (nullable = true)\n \
         |    |    |-- element: struct (containsNull = true)\n \
         |    |    |    |-- k: decimal(5,2) (nullable = false)\n \
         |-- m: map (nullable = true)\n |    |-- key: string\n \
         |    |-- value: map (valueContainsNull = true)\n |    |    |-- key: integer\n \
         |    |    |-- value: timestamp_ntz (valueContainsNull = true)\n \
         |-- i: interval day to hour (nullable = true)\n |-- n: void (nullable = true)\n"
    );
    assert_eq!(tree_string(&schema, None), whole);
    assert_eq!(tree_string(&schema, Some(0)), whole);
}
