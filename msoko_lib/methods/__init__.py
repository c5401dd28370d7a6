"""Statistics of msoko: pure functions over arrays and frames.

Nothing here knows a file, a school year or a Russian sentence; every function carries its
formula, its source and a worked example, and is tested against a published or independent number.
Import the modules by their full path: ``from msoko_lib.methods.intervals import wilson``.
"""
