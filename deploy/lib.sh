# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# lib - what deploy/ and tests/run share: timed lines, Debian packages, the unprivileged user.

set -euo pipefail
shopt -s inherit_errexit
service_account=dunghen # the system user that root's system runs as

begun=${EPOCHREALTIME/[.,]/}

# elapsed: seconds since the script began, with one digit.
elapsed() {
    local us=$((${EPOCHREALTIME/[.,]/} - begun))

    printf '%d.%d' $((us / 1000000)) $((us / 100000 % 10))
}

# say WHAT TEXT: one aligned line of progress.
say() {
    printf '%6s s  %-10s %s\n' "$(elapsed)" "$1" "$2"
}

# die WHAT TEXT: the same on standard error, and the end.
die() {
    say "$1" "$2" >&2
    exit 1
}

# until_true SECONDS COMMAND...: tries COMMAND again and again until it succeeds.
until_true() {
    local deadline=$((SECONDS + $1))

    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}

# packages_missing FILE...: the listed packages that are not installed, nor provided by another of
# them, on one line.
packages_missing() {
    local names

    mapfile -t names < <(sed -E 's/#.*//; s/[[:space:]]+//g; /^$/d' "$@" | sort -u)
    # dpkg-query fails for unknown names but still lists the known ones.
    comm -23 <(printf '%s\n' "${names[@]}") \
        <(dpkg-query -W -f='${db:Status-Status} ${Package}, ${Provides}\n' "${names[@]}" 2>/dev/null |
            sed -n 's/^installed //p' | tr ',' '\n' | sed -E 's/\(.*//; s/ //g' | sort -u) | paste -sd' '
}

# packages_install FILE...: makes the listed packages be there, as whoever may do so.
packages_install() {
    local missing

    missing=$(packages_missing "$@")
    if [[ -z $missing ]]; then
        say packages "all there"
        return
    fi
    if ((EUID == 0)); then
        say packages "installing $missing"
        packages_apt "" "$missing"
    elif sudo -n true 2>/dev/null; then
        say packages "installing $missing (sudo)"
        packages_apt "sudo -n" "$missing"
    else
        die packages "missing; as root run: apt-get update && apt-get install -y $missing"
    fi
}

# Debian's PostgreSQL makes and starts a cluster of its own when it is first
# installed. Nobody asked for one, so it is told not to, for this moment only.
packages_apt() {
    local sudo=$1 names quiet_cluster=/etc/postgresql-common/createcluster.d/dunghen.conf

    read -ra names <<<"$2"
    $sudo mkdir -p "${quiet_cluster%/*}"
    echo "create_main_cluster = false" | $sudo tee "$quiet_cluster" >/dev/null
    # shellcheck disable=SC2064 # the names of now
    trap "$sudo rm -f $quiet_cluster" EXIT
    $sudo apt-get -qq update
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
        --no-install-recommends "${names[@]}" >/dev/null
    $sudo rm -f "$quiet_cluster"
    trap - EXIT
}

# account_make: root's system never runs as root, and PostgreSQL refuses to.
account_make() {
    ((EUID == 0)) || return 0
    getent passwd "$service_account" >/dev/null && return 0
    useradd --system --user-group --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin "$service_account"
    say user "system user $service_account made"
}

# build PRESET TARGET: quietly; the log is shown when it fails.
build() {
    local log=build/$1.log

    mkdir -p build
    if ! { cmake --preset "$1" && cmake --build "build/$1" --target "$2"; } >"$log" 2>&1; then
        tail -n 30 "$log" >&2
        die build "failed; the whole log is $log"
    fi
}
