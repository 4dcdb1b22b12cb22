#!/bin/sh
# cctv-readdress: changes a recorder's address under commit-confirm. Runs on the recorder, as root.
#
# The controller fills the state folder (move, edits, text.N) and calls, each in an own login:
#   prepare   old files kept and new ones made beside the real ones; the network is not touched
#   arm       rollback by a timer, and at boot should the power fail; then the move is `pending`
#   apply     (from systemd, detached) new files in, new address up
#   prove     who am I, what address, does the gateway answer, does nobody else have the address
#   confirm   the move stands: timer and boot unit go
#   rollback  (from systemd) old files back byte for byte, old address up
#   boot      (from systemd, before the network) old files back
# `pending` becomes `confirmed` or `rolling` by one rename, so only one of the two can happen.
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
umask 077

state=/var/lib/cctv-policy/readdress
self=$state/cctv-readdress
boot_unit=/etc/systemd/system/cctv-readdress-boot.service
boot_link=/etc/systemd/system/sysinit.target.wants/cctv-readdress-boot.service

fail() { printf 'failed=%s\n' "$1"; exit 1; }
key() { sed -n "s/^$1=//p" "$state/move"; }
durable() { sync "$@" 2>/dev/null || sync; }

load() {
    [ -f "$state/move" ] || fail no_move
    id=$(key id) interface=$(key interface) system=$(key system) profile=$(key profile)
    old=$(key old) new=$(key new) old_gateway=$(key old_gateway) gateway=$(key gateway)
    ipv6_file=/proc/sys/net/ipv6/conf/$interface/disable_ipv6
    rollback_unit=cctv-readdress-rollback-$id
    apply_unit=cctv-readdress-apply-$id
}

# --- prepare ---------------------------------------------------------------

# Old and new file lie beside the real one: putting either in place is one rename, which needs no space.
beside() { printf '%s/.cctv-readdress.%s.%s' "${3%/*}" "$1" "$2"; }

clean() {
    [ ! -f "$state/files" ] || while read -r n _ path; do
        rm -f "$(beside old "$n" "$path")" "$(beside new "$n" "$path")"
    done <"$state/files"
}

refuse() { clean; fail "$1"; }

prepare() {
    [ ! -e "$state/pending" ] && [ ! -e "$state/rolling" ] || fail pending
    case $(stat -f -c %T "$state") in tmpfs|ramfs) fail state_not_on_disk ;; esac
    : >"$state/files"
    while read -r n first last sum path; do
        keep_and_edit "$n" "$first" "$last" "$sum" "$path"
    done <"$state/edits"
    cat "$ipv6_file" >"$state/ipv6" 2>/dev/null || : >"$state/ipv6"
    validate
    [ "${new%/*}" = "${old%/*}" ] || ! taken "$interface" "${new%/*}" force || refuse taken
    durable "$state"/* "$state"
    printf 'machine=%s\nprepared=%s\n' "$(cat /etc/machine-id)" "$id"
}

keep_and_edit() {
    kept=$(beside old "$1" "$5") made=$(beside new "$1" "$5")
    if [ "$4" = absent ]; then
        [ ! -e "$5" ] || refuse changed_since_plan
        printf '%s absent %s\n' "$1" "$5" >>"$state/files"
        cat "$state/text.$1" >"$made" && chmod 644 "$made" && durable "$made" || refuse disk
        return
    fi
    [ -f "$5" ] && [ ! -L "$5" ] || refuse changed_since_plan
    [ "$(sha256sum <"$5" | cut -c1-64)" = "$4" ] || refuse changed_since_plan
    printf '%s %s %s\n' "$1" "$4" "$5" >>"$state/files"
    cp -p "$5" "$kept" && cp -p "$5" "$made" || refuse disk
    {
        [ "$2" -le 1 ] || head -n "$(($2 - 1))" "$kept"
        cat "$state/text.$1"
        tail -n "+$(($3 + 1))" "$kept"
    } >"$made" && durable "$kept" "$made" "${5%/*}" || refuse disk
}

# What the system's own tool says of the new files, where it can be asked without applying them.
validate() {
    case $system in
    netplan)
        try=$state/try
        rm -rf "$try" && mkdir -p "$try/etc" && cp -R /etc/netplan "$try/etc/" || refuse disk
        while read -r n _ path; do
            case $path in /etc/netplan/*) cp "$(beside new "$n" "$path")" "$try$path" ;; esac
        done <"$state/files"
        netplan generate --root-dir "$try" >/dev/null 2>&1 || refuse invalid_config
        rm -rf "$try" ;;
    ifupdown)
        while read -r n _ path; do
            case $path in
            /etc/network/*)
                ifquery -i "$(beside new "$n" "$path")" "$interface" >/dev/null 2>&1 || refuse invalid_config ;;
            esac
        done <"$state/files" ;;
    esac
}

# --- arm -------------------------------------------------------------------

arm() {
    [ -f "$state/files" ] && [ ! -e "$state/pending" ] && [ ! -e "$state/rolling" ] || fail not_prepared
    write_boot_unit
    rm -f "$state/reason" "$state/applied"
    later "$rollback_unit" "$1s" rollback --property=Restart=on-failure --property=RestartSec=2
    if ! systemctl is-active --quiet "$rollback_unit.timer"; then
        rm -f "$boot_link" "$boot_unit"
        fail not_armed
    fi
    : >"$state/pending"
    durable "$state/pending" "$state"
    printf 'armed=%s\n' "$id"
}

later() {
    unit=$1 after=$2 verb=$3
    shift 3
    systemd-run --quiet --collect --unit="$unit" --on-active="$after" \
        --timer-property=AccuracySec=50ms "$@" /bin/sh "$self" "$verb" >/dev/null 2>&1
}

write_boot_unit() {
    cat >"$boot_unit.part" <<UNIT
[Unit]
Description=Old address back after a power cut in an unconfirmed move
DefaultDependencies=no
RequiresMountsFor=$state
After=local-fs.target systemd-remount-fs.service
Wants=network-pre.target
Before=network-pre.target networking.service systemd-networkd.service NetworkManager.service
ConditionPathExists=|$state/pending
ConditionPathExists=|$state/rolling

[Service]
Type=oneshot
ExecStart=/bin/sh $self boot
UNIT
    chmod 644 "$boot_unit.part" && durable "$boot_unit.part" && mv "$boot_unit.part" "$boot_unit" || fail disk
    [ -d "${boot_link%/*}" ] || { mkdir -p "${boot_link%/*}" && chmod 755 "${boot_link%/*}"; }
    ln -sf "$boot_unit" "$boot_link" || fail disk
    durable "${boot_unit%/*}" "${boot_link%/*}"
}

# --- apply and roll back ---------------------------------------------------

apply() {
    [ -e "$state/pending" ] || exit 0
    down
    put_files new
    up
    : >"$state/applied"
}

rollback() {
    mv "$state/pending" "$state/rolling" 2>/dev/null || [ -e "$state/rolling" ] || exit 0
    durable "$state"
    systemctl stop "$apply_unit.timer" "$apply_unit.service" 2>/dev/null
    down
    put_files old
    ipv6=$(cat "$state/ipv6")
    [ -z "$ipv6" ] || printf '%s' "$ipv6" >"$ipv6_file"
    up
    settle
    restored || echo files_differ >"$state/reason"
    finish rolled_back "$(cat "$state/reason" 2>/dev/null || echo timer)"
}

boot() {
    [ -e "$state/pending" ] || [ -e "$state/rolling" ] || exit 0
    mv "$state/pending" "$state/rolling" 2>/dev/null
    put_files old
    [ "$system" != netplan ] || netplan generate
    reason=power_cut
    restored || reason=files_differ
    finish rolled_back "$reason"
}

put_files() {
    while read -r n was path; do
        if [ "$1 $was" = "old absent" ]; then rm -f "$path"; fi
        place=$(beside "$1" "$n" "$path")
        if [ -e "$place" ]; then mv -f "$place" "$path"; fi
        durable "${path%/*}"
    done <"$state/files"
}

# Whether every old file is back to the byte; somebody else may have written meanwhile.
restored() {
    while read -r _ was path; do
        if [ "$was" = absent ]; then [ ! -e "$path" ] || return 1
        else [ "$(sha256sum <"$path" | cut -c1-64)" = "$was" ] || return 1; fi
    done <"$state/files"
}

# ifupdown takes down what the file says that is there now, so this comes before the files change.
down() {
    [ "$system" != ifupdown ] || ifdown --force "$interface"
    [ "$system" != ifupdown ] || ip -4 addr flush dev "$interface" scope global
    ip -6 addr flush dev "$interface" scope global
}

up() {
    case $system in
    ifupdown) ifup "$interface" ;;
    networkd) reconfigure || systemctl restart systemd-networkd ;;
    # Not `netplan apply` at first: it restarts and triggers all interfaces, not only this one.
    netplan) { netplan generate && reconfigure; } || netplan apply ;;
    networkmanager)
        nmcli connection reload
        nmcli --wait 20 connection up uuid "$profile" ifname "$interface" ;;
    esac
}

reconfigure() { networkctl reload && networkctl reconfigure "$interface"; }

has() { ip -o addr show dev "$interface" | grep -qF " $1 "; }

# The old address must be there in the end: ask again, then set it by hand until the next boot.
settle() {
    for round in 1 2 3 4 5 6 7 8 9 10; do
        if has "$old"; then return; fi
        [ "$round" != 5 ] || up
        sleep 1
    done
    ip link set "$interface" up
    ip addr add "$old" dev "$interface"
    [ -z "$old_gateway" ] || ip route replace default via "$old_gateway" dev "$interface"
}

# --- the end ---------------------------------------------------------------

prove() {
    printf 'machine=%s\n' "$(cat /etc/machine-id)"
    ip -o addr show dev "$interface" scope global | while read -r _ _ _ address _; do
        printf 'address=%s\n' "$address"
    done
    [ -e "$state/applied" ] || return 0
    printf 'applied=yes\ngateway=%s\n' "$(gateway_answers)"
    if has "$new" && taken "$interface" "${new%/*}" rival; then printf 'rival=yes\n'; fi
}

# A router may ignore ping; it cannot ignore ARP. The entry is dropped first: an old one proves nothing.
gateway_answers() {
    [ -n "$gateway" ] || { echo none; return; }
    ip neigh flush to "$gateway" dev "$interface" 2>/dev/null
    for _ in 1 2 3; do
        if ping -c 1 -W 1 "$gateway" >/dev/null 2>&1; then echo answers; return; fi
        case $(ip neigh show to "$gateway" dev "$interface") in *lladdr*) echo answers; return ;; esac
    done
    echo silent
}

confirm() {
    mv "$state/pending" "$state/confirmed" 2>/dev/null || fail not_pending
    durable "$state"
    finish confirmed ""
    printf 'confirmed=%s\n' "$id"
}

give_up() {
    [ -e "$state/pending" ] || fail not_pending
    printf '%s' "$1" >"$state/reason"
    systemctl --no-block start "$rollback_unit.service" || fail not_armed
    printf 'rolling=%s\n' "$id"
}

finish() {
    printf 'id=%s\nstate=%s\nreason=%s\nold=%s\nnew=%s\n' "$id" "$1" "$2" "$old" "$new" >"$state/last.part"
    durable "$state/last.part"
    mv "$state/last.part" "$state/last"
    durable "$state"
    rm -f "$boot_link" "$boot_unit"
    clean
    rm -rf "$state/pending" "$state/rolling" "$state/confirmed" "$state/move" "$state/edits" "$state/files" \
        "$state/ipv6" "$state/reason" "$state/applied" "$state/try" "$state"/text.*
    durable "$state" "${boot_unit%/*}" "${boot_link%/*}"
    systemctl stop "$rollback_unit.timer" 2>/dev/null
    return 0
}

status() {
    printf 'machine=%s\n' "$(cat /etc/machine-id)"
    for word in pending rolling; do
        [ ! -e "$state/$word" ] || { printf 'id=%s\nstate=%s\n' "$(key id)" "$word"; return; }
    done
    cat "$state/last" 2>/dev/null || printf 'state=none\n'
}

@TAKEN@
verb=${1:-status}
[ "$verb" = status ] || load
case $verb in
status|prepare|clean|apply|rollback|boot|prove|confirm) "$verb" ;;
arm) arm "$2" ;;
start)
    [ -e "$state/pending" ] || fail not_armed
    later "$apply_unit" 500ms apply || fail not_started
    printf 'started=%s\n' "$id" ;;
give_up) give_up "$2" ;;
*) fail usage ;;
esac
