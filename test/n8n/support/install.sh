#!/bin/sh
# Installs what the suite needs on Debian or Ubuntu, when it is missing: the browser that the editor's tests look through, and the two
# servers of n8n's queue mode. Needs root. Starts no service.
set -eu

missing=''
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need chromium 'chromium fonts-dejavu-core'
need redis-server redis-server
# Debian keeps its programs out of PATH, in a folder for each version.
set -- /usr/lib/postgresql/*/bin/initdb
[ -e "$1" ] || missing="$missing postgresql"
[ -n "$missing" ] || exit 0

# While it stands here, packages do not start what they bring.
policy=/usr/sbin/policy-rc.d
put_back() {
  if [ -e "$policy.before-netlatch" ]; then mv "$policy.before-netlatch" "$policy"; else rm -f "$policy"; fi
}
# A copy that is already there is the true one: an earlier run was killed.
[ -e "$policy.before-netlatch" ] || [ ! -e "$policy" ] || mv "$policy" "$policy.before-netlatch"
trap put_back EXIT
trap 'exit 1' HUP INT TERM
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # several packages
apt-get install -y -qq --no-install-recommends $missing >/dev/null
