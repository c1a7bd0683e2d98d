# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# checks - what deploy/up asks before it changes anything that runs: settings, ports, catalogue,
# database. Each says what is wrong in one clear line now rather than in a log.

# shellcheck source=supervise.sh
source "$(dirname "${BASH_SOURCE[0]}")/supervise.sh"

# The variables of every program, one a line, as its --help lists them.
variables() {
    local program

    for program in "$var"/bin/dunghen*; do
        [[ ! -x $program ]] || as_user "$program" --help
    done | sed -nE 's/^  (DUNGHEN_[A-Z0-9_]+) .*/\1/p' | sort -u
    printf '%s\n' DUNGHEN_CATALOGUE DUNGHEN_PROGRAMS
}

# A name that nobody knows is a slip of the pen; if it was kept by an earlier version, it is let go.
check_names() {
    local name known names=("${given[@]}")

    known=$(variables)
    given=()
    for name in "${names[@]}"; do
        if grep -qxF -e "$name" -e "${name%_FILE}" <<<"$known"; then
            given+=("$name")
        elif [[ -e $var/env/given/$name ]]; then
            say settings "$name, kept from before, is known to no program: forgotten"
            unset "$name"
        else
            die settings "$name is known to no program; ./deploy/up --help and var/bin/PROGRAM --help list what is"
        fi
    done
}

# Whether there is such a port for each; the address itself is for the services to judge.
check_metrics() {
    local last

    last=$((65535 - $(services | cut -d' ' -f2 | sort -n | tail -n 1) + 9101))
    if ! [[ $DUNGHEN_METRICS_LISTEN =~ .:[0-9]{1,5}$ ]] || ((10#${DUNGHEN_METRICS_LISTEN##*:} > last)); then
        die settings "DUNGHEN_METRICS_LISTEN \"$DUNGHEN_METRICS_LISTEN\" is not ADDRESS:PORT with a port from 1 to $last: the other services' follow it"
    fi
}

# A program says what is wrong in the last member of its last line, as in its log. It looks from
# where it will run.
check_settings() {
    local name port wrong

    while read -r name port; do
        wrong=$(cd "$var" && as_user env DUNGHEN_METRICS_LISTEN="$(metrics_listen "$port")" \
            "$var/bin/dunghen-$name" --check-config 2>&1) ||
            die settings "dunghen-$name: $(sed -nE '$ {s/.*"why":"(.*)"\}$/\1/; s/\\"/"/g; p}' <<<"$wrong")"
    done < <(services)
}

answers() {
    local address host

    address=$(reachable "$1")
    host=${address%:*}
    host=${host#[}
    (exec 3<>"/dev/tcp/${host%]}/${address##*:}") 2>/dev/null
}

# The addresses that this system's services hold, one a line. They may go from one to another.
addresses_held() {
    local name port

    while read -r name port; do
        runs "$name" || continue
        cat "$var/env/$name/DUNGHEN_METRICS_LISTEN"
        case $name in
            intake) cat "$var/env/common/DUNGHEN_INTAKE_LISTEN" ;;
            dispatch) cat "$var/env/common/DUNGHEN_WORKER_ENDPOINT" ;;
        esac
    done < <(services) 2>/dev/null || true # an earlier up may have been killed over them
}

# require_free SETTING ADDRESS HELD: before the service that wants it is started, or started again to
# have another. What is held is told by its port, since a service may be asked for all addresses.
require_free() {
    ! grep -q ":${2##*:}\$" <<<"$3" || return 0
    ! answers "$2" || die ports "$2 is taken by another program: set $1 to a free address"
}

# What the services are to listen on: SETTING ADDRESS, one a line.
addresses_wanted() {
    local name port

    while read -r name port; do
        echo "DUNGHEN_METRICS_LISTEN $(metrics_listen "$port")"
    done < <(services)
    echo "DUNGHEN_INTAKE_LISTEN $DUNGHEN_INTAKE_LISTEN"
    echo "DUNGHEN_WORKER_ENDPOINT $DUNGHEN_WORKER_ENDPOINT"
}

check_ports() {
    local setting address held before=" "

    held=$(addresses_held)
    while read -r setting address; do
        [[ $before != *" $(reachable "$address") "* ]] ||
            die ports "$address is what another service is to have: set $setting to a free address"
        before+="$(reachable "$address") "
        require_free "$setting" "$address" "$held"
    done < <(addresses_wanted)
}

# A copy in var/catalogue, made by root or by you, since the user may not be let into the checkout.
check_catalogue() {
    local copy=$var/catalogue told

    [[ -d $DUNGHEN_CATALOGUE && -r $DUNGHEN_CATALOGUE && -x $DUNGHEN_CATALOGUE ]] ||
        die settings "DUNGHEN_CATALOGUE \"$DUNGHEN_CATALOGUE\" is not a folder that can be read"
    as_user find "$copy" -mindepth 1 -delete
    tar -C "$DUNGHEN_CATALOGUE" -cf - . | as_user tar -C "$copy" -xf - --no-same-owner
    told=$(ctl catalogue check "$copy" 2>&1) || {
        head -n -1 <<<"$told" >&2
        told=$(tail -n 1 <<<"$told")
        told=${told#dunghen: }
        die catalogue "${told//"$copy"/$DUNGHEN_CATALOGUE}"
    }
}

# Whether it answers and is not newer than the programs.
check_database() {
    local told

    told=$(ctl migrate --dry-run 2>&1) || die database "$(tail -n 1 <<<"$told")"
}
