#!/bin/sh
# Installs the clients for the real-client tests, in locked versions, each in
# an environment of its own. Nothing outside the folder is touched, no install
# script of any package is run, and what is up to date is left alone.
#
#	testdata/clients/install.sh [FOLDER]
#	COATCHECK_CLIENTS=FOLDER go test ./cmd/coatcheck -run RealClients
#
# The folder is .env beside this script unless given. Python 3.10 and an npm
# are needed; a node that is new enough for the libraries comes as a package on
# Linux x64, elsewhere the installed one is used.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:-$here/.env}"
env=$(cd "${1:-$here/.env}" && pwd)

# current FOLDER LOCK: is FOLDER installed from this very LOCK?
current() {
	cmp -s "$1/installed.lock" "$2"
}

if ! current "$env/python" "$here/python/requirements.txt"; then
	rm -rf "$env/python"
	python3 -m venv "$env/python"
	"$env/python/bin/python" -m pip install --quiet --disable-pip-version-check \
		--require-hashes --only-binary=:all: --requirement "$here/python/requirements.txt"
	cp "$here/python/requirements.txt" "$env/python/installed.lock"
fi

if ! current "$env/node" "$here/node/package-lock.json"; then
	rm -rf "$env/node"
	mkdir -p "$env/node"
	cp "$here/node/package.json" "$here/node/package-lock.json" "$env/node"
	(cd "$env/node" && npm ci --silent --ignore-scripts --no-audit --no-fund)
	cp "$here/node/package-lock.json" "$env/node/installed.lock"
fi

echo "clients installed in $env"
