#!/usr/bin/env bash
# Installs what the tests need of the system: the browser that the journeys drive and a font for
# reports in Chinese. Says how to where it cannot.
set -eu
missing=""
browser=""
for name in chromium-headless-shell chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && browser="$name"
done
# The same browser without its windows; the journeys take a third less work with it.
[ -n "$browser" ] || missing="chromium-headless-shell"
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
$run apt-get update -qq || true
if ! apt-cache show chromium-headless-shell >/dev/null 2>&1; then
  missing="${missing/chromium-headless-shell/chromium}"
fi
# shellcheck disable=SC2086 the names are words of their own
DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq $missing >/dev/null || {
  echo "$mend" >&2
  exit 2
}
