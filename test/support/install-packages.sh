#!/bin/sh
# Installs packages that a suite needs on Debian or Ubuntu: install-packages.sh PACKAGE… Needs root. Starts no service.
set -eu
[ $# -gt 0 ] || exit 0

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
apt-get install -y -qq --no-install-recommends "$@" >/dev/null
