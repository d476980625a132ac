#!/bin/sh
# Installs code-server, which plays VS Code where no desktop can be had, into a folder outside the tree, once. Prints that folder.
# NETLATCH_TEST_CACHE names the folder of all caches; by default below $XDG_CACHE_HOME.
set -eu
version=4.139.1
node=24.21.0
cache="${NETLATCH_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/netlatch-tests}/code-server-$version"

if ! command -v chromium >/dev/null || ! dpkg -s libkrb5-dev libsecret-1-dev libx11-dev libxkbfile-dev pkg-config fonts-dejavu-core >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2
  apt-get install -y -qq --no-install-recommends chromium libkrb5-dev pkg-config libsecret-1-dev libx11-dev libxkbfile-dev \
    fonts-dejavu-core g++ make python3 >&2
fi

if [ ! -f "$cache/complete" ]; then
  rm -rf "$cache"
  # In a folder of its own: a later npm install would take away what node's own installation has brought.
  mkdir -p "$cache/node"
  cd "$cache/node"
  echo '{ "private": true, "allowScripts": { "node": true } }' >package.json
  npm install --no-audit --no-fund --foreground-scripts "node@$node" >&2
  # The native modules are built against the headers of the node that runs them, whatever the user's npm is told.
  npm_config_nodedir=$(dirname "$(dirname "$(dirname "$(find "$PWD/node_modules" -path '*include/node/common.gypi' | head -n 1)")")")
  export npm_config_nodedir PATH="$PWD/node_modules/.bin:$PATH"
  # Of the npm that runs the tests, perhaps on an older Node: code-server goes by what it says.
  unset npm_config_user_agent
  cd "$cache"
  echo '{ "private": true, "allowScripts": { "code-server": true } }' >package.json
  npm install --no-audit --no-fund --foreground-scripts "code-server@$version" >&2
  touch complete
fi
echo "$cache"
