#!/bin/sh
# Installs the browser that the editor's tests look through, on Debian or Ubuntu, when it is missing. Needs root.
set -eu
command -v chromium >/dev/null 2>&1 && exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
