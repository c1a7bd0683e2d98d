# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# supervise - PostgreSQL and the services under runit's runsvdir, all below var/.
#
# var/service/NAME is one service: run (with the environment var/env/common and
# var/env/NAME), log/run (svlogd into var/log/NAME), finish.

# shellcheck source=place.sh
source "$(dirname "${BASH_SOURCE[0]}")/place.sh"

# services: NAME PORT of each listed service whose program is installed.
services() {
    local name port

    while read -r name port; do
        [[ $name != [a-z]* || ! -x $var/bin/dunghen-$name ]] || echo "$name $port"
    done <"$root/deploy/services.txt"
}

service_names() {
    services | cut -d' ' -f1
}

# supervised: the names of what is below var/service.
supervised() {
    local dir

    for dir in "$var"/service/*/; do
        dir=${dir%/}
        [[ ! -d $dir ]] || echo "${dir##*/}"
    done
}

# Whom others wait for, up to half a minute before they stop: these stop after them and start before.
asked_by_others=(letters router tracker)

# start_order: the names of all, whom others ask first.
start_order() {
    local i

    for ((i = ${#asked_by_others[@]} - 1; i >= 0; i--)); do
        service_names | grep -xF "${asked_by_others[i]}" || true
    done
    service_names | grep -vxFf <(printf '%s\n' "${asked_by_others[@]}")
}

# metrics_listen PORT: where a service with this port in services.txt has it. The first service has
# the port of DUNGHEN_METRICS_LISTEN, the others keep their distance to it.
metrics_listen() {
    local host=${DUNGHEN_METRICS_LISTEN%:*} first=${DUNGHEN_METRICS_LISTEN##*:}

    echo "$host:$(($1 - 9101 + 10#$first))"
}

# runs_sv NAME: whether a runsv looks after NAME.
runs_sv() {
    as_user sv status "$var/service/$1" >/dev/null 2>&1
}

# runs NAME: whether its program is up.
runs() {
    as_user sv status "$var/service/$1" 2>/dev/null | grep -q '^run:'
}

# gave_up NAME: it ended with status 78 and is not tried again.
gave_up() {
    as_user sv status "$var/service/$1" 2>/dev/null | grep '^down:' | grep -qv 'want up'
}

supervisor_runs() {
    local pid

    pid=$(cat "$run/supervisor.pid" 2>/dev/null) || return 1
    # A number alone proves nothing: after a reboot it may be anybody's.
    [[ $(ps -o args= -p "$pid") == "runsvdir -P $var/service" ]]
}

# The supervisor keeps nothing of the caller's: no descriptor that somebody waits on.
supervisor_program='
for fd in /proc/self/fd/*; do
    ((${fd##*/} < 3)) || eval "exec ${fd##*/}>&-"
done
ulimit -n "$1"
echo $$ >"$2"
exec runsvdir -P "$3"'

# supervisor_start: in a session of its own, so that no terminal takes it along,
# and with nothing of the caller's environment.
supervisor_start() {
    local limit

    ((limit = $(ulimit -Hn), limit <= 65536)) 2>/dev/null || limit=65536
    as_user env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        setsid -f bash -c "$supervisor_program" supervisor "$limit" "$run/supervisor.pid" "$var/service" \
        </dev/null >>"$var/log/supervisor.log" 2>&1
    until_true 10 supervisor_runs || die supervise "runsvdir does not start; see var/log/supervisor.log"
}

# service_write NAME <RUN: makes or refreshes var/service/NAME; a new one waits
# for service_start.
service_write() {
    local dir=$var/service/$1 new=$var/service/.$1

    if [[ ! -d $dir ]]; then
        # Complete before its name is one that runsvdir looks at.
        as_user mkdir -p "$new/log" "$new/control" "$var/log/$1"
        service_write_files "$new" "$1"
        as_user touch "$new/down"
        as_user mv -T "$new" "$dir"
    else
        service_write_files "$dir" "$1"
    fi
}

service_write_files() {
    local dir=$1 name=$2

    put 0755 "$dir/run"
    printf 's10000000\nn10\n' | put 0644 "$var/log/$name/config"
    put 0755 "$dir/log/run" <<EOF
#!/bin/sh
exec svlogd ../../../log/$name
EOF
    # 78 is a wrong setting: trying again cannot mend it.
    put 0755 "$dir/finish" <<'EOF'
#!/bin/sh
[ "$1" != 78 ] || printf d >supervise/control
EOF
}

# service_write_program NAME LISTEN: one of services.txt.
service_write_program() {
    as_user mkdir -p -m 0700 "$var/env/$1"
    put 0600 "$var/env/$1/DUNGHEN_METRICS_LISTEN" <<<"$2"
    service_write "$1" <<EOF
#!/bin/sh
exec 2>&1
cd ../.. || exit 1
exec chpst -e env/common chpst -e env/$1 bin/dunghen-$1
EOF
}

# Everything that a running service was started from.
fingerprint() {
    local name=$1

    case $name in
        postgres) sha256sum "$var/service/postgres/run" "$var"/postgres/*.conf ;;
        *)
            sha256sum "$var/service/$name/run" "$var/bin/dunghen-$name"
            grep -r "" "$var/env/common" "$var/env/$name" | sort
            ;;
    esac | sha256sum | cut -d' ' -f1
}

# is_outdated NAME: it does not run from what is there now.
is_outdated() {
    [[ $(fingerprint "$1") != "$(cat "$var/service/$1/fingerprint" 2>/dev/null)" ]] || has_newer_ring "$1"
}

# Intake seals with the key that was the ring's last when it was started. A ring that is lost makes
# nothing outdated: who has it in memory is the last one who has.
has_newer_ring() {
    [[ $1 == intake && $DUNGHEN_KEYS_DIR/contact.keys -nt $var/service/intake/fingerprint ]]
}

# service_halt NAME: down until service_start, if it runs from something older.
service_halt() {
    if runs_sv "$1" && runs "$1" && is_outdated "$1"; then
        as_user sv -w 40 force-stop "$var/service/$1" >/dev/null || true
    fi
}

# service_start NAME: up; restarted when it runs from something older. Prints
# what it did.
service_start() {
    local dir=$var/service/$1

    until_true 10 runs_sv "$1" || die "$1" "its supervisor does not answer; see var/log/supervisor.log"
    if ! runs "$1"; then
        echo started
    elif is_outdated "$1"; then
        as_user sv -w 40 force-stop "$dir" >/dev/null || true # it has 30 seconds to drain
        echo restarted
    else
        as_user sv up "$dir" >/dev/null # it may have been on its way down
        return
    fi
    fingerprint "$1" | replace 0644 "$dir/fingerprint" # its time says how new the ring is at least
    as_user rm -f "$dir/down"
    as_user sv up "$dir" >/dev/null # whether it is well is asked later
}

# service_stop NAME SECONDS: and its runsv. Killed after that time.
service_stop() {
    ! runs_sv "$1" || as_user sv -w "$2" force-shutdown "$var/service/$1" >/dev/null || true
}

# supervisor_stop: services first, so that they still find their database, and
# who asks before whom it asks. The runsvdir goes before them: it would start
# again what leaves.
supervisor_stop() {
    local name

    ! supervisor_runs || as_user kill -TERM "$(<"$run/supervisor.pid")"
    for name in $(supervised); do
        [[ " postgres ${asked_by_others[*]} " == *" $name "* ]] || service_stop "$name" 35 &
    done
    wait
    for name in "${asked_by_others[@]}"; do
        service_stop "$name" 35
    done
    service_stop postgres 60
    as_user rm -f "$run/supervisor.pid"
}

# services_forget: stops and removes what services.txt no longer names.
services_forget() {
    local name

    for name in $(supervised | grep -vxFf <(service_names && echo postgres)); do
        # The runsvdir stops what has gone from its sight.
        as_user rm -rf "$var/service/.$name" "$var/env/$name"
        as_user mv -T "$var/service/$name" "$var/service/.$name"
        say "$name" "no longer listed: stopped"
    done
}
