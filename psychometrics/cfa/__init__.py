"""Confirmatory factor analysis and structural equations: models, estimators and their results."""
