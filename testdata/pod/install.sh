#!/bin/sh
# Installs what TestPod needs: podman and its parts, from Debian's packages.
#
#	testdata/pod/install.sh
#	COATCHECK_POD=1 go test ./cmd/coatcheck -run TestPod
#
# It changes nothing else. Where it cannot be done it says why and exits 77.
set -eu

packages="podman buildah runc iptables netavark aardvark-dns catatonit uidmap fuse-overlayfs"

cannot() {
	echo "the pod cannot run here: $1"
	exit 77
}

[ "$(uname -s)" = Linux ] || cannot "containers need Linux"
[ "$(id -u)" = 0 ] || cannot "the test mounts volumes and makes a network, and runs as root"
command -v apt-get >/dev/null || cannot "the packages are Debian's, and there is no apt-get"

missing=
for package in $packages; do
	[ "$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	apt-get install -qq --yes --no-install-recommends $missing >/dev/null
fi
podman --version
