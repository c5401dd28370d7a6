"""What each report tells: the findings, charts and tables of a subsystem from the year's data.

A function of a subsystem takes the opened year and returns one block of the report; a report
notebook calls one of them a cell and computes nothing itself.
"""
