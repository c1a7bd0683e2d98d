#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# deploy - what README promises of deploy/up and deploy/down: tests/scenario/deploy.sh PROGRAMS
#
# In a copy of deploy/ with ports of its own, so that a system that runs in this
# checkout is left alone. PROGRAMS is the folder of built programs.
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
services="intake router tracker dispatch sentinel letters notifier"

fail() {
    echo "FAILED: $1" >&2
    exit 1
}

# within SECONDS COMMAND...: the only way that this test waits.
within() {
    local deadline=$((SECONDS + $1))

    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || fail "not in time: $*"
        sleep 0.1
    done
}

# free_ports N: the first of N neighbours that nobody listens on.
free_ports() {
    local port=$((20000 + RANDOM % 10000)) i

    for ((i = 0; i < $1; i++)); do
        if (: <>"/dev/tcp/127.0.0.1/$((port + i))") 2>/dev/null; then
            free_ports "$1"
            return
        fi
    done
    echo "$port"
}

# programs_make FOLDER: copies; the services' without a look for leaks at their end, which other tests
# take. LeakSanitizer stops the program for it and may never go on when a signal comes just then,
# and runsv sends CONT after TERM.
programs_make() {
    local program

    mkdir "$place/programs" "$place/built"
    cp "$1"/dunghen* "$place/built"
    mv "$place/built/dunghen" "$place/programs"
    for program in "$place"/built/*; do
        printf '#!/bin/sh\nASAN_OPTIONS=detect_leaks=0 exec %s "$@"\n' "$program" >"$place/programs/${program##*/}"
        chmod 0755 "$place/programs/${program##*/}"
    done
}

prepare() {
    place=$(mktemp -d)
    trap finish EXIT
    chmod 0755 "$place"
    cp -r "$source_dir/deploy" "$place/deploy"
    ports=$(free_ports 11)
    programs_make "$1"
    export DUNGHEN_PROGRAMS=$place/programs DUNGHEN_CATALOGUE=$source_dir/deploy/catalogue/tiny
    export DUNGHEN_METRICS_LISTEN=127.0.0.1:$ports DUNGHEN_INTAKE_LISTEN=127.0.0.1:$((ports + 8))
    export DUNGHEN_WORKER_ENDPOINT=tcp://127.0.0.1:$((ports + 9))
}

finish() {
    local status=$?

    "$place/deploy/down" >/dev/null || true
    if ((status != 0)); then
        tail -n 8 "$place"/up.log "$place"/var/log/*/current >&2 || true
    fi
    rm -rf "$place"
}

up() {
    "$place/deploy/up" >"$place/up.log" 2>&1 || fail "up: $(tail -n 3 "$place/up.log")"
}

# processes: what works in this place.
processes() {
    local dir

    for dir in /proc/[0-9]*; do
        [[ $(readlink "$dir/cwd") != "$place"/* ]] || tr '\0' ' ' <"$dir/cmdline"
    done 2>/dev/null
}

# pid NAME: of a service, as its supervisor knows it.
pid() {
    cat "$place/var/service/$1/supervise/pid"
}

pids() {
    local name

    for name in postgres $services; do
        pid "$name"
    done
}

is_ready() {
    curl -fs -m 2 "http://127.0.0.1:$1/readyz"
}

all_ready() {
    local offset

    for offset in 0 1 2 3 4 5 7; do # as in services.txt
        is_ready "$((ports + offset))" || return 1
    done
}

# As on a machine on which the system user is made only in the course of it.
first_up() {
    mkdir "$place/path"
    cat >"$place/path/id" <<EOF
#!/bin/sh
if [ "\$1" = -g ] && ! [ -e "$place/path/known" ]; then
    touch "$place/path/known"
    exit 1
fi
exec /usr/bin/id "\$@"
EOF
    chmod 0755 "$place/path/id"
    PATH="$place/path:$PATH" up
    [[ -e $place/path/known ]] || fail "up did not ask for the user's group"
}

up_again_changes_nothing() {
    local before

    before=$(pids)
    up
    [[ $(pids) == "$before" ]] || fail "a second up restarted something"
}

# What min_wal_size keeps, from the first checkpoint on.
has_the_files_of_its_log() {
    local files=("$place"/var/postgres/pg_wal/????????????????????????)

    ((${#files[@]} >= 60)) || fail "${#files[@]} files of the write-ahead log"
}

# Those alone who write were down before, while something may have been migrated.
stops_older_writers_before_it_migrates() {
    local name how

    DUNGHEN_LEASE_S=200 up
    for name in $services; do
        how=restarted
        [[ ! $name =~ ^(tracker|letters|notifier)$ ]] || how=started
        grep -qE " $name +$how$" "$place/up.log" || fail "$name was not $how: $(grep " $name " "$place/up.log")"
    done
}

is_another() {
    [[ $(pid "$1") != "$2" && -n $(pid "$1") ]]
}

comes_back_after_a_kill() {
    local name old

    for name in postgres $services; do
        old=$(pid "$name")
        kill -KILL "$old"
        within 20 is_another "$name" "$old"
    done
    within 60 all_ready
}

# A supervisor that dies alone must not leave two of everything.
survives_its_supervisor() {
    kill -KILL "$(cat "$place/var/run/supervisor.pid")"
    up
    [[ $(pgrep -fc "runsvdir -P $place/var/service") == 1 ]] || fail "not one supervisor"
}

# refuses TEXT SETTING: says why, and what runs runs on, with the settings of before.
refuses() {
    local before kept

    before=$(pids)
    kept=$(grep -r "" "$place/var/env" | sort)
    if env "$2" "$place/deploy/up" >"$place/up.log" 2>&1; then
        fail "$2 was taken"
    fi
    grep -qF -- "$1" "$place/up.log" || fail "$2: not \"$1\" but $(tail -n 3 "$place/up.log")"
    [[ $(pids) == "$before" ]] || fail "$2 restarted something"
    [[ $(grep -r "" "$place/var/env" | sort) == "$kept" ]] || fail "$2 was kept"
}

refuses_wrong_settings() {
    refuses 'DUNGHEN_LOG: unknown log level "loud"' DUNGHEN_LOG=loud
    refuses 'DUNGHEN_FOO is known to no program' DUNGHEN_FOO=1
    refuses 'DUNGHEN_METRICS_LISTEN "127.0.0.1:65530" is not' DUNGHEN_METRICS_LISTEN=127.0.0.1:65530
    refuses 'DUNGHEN_WORKER_ENDPOINT "tcp://127.0.0.1" is not' DUNGHEN_WORKER_ENDPOINT=tcp://127.0.0.1
    refuses 'DUNGHEN_CATALOGUE "/nope" is not a folder' DUNGHEN_CATALOGUE=/nope
    refuses 'DUNGHEN_INTAKE_LISTEN "192.0.2.7:18080": cannot be listened on' DUNGHEN_INTAKE_LISTEN=192.0.2.7:18080
    refuses 'DUNGHEN_ATTACHMENTS_DIR "/nope/files": is not there and cannot be made' DUNGHEN_ATTACHMENTS_DIR=/nope/files
    refuses 'DUNGHEN_KEYS_DIR: could not make "/nope"' DUNGHEN_KEYS_DIR=/nope/keys
    refuses 'could not reach the database' DUNGHEN_DATABASE_URL=postgresql://nope@127.0.0.1:1/x
    refuses 'no program dunghen in /nope' DUNGHEN_PROGRAMS=/nope
}

# Before what runs is stopped for it.
refuses_addresses_that_others_have() {
    local listener taken

    taken=127.0.0.1:$((ports + 10))
    python3 -m http.server "${taken##*:}" --bind 127.0.0.1 >/dev/null 2>&1 &
    listener=$!
    within 10 curl -s -o /dev/null "http://$taken/"
    refuses "$taken is taken by another program: set DUNGHEN_INTAKE_LISTEN" "DUNGHEN_INTAKE_LISTEN=$taken"
    refuses "$taken is taken by another program: set DUNGHEN_WORKER_ENDPOINT" "DUNGHEN_WORKER_ENDPOINT=tcp://$taken"
    refuses "$taken is taken by another program: set DUNGHEN_METRICS_LISTEN" "DUNGHEN_METRICS_LISTEN=$taken"
    kill "$listener"
    taken=127.0.0.1:$((ports + 2))
    refuses "$taken is what another service is to have: set DUNGHEN_INTAKE_LISTEN" "DUNGHEN_INTAKE_LISTEN=$taken"
}

refuses_a_catalogue_with_a_mistake() {
    cp -r "$DUNGHEN_CATALOGUE" "$place/mistaken"
    sed -i 's/^LIGHT,[*],D1/LIGHT,*,NOPE/' "$place/mistaken/routes.csv"
    refuses 'routes.csv:2: ' "DUNGHEN_CATALOGUE=$place/mistaken"
}

# With a program that cannot migrate, and a setting with it, the writers are down when it fails.
goes_on_as_before_when_it_fails() {
    local kept name

    kept=$(grep -r "" "$place/var/env" | sort)
    mv "$place/programs/dunghen" "$place/operator"
    printf '#!/bin/sh\n[ "$*" != migrate ] || exit 1\nexec %s "$@"\n' "$place/operator" >"$place/programs/dunghen"
    chmod 0755 "$place/programs/dunghen"
    if DUNGHEN_LEASE_S=200 "$place/deploy/up" >"$place/up.log" 2>&1; then
        fail "up did without a migration"
    fi
    mv "$place/operator" "$place/programs/dunghen"
    for name in tracker letters notifier; do
        grep -q " $name .*as it was before" "$place/up.log" || fail "$name is not started again: $(tail -n 3 "$place/up.log")"
    done
    [[ $(grep -r "" "$place/var/env" | sort) == "$kept" ]] || fail "a setting that failed was kept"
    cmp -s "$place/programs/dunghen" "$place/var/bin/dunghen" || fail "the program of before is not there again"
    within 60 all_ready
}

# A wrong setting that only shows when intake starts; the new catalogue would have ended all units.
keeps_its_catalogue_when_it_fails() {
    local real=$place/built/dunghen-intake

    mv "$place/programs/dunghen-intake" "$place/wrapper"
    printf '#!/bin/sh\ncase $1 in --*) exec %s "$@" ;; esac\nexit 78\n' "$real" >"$place/programs/dunghen-intake"
    chmod 0755 "$place/programs/dunghen-intake"
    if DUNGHEN_CATALOGUE=$source_dir/deploy/catalogue/hcmc "$place/deploy/up" >"$place/up.log" 2>&1; then
        fail "up did without intake"
    fi
    mv "$place/wrapper" "$place/programs/dunghen-intake"
    within 60 all_ready
    dunghen status | grep -qE "^catalogue +tiny," || fail "another catalogue is loaded: $(dunghen status | head -n 3)"
}

# The services in the order in which they have said last that they have stopped.
stopped() {
    local name

    for name in $services; do
        grep -h '"event":"stopped"' "$place/var/log/$name/current" | tail -n 1
    done | sort | grep -oE 'dunghen-[a-z]+' | paste -sd' '
}

# Here all are told the same; in containers each only what stands there.
containers_know_where_citizens_come_in() {
    local name

    for name in $services; do
        [[ $("$place/programs/dunghen-$name" --help) != *DUNGHEN_PUBLIC_URL* ||
            $(sed -n "/^  $name:\$/,/^\$/p" "$place/deploy/compose.yaml") == *DUNGHEN_PUBLIC_URL* ]] ||
            fail "compose.yaml does not give DUNGHEN_PUBLIC_URL to $name"
    done
}

# Who only asks what it does.
down_stops_nothing_for_a_word() {
    local before

    before=$(pids)
    "$place/deploy/down" --help | grep -q '^usage: deploy/down' || fail "down --help does not tell what it does"
    ! "$place/deploy/down" tracker 2>/dev/null || fail "down took a word that it does not know"
    [[ $(pids) == "$before" ]] || fail "down stopped something for a word"
}

down_stops_all() {
    "$place/deploy/down" >/dev/null
    [[ -z $(processes) ]] || fail "still running after down: $(processes)"
    [[ $(stopped) == *" dunghen-letters dunghen-router dunghen-tracker" ]] ||
        fail "who waits for others stopped after them: $(stopped)"
    "$place/deploy/down" >/dev/null || fail "a second down is not harmless"
}

key() {
    sha256sum "$place/var/keys/contact.keys"
}

dunghen() {
    "$place/deploy/dunghen" "$@"
}

carries_a_sample_the_whole_way() {
    sample=$(sed -nE 's/.* accepted +([0-9A-Z]{5}-[0-9A-Z]{5}),.*/\1/p' "$place/up.log")
    [[ -n $sample ]] || fail "up accepted no sample"
    grep -qE ' postgres +.*huge pages' "$place/up.log" || fail "up does not say what pages PostgreSQL has"
    grep -q 'read back *ANSWERED' "$place/up.log" || fail "up did not see its sample answered"
}

loses_nothing() {
    local key_before last

    key_before=$(key)
    last=$(dunghen verify | sed -n 's/^last *//p')
    down_stops_all
    up
    [[ $(key) == "$key_before" ]] || fail "down and up changed the keys"
    dunghen trace "$sample" | grep -q "^$sample  ANSWERED" || fail "the sample is not there any more"
    dunghen verify --noted "$last" >/dev/null || fail "the ledger is not what it was"
    dunghen status >/dev/null || fail "not everything is ready after down and up"
}

seals_with_a_new_key_after_up() {
    local name old

    old=$(pids)
    dunghen keys rotate >/dev/null
    up
    for name in postgres $services; do
        [[ $(pid "$name") == "$(head -n 1 <<<"$old")" || $name == intake ]] || fail "a new key restarted $name"
        [[ $(pid "$name") != "$(head -n 1 <<<"$old")" || $name != intake ]] || fail "intake goes on with the old key"
        old=$(tail -n +2 <<<"$old")
    done
}

# A ring that got lost is not replaced in silence.
makes_no_new_ring_while_a_lost_one_is_needed() {
    curl -fs -o /dev/null -H 'Content-Type: application/json' "http://$DUNGHEN_INTAKE_LISTEN/api/v1/cases" \
        -d '{"service_code":"LIGHT","description":"Đèn tắt","lat":10.75,"lon":106.65,"contact":{"name":"An","phone":"0903123456"}}' ||
        fail "a case with a contact was not taken"
    mv "$place/var/keys/contact.keys" "$place/ring"
    if "$place/deploy/up" >"$place/up.log" 2>&1; then
        fail "up made a new ring of keys in place of a lost one"
    fi
    grep -q "contact.keys is lost" "$place/up.log" || fail "up does not say what is lost: $(tail -n 3 "$place/up.log")"
    [[ ! -e $place/var/keys/contact.keys ]] || fail "up made a ring all the same"
    mv "$place/ring" "$place/var/keys/contact.keys"
    up
}

main() {
    local step

    prepare "$1"
    first_up
    for step in containers_know_where_citizens_come_in carries_a_sample_the_whole_way has_the_files_of_its_log \
        up_again_changes_nothing down_stops_nothing_for_a_word comes_back_after_a_kill survives_its_supervisor \
        refuses_wrong_settings refuses_addresses_that_others_have refuses_a_catalogue_with_a_mistake goes_on_as_before_when_it_fails \
        keeps_its_catalogue_when_it_fails \
        stops_older_writers_before_it_migrates loses_nothing \
        seals_with_a_new_key_after_up makes_no_new_ring_while_a_lost_one_is_needed down_stops_all; do
        echo "$step"
        "$step"
    done
}

main "$@"
