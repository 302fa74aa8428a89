"""Displays in JupyterLab and a real browser; ``make test-browser``."""
