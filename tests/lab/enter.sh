#!/bin/sh
# Run a command inside the sealed lab: own processes, mounts and network, no way out.
#
#   tests/lab/enter.sh .venv/bin/pytest tests/lab/test_x.py
#
# One module at a time: they build hosts of the same names (tests.lab.run takes them in turn).
#
# When the command ends, however it ends, every process, mount, network namespace
# and file of the lab is gone with it. Root only.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" != --sealed ]; then
    if [ $# = 0 ]; then echo "usage: enter.sh COMMAND [ARGUMENT…]" >&2; exit 64; fi
    if [ "$(id -u)" != 0 ]; then
        echo "enter.sh: the lab needs root (namespaces, mounts, systemd-nspawn)" >&2; exit 77
    fi
    for tool in unshare ip nft systemd-nspawn ssh-keygen mkfs.ext4; do
        command -v $tool >/dev/null || {
            echo "enter.sh: $tool is missing; run tests/lab/prepare.sh first" >&2; exit 77; }
    done
    image=$("$here/image.sh" --path) || exit 77
    unshare --mount --net --pid --fork true 2>/dev/null || {
        echo "enter.sh: this machine does not allow new namespaces" >&2; exit 77; }
    [ "$(sysctl -n fs.inotify.max_user_instances)" -ge 1024 ] || {
        echo "enter.sh: fs.inotify.max_user_instances is too low; run tests/lab/prepare.sh" >&2; exit 77; }
    # Control groups that killed labs left empty; the number is the lab's process.
    for group in /sys/fs/cgroup/cctv-lab-* /sys/fs/cgroup/*/cctv-lab-*; do
        [ -d "$group" ] && ! kill -0 "${group##*-}" 2>/dev/null || continue
        find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
    done
    CCTV_LAB_IMAGE=$image CCTV_LAB_ID=cctv-lab-$$
    export CCTV_LAB_IMAGE CCTV_LAB_ID
    mkdir -p /run/cctv-lab /run/netns /run/systemd/nspawn
    exec unshare --fork --pid --kill-child --mount --net --mount-proc "$0" --sealed "$@"
fi

shift
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs /run/netns
mount -t tmpfs -o mode=755 tmpfs /run/systemd/nspawn
mount -t tmpfs -o mode=755,size=75% tmpfs /run/cctv-lab
ip link set lo up
export CCTV_LAB=1
exec "$@"
