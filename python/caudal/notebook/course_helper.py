"""``databricks_test_helper``: how exercises of courses check an answer.

In a notebook of ours ``from databricks_test_helper import *`` finds this module, where no other
of that name is installed.
"""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

__all__ = ["Test", "TestFailed"]


class TestFailed(Exception):
    """A check that failed, where `Test.setFailFast` asked for it."""

    __test__ = False


class Test:
    """Checks that print whether they passed.

    Examples
    --------
    >>> Test.assertEquals(1 + 1, 2, "Wrong sum")
    1 test passed.
    >>> Test.assertTrue(1 > 2, "Wrong order")
    1 test failed. Wrong order
    """

    # Not a test of pytest's.
    __test__ = False

    passed: ClassVar[int] = 0
    numTests: ClassVar[int] = 0
    failFast: ClassVar[bool] = False
    private: ClassVar[bool] = False

    @classmethod
    def setFailFast(cls) -> None:
        """A check that fails is an error from here on."""
        cls.failFast = True

    @classmethod
    def setPrivate(cls) -> None:
        """Nothing is printed from here on."""
        cls.private = True

    @classmethod
    def assertTrue(cls, result: Any, msg: str = "") -> None:
        """Prints whether `result` is true.

        Parameters
        ----------
        result
            What was found out.
        msg
            What is wrong where it is not true.

        Raises
        ------
        TestFailed
            Where it is not true, after `setFailFast`.
        """
        cls.numTests += 1
        is_right = bool(result)
        cls.passed += is_right
        if not cls.private:
            print("1 test passed." if is_right else f"1 test failed. {msg}")
        if not is_right and cls.failFast:
            raise TestFailed(msg)

    @classmethod
    def assertEquals(cls, var: Any, val: Any, msg: str = "") -> None:
        """Prints whether `var` equals `val`."""
        cls.assertTrue(var == val, msg)

    @classmethod
    def assertEqualsHashed(cls, var: Any, hashed_val: str, msg: str = "") -> None:
        """Prints whether the SHA-1 of `var`'s text is `hashed_val`."""
        digest = hashlib.sha1(str(var).encode(), usedforsecurity=False).hexdigest()
        cls.assertEquals(digest, hashed_val, msg)

    @classmethod
    def printStats(cls) -> None:
        """Prints how many checks passed."""
        print(f"{cls.passed} / {cls.numTests} test(s) passed.")
