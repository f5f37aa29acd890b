#!/usr/bin/env bash
# Installs the browser that the journeys drive, from the system's packages, or says how to.
set -eu
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && exit 0
done
mend="The browser tests need Chromium. Install it with: sudo apt-get install chromium"
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
echo "Installing Chromium for the browser tests …"
$run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq chromium >/dev/null || {
  echo "$mend" >&2
  exit 2
}
