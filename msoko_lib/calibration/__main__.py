"""``python -m msoko_lib.calibration [--quick] [--only NAME …]``."""

from __future__ import annotations

from msoko_lib.calibration.page import main

if __name__ == "__main__":
    main()
