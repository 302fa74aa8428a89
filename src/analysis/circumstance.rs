//! Functions whose value hangs on the query and not on its rows: the moment at which
//! it was analysed, the session's time zone, the type of an argument; and the calls
//! that are casts in another spelling (`int('5')`).

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Case, Expr as Physical};

use super::expression::{Resolver, Typed};
use crate::engine::batch_time::{Moment, batch_time};
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};
use crate::functions::scalar::typing::wrong_count;
use crate::plan::text;
use crate::plan::{Call, CastMode, Expr, Literal};
use crate::types::{DataType, datetime};

/// Functions that Spark also takes without parentheses, where no column has the name.
const BARE: [(&str, &str); 5] = [
    ("current_date", "current_date"),
    ("current_timestamp", "current_timestamp"),
    ("current_user", "current_user"),
    ("session_user", "current_user"),
    ("user", "current_user"),
];

/// The function that a name on its own calls.
pub fn bare_call(name: &str) -> Option<&'static str> {
    let found = BARE
        .iter()
        .find(|(bare, _)| bare.eq_ignore_ascii_case(name));
    found.map(|(_, function)| *function)
}

impl Resolver<'_, '_> {
    /// The functions of this file; `None` for any other call.
    pub fn circumstance(&mut self, name: &str, call: &Call) -> Result<Option<Typed>> {
        if let Some(to) = cast_function(name) {
            return self.cast_call(name, call, &to).map(Some);
        }
        if let ("zeroifnull" | "nullifzero", [arg]) = (name, call.args.as_slice()) {
            return self.beside_zero(name, arg).map(Some);
        }
        if matches!(name, "zeroifnull" | "nullifzero") {
            return Err(wrong_count(name, "1", call.args.len()));
        }
        if matches!(name, "to_char" | "to_varchar") {
            return self.shown_in_form(call);
        }
        if name == "decode" && call.args.len() > 2 {
            return self.decoded(call).map(Some);
        }
        if name == "convert_timezone" && call.args.len() == 2 {
            let mut args = call.args.clone();
            args.insert(0, Expr::call("current_timezone", []));
            return self.resolve(&Expr::call(name, args)).map(Some);
        }
        if let ("nullif", [left, right]) = (name, call.args.as_slice()) {
            return self.null_where_equal(left, right);
        }
        if name == "equal_null" {
            return self.equal_null(call).map(Some);
        }
        if let Some((negated, operator)) = pattern_list(name) {
            return self.like_each(name, call, negated, operator).map(Some);
        }
        if self.streaming
            && let Some(value) = self.batch_moment(name, call)?
        {
            return Ok(Some(value));
        }
        if name == "current_time" {
            if self.streaming {
                return Err(SparkError::not_implemented("current_time in a stream"));
            }
            return self.current_time(call).map(Some);
        }
        let value = match name {
            "current_timestamp" | "now" => Literal::Timestamp(self.moment()),
            "localtimestamp" => {
                let zone = self.settings().time_zone;
                Literal::TimestampNtz(zone.utc_to_local(self.moment()))
            }
            "current_date" | "curdate" => {
                let local = self.settings().time_zone.utc_to_local(self.moment());
                let days = local.div_euclid(datetime::civil::MICROS_PER_DAY);
                Literal::Date(i32::try_from(days).map_err(super::internal)?)
            }
            "current_timezone" => Literal::String(self.settings().time_zone.name()),
            "current_catalog" => Literal::String("spark_catalog".into()),
            "current_database" | "current_schema" => {
                Literal::String(self.analyzer.context.database.clone())
            }
            "current_path" => {
                let database = &self.analyzer.context.database;
                let path = format!("system.builtin,system.session,spark_catalog.{database}");
                Literal::String(path)
            }
            "current_user" | "user" | "session_user" => {
                Literal::String(self.analyzer.context.user.clone())
            }
            "version" => Literal::String(format!("4.3.0 caudal-{}", env!("CARGO_PKG_VERSION"))),
            "typeof" => return self.type_of(call).map(Some),
            _ => return Ok(None),
        };
        if !call.args.is_empty() {
            return Err(wrong_count(name, "0", call.args.len()));
        }
        let shown = if name == "curdate" {
            "current_date"
        } else {
            name
        };
        let constant = Typed::constant_in(value, self.settings().time_zone)?;
        Ok(Some(Typed {
            text: text::call_text(shown, &[], false),
            literal: None,
            ..constant
        }))
    }

    /// The time of day at the query's start, with some digits of a second.
    fn current_time(&mut self, call: &Call) -> Result<Typed> {
        let precision = match call.args.as_slice() {
            [] => 6,
            [Expr::Literal(Literal::Integer(digits @ 0..=9))] => *digits as u8,
            [_] => {
                let what = "a precision of current_time that is no constant from 0 to 9";
                return Err(SparkError::not_implemented(what));
            }
            more => return Err(wrong_count("current_time", "[0, 1]", more.len())),
        };
        let local = self.settings().time_zone.utc_to_local(self.moment());
        let nanos = local.rem_euclid(datetime::civil::MICROS_PER_DAY) * 1_000;
        let nanos = crate::types::cast::to_precision(nanos, precision);
        let constant = Typed::constant(Literal::Time(nanos, precision))?;
        Ok(Typed {
            text: format!("current_time({precision})"),
            literal: None,
            ..constant
        })
    }

    /// `to_char` of what is no number is another function; `None` for numbers.
    fn shown_in_form(&mut self, call: &Call) -> Result<Option<Typed>> {
        let [value, form] = call.args.as_slice() else {
            return Ok(None);
        };
        let kind = self.resolve(value)?.data_type;
        let other = match kind {
            DataType::Date | DataType::Timestamp | DataType::TimestampNtz => {
                Expr::call("date_format", [value.clone(), form.clone()])
            }
            DataType::Binary => {
                let form_value = self.resolve(form)?;
                let Some(Literal::String(text)) = &form_value.literal else {
                    let kind = format!("\"{}\"", form_value.data_type.sql());
                    return Err(SparkError::new(
                        "NON_FOLDABLE_ARGUMENT",
                        &[
                            ("funcName", "`to_char`"),
                            ("paramName", "`format`"),
                            ("paramType", &kind),
                        ],
                    ));
                };
                match text.to_lowercase().as_str() {
                    "base64" => Expr::call("base64", [value.clone()]),
                    "hex" => Expr::call("hex", [value.clone()]),
                    "utf-8" => Expr::call("decode", [value.clone(), form.clone()]),
                    _ => {
                        return Err(SparkError::new(
                            "INVALID_PARAMETER_VALUE.BINARY_FORMAT",
                            &[
                                ("parameter", "`format`"),
                                ("functionName", "`to_char`"),
                                ("invalidFormat", &format!("'{text}'")),
                            ],
                        ));
                    }
                }
            }
            _ => return Ok(None),
        };
        self.resolve(&other).map(Some)
    }

    /// `decode` of more than two: the value beside the first one that is equal.
    fn decoded(&mut self, call: &Call) -> Result<Typed> {
        let texts = self.resolve_all(&call.args)?;
        let texts: Vec<_> = texts.into_iter().map(|arg| arg.text).collect();
        let (value, rest) = (&call.args[0], &call.args[1..]);
        let pairs = rest.chunks_exact(2);
        let otherwise = pairs.remainder().first();
        let branch = |pair: &[Expr]| {
            let test = Expr::call("<=>", [value.clone(), pair[0].clone()]);
            (test, pair[1].clone())
        };
        let branches: Vec<_> = pairs.map(branch).collect();
        let chosen = self.case(&branches, otherwise)?;
        Ok(Typed {
            text: text::call_text("decode", &texts, false),
            name: None,
            ..chosen
        })
    }

    /// `<=>` under a name of its own.
    fn equal_null(&mut self, call: &Call) -> Result<Typed> {
        let [left, right] = call.args.as_slice() else {
            return Err(wrong_count("equal_null", "2", call.args.len()));
        };
        let texts = [self.resolve(left)?.text, self.resolve(right)?.text];
        let value = self.resolve(&Expr::call("<=>", [left.clone(), right.clone()]))?;
        Ok(Typed {
            text: text::call_text("equal_null", &texts, false),
            name: None,
            ..value
        })
    }

    /// `nullif` where to be equal takes more than to be the same value of a type.
    fn null_where_equal(&mut self, left: &Expr, right: &Expr) -> Result<Option<Typed>> {
        let (left, right) = (self.resolve(left)?, self.resolve(right)?);
        let is_real = matches!(left.data_type, DataType::Float | DataType::Double);
        if left.data_type == right.data_type && !is_real {
            return Ok(None);
        }
        let text = text::call_text("nullif", &[left.text.clone(), right.text.clone()], false);
        let equal = self.compare("=", left.clone(), right)?;
        let nothing = ScalarValue::try_from(&left.data_type.to_arrow());
        let nothing = Physical::Literal(nothing.map_err(from_datafusion)?, None);
        let branch = (Box::new(equal.expr), Box::new(nothing));
        let case = Case::new(None, vec![branch], Some(Box::new(left.expr)));
        Ok(Some(Typed::new(
            Physical::Case(case),
            left.data_type,
            true,
            text,
        )))
    }

    /// `coalesce(x, 0)` and `nullif(x, 0)` under a name of their own.
    fn beside_zero(&mut self, name: &str, arg: &Expr) -> Result<Typed> {
        let whole = if name == "zeroifnull" {
            "coalesce"
        } else {
            "nullif"
        };
        let shown = self.resolve(arg)?.text;
        let zero = Expr::Literal(Literal::Integer(0));
        let value = self.resolve(&Expr::call(whole, [arg.clone(), zero]))?;
        Ok(Typed {
            text: text::call_text(name, &[shown], false),
            name: None,
            ..value
        })
    }

    /// `LIKE ANY` of texts and its kin, which Spark prints without the texts.
    fn like_each(
        &mut self,
        name: &str,
        call: &Call,
        negated: bool,
        operator: &str,
    ) -> Result<Typed> {
        let Some((value, patterns)) = call.args.split_first() else {
            return Err(wrong_count(name, "1", 0));
        };
        let each = patterns.iter().map(|pattern| {
            let like = Expr::call("like", [value.clone(), pattern.clone()]);
            match negated {
                true => Expr::call("not", [like]),
                false => like,
            }
        });
        let Some(whole) = each.reduce(|left, right| Expr::call(operator, [left, right])) else {
            return Err(wrong_count(name, "2", 1));
        };
        let shown = self.resolve(value)?.text;
        let result = self.resolve(&whole)?;
        Ok(Typed {
            text: text::call_text(&name.replace(' ', ""), &[shown], false),
            name: None,
            ..result
        })
    }

    /// On a stream every batch has its own moment.
    fn batch_moment(&self, name: &str, call: &Call) -> Result<Option<Typed>> {
        let (shown, to) = match name {
            "current_timestamp" | "now" => (name, DataType::Timestamp),
            "localtimestamp" => (name, DataType::TimestampNtz),
            "current_date" | "curdate" => ("current_date", DataType::Date),
            _ => return Ok(None),
        };
        if !call.args.is_empty() {
            return Err(wrong_count(name, "0", call.args.len()));
        }
        let moment = match name {
            "now" => Moment::Run,
            _ => Moment::Batch,
        };
        let text = text::call_text(shown, &[], false);
        let value = Typed::new(batch_time(moment), DataType::Timestamp, false, text.clone());
        let value = self.coerce(value, &to)?;
        Ok(Some(Typed {
            text,
            name: None,
            literal: None,
            ..value
        }))
    }

    /// The moment of the query.
    fn moment(&self) -> i64 {
        self.analyzer.context.now_micros
    }

    fn type_of(&mut self, call: &Call) -> Result<Typed> {
        let args = self.resolve_all(&call.args)?;
        let [arg] = args.as_slice() else {
            return Err(wrong_count("typeof", "1", args.len()));
        };
        let name = Typed::constant(Literal::String(arg.data_type.stored().simple_string()))?;
        let text = text::call_text("typeof", std::slice::from_ref(&arg.text), false);
        Ok(Typed {
            text,
            literal: None,
            ..name
        })
    }

    /// `int('5')`, called by the text of its argument alone, as Spark calls it.
    fn cast_call(&mut self, name: &str, call: &Call, to: &DataType) -> Result<Typed> {
        let [arg] = call.args.as_slice() else {
            return Err(wrong_count(name, "1", call.args.len()));
        };
        let cast = Expr::Cast {
            expr: Box::new(arg.clone()),
            to: to.clone(),
            mode: CastMode::Cast,
        };
        let shown = self.resolve(arg)?.text;
        let value = self.resolve(&cast)?;
        Ok(Typed {
            text: shown,
            name: None,
            ..value
        })
    }
}

/// Of an operation that no text can name as a function: whether its `LIKE`s are negated,
/// and what joins them.
fn pattern_list(name: &str) -> Option<(bool, &'static str)> {
    match name {
        "like any" => Some((false, "or")),
        "like all" => Some((false, "and")),
        "not like any" => Some((true, "or")),
        "not like all" => Some((true, "and")),
        _ => None,
    }
}

fn cast_function(name: &str) -> Option<DataType> {
    use DataType as T;
    Some(match name {
        "boolean" => T::Boolean,
        "tinyint" => T::Byte,
        "smallint" => T::Short,
        "int" => T::Integer,
        "bigint" => T::Long,
        "float" => T::Float,
        "double" => T::Double,
        "decimal" => T::Decimal {
            precision: 10,
            scale: 0,
        },
        "date" => T::Date,
        "time" => T::TIME,
        "timestamp" => T::Timestamp,
        "string" => T::String,
        "binary" => T::Binary,
        _ => return None,
    })
}
