#!/bin/sh
# Makes .venv ready: `prepare.sh run` for using Canyu, `prepare.sh dev` for testing and changing it,
# `prepare.sh bench` for measuring it against others, `prepare.sh s3` for pictures in a bucket,
# `prepare.sh english` for the larger encoder.
# Says what it does while it does it; when nothing is to be done it says nothing and is quick.
set -u

kind=${1:-run}
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root" || exit 1
log=var/log/prepare.log
stamps=.venv/prepared

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

case $kind in
run) locks=requirements/run.txt ;;
dev) locks="requirements/run.txt requirements/dev.txt" ;;
bench) locks="requirements/run.txt requirements/bench.txt" ;;
s3) locks="requirements/run.txt requirements/s3.txt" ;;
english) locks="requirements/run.txt requirements/english.txt" ;;
*) fail "Nothing was prepared: prepare.sh knows the words run, dev, bench, s3 and english, not \"$kind\"." ;;
esac

# One line for each lock: its checksum and where the checkout stood. A moved checkout is set up
# anew, because launchers in .venv name their place.
stamp_of() {
    printf '%s %s\n' "$(cksum <"$1")" "$root"
}

is_stamped() {
    for lock in $locks; do
        stamp=$stamps/$(basename "$lock")
        [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(stamp_of "$lock")" ] || return 1
    done
}

# ---------------------------------------------------------------------- 1: a Python to build on

version_of() {
    "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    found=
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        command -v "$name" >/dev/null 2>&1 || continue
        if is_new_enough "$name"; then
            python=$name
            return
        fi
        # A launcher that starts nothing has no version to tell.
        [ -n "$found" ] || found=$(version_of "$name")
    done
    advice="install Python 3.11 or newer (on Debian 12: apt install python3 python3-venv) and run the same command again."
    if [ -n "$found" ]; then
        fail "Canyu was not set up, because it needs Python 3.11 and only Python $found was found: $advice"
    fi
    fail "Canyu was not set up, because no Python was found: $advice"
}

# ---------------------------------------------------------------------- 2: the environment

is_venv_sound() {
    [ -x .venv/bin/python ] && is_new_enough .venv/bin/python &&
        .venv/bin/python -c 'import pip' 2>/dev/null
}

# One that was made elsewhere and moved here has launchers that lead nowhere.
is_venv_here() {
    is_venv_sound && [ "$(cat $stamps/place 2>/dev/null || echo "$root")" = "$root" ]
}

make_venv() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "Canyu was not set up, because this Python cannot make virtual environments: apt install python3-venv (as root), then run the same command again."
    "$python" -m venv --clear .venv >>"$log" 2>&1 ||
        fail "The virtual environment .venv was not made: $(tail -n 1 "$log") (all of it: $log)"
}

# ---------------------------------------------------------------------- 3: the pinned packages

# Shows pip's progress as a count; on a terminal in one line, else one line for every ten.
show_count() {
    n=0
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        case $line in
        "Collecting "* | "Requirement already satisfied: "*)
            n=$((n + 1))
            if [ -t 1 ]; then
                printf '\r3/4 Packages: %d of %d ' "$n" "$total"
            elif [ $((n % 10)) -eq 0 ]; then
                printf '3/4 Packages: %d of %d\n' "$n" "$total"
            fi
            ;;
        "Installing collected"*)
            if [ -t 1 ]; then
                printf '\r3/4 Packages: unpacking %d … ' "$n"
            else
                printf '3/4 Packages: unpacking %d …\n' "$n"
            fi
            ;;
        esac
    done
    if [ -t 1 ]; then echo; fi
}

# pip tells a missing network in many ways. A pin of which it sees no version at all is one: the
# lock names only what the index has.
is_network_missing() {
    grep -q -i -E 'NewConnectionError|Failed to establish a new connection|name resolution|connection (was )?(refused|broken|reset|aborted)|timed out|Network is unreachable|from versions: none|ProxyError|MaxRetryError|SSLError' "$log"
}

explain_pip() {
    if is_network_missing; then
        fail "The packages were not installed, because the package index did not answer: check the network (or point PIP_INDEX_URL at a mirror that you reach) and run the same command again; pip's own words are in $log."
    fi
    if grep -q 'DO NOT MATCH THE HASHES' "$log"; then
        fail "The packages were not installed, because what the index sent is not what the lock files in requirements/ name: try another index; pip's own words are in $log."
    fi
    if grep -q 'No space left on device' "$log"; then
        fail "The packages were not installed, because the disk is full: make room and run the same command again."
    fi
    fail "The packages were not installed: $(grep '^ERROR' "$log" | tail -n 1) (all of it: $log)"
}

install_locks() {
    # Both locks name what both need, and pip counts it once.
    # shellcheck disable=SC2086
    total=$(sed -n 's/^\([A-Za-z0-9._-]*\)==.*/\1/p' $locks | sort -u | grep -c .)
    set --
    for lock in $locks; do
        set -- "$@" -r "$lock"
    done
    status=var/log/pip.status
    {
        .venv/bin/python -m pip --disable-pip-version-check install --require-hashes \
            --retries "${PIP_RETRIES:-2}" --progress-bar off --no-color "$@" 2>&1
        echo $? >"$status"
    } | show_count
    [ "$(cat "$status")" = 0 ] || explain_pip
    rm -f "$status"
}

# Installed the plain way, by a path file and a launcher: no build tool, no network, and what is
# edited in canyu/ is what runs.
install_canyu() {
    packages=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$root" >"$packages/canyu.pth"
    cat >.venv/bin/canyu <<LAUNCHER
#!/bin/sh
'''exec' "$root/.venv/bin/python" "\$0" "\$@"
' '''
import sys

from canyu.config.command import main

sys.exit(main())
LAUNCHER
    chmod +x .venv/bin/canyu
}

# ---------------------------------------------------------------------- 4: the translations

# A .po without a .mo, or changed since it was read the last time.
is_translated() {
    for po in canyu/locale/*/LC_MESSAGES/django.po; do
        [ -f "$po" ] || continue
        mo=${po%.po}.mo
        [ -f "$mo" ] && [ -z "$(find "$po" -newer "$mo")" ] || return 1
    done
}

compile_messages() {
    .venv/bin/python scripts/compile_messages.py ||
        fail "The translations were not compiled: see the lines above."
}

# ----------------------------------------------------------------------

if is_stamped && .venv/bin/python -c '' 2>/dev/null; then
    is_translated || compile_messages
    exit 0
fi

mkdir -p var/log || fail "Canyu was not set up, because var/log could not be made in $root."
: >"$log" || fail "Canyu was not set up, because $log cannot be written."
if is_venv_here; then
    echo "1/4 Python $(version_of .venv/bin/python)"
    echo "2/4 Virtual environment .venv"
else
    find_python
    echo "1/4 Python $(version_of "$python")"
    echo "2/4 Virtual environment .venv"
    make_venv
fi
mkdir -p $stamps
printf '%s\n' "$root" >$stamps/place
echo "3/4 Packages, as pinned in $locks"
install_locks
install_canyu
echo "4/4 Translations"
compile_messages
for lock in $locks; do
    stamp_of "$lock" >"$stamps/$(basename "$lock")"
done
