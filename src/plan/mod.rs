//! What the user asked for: unresolved expressions and relations, from DataFrame
//! calls or from SQL text (`sql/`), which build the same trees.
//!
//! Plain data. Knows nothing of DataFusion, of the session or of Python; whoever
//! wants to know what a name means goes on to `analysis`.

mod call_text;
mod expr;
mod foreign;
pub mod foreign_function;
pub mod groups;
mod literal;
mod local_stream;
mod observed;
mod relation;
pub mod repr;
mod routine;
pub mod sql;
pub mod text;

pub use expr::{
    Call, CastMode, Expr, ExprId, Frame, FrameBound, FrameUnits, NullsOrder, SortOrder,
    WindowFrame, WindowSpec,
};
pub use foreign::{
    FilteredRead, Foreign, ForeignBatches, ForeignFilter, ForeignRows, ForeignSource, ForeignStream,
};
pub use foreign_function::{
    BatchMapSpec, Evaluator, ForeignArg, ForeignBatchMap, ForeignCall, ForeignColumns,
    ForeignFunction, ForeignGroups, ForeignKind, ForeignRef, ForeignTable, GroupMapSpec,
    TableArgument,
};
pub use literal::Literal;
pub use local_stream::{LocalStream, Reading};
pub use observed::{Metrics, Observed};
pub use relation::{
    Dealing, DistinctKind, Grouping, JoinKind, JoinOn, LocalData, PipeStep, PivotSpec, Plan,
    ReadSpec, Recursive, Relation, SetOp, Slices, UnpivotSpec,
};
pub use routine::{Returns, Routine, RoutineParameter};
