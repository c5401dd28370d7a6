"""msoko: an open reference system for municipal assessment of education quality (МСОКО)."""

__version__ = "0.1.0"
