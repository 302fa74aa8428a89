"""The course's first lessons, run as their students run them."""
