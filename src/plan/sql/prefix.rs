//! How an expression starts in Spark: typed literals, casts, functions with their
//! own grammar, lambdas, signed numbers. sqlparser asks here first.
//!
//! A word that no form claims is a name: in Spark nothing is reserved here.

use sqlparser::ast::{
    CastKind, DataType, DateTimeField, Expr, ExtractSyntax, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, LambdaFunction, LambdaFunctionParameter,
    LambdaSyntax, ObjectName, OneOrManyWithParens, TrimWhereField, TypedString, UnaryOperator,
};
use sqlparser::dialect::{Dialect, Precedence};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Span, Token, Word};

use super::dialect::SparkDialect;
use super::interval;

type Parsed<T> = Result<T, ParserError>;

/// The expression at the cursor, `None` where sqlparser's own rules will do.
pub(super) fn parse(parser: &mut Parser) -> Parsed<Option<Expr>> {
    let found = match &parser.peek_token_ref().token {
        Token::Word(word) => {
            let word = word.clone();
            parse_word(parser, word)?
        }
        Token::Minus if matches!(parser.peek_nth_token_ref(1).token, Token::Number(..)) => {
            parser.advance_token();
            let number = parser.next_token();
            let Token::Number(text, long) = number.token else {
                return parser.expected("a number", number);
            };
            let value = sqlparser::ast::Value::Number(format!("-{text}"), long);
            Expr::Value(value.with_span(number.span))
        }
        Token::LParen if opens_from(parser) => {
            parser.advance_token();
            let query = parser.parse_query()?;
            close(parser)?;
            Expr::Subquery(query)
        }
        Token::Minus => unary(parser, UnaryOperator::Minus, Precedence::MulDivModOp)?,
        Token::Plus => unary(parser, UnaryOperator::Plus, Precedence::MulDivModOp)?,
        Token::Tilde => unary(parser, UnaryOperator::BitwiseNot, Precedence::MulDivModOp)?,
        Token::ExclamationMark => unary(parser, UnaryOperator::Not, Precedence::UnaryNot)?,
        Token::Number(..) | Token::TripleSingleQuotedString(_) | Token::HexStringLiteral(_) => {
            Expr::Value(parser.parse_value()?)
        }
        _ => return Ok(None),
    };
    Ok(Some(found))
}

/// Whether a query that begins with its `FROM` stands in the parentheses.
fn opens_from(parser: &Parser) -> bool {
    let [first, next] = [1, 2].map(|at| &parser.peek_nth_token_ref(at).token);
    matches!(first, Token::Word(word) if word.keyword == Keyword::FROM)
        && matches!(next, Token::Word(_) | Token::LParen)
}

fn unary(parser: &mut Parser, op: UnaryOperator, precedence: Precedence) -> Parsed<Expr> {
    parser.advance_token();
    let precedence = SparkDialect::default().prec_value(precedence);
    Ok(Expr::UnaryOp {
        op,
        expr: Box::new(parser.parse_subexpr(precedence)?),
    })
}

fn parse_word(parser: &mut Parser, word: Word) -> Parsed<Expr> {
    let after_dot = parser.index() > 0 && parser.get_current_token().token == Token::Period;
    let next = parser.peek_nth_token_ref(1).token.clone();
    if !after_dot {
        match (word.keyword, &next) {
            (Keyword::NOT, _) => return unary(parser, UnaryOperator::Not, Precedence::UnaryNot),
            (Keyword::CASE, _) if !ends_item(&next) => {
                parser.advance_token();
                return parser.parse_case_expr();
            }
            (Keyword::TRUE | Keyword::FALSE | Keyword::NULL, _) => {
                return Ok(Expr::Value(parser.parse_value()?));
            }
            (Keyword::INTERVAL, _) if interval::follows(parser) => return interval::parse(parser),
            (_, Token::TripleSingleQuotedString(_)) => return typed_literal(parser),
            (_, Token::Arrow) => return lambda(parser),
            (_, Token::LParen) => {
                if let Some(call) = special_call(parser, &word)? {
                    return Ok(call);
                }
            }
            _ => {}
        }
    }
    if word.keyword == Keyword::GROUPING
        && parser.parse_keywords(&[Keyword::GROUPING, Keyword::SETS])
    {
        return grouping_sets(parser);
    }
    let name = parser.parse_identifier()?;
    match next {
        Token::LParen => parser.parse_function(ObjectName::from(vec![name])),
        _ => Ok(Expr::Identifier(name)),
    }
}

/// `GROUPING SETS` inside of others.
fn grouping_sets(parser: &mut Parser) -> Parsed<Expr> {
    parser.expect_token(&Token::LParen)?;
    let sets = parser.parse_comma_separated(|parser| {
        if !parser.consume_token(&Token::LParen) {
            return Ok(vec![parser.parse_expr()?]);
        }
        if parser.consume_token(&Token::RParen) {
            return Ok(Vec::new());
        }
        let set = parser.parse_comma_separated(Parser::parse_expr)?;
        close(parser).map(|()| set)
    })?;
    close(parser)?;
    Ok(Expr::GroupingSets(sets))
}

/// Whether a word before this token is a whole select item.
fn ends_item(token: &Token) -> bool {
    match token {
        Token::Comma | Token::RParen | Token::EOF => true,
        Token::Word(word) => word.keyword == Keyword::FROM,
        _ => false,
    }
}

fn typed_literal(parser: &mut Parser) -> Parsed<Expr> {
    let name = parser.parse_identifier()?;
    Ok(Expr::TypedString(TypedString {
        data_type: DataType::Custom(ObjectName::from(vec![name]), Vec::new()),
        value: parser.parse_value()?,
        uses_odbc_syntax: false,
    }))
}

fn lambda(parser: &mut Parser) -> Parsed<Expr> {
    let name = parser.parse_identifier()?;
    parser.expect_token(&Token::Arrow)?;
    Ok(Expr::Lambda(LambdaFunction {
        params: OneOrManyWithParens::One(LambdaFunctionParameter {
            name,
            data_type: None,
        }),
        body: Box::new(parser.parse_expr()?),
        syntax: LambdaSyntax::Arrow,
    }))
}

/// A call whose arguments have a grammar of their own, `None` for an ordinary one.
fn special_call(parser: &mut Parser, word: &Word) -> Parsed<Option<Expr>> {
    match word.keyword {
        Keyword::CAST => cast(parser, CastKind::Cast).map(Some),
        Keyword::TRY_CAST => cast(parser, CastKind::TryCast).map(Some),
        Keyword::STRUCT => struct_call(parser).map(Some),
        Keyword::EXISTS if holds_query(parser) => {
            parser.advance_token();
            parser.parse_exists_expr(false).map(Some)
        }
        Keyword::EXTRACT => parser.maybe_parse(extract),
        Keyword::POSITION => parser.maybe_parse(position),
        Keyword::SUBSTRING | Keyword::SUBSTR => parser.maybe_parse(substring),
        Keyword::TRIM => parser.maybe_parse(trim),
        _ if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("overlay") => {
            parser.maybe_parse(overlay)
        }
        _ => Ok(None),
    }
}

/// Whether a query stands in the parentheses, or in more of them: else it is a function.
fn holds_query(parser: &Parser) -> bool {
    let mut at = 2;
    while parser.peek_nth_token_ref(at).token == Token::LParen {
        at += 1;
    }
    starts_query(&parser.peek_nth_token_ref(at).token)
}

fn starts_query(token: &Token) -> bool {
    let Token::Word(word) = token else {
        return false;
    };
    matches!(
        word.keyword,
        Keyword::SELECT | Keyword::WITH | Keyword::VALUES | Keyword::FROM
    )
}

/// Steps over a function's name and its opening parenthesis.
fn open(parser: &mut Parser) -> Parsed<()> {
    parser.advance_token();
    parser.expect_token(&Token::LParen).map(|_| ())
}

fn close(parser: &mut Parser) -> Parsed<()> {
    parser.expect_token(&Token::RParen).map(|_| ())
}

fn cast(parser: &mut Parser, kind: CastKind) -> Parsed<Expr> {
    open(parser)?;
    let expr = Box::new(parser.parse_expr()?);
    parser.expect_keyword_is(Keyword::AS)?;
    let data_type = parse_type(parser)?;
    close(parser)?;
    Ok(Expr::Cast {
        kind,
        expr,
        data_type,
        array: false,
        format: None,
    })
}

/// A type, kept as text that `types` reads: its span in the source is the name's.
pub(super) fn parse_type(parser: &mut Parser) -> Parsed<DataType> {
    let first = parser.peek_token();
    let Token::Word(word) = &first.token else {
        return parser.expected("a data type", first);
    };
    let is_interval = word.keyword == Keyword::INTERVAL;
    let mut end = parser.next_token().span.end;
    let mut depth = 0_usize;
    loop {
        match &parser.peek_token_ref().token {
            Token::LParen | Token::Lt => depth += 1,
            Token::RParen | Token::Gt if depth > 0 => depth -= 1,
            Token::ShiftRight if depth > 1 => depth -= 2,
            Token::CustomBinaryOperator(_) if depth > 2 => depth -= 3,
            Token::EOF if depth > 0 => return parser.expected("a data type", parser.peek_token()),
            Token::EOF => break,
            _ if depth > 0 => {}
            Token::Word(word) if is_interval && interval::is_type_word(&word.value) => {}
            _ => break,
        }
        end = parser.next_token().span.end;
    }
    let span = Span {
        start: first.span.start,
        end,
    };
    let name = sqlparser::ast::Ident::with_span(span, word.value.clone());
    Ok(DataType::Custom(ObjectName::from(vec![name]), Vec::new()))
}

/// `struct(a, b AS c)`: arguments may have names.
fn struct_call(parser: &mut Parser) -> Parsed<Expr> {
    let name = parser.parse_identifier()?;
    parser.expect_token(&Token::LParen)?;
    let mut args = Vec::new();
    if !parser.consume_token(&Token::RParen) {
        args = parser.parse_comma_separated(struct_field)?;
        close(parser)?;
    }
    Ok(call(name, args))
}

fn call(name: Ident, args: Vec<FunctionArg>) -> Expr {
    let list = FunctionArgumentList {
        duplicate_treatment: None,
        args,
        clauses: Vec::new(),
    };
    Expr::Function(Function {
        name: ObjectName::from(vec![name]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(list),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// `overlay(a PLACING b FROM c FOR d)`.
fn overlay(parser: &mut Parser) -> Parsed<Expr> {
    let name = parser.parse_identifier()?;
    parser.expect_token(&Token::LParen)?;
    let mut args = vec![parser.parse_expr()?];
    for (at, word) in ["placing", "from", "for"].iter().enumerate() {
        let is_next = matches!(&parser.peek_token_ref().token,
            Token::Word(next) if next.value.eq_ignore_ascii_case(word));
        if is_next {
            parser.advance_token();
            args.push(parser.parse_expr()?);
        } else if at < 2 {
            return parser.expected(word, parser.peek_token());
        }
    }
    close(parser)?;
    let args = args.into_iter().map(FunctionArgExpr::Expr);
    Ok(call(name, args.map(FunctionArg::Unnamed).collect()))
}

fn struct_field(parser: &mut Parser) -> Parsed<FunctionArg> {
    let expr = parser.parse_wildcard_expr()?;
    let named = parser.parse_keyword(Keyword::AS)
        || matches!(parser.peek_token_ref().token, Token::Word(_));
    let arg = match expr {
        Expr::Wildcard(_) => FunctionArgExpr::Wildcard,
        Expr::QualifiedWildcard(name, _) => FunctionArgExpr::QualifiedWildcard(name),
        expr if named => {
            let name = parser.parse_identifier()?;
            FunctionArgExpr::Expr(Expr::Named {
                expr: Box::new(expr),
                name,
            })
        }
        expr => FunctionArgExpr::Expr(expr),
    };
    Ok(FunctionArg::Unnamed(arg))
}

/// `extract(field FROM source)`.
fn extract(parser: &mut Parser) -> Parsed<Expr> {
    open(parser)?;
    let field = parser.parse_identifier()?;
    parser.expect_keyword_is(Keyword::FROM)?;
    let expr = Box::new(parser.parse_expr()?);
    close(parser)?;
    Ok(Expr::Extract {
        field: DateTimeField::Custom(field),
        syntax: ExtractSyntax::From,
        expr,
    })
}

/// `position(a IN b)`.
fn position(parser: &mut Parser) -> Parsed<Expr> {
    open(parser)?;
    let between = SparkDialect::default().prec_value(Precedence::Between);
    let expr = Box::new(parser.parse_subexpr(between)?);
    parser.expect_keyword_is(Keyword::IN)?;
    let r#in = Box::new(parser.parse_expr()?);
    close(parser)?;
    Ok(Expr::Position { expr, r#in })
}

/// `substring(a FROM b FOR c)`.
fn substring(parser: &mut Parser) -> Parsed<Expr> {
    open(parser)?;
    let expr = Box::new(parser.parse_expr()?);
    parser.expect_keyword_is(Keyword::FROM)?;
    let substring_from = Some(Box::new(parser.parse_expr()?));
    let is_for = matches!(&parser.peek_token_ref().token,
        Token::Word(word) if word.value.eq_ignore_ascii_case("for"));
    let substring_for = if is_for {
        parser.advance_token();
        Some(Box::new(parser.parse_expr()?))
    } else {
        None
    };
    close(parser)?;
    Ok(Expr::Substring {
        expr,
        substring_from,
        substring_for,
        special: false,
        shorthand: false,
    })
}

/// `trim(BOTH a FROM b)`.
fn trim(parser: &mut Parser) -> Parsed<Expr> {
    open(parser)?;
    let sides = [Keyword::BOTH, Keyword::LEADING, Keyword::TRAILING];
    let trim_where = match parser.parse_one_of_keywords(&sides) {
        Some(Keyword::BOTH) => Some(TrimWhereField::Both),
        Some(Keyword::LEADING) => Some(TrimWhereField::Leading),
        Some(_) => Some(TrimWhereField::Trailing),
        None => None,
    };
    let trim_what = if parser.parse_keyword(Keyword::FROM) {
        None
    } else {
        let what = parser.parse_expr()?;
        parser.expect_keyword_is(Keyword::FROM)?;
        Some(Box::new(what))
    };
    let expr = Box::new(parser.parse_expr()?);
    close(parser)?;
    Ok(Expr::Trim {
        trim_where,
        trim_what,
        expr,
        trim_characters: None,
    })
}
