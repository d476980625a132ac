#!/bin/sh
# Installs what the suite needs on Debian or Ubuntu, when it is missing: the browser that the editor's tests look through, the two servers
# of n8n's queue mode, and what builds n8n's SQLite. Needs root. Starts no service.
set -eu

missing=''
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need chromium 'chromium fonts-dejavu-core'
need redis-server redis-server
need g++ g++
need make make
need python3 python3
# Debian keeps its programs out of PATH, in a folder for each version.
set -- /usr/lib/postgresql/*/bin/initdb
[ -e "$1" ] || missing="$missing postgresql"
# shellcheck disable=SC2086 # several packages
exec sh "$(dirname "$0")/../../support/install-packages.sh" $missing
