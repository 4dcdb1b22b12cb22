# What a plan of addresses needs, as root. Reads and sends one ARP question; changes nothing.
# Given: net_if, net_new (the wanted address).
links() {
    ls -1 "/sys/class/net/$net_if" || return 78
    sed -n 's/^DEVTYPE=/type=/p' "/sys/class/net/$net_if/uevent"
}
section addressing-link links
section addressing-addresses ip addr show
routes() { ip -4 route show default; ip -6 route show default; return 0; }
section addressing-routes routes

managers() {
    if systemctl is-active --quiet NetworkManager; then
        nmcli -t -f UUID,DEVICE,FILENAME connection show --active | sed -n 's/^/nm=/p'
    fi
    if systemctl is-active --quiet systemd-networkd; then
        networkctl --no-legend --no-pager list "$net_if" | sed -n 's/^/networkd=/p'
        networkctl --no-pager status "$net_if" | sed -n 's/^ *Network File: */network_file=/p'
    fi
    # Without ifupdown's own state, asking would make its folder.
    [ -f /run/network/ifstate ] && ifquery --state "$net_if" | sed -n 's/^/ifupdown=/p'
    return 0
}
section addressing-managers managers

tools() {
    for tool in systemd-run networkctl netplan nmcli ifup ifdown ifquery sha256sum stat sync resolvconf; do
        command -v "$tool" >/dev/null && printf '%s\n' "$tool"
    done
    [ -d /run/systemd/system ] && printf 'systemd\n'
    return 0
}
section addressing-tools tools

# Line 1: what kind of file, its sum, whether it has carriage returns. Then the text; a line that may
# hold a password shows only its beginning.
show_file() {
    [ -L "$1" ] && { printf 'link %s\n' "$(readlink "$1")"; return 0; }
    [ -f "$1" ] || return 78
    printf 'file %s %s\n' "$(sha256sum <"$1" | cut -c1-64)" "$(grep -c "$(printf '\r')" "$1")"
    sed -e '/[Pp][Ss][Kk]/s/\([=: ]\).*$/\1@masked@/' -e '/[Pp][Aa][Ss][Ss]/s/\([=: ]\).*$/\1@masked@/' \
        -e '/[Ss][Ee][Cc][Rr][Ee][Tt]/s/\([=: ]\).*$/\1@masked@/' -e '/[Kk][Ee][Yy]/s/\([=: ]\).*$/\1@masked@/' \
        -e '/[Ww][Ee][Pp]/s/\([=: ]\).*$/\1@masked@/' -e '/[Pp][Ii][Nn][ =:]/s/\([=: ]\).*$/\1@masked@/' "$1"
}
for path in /etc/network/interfaces /etc/network/interfaces.d/* /etc/netplan/*.yaml /run/netplan/*.yaml \
    /lib/netplan/*.yaml /etc/systemd/network/*.network /etc/systemd/network/*.network.d/*.conf \
    /etc/NetworkManager/system-connections/*; do
    if [ -e "$path" ]; then section "addressing-file $path" show_file "$path"; fi
done
section "addressing-file /etc/resolv.conf" show_file /etc/resolv.conf

move_state() {
    for word in pending rolling; do
        if [ -e "/var/lib/cctv-policy/readdress/$word" ]; then printf 'state=%s\n' "$word"; return; fi
    done
    printf 'state=none\n'
}
section addressing-state move_state
asked() { taken "$net_if" "$net_new"; printf 'rc=%s\n' "$?"; }
section addressing-taken asked
