//! `OVER (…)`, the `WINDOW` clause and sort keys.

use sqlparser::ast::{
    NamedWindowDefinition, NamedWindowExpr, OrderByExpr, OrderByOptions, WindowFrame as SqlFrame,
    WindowFrameBound, WindowFrameUnits, WindowSpec as SqlSpec, WindowType,
};

use super::convert::Converter;
use crate::error::{Result, SparkError};
use crate::plan::{Expr, FrameBound, FrameUnits, NullsOrder, SortOrder, WindowFrame, WindowSpec};

const DOC_ROOT: &str = "https://spark.apache.org/docs/latest";

impl Converter<'_> {
    pub(super) fn window(&mut self, window: &WindowType) -> Result<WindowSpec> {
        match window {
            WindowType::NamedWindow(name) => self.named_window(&name.value),
            WindowType::WindowSpec(spec) => self.window_spec(spec),
        }
    }

    fn window_spec(&mut self, spec: &SqlSpec) -> Result<WindowSpec> {
        if let Some(name) = &spec.window_name {
            // Spark has `OVER (w)`, and nothing may be added to it.
            let alone = spec.partition_by.is_empty()
                && spec.order_by.is_empty()
                && spec.window_frame.is_none();
            if !alone {
                let before = self
                    .source
                    .index_at(name.span.start)
                    .unwrap_or(1)
                    .saturating_sub(1);
                return Err(self.unexpected(self.source.start_of(before)));
            }
            return self.named_window(&name.value);
        }
        Ok(WindowSpec {
            partition_by: self.expressions(&spec.partition_by)?,
            order_by: self.sort_keys(&spec.order_by)?,
            frame: spec
                .window_frame
                .as_ref()
                .map(|frame| self.frame(frame))
                .transpose()?,
        })
    }

    fn named_window(&self, name: &str) -> Result<WindowSpec> {
        let scope = self.windows.last().map(Vec::as_slice).unwrap_or_default();
        let found = scope
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, spec)| spec.clone()).ok_or_else(|| {
            let parameters = [("windowName", name), ("docroot", DOC_ROOT)];
            SparkError::new("MISSING_WINDOW_SPECIFICATION", &parameters)
        })
    }

    /// The windows that a select names, each able to use those before it.
    pub(super) fn enter_windows(&mut self, named: &[NamedWindowDefinition]) -> Result<()> {
        self.windows.push(Vec::new());
        for NamedWindowDefinition(name, definition) in named {
            let spec = match definition {
                NamedWindowExpr::NamedWindow(other) => self.named_window(&other.value)?,
                NamedWindowExpr::WindowSpec(spec) => self.window_spec(spec)?,
            };
            if let Some(scope) = self.windows.last_mut() {
                scope.push((name.value.clone(), spec));
            }
        }
        Ok(())
    }

    fn frame(&mut self, frame: &SqlFrame) -> Result<WindowFrame> {
        let units = match frame.units {
            WindowFrameUnits::Rows => FrameUnits::Rows,
            WindowFrameUnits::Range => FrameUnits::Range,
            WindowFrameUnits::Groups => {
                return Err(SparkError::not_implemented("a window frame in GROUPS"));
            }
        };
        let start = self.bound(&frame.start_bound)?;
        let end = match &frame.end_bound {
            Some(bound) => self.bound(bound)?,
            None => FrameBound::CurrentRow,
        };
        Ok(WindowFrame { units, start, end })
    }

    fn bound(&mut self, bound: &WindowFrameBound) -> Result<FrameBound> {
        Ok(match bound {
            WindowFrameBound::CurrentRow => FrameBound::CurrentRow,
            WindowFrameBound::Preceding(None) => FrameBound::UnboundedPreceding,
            WindowFrameBound::Following(None) => FrameBound::UnboundedFollowing,
            WindowFrameBound::Preceding(Some(by)) => {
                FrameBound::Preceding(Box::new(self.expression(by)?))
            }
            WindowFrameBound::Following(Some(by)) => {
                FrameBound::Following(Box::new(self.expression(by)?))
            }
        })
    }

    pub(super) fn sort_keys(&mut self, keys: &[OrderByExpr]) -> Result<Vec<SortOrder>> {
        let key = |key: &OrderByExpr| Ok(sort_order(self.expression(&key.expr)?, &key.options));
        keys.iter().map(key).collect()
    }
}

pub(super) fn sort_order(expr: Expr, options: &OrderByOptions) -> SortOrder {
    SortOrder {
        expr,
        ascending: options.asc.unwrap_or(true),
        nulls: options.nulls_first.map(|first| match first {
            true => NullsOrder::First,
            false => NullsOrder::Last,
        }),
    }
}
