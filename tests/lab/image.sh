#!/bin/sh
# Build the lab's root file system once; print the folder that holds it.
#
#   image.sh          build if needed, then print <cache>/<hash>
#   image.sh --path   print <cache>/<hash> only; exit 1 if it is not built yet
#
# The hash covers the package list, the motionEye version and this script, so a
# change to any of them builds a new image. Needs root and package sources (the
# ones this machine is configured with), so it runs before the lab is sealed.
# The folder holds root/ (the lower layer of every lab host).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
motioneye="motioneye==0.44.0"
cache=${CCTV_LAB_CACHE:-${HOME:-/root}/.cache/cctv-policy-lab}
hash=$(cat "$here/packages.txt" "$here/image.sh" | sha256sum | cut -d' ' -f1)
image=$cache/$hash

if [ -d "$image" ]; then echo "$image"; exit 0; fi
if [ "${1:-}" = --path ]; then
    echo "image.sh: no lab image yet; run tests/lab/prepare.sh as root" >&2
    exit 1
fi
if [ "$(id -u)" != 0 ]; then echo "image.sh: must run as root" >&2; exit 1; fi
command -v mmdebstrap >/dev/null || { echo "image.sh: mmdebstrap is missing; run prepare.sh" >&2; exit 1; }

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if [ -d "$image" ]; then echo "$image"; exit 0; fi   # another build finished meanwhile

work=$(mktemp -d "$cache/building.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root

in_root() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }

bootstrap() {
    # The same suites and the same download options as this machine.
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list; do
        [ -f "$list" ] && cat "$list" && echo
    done >"$work/sources.sources"
    grep -q '^Types:' "$work/sources.sources" || mv "$work/sources.sources" "$work/sources.list"
    apt-config dump --no-empty Acquire | grep -v 'Changelogs::URI' >"$work/apt.conf"
    suite=$(. /etc/os-release; echo "$VERSION_CODENAME")
    packages=$(grep -v '^#' "$here/packages.txt" | paste -sd,)
    mmdebstrap --quiet --variant=minbase --include="$packages" \
        --aptopt="$work/apt.conf" \
        --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*/*' \
        "$suite" "$root" "$work"/sources.* 2>&1
}

add_motioneye() {
    # Wheels for the image's Python, unpacked beside the distribution's packages.
    version=$(in_root python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    python3 -m pip install --quiet --no-compile --target "$root/opt/motioneye" \
        --python-version "$version" --implementation cp --only-binary=:all: "$motioneye"
}

create_database() {
    # ZoneMinder's schema is loaded here, once: it takes 10 s of every boot otherwise.
    printf '[mysqld]\ninnodb_log_file_size=8M\ninnodb_buffer_pool_size=32M\nperformance_schema=OFF\n' \
        >"$root/etc/mysql/mariadb.conf.d/90-lab.cnf"
    install -d -o "$(in_root id -u mysql)" -g "$(in_root id -g mysql)" "$root/run/mysqld"
    in_root mariadbd --user=mysql --skip-networking &
    for _ in $(seq 60); do in_root mysqladmin ping >/dev/null 2>&1 && break; sleep 1; done
    in_root sh -ec '
        mysql < /usr/share/zoneminder/db/zm_create.sql
        mysql -e "CREATE USER zmuser@localhost IDENTIFIED BY \"zmpass\"; GRANT ALL ON zm.* TO zmuser@localhost"
        mysqladmin shutdown'
    wait
}

make_clip() {
    # 20 s of H.264 for the cameras: no B frames, one slice a frame, a key frame every 2 s.
    mkdir -p "$root/usr/share/cctv-lab"
    in_root ffmpeg -nostdin -loglevel error -f lavfi -i testsrc2=size=640x360:rate=5 -t 20 \
        -c:v libx264 -profile:v baseline -pix_fmt yuv420p -b:v 120k -maxrate 120k -bufsize 240k \
        -x264-params keyint=10:min-keyint=10:scenecut=0:bframes=0:slices=1:repeat-headers=1 \
        -f h264 /usr/share/cctv-lab/clip.h264
}

settle() {
    # Nothing but the base starts by itself; the roles enable what they need.
    for unit in motion zoneminder mariadb apache2 NetworkManager NetworkManager-wait-online \
        NetworkManager-dispatcher networking systemd-networkd systemd-timesyncd chrony \
        nftables e2scrub_reap ModemManager wpa_supplicant inetutils-inetd; do
        systemctl --root="$root" disable "$unit.service" >/dev/null 2>&1 || true
    done
    for unit in mariadb.socket mariadb-extra.socket systemd-networkd.socket apt-daily.timer \
        apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer phpsessionclean.timer; do
        systemctl --root="$root" disable "$unit" >/dev/null 2>&1 || true
    done
    # Shared keys, ids and the builder's package sources must not reach the hosts.
    rm -f "$root"/etc/ssh/ssh_host_*_key* "$root/etc/apt/apt.conf.d/99mmdebstrap" \
        "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/* "$root/etc/resolv.conf"
    : >"$root/etc/machine-id"
    rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/tmp/* "$root"/run/*
}

{ bootstrap; add_motioneye; create_database; make_clip; settle; } >&2
rm -f "$work"/sources.* "$work/apt.conf"
mv -T "$work" "$image"
trap - EXIT
chmod 755 "$image"
echo "$image"
