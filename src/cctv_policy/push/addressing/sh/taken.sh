# taken INTERFACE ADDRESS [force|rival]: 0 another host answers for the address, 1 nobody does, 2 cannot be
# told. `rival`: the address is this machine's own already; is it alone?
# ARP with an empty sender (RFC 5227) where a tool for it exists; else ping and the neighbour table,
# which needs a route to the link: only with `force` is one made, for two seconds.
taken() {
    case $2 in *:*) ping6_taken "$@"; return ;; esac
    if [ "${3:-}" != rival ] && ip -o addr show | grep -qF " $2/"; then return 1; fi
    if command -v python3 >/dev/null; then
        python3 -c '
import socket, struct, sys, time
link, address = sys.argv[1:]
line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x806))
line.bind((link, 0x806))
own, wanted = line.getsockname()[4], socket.inet_aton(address)
probe = b"\xff" * 6 + own + struct.pack("!HHHBBH", 0x806, 1, 0x800, 6, 4, 1)
probe += own + bytes(4) + bytes(6) + wanted
end, turn = time.monotonic() + 1.6, 0.0
while time.monotonic() < end:
    if time.monotonic() >= turn:
        line.send(probe)
        turn = time.monotonic() + 0.5
    line.settimeout(0.1)
    try:
        seen = line.recv(64)
    except OSError:
        continue
    if seen[28:32] == wanted and seen[22:28] != own:
        sys.exit(3)
' "$1" "$2" 2>/dev/null
        case $? in 3) return 0 ;; 0) return 1 ;; esac
    fi
    case $(arping -V 2>&1; busybox arping --help 2>&1) in
    *iputils*) if arping -q -D -c 2 -w 3 -I "$1" "$2" >/dev/null 2>&1; then return 1; else return 0; fi ;;
    *'Duplicate'*|*'duplicated'*)
        if busybox arping -q -D -c 2 -w 3 -I "$1" "$2" >/dev/null 2>&1; then return 1; else return 0; fi ;;
    esac
    [ "${3:-}" != rival ] && command -v ping >/dev/null || return 2
    made=
    case $(ip route get "$2" 2>/dev/null) in
    *" via "*|"")
        [ "${3:-}" = force ] || return 2
        ip route add "$2/32" dev "$1" || return 2
        made=1 ;;
    esac
    ip neigh flush to "$2" dev "$1" 2>/dev/null
    ping -c 2 -W 1 "$2" >/dev/null 2>&1
    seen=$(ip neigh show to "$2" dev "$1")
    [ -z "$made" ] || ip route del "$2/32" dev "$1"
    case $seen in *lladdr*) return 0 ;; *) return 1 ;; esac
}

ping6_taken() { return 2; }
