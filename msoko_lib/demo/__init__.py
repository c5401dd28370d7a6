"""An invented municipality, written in the real file layouts."""

from __future__ import annotations

from msoko_lib.demo.build import write_demo
from msoko_lib.demo.truth import Defect, DemoTruth, Phenomenon

__all__ = ["Defect", "DemoTruth", "Phenomenon", "write_demo"]
