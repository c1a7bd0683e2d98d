# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# place - where this checkout's system lives, who runs it, and its settings.
#
# After place_open: root (the checkout), var (its real path), user (who owns
# var and runs everything) and group, which is empty until there is such a user.
# After settings_open the DUNGHEN_* are exported.
# Whatever is written below var is written by that user: root follows no link
# that a service could have put there.

# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# place_open: finds var/ without changing anything; the user may not exist yet.
place_open() {
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
    var=$(readlink -m "$root/var")
    user=$(id -un)
    if ((EUID == 0)); then
        user=$(place_owner)
    elif [[ -e $var && ! -O $var ]]; then
        die place "var/ belongs to $(stat -c %U "$var"): run this as root or as that user"
    fi
    group=$(id -g "$user" 2>/dev/null || true)
}

# Root keeps a system in the hands of who started it.
place_owner() {
    local owner

    owner=$(stat -c %U "$var" 2>/dev/null || true)
    case $owner in
        "" | root | UNKNOWN) echo "$service_account" ;;
        *) echo "$owner" ;;
    esac
}

# as_user COMMAND...: as the user who runs the system.
as_user() {
    if ((EUID == 0)); then
        setpriv --reuid="$user" --regid="$group" --init-groups --inh-caps=-all -- "$@"
    else
        "$@"
    fi
}

# replace MODE PATH <BYTES: a file of the system, in one step.
replace() {
    as_user sh -c 'umask 077; cat >"$2.new" && chmod "$1" "$2.new" && mv -f "$2.new" "$2"' \
        replace "$1" "$2" || die place "$2 could not be written"
}

# put MODE PATH <TEXT: the same, unless it stands there already.
put() {
    local text

    IFS= read -r -d '' text || true
    text=${text%$'\n'}
    [[ -f $2 && ! -L $2 && ($1 != 07* || -x $2) && $(<"$2") == "$text" ]] || replace "$1" "$2" <<<"$text"
}

# A short name for this checkout, where several share one folder.
place_id() {
    printf '%s' "$root" | sha256sum | cut -c1-10
}

# place_make: the folders below var/, and var/ itself.
place_make() {
    group=$(id -g "$user") # whom account_make may have made just now
    if [[ ! -e $var ]]; then
        place_make_var
    fi
    if ((EUID == 0)) && [[ $(stat -c %U "$var") != "$user" ]]; then
        chown "$user:" "$var"
    fi
    cd "$var" # the caller's folder may be closed to the user
    as_user mkdir -p bin catalogue log service
    as_user mkdir -p -m 0700 env env/given env/common
    place_make_run
}

place_make_var() {
    if ((EUID == 0)) && [[ ! -L $root/var ]] && ! as_user test -x "$root"; then
        ln -s "/var/lib/dunghen/$(place_id)" "$root/var"
        var=$(readlink -m "$root/var")
        say place "$user cannot enter $root, so var/ leads to $var"
    fi
    mkdir -p "$var"
    chmod 0755 "$var"
}

# A socket's path may have 107 bytes; the longest name below run/ gets 40 of
# them. /tmp and not $XDG_RUNTIME_DIR, which goes away when its user logs out.
place_make_run() {
    local short

    short=/tmp/dunghen-$(id -u "$user")-$(place_id)
    if ((${#var} + 4 + 40 > 107)) && [[ ! -L $var/run ]]; then
        as_user ln -s "$short" "$var/run"
        say place "the path is too long for sockets, so var/run leads to $short"
    fi
    run=$(readlink -m "$var/run")
    as_user mkdir -p -m 0700 "$run"
    [[ $(stat -c %U "$run") == "$user" ]] || die place "$run belongs to somebody else"
    as_user chmod 0700 "$run"
    as_user mkdir -p "$run/postgres"
}

# A listening address as somewhere to connect to.
reachable() {
    local address=${1#tcp://}

    address=${address/#\*:/127.0.0.1:}
    address=${address/#0.0.0.0:/127.0.0.1:}
    echo "${address/#\[::\]:/[::1]:}"
}

# settings_open: the environment, else what an earlier environment gave, else
# the default. An empty value forgets what was given. Without
# DUNGHEN_DATABASE_URL everything uses the private cluster below var/.
settings_open() {
    local file name

    for file in "$var"/env/given/DUNGHEN_*; do
        name=${file##*/}
        [[ ! -e $file || -v $name ]] || export "$name=$(<"$file")"
    done
    given=()
    for name in "${!DUNGHEN_@}"; do
        if [[ -n ${!name} ]]; then
            given+=("$name")
        else
            unset "$name"
        fi
    done
    : "${DUNGHEN_RUN_DIR:=$run}"
    [[ $DUNGHEN_RUN_DIR == "$run" ]] || die settings "DUNGHEN_RUN_DIR cannot be chosen here: it is $run"
    : "${DUNGHEN_KEYS_DIR:=$var/keys}"
    : "${DUNGHEN_LETTERS_DIR:=$var/letters}"
    : "${DUNGHEN_ATTACHMENTS_DIR:=$var/attachments}"
    : "${DUNGHEN_CATALOGUE:=$root/deploy/catalogue/hcmc}"
    : "${DUNGHEN_INTAKE_LISTEN:=127.0.0.1:8080}"
    : "${DUNGHEN_PUBLIC_URL:=http://$(reachable "$DUNGHEN_INTAKE_LISTEN")}"
    : "${DUNGHEN_WORKER_ENDPOINT:=tcp://127.0.0.1:5570}"
    : "${DUNGHEN_METRICS_LISTEN:=127.0.0.1:9101}"
    : "${DUNGHEN_TIMEZONE:=Asia/Ho_Chi_Minh}"
    : "${DUNGHEN_LOG:=info}"
    export "${!DUNGHEN_@}"
}

# settings_keep: what was given is remembered; var/env/common is for chpst -e.
# What each service has for itself goes to var/env/NAME.
settings_keep() {
    # One process for all of them, since it can see them all. Each takes the place of the one before in one step,
    # so that none is lost by who is killed here.
    as_user bash -ec '
        umask 077
        rm -rf "$1.new"
        mkdir -p "$1.new/given" "$1.new/common"
        for name in "${@:2}"; do
            printf "%s\n" "${!name}" >"$1.new/given/$name"
        done
        for name in "${!DUNGHEN_@}"; do
            [[ $name == DUNGHEN_METRICS_LISTEN ]] || printf "%s\n" "${!name}" >"$1.new/common/$name"
        done
        shopt -s nullglob
        for dir in given common; do
            files=("$1.new/$dir"/*)
            ((${#files[@]} == 0)) || mv -f "${files[@]}" "$1/$dir"
            for file in "$1/$dir"/*; do
                [[ " ${files[*]##*/} " == *" ${file##*/} "* ]] || rm -f "$file"
            done
        done
        rm -rf "$1.new"' keep "$var/env" "${given[@]}" || die settings "they could not be kept in $var/env"
}

# ctl ARGUMENT...: the operator's program with this checkout's settings.
ctl() {
    as_user "$var/bin/dunghen" "$@"
}
