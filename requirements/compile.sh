#!/usr/bin/env bash
# Renews both lock files from pyproject.toml. Needs uv. No download address is written.
set -eu
cd "$(dirname "$0")/.."
lock() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-annotate --no-header --no-emit-index-url --no-emit-find-links "$@"; }
lock pyproject.toml -o requirements/run.txt
lock pyproject.toml --group test -o requirements/test.txt
