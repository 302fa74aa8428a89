"""`main`: the tests of a file, as PySpark's test files end with."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main(module: str | None = None, output: str = "target/test-reports") -> None:
    """Runs the tests of a module and leaves the process, with status 1 where one fails.

    Parameters
    ----------
    module
        Its name; the module that was started where None.
    output
        A folder for reports in XML, written where ``xmlrunner`` is installed.

    Examples
    --------
    A file of tests ends with ``if __name__ == "__main__": main()``.
    """
    import unittest

    try:
        import xmlrunner

        runner = xmlrunner.XMLTestRunner(output=output, verbosity=2, outsuffix="")
    except ImportError:
        runner = None
    if module is None:
        spec = sys.modules["__main__"].__spec__
        module = spec.name if spec else "__main__"
    done = unittest.main(module=module, testRunner=runner, verbosity=2, exit=False)
    if not done.result.wasSuccessful():
        sys.exit(1)
    # No test at all is no success.
    sys.exit(0 if done.result.testsRun or done.result.skipped else 5)
