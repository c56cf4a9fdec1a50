"""`python -m folkmoot`: the command line."""

from folkmoot.cli import main

main()
