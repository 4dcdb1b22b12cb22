#!/bin/sh
# Everything the lab needs from outside, done once and before it is sealed:
# host packages, the kernel limit and the image. Root only. CI calls this first.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ "$(id -u)" != 0 ]; then echo "prepare.sh: must run as root" >&2; exit 1; fi

missing=
for tool in mmdebstrap:mmdebstrap systemd-nspawn:systemd-container ip:iproute2 nft:nftables \
    ssh-keygen:openssh-client unshare:util-linux mkfs.ext4:e2fsprogs; do
    command -v "${tool%%:*}" >/dev/null || missing="$missing ${tool##*:}"
done
if [ -n "$missing" ]; then
    apt-get update
    # shellcheck disable=SC2086 # a list of package names
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
fi

# With the default of 128, about 20 systemd hosts start and the others hang in silence.
[ "$(sysctl -n fs.inotify.max_user_instances)" -ge 8192 ] || sysctl -q -w fs.inotify.max_user_instances=8192

"$here/image.sh"
