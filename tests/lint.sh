#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# lint - the house rules that a program can check: tests/lint.sh [CHECK...]
#
# ctest runs each check as a test of its own, lint_CHECK. A check prints what
# is wrong, one line each, and fails. tidy takes minutes and reads build/asan,
# so it runs only when it is named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

checks="banned heads sql format shell spelling cppcheck clang paths length"

# files PATTERN...: our own files of these names.
files() {
    local pattern name=()

    for pattern in "$@"; do
        name+=(-o -name "$pattern")
    done
    find . \( -name .git -o -path ./build -o -path ./var -o -name node_modules \) -prune \
        -o -type f \( "${name[@]:1}" \) -print | sed 's|^\./||' | sort
}

scripts() {
    { files '*.sh' && files '*' | grep -vE '\.[a-z]+$' | xargs -d '\n' grep -lE '^#!.*\b(ba)?sh$'; } | sort -u
}

need() {
    command -v "$1" >/dev/null || { echo "$1 is not installed (tests/packages.txt)" && return 1; }
}

# without_comments FILE: keeps the line numbers.
without_comments() {
    perl -0777 -pe 's{/\*.*?\*/|"(?:\\.|[^"\\\n])*"}{ $& =~ s/[^\n]//gr }gse' "$1"
}

# forbid FILE WHY PATTERN: names the lines of code that match.
forbid() {
    local lines

    lines=$(without_comments "$1" | grep -nP "$3" | cut -d: -f1 | paste -sd,)
    [[ -z $lines ]] || echo "$1:$lines: $2"
}

check_banned() {
    local file call='(?<![\w.>])'

    for file in $(files '*.c' '*.h'); do
        forbid "$file" "a function that the house does not use" \
            "$call(strcpy|strcat|strncpy|strncat|v?sprintf|gets|v?[fs]?scanf|strtok|ato[ifl]|atoll|system|popen|alloca|u?sleep|localtime|gmtime|s?rand)\s*\("
        [[ $file == tests/* || $file == common/mem.c ]] ||
            forbid "$file" "memory comes from mem.h" "$call(malloc|calloc|realloc|strn?dup|v?asprintf)\s*\("
        # The command line's whole purpose is to print.
        [[ $file == tests/* || $file == */main.c || $file == services/ctl/* ]] ||
            forbid "$file" "only main.c prints" "$call(printf|puts|putchar)\s*\("
    done
}

check_heads() {
    local file

    for file in $(files '*.c' '*.h' '*.sh' '*.py' '*.cmake' CMakeLists.txt) $(scripts); do
        head -n 3 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || echo "$file: no SPDX line"
    done
    # One opening for a module, its header's when it has one; a test's name says what it is.
    for file in $(files '*.h' '*.c'); do
        [[ $file == */test_*.c || ($file == *.c && -e ${file%.c}.h) ]] || sed -n 2p "$file" | grep -qE '^/\* [A-Za-z0-9_]+ - ' ||
            echo "$file: does not open with \"name - what it is\""
    done
}

check_sql() {
    local file

    for file in $(files '*.sql' | grep '/sql/'); do
        head -n 1 "$file" | grep -q '^-- ' || echo "$file: does not open with its promise"
        [[ $(sed -E "s/--.*//; s/'[^']*'//g" "$file" | tr -cd ';' | wc -c) -le 1 ]] ||
            echo "$file: more than one statement"
    done
}

check_format() {
    need clang-format || return 0
    files '*.c' '*.h' | xargs clang-format --dry-run -Werror 2>&1 | grep -E '(error|warning):' || true
}

check_shell() {
    need shellcheck || return 0
    scripts | xargs -d '\n' shellcheck -f gcc || true
}

# English prose alone: Vietnamese words look like misspellings of it.
check_spelling() {
    need codespell || return 0
    files '*.md' '*.c' '*.h' '*.sh' | xargs codespell -q 3 --ignore-words tests/spelling.txt || true
}

# What cppcheck cannot see: AUTO closes (ASan watches that), NULL is a pointer,
# and a struct that a callback filled.
cppcheck_blind=(memleak resourceLeak varFuncNullUB uninitvar)

check_cppcheck() {
    local folders

    need cppcheck || return 0
    mapfile -t folders < <(files '*.h' | grep -E '^(common|services)/' | xargs -d '\n' dirname | sort -u)
    cppcheck -q -j 2 --std=c11 --enable=warning,portability --inline-suppr --suppress=missingInclude \
        --suppress=unknownMacro "${cppcheck_blind[@]/#/--suppress=}" \
        --template='{file}:{line}: {message} [{id}]' "${folders[@]/#/-I}" common services 2>&1 || true
}

# What the second compiler warns of; it only reads, so it takes seconds. GCC's own warnings in the
# build's flags are unknown to it.
check_clang() {
    need clang-14 || return 0
    jq -r '.[].command' build/asan/compile_commands.json |
        sed -E 's,^(.*/ccache )?[^ ]+ ,clang-14 -fsyntax-only -Wno-unknown-warning-option ,; s, -o [^ ]+,,; s, -M[DFT]( [^ ]+)?,,g' |
        (cd build/asan && xargs -P 2 -d '\n' -n 1 sh -c 2>&1) | grep -E '(warning|error): ' | sort -u || true
}

# One file a process: clang-tidy 14 reports va_lists wrongly otherwise.
check_tidy() {
    need run-clang-tidy-14 || return 0
    # GCC's own warnings in the build's flags are unknown to clang.
    run-clang-tidy-14 -quiet -j 2 -p build/asan -extra-arg=-Wno-unknown-warning-option \
        "^$PWD/(common|services)/" 2>&1 |
        sed -E 's/\x1b\[[0-9;]*m//g' | grep -E '(warning|error): ' | sed "s|^$PWD/||" | sort -u || true
}

# What is true on one machine only.
check_paths() {
    local here

    here=$(dirname "$PWD")
    [[ $here == /*/* ]] || here=$PWD # a neighbour of the root, as /tmp, is no machine's own
    files '*' | xargs -d '\n' grep -InF -e "${here%/}/" -e "$HOME/" | grep -v '^$' || true
}

# A note for people, never a failure.
check_length() {
    files '*.c' '*.h' '*.sh' '*.py' | xargs wc -l |
        awk '$2 != "total" && $1 > 500 {print "note: " $2 " has " $1 " lines; is it one subject?"}' >&2
}

main() {
    local check found failed=0

    [[ $# -gt 0 ]] || read -ra checks <<<"$checks"
    for check in "${@:-${checks[@]}}"; do
        found=$("check_$check")
        if [[ -n $found ]]; then
            printf '%s:\n%s\n' "$check" "$found"
            failed=1
        fi
    done
    return "$failed"
}

main "$@"
