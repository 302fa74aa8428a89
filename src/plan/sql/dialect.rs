//! Spark's dialect for sqlparser's parser: operator precedence, what may be an
//! alias, and hooks into the forms of `prefix.rs` and `interval.rs`.
//!
//! Knows syntax only; nothing of our own trees.

use std::cell::Cell;

use sqlparser::ast::{BinaryOperator, CastKind, Expr};
use sqlparser::dialect::{Dialect, Precedence};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use super::{keywords, prefix, watermark};

/// Between `+` and `&`.
const SHIFT: u8 = 25;

#[derive(Debug, Default)]
pub(super) struct SparkDialect {
    /// Index of the furthest token at which the parser looked for an expression or
    /// an operator. It backtracks, so its own error can be about an earlier token
    /// than the one that is wrong.
    reached: Cell<usize>,
}

impl SparkDialect {
    pub(super) fn reached(&self) -> usize {
        self.reached.get()
    }

    fn reach(&self, parser: &Parser) {
        self.reached.set(self.reached.get().max(parser.index()));
    }

    /// Whether the word before the cursor is an alias and does not go on with the
    /// text, as `ends` tells from the word after it.
    fn is_alias(
        &self,
        parser: &Parser,
        explicit: bool,
        word: Keyword,
        ends: impl Fn(Keyword) -> bool,
    ) -> bool {
        let next = &parser.peek_token_ref().token;
        let accepted = explicit
            || match word {
                // WINDOW name AS (…)
                Keyword::WINDOW => keyword_of(&parser.peek_nth_token_ref(1).token) != Keyword::AS,
                // A clause needs more text than this.
                Keyword::LIMIT
                | Keyword::OFFSET
                | Keyword::WHERE
                | Keyword::HAVING
                | Keyword::QUALIFY
                | Keyword::FROM
                    if matches!(next, Token::Comma | Token::RParen | Token::EOF) =>
                {
                    true
                }
                _ => !ends(keyword_of(next)),
            };
        if accepted {
            self.reach(parser);
        }
        accepted
    }
}

fn keyword_of(token: &Token) -> Keyword {
    match token {
        Token::Word(word) => word.keyword,
        _ => Keyword::NoKeyword,
    }
}

impl Dialect for SparkDialect {
    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_alphabetic() || ch == '_'
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        ch.is_alphanumeric() || ch == '_'
    }

    fn parse_prefix(&self, parser: &mut Parser) -> Option<Result<Expr, ParserError>> {
        self.reach(parser);
        prefix::parse(parser).transpose()
    }

    fn parse_infix(
        &self,
        parser: &mut Parser,
        expr: &Expr,
        precedence: u8,
    ) -> Option<Result<Expr, ParserError>> {
        let token = parser.peek_token_ref().token.clone();
        let op = match &token {
            Token::DoubleColon => {
                parser.advance_token();
                let data_type = prefix::parse_type(parser);
                return Some(data_type.map(|data_type| Expr::Cast {
                    kind: CastKind::DoubleColon,
                    expr: Box::new(expr.clone()),
                    data_type,
                    array: false,
                    format: None,
                }));
            }
            Token::CustomBinaryOperator(text) => BinaryOperator::Custom(text.clone()),
            Token::Word(word) if word.keyword == Keyword::DIV => BinaryOperator::MyIntegerDivide,
            _ => return None,
        };
        parser.advance_token();
        let right = parser.parse_subexpr(precedence);
        let left = Box::new(expr.clone());
        Some(right.map(|right| Expr::BinaryOp {
            left,
            op,
            right: Box::new(right),
        }))
    }

    fn get_next_precedence(&self, parser: &Parser) -> Option<Result<u8, ParserError>> {
        self.reach(parser);
        let token = &parser.peek_token_ref().token;
        let precedence = match token {
            Token::Word(word) => match word.keyword {
                Keyword::NOT => match keyword_of(&parser.peek_nth_token_ref(1).token) {
                    Keyword::IN | Keyword::BETWEEN => Some(Precedence::Between),
                    Keyword::LIKE | Keyword::ILIKE | Keyword::RLIKE | Keyword::REGEXP => {
                        Some(Precedence::Like)
                    }
                    _ => None,
                },
                Keyword::OR => Some(Precedence::Or),
                Keyword::AND => Some(Precedence::And),
                Keyword::IS => Some(Precedence::Is),
                Keyword::IN | Keyword::BETWEEN => Some(Precedence::Between),
                Keyword::LIKE | Keyword::ILIKE | Keyword::RLIKE | Keyword::REGEXP => {
                    Some(Precedence::Like)
                }
                Keyword::DIV => Some(Precedence::MulDivModOp),
                _ => None,
            },
            Token::Eq
            | Token::Lt
            | Token::LtEq
            | Token::Neq
            | Token::Gt
            | Token::GtEq
            | Token::Spaceship => Some(Precedence::Eq),
            Token::ShiftLeft | Token::ShiftRight | Token::CustomBinaryOperator(_) => {
                return Some(Ok(SHIFT));
            }
            Token::Pipe => Some(Precedence::Pipe),
            Token::Caret => Some(Precedence::Caret),
            Token::Ampersand => Some(Precedence::Ampersand),
            Token::Plus | Token::Minus | Token::StringConcat => Some(Precedence::PlusMinus),
            Token::Mul | Token::Div | Token::Mod => Some(Precedence::MulDivModOp),
            Token::DoubleColon | Token::Colon => Some(Precedence::DoubleColon),
            _ => None,
        };
        Some(Ok(
            precedence.map_or(self.prec_unknown(), |found| self.prec_value(found))
        ))
    }

    fn is_select_item_alias(&self, explicit: bool, kw: &Keyword, parser: &mut Parser) -> bool {
        self.is_alias(parser, explicit, *kw, |next| {
            keywords::starts_clause(*kw, next)
        })
    }

    fn is_table_factor_alias(&self, explicit: bool, kw: &Keyword, parser: &mut Parser) -> bool {
        if !explicit && watermark::skip(parser) {
            return true;
        }
        self.is_alias(parser, explicit, *kw, |next| {
            keywords::continues_from(*kw, next)
        })
    }

    fn supports_filter_during_aggregation(&self) -> bool {
        true
    }
    fn supports_window_function_null_treatment_arg(&self) -> bool {
        true
    }
    fn supports_group_by_expr(&self) -> bool {
        true
    }
    fn supports_group_by_with_modifier(&self) -> bool {
        true
    }
    fn supports_window_clause_named_window_reference(&self) -> bool {
        true
    }
    fn supports_order_by_all(&self) -> bool {
        true
    }
    fn supports_lambda_functions(&self) -> bool {
        true
    }
    fn supports_bang_not_operator(&self) -> bool {
        true
    }
    fn supports_bitwise_shift_operators(&self) -> bool {
        true
    }
    // An empty list is Spark's own error, raised when the tree is read.
    fn supports_in_empty_list(&self) -> bool {
        true
    }
    fn supports_select_wildcard_except(&self) -> bool {
        true
    }
    fn supports_select_item_multi_column_alias(&self) -> bool {
        true
    }
    fn supports_select_expr_star(&self) -> bool {
        true
    }
    fn supports_from_first_select(&self) -> bool {
        true
    }
    fn supports_values_as_table_factor(&self) -> bool {
        true
    }
    fn supports_parens_around_table_factor(&self) -> bool {
        true
    }
    fn supports_cross_join_constraint(&self) -> bool {
        true
    }
    fn supports_pipe_operator(&self) -> bool {
        true
    }
    fn supports_cte_without_as(&self) -> bool {
        true
    }
    fn supports_table_sample_before_alias(&self) -> bool {
        true
    }
}
