#!/bin/sh
# Installs the real servers of the test bed on Debian or Ubuntu, when they are missing. Needs root. Starts no service.
set -eu

missing=''
need() { command -v "$1" >/dev/null 2>&1 || [ -e "$1" ] || missing="$missing $2"; }
need sshd openssh-server
need ssh-keygen openssh-client
need vtysh frr
need dropbear dropbear-bin
need birdc bird2
need age age
need script bsdutils
# Not a command but a package of the system's Python.
need /usr/lib/python3/dist-packages/textfsm/__init__.py python3-textfsm
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
