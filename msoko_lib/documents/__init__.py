"""Documents that an office issues: Word files filled from templates that it may edit."""
