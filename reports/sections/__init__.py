"""The parts of a report, one module each: findings or analyses in, blocks out."""
