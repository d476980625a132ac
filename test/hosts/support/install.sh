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
# shellcheck disable=SC2086 # several packages
exec sh "$(dirname "$0")/../../support/install-packages.sh" $missing
