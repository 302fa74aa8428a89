//! What is kept of tables and views by name. A kept name means one plan, whose rows the
//! cache has, until something changes what it stands for.

use std::sync::Arc;

use super::cache::Level;
use super::tables::TableName;
use super::{Session, Table};
use crate::error::Result;
use crate::plan::{Plan, Relation};

impl Session {
    /// `CACHE TABLE name`: the rows are kept from their first use on.
    pub fn keep_table(&self, name: &[String], level: Level) -> Result<Table> {
        let table = self.analyze(Plan::new(Relation::Table(name.to_vec())))?;
        let is_stored = !self.catalog.is_view(name);
        if let Some(located) = self.catalog.located(name).filter(|_| is_stored)
            && self.catalog.kept(&located).is_none()
        {
            self.catalog
                .set_kept(located, Some(Arc::clone(&table.plan)));
        }
        self.cache.add(&table.resolved.plan, level);
        Ok(table)
    }

    /// `UNCACHE TABLE name`.
    pub fn let_table_go(&self, name: &[String]) -> Result<()> {
        let table = self.analyze(Plan::new(Relation::Table(name.to_vec())))?;
        self.cache.remove(&table.resolved.plan);
        if !self.catalog.is_view(name)
            && let Some(located) = self.catalog.located(name)
        {
            self.catalog.set_kept(located, None);
        }
        Ok(())
    }

    /// Whether the rows of that name are kept.
    pub fn is_table_kept(&self, name: &[String]) -> Result<bool> {
        let table = self.analyze(Plan::new(Relation::Table(name.to_vec())))?;
        Ok(self.cache.contains(&table.resolved.plan))
    }

    /// Lets everything go.
    pub fn clear_cache(&self) {
        self.catalog.clear_kept();
        self.cache.clear();
    }

    /// The table or view is gone, or another one.
    pub(super) fn forget_kept(&self, name: &TableName) {
        if let Some(plan) = self.catalog.set_kept(name.clone(), None)
            && let Ok(table) = self.analyze(plan)
        {
            self.cache.remove(&table.resolved.plan);
        }
    }

    /// The rows of the table changed: what is kept of it, and of views, is computed anew
    /// when it is next needed.
    pub fn refresh_kept(&self, name: &TableName) -> Result<()> {
        for other in self.catalog.kept_names() {
            let is_it = other == *name;
            let found = self.find_table(&other.parts())?;
            if !is_it && found.is_some_and(|table| table.view.is_none()) {
                continue;
            }
            let plan = self.catalog.set_kept(other.clone(), None);
            let before = plan.map(|plan| self.analyze(plan)).transpose()?;
            let level = before.and_then(|table| self.cache.remove(&table.resolved.plan));
            let Some(level) = level else { continue };
            match self.keep_table(&other.parts(), level) {
                Err(error) if is_it => return Err(error),
                // A view over what is gone is no longer kept.
                _ => {}
            }
        }
        Ok(())
    }

    /// `REFRESH path`: what is kept of tables with files below it is computed anew.
    pub fn refresh_path(&self, path: &str) -> Result<()> {
        let place = self.conf.paths()?.write(path)?;
        for name in self.catalog.kept_names() {
            let found = self.find_table(&name.parts())?;
            if found.is_some_and(|table| table.location.starts_with(&place)) {
                self.refresh_kept(&name)?;
            }
        }
        Ok(())
    }

    /// Removes a temporary view, and what is kept of it.
    pub fn forget_view(&self, name: &[String]) -> bool {
        if let Ok(table) = self.analyze(Plan::new(Relation::Table(name.to_vec()))) {
            self.cache.remove(&table.resolved.plan);
        }
        self.catalog.remove(name)
    }
}
