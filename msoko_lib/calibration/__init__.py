"""Known-answer simulations of the methods: what they do when the truth is known.

``python -m msoko_lib.calibration`` runs them and writes docs/calibration.html and
docs/calibration.csv. A module of this package adds a simulation with ``@simulation`` (see
``registry``); every module of the package is found and imported by ``registry.run_all``.
"""
