"""Files in and out: a file becomes a Table, a Table becomes a Dataset, a Dataset becomes files."""
