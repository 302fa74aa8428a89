"""``python -m caudal``: the same as the command ``caudal``."""

import sys

from caudal.cli import main

if __name__ == "__main__":
    sys.exit(main())
