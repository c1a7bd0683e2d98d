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

# without_strings: reads files whole and prints what is neither comment nor string, each line as FILE:LINE:CODE.
without_strings() {
    xargs -d '\n' perl -0777 -ne 's{/\*.*?\*/|"(?:\\.|[^"\\\n])*"}{ $& =~ s/[^\n]//gr }gse;
        my $line = 0; print map { $line++; "$ARGV:$line:$_\n" } split /\n/'
}

# forbid WHY PATTERN [FILES]: names the lines of code that match, but for files that match FILES.
forbid() {
    grep -vE "^(${3:-$^}):" <<<"$code" | { grep -P "^[^:]*:\d+:.*?$2" || true; } | sed -E "s|^([^:]*:[0-9]+):.*|\1: $1|"
}

check_banned() {
    local code call='(?<![\w.>])'

    code=$(files '*.c' '*.h' | without_strings)
    forbid "a function that the house does not use" \
        "$call(strcpy|strcat|strncpy|strncat|v?sprintf|gets|v?[fs]?scanf|strtok|ato[ifl]|atoll|system|popen|alloca|u?sleep|localtime|gmtime|s?rand)\s*\("
    forbid "memory comes from mem.h" "$call(malloc|calloc|realloc|strn?dup|v?asprintf)\s*\(" 'tests/[^:]*|common/mem\.c'
    # The command line's whole purpose is to print.
    forbid "only main.c prints" "$call(printf|puts|putchar)\s*\(" 'tests/[^:]*|[^:]*/main\.c|services/ctl/[^:]*'
}

# has_line LAST PATTERN WHY: names the files, read from standard input, without such a line among their first LAST.
has_line() {
    xargs -d '\n' awk -v last="$1" -v pattern="$2" -v why="$3" '
        FNR > last { nextfile }
        $0 ~ pattern { found[FILENAME] }
        END { for (i = 1; i < ARGC; i++) if (!(ARGV[i] in found)) print ARGV[i] ": " why }'
}

check_heads() {
    local file

    { files '*.c' '*.h' '*.sh' '*.py' '*.cmake' CMakeLists.txt && scripts; } | sort -u |
        has_line 3 'SPDX-License-Identifier: Apache-2[.]0' "no SPDX line"
    # One opening for a module, its header's when it has one; a test's name says what it is.
    files '*.h' '*.c' | while read -r file; do
        [[ $file == */test_*.c || ($file == *.c && -e ${file%.c}.h) ]] || echo "$file"
    done | has_line 2 '^/[*] [A-Za-z0-9_]+ - ' 'does not open with "name - what it is"'
}

check_sql() {
    files '*.sql' | grep '/sql/' | has_line 1 '^-- ' "does not open with its promise"
    files '*.sql' | grep '/sql/' | xargs -d '\n' awk '
        FNR == 1 { tell(); file = FILENAME; statements = 0 }
        { gsub(/--.*/, ""); gsub(/\047[^\047]*\047/, ""); statements += gsub(/;/, "") }
        END { tell() }
        function tell() { if (statements > 1) print file ": more than one statement" }'
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
