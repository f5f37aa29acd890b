"""Long work: asked for on a page, done by a worker, watched from a page. huey lives here alone.

The table of jobs is the truth. The queue only wakes a worker up: what it forgets is found in the
table, and what it says twice is done once.
"""
