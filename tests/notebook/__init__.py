"""Notebooks as their readers run them: in a kernel, cell by cell."""
