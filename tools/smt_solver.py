"""Solve a file of SMT-LIB by bitwuzla, which is quicker than halmos's own solvers where lanes of a word are counted.

Run by halmos with the Python of its environment: the package has no command.
"""

import sys

import bitwuzla

options = bitwuzla.Options()
options.set(bitwuzla.Option.PRODUCE_MODELS, True)
bitwuzla.Parser(bitwuzla.TermManager(), options).parse(sys.argv[1], parse_only=False, parse_file=True)
