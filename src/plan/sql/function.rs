//! Function calls: arguments, `DISTINCT`, `FILTER`, `OVER`.

use sqlparser::ast::{
    DuplicateTreatment, Expr as Sql, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, FunctionArgumentList, FunctionArguments, NullTreatment, Spanned,
};
use sqlparser::tokenizer::Location;

use super::convert::{Converter, object_name};
use super::named_arguments::{ordered, signature};
use crate::error::{Result, SparkError};
use crate::plan::{Call, Expr, Literal};

/// Functions whose first argument is a unit of time written as a bare word.
const UNIT_FIRST: [&str; 6] = [
    "date_diff",
    "timestampadd",
    "timestampdiff",
    "dateadd",
    "date_add",
    "datediff",
];

/// Functions that a program can call and SQL text cannot name.
const UNNAMED: [&str; 2] = ["product", "unwrap_udt"];

impl Converter<'_> {
    pub(super) fn function(&mut self, function: &Function) -> Result<Expr> {
        let empty = FunctionArgumentList {
            duplicate_treatment: None,
            args: Vec::new(),
            clauses: Vec::new(),
        };
        let list = match &function.args {
            FunctionArguments::None => &empty,
            FunctionArguments::List(list) => list,
            FunctionArguments::Subquery(_) => {
                return Err(SparkError::not_implemented(
                    "a query as a function's argument",
                ));
            }
        };
        let name = function_name(object_name(&function.name)?)?;
        if UNNAMED.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            let search_path = "[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]";
            return Err(SparkError::new(
                "UNRESOLVED_ROUTINE",
                &[
                    ("routineName", &crate::error::quoted(&[&name])),
                    ("searchPath", search_path),
                ],
            ));
        }
        let filter = match &function.filter {
            Some(filter) => Some(Box::new(self.expression(filter)?)),
            None => None,
        };
        let inside = self.null_clause(&name, function.name.span().start, list)?;
        let ignore_nulls = inside.or(function.null_treatment.map(ignored));
        let call = Expr::Call(Call {
            args: self.arguments(&name, list)?,
            name,
            distinct: list.duplicate_treatment == Some(DuplicateTreatment::Distinct),
            filter,
            within_group: self.sort_keys(&function.within_group)?,
            ignore_nulls,
        });
        match &function.over {
            Some(window) => {
                let spec = Box::new(self.window(window)?);
                Ok(Expr::Over {
                    function: Box::new(call),
                    spec,
                })
            }
            None => Ok(call),
        }
    }

    /// `first(x IGNORE NULLS)`: three functions have it inside.
    fn null_clause(
        &mut self,
        name: &str,
        at: Location,
        list: &FunctionArgumentList,
    ) -> Result<Option<bool>> {
        let inside = ["first", "last", "any_value"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known));
        match list.clauses.as_slice() {
            [] => Ok(None),
            [FunctionArgumentClause::IgnoreOrRespectNulls(NullTreatment::IgnoreNulls)]
                if inside && list.args.len() == 1 =>
            {
                Ok(Some(true))
            }
            [FunctionArgumentClause::IgnoreOrRespectNulls(treatment)] => {
                Err(self.misplaced_nulls(at, *treatment))
            }
            [clause, ..] => Err(SparkError::not_implemented(format!(
                "{clause} in the arguments of {name}"
            ))),
        }
    }

    /// `last_value(x IGNORE NULLS)`: the words belong behind the parenthesis.
    fn misplaced_nulls(&self, at: Location, treatment: NullTreatment) -> SparkError {
        let word = match treatment {
            NullTreatment::IgnoreNulls => "IGNORE",
            NullTreatment::RespectNulls => "RESPECT",
        };
        let after = self.source.index_at(at).unwrap_or_default();
        let mut all = after..self.source.tokens.len();
        let is_word = |index: &usize| {
            let text = self.source.token_text(*index);
            text.is_some_and(|text| text.eq_ignore_ascii_case(word))
        };
        let found = all.find(is_word).unwrap_or(after);
        self.unexpected(self.source.start_of(found))
    }

    fn arguments(&mut self, name: &str, list: &FunctionArgumentList) -> Result<Vec<Expr>> {
        let unit_first = list.args.len() == 3
            && UNIT_FIRST
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known));
        let is_named = |arg: &FunctionArg| matches!(arg, FunctionArg::Named { .. });
        if let (Some(parameters), true) = (signature(name), list.args.iter().any(is_named)) {
            let mut args = Vec::with_capacity(list.args.len());
            for arg in &list.args {
                args.push(match arg {
                    FunctionArg::Named { name, arg, .. } => {
                        (Some(name.value.clone()), self.argument(arg)?)
                    }
                    FunctionArg::Unnamed(arg) => (None, self.argument(arg)?),
                    FunctionArg::ExprNamed { .. } => {
                        return Err(SparkError::not_implemented(format!(
                            "named arguments of {name}"
                        )));
                    }
                });
            }
            return ordered(name, parameters, args);
        }
        let mut args = Vec::with_capacity(list.args.len());
        for (index, arg) in list.args.iter().enumerate() {
            args.push(match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(Sql::Identifier(unit)))
                    if unit_first && index == 0 =>
                {
                    Expr::Literal(Literal::String(unit.value.clone()))
                }
                FunctionArg::Unnamed(arg) => self.argument(arg)?,
                FunctionArg::Named {
                    name: arg,
                    arg: value,
                    ..
                } if is_collection(name, &arg.value) => self.argument(value)?,
                FunctionArg::Named {
                    name: arg,
                    arg: value,
                    ..
                } => {
                    if takes_names(name) {
                        let feature = format!("the named argument {arg} of {name}");
                        return Err(SparkError::not_implemented(feature));
                    }
                    Expr::Named {
                        name: arg.value.clone(),
                        value: Box::new(self.argument(value)?),
                    }
                }
                FunctionArg::ExprNamed { .. } => {
                    return Err(SparkError::not_implemented(format!(
                        "named arguments of {name}"
                    )));
                }
            });
        }
        Ok(args)
    }

    fn argument(&mut self, arg: &FunctionArgExpr) -> Result<Expr> {
        match arg {
            FunctionArgExpr::Expr(expr) => self.expression(expr),
            FunctionArgExpr::Wildcard => Ok(Expr::Star {
                qualifier: Vec::new(),
            }),
            FunctionArgExpr::QualifiedWildcard(name) => Ok(Expr::Star {
                qualifier: object_name(name)?,
            }),
            FunctionArgExpr::WildcardWithOptions(options) => self.star(Vec::new(), options),
        }
    }
}

fn ignored(treatment: NullTreatment) -> bool {
    treatment == NullTreatment::IgnoreNulls
}

/// Built-in functions may be called by their full name.
fn function_name(parts: Vec<String>) -> Result<String> {
    let lower: Vec<_> = parts.iter().map(|part| part.to_ascii_lowercase()).collect();
    let lower: Vec<_> = lower.iter().map(String::as_str).collect();
    match lower.as_slice() {
        [_] | ["builtin" | "session", _] | ["system", "builtin" | "session", _] => {
            Ok(parts.into_iter().next_back().unwrap_or_default())
        }
        [_, _] | [_, _, _] => Ok(parts.join(".")),
        _ => Err(SparkError::not_implemented(format!(
            "the function name {}",
            parts.join(".")
        ))),
    }
}

/// Whether Spark lets the function's arguments be given by name.
fn takes_names(name: &str) -> bool {
    const NAMED: [&str; 3] = ["explode", "explode_outer", "range"];
    NAMED.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The one named argument of `explode`.
fn is_collection(function: &str, name: &str) -> bool {
    let explodes = ["explode", "explode_outer"];
    let explodes = explodes.iter().any(|f| function.eq_ignore_ascii_case(f));
    explodes && name.eq_ignore_ascii_case("collection")
}
