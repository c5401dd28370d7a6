"""Catalogue × bank → one tidy table of indicator values with n and interval."""
