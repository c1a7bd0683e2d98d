# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# cluster - the private PostgreSQL cluster in var/postgres.

# shellcheck source=supervise.sh
source "$(dirname "${BASH_SOURCE[0]}")/supervise.sh"

# With another database given, there is none.
cluster_wanted() {
    [[ -z ${DUNGHEN_DATABASE_URL:-} ]]
}

# The version that made the cluster, else the newest that is installed.
cluster_programs() {
    local version

    version=$(as_user cat "$var/postgres/PG_VERSION" 2>/dev/null || true)
    find /usr/lib/postgresql -maxdepth 2 -path "*/${version:-*}/bin" 2>/dev/null | sort -V | tail -n 1
}

# cluster_make: the cluster and the service that runs it.
cluster_make() {
    cluster_wanted || return 0
    cluster_prepare
    cluster_service
}

# cluster_prepare: initdb once; settings and access each time.
cluster_prepare() {
    programs=$(cluster_programs)
    [[ -n $programs ]] || die postgres "its programs are not below /usr/lib/postgresql"
    if ! as_user test -e "$var/postgres/PG_VERSION"; then
        cluster_init
    fi
    cluster_settings "$var/postgres"
    cluster_access
}

cluster_settings() {
    put 0600 "$1/dunghen.conf" <"$root/deploy/postgres/dunghen.conf"
}

# Built beside its place and moved there whole: a cluster that was cut off in
# the making is not taken for one.
cluster_init() {
    as_user rm -rf "$var/postgres.new"
    if ! cluster_fill "$var/postgres.new"; then
        as_user rm -rf "$var/postgres.new"
        die postgres "no cluster was made: is there a gigabyte of room in var/?"
    fi
    as_user mv -T "$var/postgres.new" "$var/postgres"
    say postgres "cluster made in var/postgres"
}

# cluster_fill FOLDER
cluster_fill() {
    as_user "$programs/initdb" -D "$1" -U dunghen --encoding=UTF8 \
        --locale=C.UTF-8 --lc-collate=C --data-checksums --auth=peer >/dev/null &&
        as_user sh -c "echo \"include 'dunghen.conf'\" >>\"\$1\"" init "$1/postgresql.conf" &&
        (cluster_settings "$1") && # which ends its shell when it fails
        say postgres "making the files of its write-ahead log" &&
        # On its standard input; no server is needed for that.
        as_user "$programs/postgres" --single -j -D "$1" -c log_checkpoints=off postgres \
            <"$root/deploy/postgres/new.sql" >/dev/null
}

# This user alone comes in, under dunghen and the services' roles alone. The
# map lists them, since PostgreSQL 15 knows no patterns for roles.
cluster_access() {
    put 0600 "$var/postgres/pg_hba.conf" <<'EOF'
local all all peer map=dunghen
EOF
    {
        echo "dunghen $user dunghen"
        echo "dunghen $user dunghen_ctl"
        sed -nE "s/^([a-z]+).*/dunghen $user dunghen_\1/p" "$root/deploy/services.txt"
    } | put 0600 "$var/postgres/pg_ident.conf"
}

cluster_service() {
    service_write postgres <<EOF
#!/bin/sh
exec 2>&1
exec $programs/postgres -D ../../postgres -k '${run//\'/\'\\\'\'}/postgres'
EOF
    # SIGINT is PostgreSQL's fast shutdown; on SIGTERM it would wait for its clients.
    put 0755 "$var/service/postgres/control/t" <<'EOF'
#!/bin/sh
kill -INT "$(cat supervise/pid)"
EOF
}

cluster_ready() {
    as_user "$programs/pg_isready" -q -h "$run/postgres" -d postgres -U dunghen
}

# cluster_tells_pages: PostgreSQL takes huge pages for its buffers by itself where the machine has set some
# aside. That is the machine's memory and its owner's to give: who has not is told what it would take.
cluster_tells_pages() {
    local server count

    server=$(as_user head -n 1 "$var/postgres/postmaster.pid")
    if as_user grep -q '^KernelPageSize: *[0-9]\{4,\} kB' "/proc/$server/smaps"; then
        say postgres "its buffers are in huge pages"
    else
        count=$(as_user "$programs/psql" -h "$run/postgres" -U dunghen -d postgres -XAtc \
            'SHOW shared_memory_size_in_huge_pages')
        say postgres "would be faster in huge pages: sysctl vm.nr_hugepages=$count, then down and up"
    fi
}

# cluster_start: up and answering.
cluster_start() {
    local done_what

    cluster_wanted || return 0
    done_what=$(service_start postgres)
    until_true 60 cluster_ready || {
        tail -n 5 "$var/log/postgres/current" >&2
        die postgres "does not answer; its log is var/log/postgres/current"
    }
    say postgres "${done_what:-runs}"
    cluster_tells_pages
}
