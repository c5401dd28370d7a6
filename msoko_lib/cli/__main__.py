"""``python -m msoko_lib.cli``: the commands where the ``msoko`` script is not at hand."""

from msoko_lib.cli import main

main()
