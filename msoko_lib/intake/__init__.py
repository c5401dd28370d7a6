"""Intake: recognise a file by its content, read it, validate it, name every refusal."""
