"""`python -m offchain`: the command line."""

from offchain.cli import main

main()
