"""Import it last in a process that is forked: what that has imported is not collected, and so is shared by all forks.

Each of them would otherwise look through it, and copy it, at its first whole collection.
"""

import gc

gc.collect()
gc.freeze()
