"""Item response theory: graded answers, the precision of a scale along its length, and bias."""
