#!/usr/bin/env bash
# Installs what the tests need of the system: the browser that the journeys drive and a font for
# reports in Chinese. Says how to where it cannot.
set -eu
missing=""
browser=""
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && browser="$name"
done
[ -n "$browser" ] || missing="chromium"
here="$(cd "$(dirname "$0")/../.." && pwd)"
"$here/.venv/bin/python" -c '
import sys
from reports.pdf.font_files import chinese
sys.exit(chinese() is None)' 2>/dev/null || missing="$missing fonts-wqy-microhei"
[ -n "$missing" ] || exit 0
mend="The tests need Chromium and a font for Chinese. Install them with: sudo apt-get install $missing"
if ! command -v apt-get >/dev/null; then
  echo "$mend (or your system's way), then run make test again." >&2
  exit 2
fi
run=""
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo "$mend" >&2
    exit 2
  fi
  run="sudo -n"
fi
echo "Installing for the tests: $missing …"
# shellcheck disable=SC2086 the names are words of their own
$run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq $missing >/dev/null || {
  echo "$mend" >&2
  exit 2
}
