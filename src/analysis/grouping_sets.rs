//! Several groupings at once: `CUBE`, `ROLLUP`, `GROUPING SETS`. Every row goes into each
//! of the sets, with null in place of the keys that the set has not, and the sets are kept
//! apart by one more key. So they are an ordinary aggregation to whoever runs them, as a
//! table or as a stream.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int64Array, Scalar, new_null_array};
use arrow::compute::kernels::zip::zip;
use datafusion::logical_expr::{BinaryExpr, Expr as Physical, LogicalPlan, Operator, lit};

use super::expression::{Resolver, Typed};
use super::generate::repeated;
use super::{column, fresh_id};
use crate::engine::kernel_expr;
use crate::error::{Result, SparkError};
use crate::functions::scalar::typing::wrong_count;
use crate::functions::{Arg, Binding, Settings};
use crate::plan::{Call, ExprId, text};
use crate::types::DataType;

/// The function that gives a key or null; the key's event time goes through it.
const KEY_OF_SET: &str = "key_of_grouping_set";

/// The keys that all sets together have.
const MAX_KEYS: usize = 64;

/// The sets of an aggregation. A set is a code: for each key a bit that tells whether the
/// set has it not, the last key's the lowest, as Spark's `grouping_id` has them; above
/// these, a number for sets that are there more than once.
pub(super) struct Sets {
    codes: Vec<i64>,
    keys: usize,
    /// The column with the code.
    pub id: ExprId,
}

/// What `grouping` and `grouping_id` are asked about.
pub(crate) struct Groupings {
    keys: Vec<(Physical, String)>,
    id: Physical,
}

impl Sets {
    /// `sets` holds for each set the keys that it has.
    pub fn new(sets: &[Vec<usize>], keys: usize) -> Result<Self> {
        let limit = MAX_KEYS.to_string();
        if keys >= MAX_KEYS {
            return Err(SparkError::new(
                "GROUPING_SIZE_LIMIT_EXCEEDED",
                &[("maxSize", &limit)],
            ));
        }
        let mut codes: Vec<i64> = Vec::with_capacity(sets.len());
        for set in sets {
            let absent = (0..keys).filter(|key| !set.contains(key));
            let id = absent.fold(0_i64, |id, key| id | bit(keys, key));
            let before = codes.iter().filter(|code| *code & low_bits(keys) == id);
            let number = i64::try_from(before.count()).map_err(SparkError::internal)?;
            let code = number
                .checked_shl(keys as u32)
                .filter(|shifted| shifted >> keys == number && *shifted >= 0);
            codes.push(id | code.ok_or_else(|| too_many(keys))?);
        }
        Ok(Self {
            codes,
            keys,
            id: fresh_id(),
        })
    }

    /// Whether some set is without the key.
    pub fn may_lack(&self, key: usize) -> bool {
        let bit = bit(self.keys, key);
        self.codes.iter().any(|code| code & bit != 0)
    }

    /// Spark's `grouping_id` of a row's set.
    pub fn grouping_id(&self) -> Physical {
        bits_of(column(self.id), low_bits(self.keys))
    }

    /// What `grouping` and `grouping_id` see.
    pub fn groupings(&self, keys: Vec<(Physical, String)>) -> Groupings {
        Groupings {
            keys,
            id: self.grouping_id(),
        }
    }

    /// Each row of the input once for each set, with the set's code.
    pub fn repeat(&self, input: Arc<LogicalPlan>) -> Result<Arc<LogicalPlan>> {
        repeated(input, self.codes.clone(), self.id)
    }

    /// A key, null in the sets that have it not.
    pub fn of_set(
        &self,
        key: usize,
        value: Physical,
        kind: &DataType,
        settings: &Settings,
    ) -> Physical {
        if !self.may_lack(key) {
            return value;
        }
        let absent = bits_of(column(self.id), bit(self.keys, key));
        let returns = kind.clone();
        let binding = Binding {
            args: vec![returns.clone(), DataType::Long],
            returns,
            nullable: true,
            kernel: Arc::new(|args: &[Arg], rows: usize| value_where_zero(args, rows)),
        };
        kernel_expr(KEY_OF_SET, binding, vec![value, absent], settings)
    }
}

/// The argument whose event time a key of grouping sets has.
pub(super) fn event_argument<'a>(name: &str, args: &'a [Physical]) -> Option<&'a Physical> {
    if name == KEY_OF_SET {
        args.first()
    } else {
        None
    }
}

fn bit(keys: usize, key: usize) -> i64 {
    1_i64 << (keys - 1 - key)
}

fn low_bits(keys: usize) -> i64 {
    (1_i64 << keys) - 1
}

fn bits_of(value: Physical, mask: i64) -> Physical {
    Physical::BinaryExpr(BinaryExpr::new(
        Box::new(value),
        Operator::BitwiseAnd,
        Box::new(lit(mask)),
    ))
}

/// A column with its number, as Spark names it here.
pub(super) fn numbered(value: &Typed) -> String {
    match value.attribute {
        Some(id) => format!("{}#{}", value.text, id.0),
        None => value.text.clone(),
    }
}

fn too_many(keys: usize) -> SparkError {
    SparkError::not_implemented(format_args!(
        "so many grouping sets of {keys} keys that are the same"
    ))
}

/// The first argument where the second is zero, else null.
fn value_where_zero(args: &[Arg], rows: usize) -> Result<ArrayRef> {
    let bits: &Int64Array = args[1].array.as_primitive();
    let present: BooleanArray = (0..rows)
        .map(|row| Some(bits.value(args[1].at(row)) == 0))
        .collect();
    let nothing = Scalar::new(new_null_array(args[0].array.data_type(), 1));
    zip(&present, &args[0], &nothing).map_err(SparkError::internal)
}

impl Resolver<'_, '_> {
    /// `grouping(key)` and `grouping_id(keys…)`.
    pub fn grouping_call(&mut self, name: &str, call: &Call) -> Result<Typed> {
        let args = self.resolve_all(&call.args)?;
        let texts: Vec<_> = args.iter().map(|a| a.text.clone()).collect();
        let shown = text::call_text(name, &texts, false);
        if name == "grouping" && args.len() != 1 {
            return Err(wrong_count(name, "1", args.len()));
        }
        let Some(known) = &self.groupings else {
            return Err(SparkError::new("UNSUPPORTED_GROUPING_EXPRESSION", &[]));
        };
        let joined = |texts: Vec<String>| texts.join(",");
        let names = || joined(known.keys.iter().map(|(_, text)| text.clone()).collect());
        if name == "grouping" {
            let wanted = &args[0];
            let found = known.keys.iter().position(|(key, _)| *key == wanted.expr);
            let Some(at) = found else {
                return Err(SparkError::new(
                    "GROUPING_COLUMN_MISMATCH",
                    &[
                        ("grouping", &numbered(wanted)),
                        ("groupingColumns", &names()),
                    ],
                ));
            };
            let shift = known.keys.len() - 1 - at;
            let shifted = Physical::BinaryExpr(BinaryExpr::new(
                Box::new(known.id.clone()),
                Operator::BitwiseShiftRight,
                Box::new(lit(shift as i64)),
            ));
            let value = Typed::new(bits_of(shifted, 1), DataType::Long, false, shown);
            return self.coerce(value, &DataType::Byte);
        }
        let same = args.is_empty()
            || args.len() == known.keys.len()
                && args
                    .iter()
                    .zip(&known.keys)
                    .all(|(a, (key, _))| a.expr == *key);
        if !same {
            return Err(SparkError::new(
                "GROUPING_ID_COLUMN_MISMATCH",
                &[
                    (
                        "groupingIdColumn",
                        &joined(args.iter().map(numbered).collect()),
                    ),
                    ("groupByColumns", &names()),
                ],
            ));
        }
        Ok(Typed::new(known.id.clone(), DataType::Long, false, shown))
    }
}
