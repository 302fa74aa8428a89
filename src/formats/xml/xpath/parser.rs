//! A path's text to its tree, by the grammar of XPath 1.0; what it does not take is worded
//! as the JDK's compiler words it.

use super::fault;
use super::lexer::{is_name, tokens};
use super::syntax::{Axis, Expr, Function, Operator, Start, Step, Test};
use crate::error::{Result, SparkError};

pub(super) fn parse(path: &str) -> Result<Expr> {
    let tokens = tokens(path)?;
    if tokens.is_empty() {
        return Err(fault(path, "Empty expression!"));
    }
    let mut parser = Parser {
        path,
        tokens,
        at: 0,
    };
    let expr = parser.or()?;
    let rest = parser.tokens.get(parser.at..).unwrap_or_default();
    if rest.is_empty() {
        return Ok(expr);
    }
    let shown: Vec<_> = rest.iter().map(|token| format!("'{token}'")).collect();
    let what = format!("Extra illegal tokens: {}", shown.join(", "));
    Err(fault(path, &what))
}

struct Parser<'a> {
    path: &'a str,
    tokens: Vec<String>,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &str {
        self.ahead(0)
    }

    fn ahead(&self, by: usize) -> &str {
        self.tokens.get(self.at + by).map_or("", String::as_str)
    }

    fn is_over(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Takes a token if it is the next one.
    fn takes(&mut self, token: &str) -> bool {
        let is_next = !self.is_over() && self.peek() == token;
        self.at += usize::from(is_next);
        is_next
    }

    fn next(&mut self) -> String {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned().unwrap_or_default()
    }

    fn fault(&self, what: &str) -> SparkError {
        fault(self.path, what)
    }

    fn expect(&mut self, token: &str) -> Result<()> {
        if self.takes(token) {
            return Ok(());
        }
        let what = match self.is_over() {
            true => format!("Expected {token}, but found: "),
            false => format!("Expected {token}, but found: {}", self.peek()),
        };
        Err(self.fault(&what))
    }

    /// Operands of one level, from left to right.
    fn level(
        &mut self,
        operators: &[(&str, Operator)],
        operand: fn(&mut Self) -> Result<Expr>,
    ) -> Result<Expr> {
        let mut left = operand(self)?;
        loop {
            let found = operators.iter().find(|(sign, _)| *sign == self.peek());
            let Some((_, operator)) = found.filter(|_| !self.is_over()) else {
                return Ok(left);
            };
            self.at += 1;
            let right = operand(self)?;
            left = Expr::Binary(*operator, Box::new(left), Box::new(right));
        }
    }

    fn or(&mut self) -> Result<Expr> {
        self.level(&[("or", Operator::Or)], Self::and)
    }

    fn and(&mut self) -> Result<Expr> {
        self.level(&[("and", Operator::And)], Self::equality)
    }

    fn equality(&mut self) -> Result<Expr> {
        let signs = [("=", Operator::Equal), ("!=", Operator::NotEqual)];
        self.level(&signs, Self::relation)
    }

    fn relation(&mut self) -> Result<Expr> {
        let signs = [
            ("<", Operator::Less),
            ("<=", Operator::LessOrEqual),
            (">", Operator::Greater),
            (">=", Operator::GreaterOrEqual),
        ];
        self.level(&signs, Self::sum)
    }

    fn sum(&mut self) -> Result<Expr> {
        let signs = [("+", Operator::Plus), ("-", Operator::Minus)];
        self.level(&signs, Self::product)
    }

    fn product(&mut self) -> Result<Expr> {
        let signs = [
            ("*", Operator::Times),
            ("div", Operator::Div),
            ("mod", Operator::Mod),
        ];
        self.level(&signs, Self::negative)
    }

    /// One minus: Java's compiler takes no second one.
    fn negative(&mut self) -> Result<Expr> {
        match self.takes("-") {
            true => Ok(Expr::Negative(Box::new(self.union()?))),
            false => self.union(),
        }
    }

    fn union(&mut self) -> Result<Expr> {
        let first = self.path()?;
        if self.peek() != "|" || self.is_over() {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.takes("|") {
            parts.push(self.path()?);
        }
        Ok(Expr::Union(parts))
    }

    fn path(&mut self) -> Result<Expr> {
        let Some(primary) = self.primary()? else {
            return self.location();
        };
        let is_nodes = matches!(
            primary,
            Expr::Path { .. } | Expr::Union(_) | Expr::Call(..) | Expr::Unresolved(_)
        ) || self.tokens.get(self.at - 1).is_some_and(|t| t == ")");
        let mut predicates = Vec::new();
        while is_nodes && self.takes("[") {
            predicates.push(self.predicate()?);
        }
        let steps = match self.peek() {
            "/" | "//" if !self.is_over() => {
                if !is_nodes {
                    return Err(self.fault("ERROR! Unknown op code: 21"));
                }
                self.steps()?
            }
            _ if predicates.is_empty() => return Ok(primary),
            _ => Vec::new(),
        };
        Ok(Expr::Path {
            from: Start::Nodes(Box::new(primary), predicates),
            steps,
        })
    }

    /// A literal, a number, a call, or something in parentheses; `None` for a location.
    fn primary(&mut self) -> Result<Option<Expr>> {
        if self.is_over() {
            return Ok(None);
        }
        let token = self.peek().to_string();
        let first = token.chars().next().unwrap_or(' ');
        Ok(Some(match first {
            '\'' | '"' => {
                self.at += 1;
                let inner = token.get(1..token.len() - 1).unwrap_or_default();
                Expr::Text(inner.to_string())
            }
            '$' => {
                self.at += 2;
                Expr::Unresolved(
                    "javax.xml.transform.TransformerException: Cannot invoke \
                     \"javax.xml.xpath.XPathVariableResolver.resolveVariable(javax.xml.namespace.\
                     QName)\" because \"this.resolver\" is null"
                        .into(),
                )
            }
            '(' => {
                self.at += 1;
                let inner = self.or()?;
                self.expect(")")?;
                inner
            }
            c if c.is_ascii_digit() || c == '.' && token.len() > 1 && token != ".." => {
                self.at += 1;
                Expr::Number(token.parse().unwrap_or(f64::NAN))
            }
            _ if is_name(&token) && self.ahead(1) == "(" && !is_kind_test(&token) => self.call()?,
            _ => return Ok(None),
        }))
    }

    fn call(&mut self) -> Result<Expr> {
        let name = self.next();
        self.at += 1;
        if name.contains(':') {
            self.arguments()?;
            return Ok(Expr::Unresolved(
                "javax.xml.transform.TransformerException: Cannot invoke \
                 \"com.sun.org.apache.xpath.internal.ExtensionsProvider.extFunction(com.sun.org.\
                 apache.xpath.internal.functions.FuncExtFunction, java.util.List)\" because \
                 \"extProvider\" is null"
                    .into(),
            ));
        }
        let Some(function) = Function::named(&name) else {
            return Err(self.fault(&format!("Could not find function: {name}")));
        };
        let arguments = self.arguments()?;
        let (fewest, most, class, takes) = function.takes();
        if arguments.len() < fewest || arguments.len() > most {
            return Err(self.fault(&format!(
                "com.sun.org.apache.xpath.internal.functions.{class} only allows {takes} arguments"
            )));
        }
        Ok(Expr::Call(function, arguments))
    }

    fn arguments(&mut self) -> Result<Vec<Expr>> {
        let mut arguments = Vec::new();
        if self.takes(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.or()?);
            if !self.takes(",") {
                break;
            }
        }
        self.expect(")")?;
        Ok(arguments)
    }

    fn predicate(&mut self) -> Result<Expr> {
        let inner = self.or()?;
        self.expect("]")?;
        Ok(inner)
    }

    fn location(&mut self) -> Result<Expr> {
        if self.takes("/") {
            let steps = match self.is_step() {
                true => self.relative()?,
                // What follows is no step: the root alone.
                false => Vec::new(),
            };
            return Ok(Expr::Path {
                from: Start::Root,
                steps,
            });
        }
        if self.peek() == "//" && !self.is_over() {
            return Ok(Expr::Path {
                from: Start::Root,
                steps: self.steps()?,
            });
        }
        if !self.is_step() {
            let what = match self.is_over() {
                true => "A location path was expected, but the end of the XPath expression was \
                         found instead."
                    .to_string(),
                false => format!(
                    "A location path was expected, but the following token was encountered:  {}",
                    self.peek()
                ),
            };
            return Err(self.fault(&what));
        }
        Ok(Expr::Path {
            from: Start::Here,
            steps: self.relative()?,
        })
    }

    fn is_step(&self) -> bool {
        !self.is_over() && (matches!(self.peek(), "." | ".." | "@" | "*") || is_name(self.peek()))
    }

    fn relative(&mut self) -> Result<Vec<Step>> {
        let mut steps = vec![self.step()?];
        steps.extend(self.steps()?);
        Ok(steps)
    }

    /// Steps, each behind its `/` or `//`.
    fn steps(&mut self) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            let is_deep = match self.peek() {
                "/" => false,
                "//" => true,
                _ => return Ok(steps),
            };
            if self.is_over() {
                return Ok(steps);
            }
            self.at += 1;
            if is_deep {
                steps.push(Step {
                    axis: Axis::DescendantOrSelf,
                    test: Test::Any,
                    predicates: Vec::new(),
                });
            }
            if !self.is_step() {
                return Err(
                    self.fault("A location step was expected following the '/' or '//' token.")
                );
            }
            steps.push(self.step()?);
        }
    }

    fn step(&mut self) -> Result<Step> {
        let bare = |axis| Step {
            axis,
            test: Test::Any,
            predicates: Vec::new(),
        };
        if self.takes(".") {
            if self.peek() == "[" && !self.is_over() {
                return Err(self.fault(
                    "'..[predicate]' or '.[predicate]' is illegal syntax.  Use \
                     'self::node()[predicate]' instead.",
                ));
            }
            return Ok(bare(Axis::Own));
        }
        if self.takes("..") {
            return Ok(bare(Axis::Parent));
        }
        let axis = if self.takes("@") {
            Axis::Attribute
        } else if self.ahead(1) == "::" {
            let name = self.next();
            self.at += 1;
            match Axis::named(&name) {
                Some(axis) => axis,
                None => return Err(self.fault(&format!("illegal axis name: {name}"))),
            }
        } else {
            Axis::Child
        };
        let test = self.test()?;
        let mut predicates = Vec::new();
        while self.takes("[") {
            predicates.push(self.predicate()?);
        }
        Ok(Step {
            axis,
            test,
            predicates,
        })
    }

    fn test(&mut self) -> Result<Test> {
        if self.ahead(1) == "(" && is_kind_test(self.peek()) {
            return self.kind_test();
        }
        if self.takes("*") {
            return Ok(Test::Wild);
        }
        if self.is_over() || !is_name(self.peek()) {
            return Err(
                self.fault("A node test that matches either NCName:* or QName was expected.")
            );
        }
        let name = self.next();
        Ok(match name.contains(':') {
            true => Test::Nothing,
            false => Test::Name(name),
        })
    }

    fn kind_test(&mut self) -> Result<Test> {
        let name = self.next();
        self.at += 1;
        let test = match name.as_str() {
            "node" => Test::Any,
            "text" => Test::Text,
            "comment" => Test::Comment,
            _ => {
                let literal = self.peek().to_string();
                let target = literal.strip_prefix(['\'', '"']);
                if target.is_some() {
                    self.at += 1;
                }
                let target = target.and_then(|text| text.strip_suffix(['\'', '"']));
                Test::Instruction(target.map(str::to_string))
            }
        };
        self.expect(")")?;
        Ok(test)
    }
}

fn is_kind_test(token: &str) -> bool {
    matches!(
        token,
        "node" | "text" | "comment" | "processing-instruction"
    )
}
