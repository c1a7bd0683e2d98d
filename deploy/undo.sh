# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# undo - what runs while deploy/up fails goes on as it was: its programs, its settings.
#
# var/before holds bin/ and env/ as they were, from undo_open to the end.

# shellcheck source=supervise.sh
source "$(dirname "${BASH_SOURCE[0]}")/supervise.sh"

# undo_open: from here on a failure is undone. Links will do: what is replaced gets a new file.
undo_open() {
    local name

    migrated=false
    ran=()
    for name in $(supervised); do
        [[ $name == postgres ]] || ! runs "$name" || ran+=("$name")
    done
    as_user rm -rf "$var/before"
    as_user mkdir -m 0700 "$var/before"
    as_user cp -al "$var/bin" "$var/env" "$var/before/"
    trap undo EXIT
}

undo_close() {
    trap - EXIT
    as_user rm -rf "$var/before"
}

# Where nothing ran, what was started stays for a look at its log; but nothing that failed is kept
# for the next time.
undo() {
    local status=$? name done_what

    trap - EXIT
    set +e
    undo_files env/given
    if ((${#ran[@]} > 0)); then
        undo_files env
        # The programs of before would not lead over new tables.
        $migrated || as_user cp -alf "$var/before/bin" "$var"
        for name in $(start_order); do
            [[ " ${ran[*]} " == *" $name "* ]] || continue
            done_what=$(service_start "$name")
            [[ -z $done_what ]] || say "$name" "$done_what as it was before" >&2
        done
    fi
    as_user rm -rf "$var/before"
    exit "$status"
}

undo_files() {
    as_user find "$var/$1" -type f -delete
    as_user cp -al "$var/before/$1/." "$var/$1"
}
