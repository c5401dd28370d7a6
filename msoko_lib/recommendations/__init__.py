"""Closed list of rules × facts of a year → addressed sentences with their evidence."""
