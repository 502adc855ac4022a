#!/bin/sh
# Makes sure of a program that is no Python package: `tools.sh browser` (Chromium with fonts for
# Chinese), `tools.sh gettext` (xgettext), `tools.sh load` (wrk), `tools.sh strace` (strace, which
# counts what reaches the disk), `tools.sh survival` (R with its package survival).
# Installs it from Debian where that is allowed.
set -u

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

has_one_of() {
    for name in "$@"; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}

has_chinese_font() {
    # Without fontconfig nobody can tell; the pages are then drawn with what there is.
    ! has_one_of fc-list || [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ]
}

# $1: what for; the rest: Debian's packages.
install_from_debian() {
    what=$1
    shift
    advice="install it yourself (on Debian: apt install $*) and run the same command again"
    has_one_of apt-get || fail "$what is missing, and this is no Debian: $advice."
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif has_one_of sudo && sudo -n true 2>/dev/null; then
        as_root=sudo
    else
        fail "$what is missing, and only root may install it: $advice."
    fi
    mkdir -p var/log
    log=var/log/tools.log
    echo "Installing $* …"
    $as_root env DEBIAN_FRONTEND=noninteractive sh -c \
        'apt-get update && apt-get install --yes --no-install-recommends "$@"' sh "$@" \
        >"$log" 2>&1 </dev/null ||
        fail "$what is missing, and Debian's packages could not be installed ($(grep '^E:' "$log" | tail -n 1)): check the network, or $advice; all of it is in $log."
}

# Without a window it takes half the time. Tried once: where it cannot be had, the usual one does.
has_got_headless() {
    [ ! -e var/log/no-headless-shell ] || return 1
    (install_from_debian "Chromium" chromium-headless-shell fonts-noto-cjk) 2>/dev/null && return
    mkdir -p var/log 2>/dev/null && : >var/log/no-headless-shell
    return 1
}

cd "$(dirname -- "$0")/.." || exit 1
case ${1:-} in
browser)
    has_one_of chromium-headless-shell || has_got_headless ||
        has_one_of chromium chromium-browser google-chrome google-chrome-stable ||
        install_from_debian "Chromium" chromium fonts-noto-cjk
    has_chinese_font || install_from_debian "A font for Chinese" fonts-noto-cjk
    ;;
gettext)
    has_one_of xgettext || install_from_debian "xgettext" gettext
    ;;
load)
    has_one_of wrk || install_from_debian "wrk" wrk
    ;;
strace)
    has_one_of strace || install_from_debian "strace" strace
    ;;
survival)
    has_one_of Rscript && Rscript -e 'library(survival)' >/dev/null 2>&1 ||
        install_from_debian "R's package survival" r-base-core r-cran-survival
    ;;
*) fail "tools.sh knows the words browser, gettext, load, strace and survival." ;;
esac
