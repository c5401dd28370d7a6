"""The public edition: what may be told of a year, proved safe as a whole, and its site.

`rules` says what is meant for the public, `figures` gathers it, `protect` decides which numbers
may stand, `attack` proves it, `shown` is the one table from which every page and file is printed.
"""
