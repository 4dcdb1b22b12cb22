# What every Linux machine can tell.
host() {
    printf 'uid=%s\nsudo=%s\n' "$uid" "$sudo"
    for item in sys_vendor product_name; do
        read -r value <"/sys/class/dmi/id/$item" && printf '%s=%s\n' "$item" "$value"
    done
    [ -r /proc/device-tree/model ] && printf 'tree=%s\n' "$(tr -d '\0' </proc/device-tree/model)"
    while IFS= read -r line; do
        case $line in PRETTY_NAME=*) printf '%s\n' "$line" ;; esac
    done </etc/os-release
    read -r value </proc/uptime && printf 'uptime=%s\n' "$value"
    return 0
}
section host host

addresses() { ip addr show || ifconfig -a; }
section addresses addresses

# Without ss (busybox) the kernel's own tables; the byte of an ELF header says how it writes an address.
kernel_sockets() {
    printf 'order '
    dd if=/proc/self/exe bs=1 skip=5 count=1 | tr '\1\2' 'LB'
    echo
    for table in tcp tcp6 udp udp6; do
        [ -r "/proc/net/$table" ] && sed "s/^/$table /" "/proc/net/$table"
    done
    return 0
}
listening() {
    command -v ss >/dev/null || { kernel_sockets; return; }
    root /usr/bin/ss -Hlntup
    [ $? = 77 ] || return 0
    ss -Hlntu
}
section listening listening
section streams ss -Hnti state established

processes() { ps -A -o comm= || cat /proc/[0-9]*/comm; }
section processes processes

section mounts mounts
fstab() { sed -n '/^[^#]/p' /etc/fstab; }
section fstab fstab
limit=
command -v timeout >/dev/null && limit='timeout 15'
section df $limit df -P -k
section mdstat cat /proc/mdstat
ext4() { for f in /sys/fs/ext4/*/errors_count; do read -r n <"$f" && printf '%s %s\n' "$f" "$n"; done; return 0; }
section ext4 ext4

# Names and shells only: the comment field holds the names of people.
section users cut -d: -f1,3,7 /etc/passwd
admins() { sed -n '/^\(sudo\|wheel\|admin\):/p' /etc/group; }
section admins admins
section passwords root /usr/bin/passwd -S -a

started() { for f in /etc/systemd/system/*.wants/* /etc/rc[2-5].d/S*; do [ -L "$f" ] && printf '%s\n' "${f##*/}"; done; return 0; }
section started started

# Rules that delete files by age: systemd-tmpfiles, cron. No rule and no such file are an answer; no grep is none.
rules() { grep -sha "$@"; [ $? != 127 ] || return 127; }
cleaning() { rules '^[a-zA-Z]' /etc/tmpfiles.d/*.conf /run/tmpfiles.d/*.conf; }
section tmpfiles cleaning
jobs() {
    rules '^[^#]*find .*-m' /etc/crontab /etc/cron.d/* /etc/cron.hourly/* /etc/cron.daily/* /etc/cron.weekly/*
}
section cron jobs
user_jobs() {
    [ -d /var/spool/cron/crontabs ] || return 0
    root /usr/bin/grep -rhas find /var/spool/cron/crontabs
    case $? in 0|1) return 0 ;; *) return 77 ;; esac
}
section crontabs user_jobs
