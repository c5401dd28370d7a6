"""The yearly batch: plan the reports of a year, run what changed, put good ones in place."""
