//! What a stream relies on: states of parts, merged, end as the state of the whole.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, Float64Array, Int64Array, ListArray, StringArray};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, ScalarValue};

use super::*;

fn fed(recipe: &impl Recipe, parts: &[Vec<ArrayRef>]) -> Result<ScalarValue> {
    let types: Vec<_> = parts[0].iter().map(|c| c.data_type().clone()).collect();
    let mut whole = recipe.start(&types)?;
    for part in parts {
        let mut one = recipe.start(&types)?;
        one.update_batch(part)?;
        let state = one.state()?;
        let described = recipe.state(&types);
        assert_eq!(state.len(), described.len());
        let mut columns = Vec::new();
        for (value, (_, data_type)) in state.iter().zip(described) {
            let column = value.to_array()?;
            assert_eq!(column.data_type(), &data_type, "{recipe:?}");
            columns.push(column);
        }
        whole.merge_batch(&columns)?;
    }
    let merged = whole.evaluate()?;
    // A window asks for the result of a frame that grows again and again.
    assert_eq!(whole.evaluate()?, merged, "{recipe:?}");
    Ok(merged)
}

fn check(recipe: impl Recipe, first: Vec<ArrayRef>, second: Vec<ArrayRef>) -> Result<ScalarValue> {
    let types: Vec<_> = first.iter().map(|c| c.data_type().clone()).collect();
    let mut whole = recipe.start(&types)?;
    whole.update_batch(&first)?;
    whole.update_batch(&second)?;
    let empty: Vec<_> = first.iter().map(|c| c.slice(0, 0)).collect();
    let expected = whole.evaluate()?;
    assert_eq!(expected.data_type(), recipe.returns(&types), "{recipe:?}");
    let merged = fed(&recipe, &[first, empty, second])?;
    assert_eq!(merged, expected, "{recipe:?}");
    Ok(merged)
}

fn doubles(values: &[Option<f64>]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

fn longs(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

#[test]
fn parts_are_the_whole() -> Result<()> {
    let numbers = || doubles(&[Some(4.0), None, Some(1.0)]);
    let more = || doubles(&[Some(1.0), Some(9.0)]);
    let one =
        |recipe: &dyn Fn() -> Percentile| check(Gathering(recipe()), vec![numbers()], vec![more()]);
    let median = one(&|| Percentile {
        name: "median",
        fractions: vec![0.5_f64.to_bits()],
        several: false,
        interpolated: true,
        reversed: false,
        element: DataType::Float64,
        frequency: String::new(),
    })?;
    assert_eq!(median, ScalarValue::Float64(Some(2.5)));
    check(Product, vec![numbers()], vec![more()])?;
    check(
        Moments(Shape::SampleVariance),
        vec![numbers()],
        vec![more()],
    )?;
    check(Picked(Pick::Mode), vec![numbers()], vec![more()])?;
    check(
        Quantiles {
            fractions: vec![0.5_f64.to_bits(), 1.0_f64.to_bits()],
            several: true,
            accuracy: 100,
            element: DataType::Float64,
        },
        vec![numbers()],
        vec![more()],
    )?;
    check(
        Histogram {
            bars: 5,
            centre: DataType::Float64,
        },
        vec![numbers()],
        // Bars of two parts stay two, as in Spark, even over the same value.
        vec![doubles(&[Some(2.0), Some(9.0)])],
    )?;
    let (keys, values) = (longs(&[Some(2), Some(1)]), texts(&[Some("b"), None]));
    let top = Top {
        k: 2,
        greatest: true,
    };
    let (later, more) = (longs(&[Some(3), None]), texts(&[Some("c"), Some("d")]));
    check(Gathering(top), vec![values, keys], vec![more, later])?;
    Ok(())
}

#[test]
fn sketches_of_parts_are_those_of_the_whole() -> Result<()> {
    let first = || vec![longs(&[Some(7), None, Some(8)])];
    let second = || vec![longs(&[Some(7), Some(-1)])];
    check(CountMin::within(0.5, 0.5, 1), first(), second())?;
    if let Some(estimate) = HyperLogLog::within(0.05) {
        let count = check(estimate, first(), second())?;
        assert_eq!(count, ScalarValue::Int64(Some(3)));
    }
    assert_eq!(HyperLogLog::within(0.5), None);
    check(
        Bitmap(Bits::Construct),
        vec![longs(&[Some(7)])],
        vec![longs(&[Some(9)])],
    )?;
    let bytes = |byte: u8| vec![Arc::new(BinaryArray::from(vec![&[byte][..]])) as ArrayRef];
    check(Bitmap(Bits::And), bytes(0xF0), bytes(0x30))?;
    Ok(())
}

#[test]
fn collected_parts_are_the_whole() -> Result<()> {
    let first = || vec![texts(&[Some("b"), None, Some("a")])];
    let second = || vec![texts(&[Some("a"), Some("c")])];
    let joined = |order| Joined {
        delimiter: b"-".to_vec(),
        order,
    };
    let text = check(Gathering(joined(vec![])), first(), second())?;
    assert_eq!(text, ScalarValue::Utf8(Some("b-a-a-c".into())));
    let twice = |part: Vec<ArrayRef>| vec![part[0].clone(), part[0].clone()];
    let descending = Gathering(joined(vec![(true, false)]));
    let text = check(descending, twice(first()), twice(second()))?;
    assert_eq!(text, ScalarValue::Utf8(Some("c-b-a-a".into())));
    check(Gathering(Set { with_null: true }), first(), second())?;
    let lists = |values: Vec<Option<i64>>| {
        let lists = ListArray::from_iter_primitive::<Int64Type, _, _>([Some(values), None]);
        vec![Arc::new(lists) as ArrayRef]
    };
    let union = check(
        Gathering(Union),
        lists(vec![Some(1), None]),
        lists(vec![Some(2), Some(1)]),
    )?;
    assert_eq!(union.to_array()?.len(), 1);
    Ok(())
}

#[test]
fn a_sum_that_is_too_large_is_null_or_an_error() -> Result<()> {
    let total = |on_overflow| Total {
        name: "sum",
        unit: Unit::Long,
        mean: false,
        on_overflow,
        returns: DataType::Int64,
    };
    let (most, one) = (vec![longs(&[Some(i64::MAX)])], vec![longs(&[Some(1)])]);
    let null = check(total(OnOverflow::Null), most.clone(), one.clone())?;
    assert_eq!(null, ScalarValue::Int64(None));
    assert!(check(total(OnOverflow::Fail), most, one).is_err());
    Ok(())
}
