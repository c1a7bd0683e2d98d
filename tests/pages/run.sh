#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run - plays the citizens' pages in a browser: tests/pages/run.sh PROGRAMS PICTURES
#
# PROGRAMS is a folder of built services; PICTURES gets what the pages looked like. PAGES_PARTS="say city"
# plays these files alone, PAGES_TESTS=PATTERN the tests whose names match, PAGES_AT_ONCE=N so many at once;
# PAGES_PICTURES=phone or all takes pictures of the pages, on a phone alone or on every screen.
set -euo pipefail
PAGES_PROGRAMS=$(realpath "$1")
PAGES_SHOTS=$(realpath -m "$2")
export PAGES_PROGRAMS PAGES_SHOTS
cd "$(dirname "${BASH_SOURCE[0]}")"

# npm leaves a copy of what it has installed.
if ! [[ node_modules/.package-lock.json -nt package-lock.json ]]; then
    npm ci --ignore-scripts --no-audit --no-fund
fi
exec node --test-reporter=spec main.mjs
