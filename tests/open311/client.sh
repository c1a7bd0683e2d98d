#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# client WORK_DIR PORT BIN_DIR - installs the npm package open311 as client/package-lock.json pins it, once for
# WORK_DIR, and drives it against the door on PORT.
set -euo pipefail
source_dir="$(dirname "${BASH_SOURCE[0]}")/client"
work="$1/open311-client"

if ! cmp -s "$source_dir/package-lock.json" "$work/installed.json"; then
    rm -rf "$work"
    mkdir -p "$work"
    cp -r "$source_dir"/{package.json,package-lock.json,no-xml} "$work"
    npm ci --prefix "$work" --ignore-scripts --no-audit --no-fund --prefer-offline >/dev/null
    cp "$source_dir/package-lock.json" "$work/installed.json"
fi
cp "$source_dir/client.js" "$work"
key=$("$3/dunghen" keys api npm)
door="http://127.0.0.1:$2/open311/v2"
until curl -fs "$door/services.json?api_key=$key" -o /dev/null; do
    : # the door learns of a new key within a second
done
exec node "$work/client.js" "$door/discovery.json" "$key"
