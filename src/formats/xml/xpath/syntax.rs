//! The tree of a path.

/// Which nodes a step goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Ancestor,
    AncestorOrSelf,
    Attribute,
    Child,
    Descendant,
    DescendantOrSelf,
    Following,
    FollowingSibling,
    Namespace,
    Parent,
    Preceding,
    PrecedingSibling,
    Own,
}

impl Axis {
    const NAMES: [(&'static str, Self); 13] = [
        ("ancestor", Self::Ancestor),
        ("ancestor-or-self", Self::AncestorOrSelf),
        ("attribute", Self::Attribute),
        ("child", Self::Child),
        ("descendant", Self::Descendant),
        ("descendant-or-self", Self::DescendantOrSelf),
        ("following", Self::Following),
        ("following-sibling", Self::FollowingSibling),
        ("namespace", Self::Namespace),
        ("parent", Self::Parent),
        ("preceding", Self::Preceding),
        ("preceding-sibling", Self::PrecedingSibling),
        ("self", Self::Own),
    ];

    pub fn named(name: &str) -> Option<Self> {
        let found = Self::NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, axis)| *axis)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// `node()`
    Any,
    Text,
    Comment,
    /// With a target, or any.
    Instruction(Option<String>),
    /// `*`
    Wild,
    Name(String),
    /// A name with a prefix, which stands for no namespace here: nothing has it.
    Nothing,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub axis: Axis,
    pub test: Test,
    pub predicates: Vec<Expr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Div,
    Mod,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    Number(f64),
    Text(String),
    Binary(Operator, Box<Expr>, Box<Expr>),
    Negative(Box<Expr>),
    Union(Vec<Expr>),
    Call(Function, Vec<Expr>),
    /// A call or variable that nothing resolves, with Java's words for it.
    Unresolved(String),
    Path {
        from: Start,
        steps: Vec<Step>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Start {
    Root,
    Here,
    /// An expression in parentheses or a call, with predicates over its nodes.
    Nodes(Box<Expr>, Vec<Expr>),
}

/// The functions of the core library, with how many arguments they take.
macro_rules! functions {
    ($($variant:ident $name:literal $class:literal $low:literal $high:literal $takes:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Function { $($variant),* }

        impl Function {
            pub fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }

            /// The fewest and the most arguments, Java's class, and its words for them.
            pub fn takes(self) -> (usize, usize, &'static str, &'static str) {
                match self { $(Self::$variant => ($low, $high, $class, $takes),)* }
            }
        }
    };
}

functions! {
    Last "last" "FuncLast" 0 0 "0";
    Position "position" "FuncPosition" 0 0 "0";
    Count "count" "FuncCount" 1 1 "1";
    Id "id" "FuncId" 1 1 "1";
    LocalName "local-name" "FuncLocalPart" 0 1 "0 or 1";
    NamespaceUri "namespace-uri" "FuncNamespace" 0 1 "0 or 1";
    Name "name" "FuncQname" 0 1 "0 or 1";
    String "string" "FuncString" 0 1 "0 or 1";
    Concat "concat" "FuncConcat" 2 999 ">1";
    StartsWith "starts-with" "FuncStartsWith" 2 2 "2";
    Contains "contains" "FuncContains" 2 2 "2";
    SubstringBefore "substring-before" "FuncSubstringBefore" 2 2 "2";
    SubstringAfter "substring-after" "FuncSubstringAfter" 2 2 "2";
    Substring "substring" "FuncSubstring" 2 3 "2 or 3";
    StringLength "string-length" "FuncStringLength" 0 1 "0 or 1";
    NormalizeSpace "normalize-space" "FuncNormalizeSpace" 0 1 "0 or 1";
    Translate "translate" "FuncTranslate" 3 3 "3";
    Boolean "boolean" "FuncBoolean" 1 1 "1";
    Not "not" "FuncNot" 1 1 "1";
    True "true" "FuncTrue" 0 0 "0";
    False "false" "FuncFalse" 0 0 "0";
    Lang "lang" "FuncLang" 1 1 "1";
    Number "number" "FuncNumber" 0 1 "0 or 1";
    Sum "sum" "FuncSum" 1 1 "1";
    Floor "floor" "FuncFloor" 1 1 "1";
    Ceiling "ceiling" "FuncCeiling" 1 1 "1";
    Round "round" "FuncRound" 1 1 "1";
}
