"""``caudal convert``: a hosted notebook's file, or one of Python 2, as a notebook that runs.

`code` changes the cells and says what it changed, `prints` and `python2` know the old language,
`document` writes the notebook, `command` is the command line.
"""
