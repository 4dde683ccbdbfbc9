#!/usr/bin/env bash
# Sees to what the tests need beside Go: Node.js with npm, Chromium, and the
# server programs of PostgreSQL. With root and apt it installs what is missing;
# elsewhere it says what to install.
set -eu

missing=()
command -v npm >/dev/null || missing+=(nodejs npm)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" fonts-noto-cjk >/dev/null
else
	echo "The tests need: ${missing[*]}. Install them and run this again." >&2
	exit 1
fi
