# Framing and privilege; every other piece uses `section`, `root` and `either`.
mark=@MARK@
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
umask 077
cd / || exit 1

# section "NAME ARGUMENT" COMMAND…: one framed section with the command's exit code.
section() {
    printf '\n%s %s\n' "$mark" "$1"
    shift
    "$@" </dev/null 2>/dev/null
    printf '\n%s rc %s\n' "$mark" "$?"
}

finish() { printf '\n%s end\n' "$mark"; }

# root COMMAND…: the exact command as root, or 77 if this account may not. Asks nothing, waits for nothing.
root() {
    if [ "$uid" = 0 ]; then "$@"; return; fi
    [ "$sudo" = 1 ] || return 77
    { said=$(sudo -n "$@" 2>&1 >&3 3>&-); code=$?; } 3>&1
    case $said in *'password is required'*|*'not allowed'*|*'may not run'*) return 77 ;; esac
    return "$code"
}

# either COMMAND…: as root if permitted, else as this account; 77 if that cannot do it all either.
either() {
    root "$@"
    code=$?
    [ "$code" = 77 ] || return "$code"
    "$@" || return 77
}

# footage FOLDER: mtime/size/path of each file, records end in //. No rule of sudoers fits / or /etc.
footage() {
    case $1 in
        /|/bin|/boot|/dev*|/etc*|/home|/lib*|/proc*|/root|/run|/sbin|/sys*|/usr*|/var) return 78 ;;
        /*) [ -e "$1" ] || [ "$sudo" = 1 ] || return 78 ;;
        *) return 78 ;;
    esac
    either /usr/bin/find "$1" -type f -printf %T@/%s/%P//
    code=$?
    [ "$code" != 1 ] || /usr/bin/find / -maxdepth 0 -printf . >/dev/null || code=127
    return "$code"
}

# mounts: device, place, type, and of the options only whether it may be written: some name folders of the host.
# What the kernel and the system mount for themselves is most of the list: there, and from no disk or server.
mounts() {
    while read -r device place type options; do
        case $place in
            /proc|/proc/*|/sys|/sys/*|/dev|/dev/*|/run|/run/*) case $device in */*) ;; *) continue ;; esac ;;
        esac
        case ,${options%% *}, in *,emergency_ro,*) options=ro,emergency_ro ;; *,ro,*) options=ro ;; *) options=rw ;; esac
        printf '%s %s %s %s\n' "$device" "$place" "$type" "$options"
    done </proc/mounts
}

# states UNIT…: systemd's word on each; 127 where systemd does not run.
states() {
    [ -d /run/systemd/system ] || return 127
    systemctl show -p Id,ActiveState,UnitFileState "$@"
}

# pack: small writes in, large ones out. squeeze: the same, and if the device can, a list of recordings at a sixth.
pack() { dd obs=32768; }
command -v dd >/dev/null || pack() { cat; }
squeeze() { pack; }
squeezed=
[ -z "$set_plain" ] && command -v gzip >/dev/null && squeezed=1
[ -z "$squeezed" ] || squeeze() { gzip -c; }

# The clock comes first and by itself: its round trip is the shortest.
clock() {
    date '+now=%s.%N%nzone=%z'
    printf 'link=%s\n' "$(readlink /etc/localtime)"
    read -r name </etc/timezone && printf 'name=%s\n' "$name"
    read -r name </etc/TZ && printf 'posix=%s\n' "$name"
    return 0
}
# In one piece, for each write is a packet of its own.
said=$(section clock clock)
printf '%s\n' "$said"
now=${said#*now=} zone=${said#*zone=}
now=${now%%[!0-9]*} zone=${zone%%[!0-9+-]*}

uid=$(id -u)
sudo=0
if [ "$uid" != 0 ] && [ -z "$set_no_sudo" ]; then
    case $(sudo -n -l 2>/dev/null </dev/null) in *'may run'*) sudo=1 ;; esac
fi

# Units that every kind asks for.
units='chrony.service ntp.service ntpsec.service openntpd.service systemd-timesyncd.service systemd-tmpfiles-clean.timer cron.service apache2.service nginx.service'
