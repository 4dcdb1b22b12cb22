# Accounts of a snapshot: who can log in, and of each managed secret whether it is there. No secret is
# printed: what a device stores leaves it only as "same" or "other" than at the last rotation.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
users_of() {
    # of the operating system: a shell, and a password that can be typed or a key
    getent passwd | while IFS=: read -r name _ _ _ _ home shell; do
        case $shell in */nologin | */false | */sync | '') continue ;; esac
        case $(getent shadow "$name" | cut -d: -f2) in
            '!'* | '*'*) [ -s "$home/.ssh/authorized_keys" ] || continue ;;
        esac
        expires=$(getent shadow "$name" | cut -d: -f8)
        [ "${expires:-99999}" -gt "$(($(date +%s) / 86400))" ] || continue
        printf 'os %s\n' "$name"
    done
    if [ -f "$place/motioneye.conf" ]; then
        for role in admin normal; do
            name=$(sed -nE "s/^#[[:space:]]*@${role}_username[[:space:]]+(.*)/\1/p" "$place/motion.conf" | tail -n 1)
            word=$(sed -nE "s/^#[[:space:]]*@${role}_password[[:space:]]+(.*)/\1/p" "$place/motion.conf" | tail -n 1)
            [ -z "$name" ] || [ "$word" = '!' ] || printf 'motioneye %s\n' "$name"
        done
    elif [ -f "$place/motion.conf" ]; then
        grep -rhsE '^[[:space:]]*(webcontrol|stream)_authentication[[:space:]]+' "$place" |
            sed -E 's/^[^[:space:]]*[[:space:]]+([^:]*):.*/motion \1/' | sort -u
    fi
    if [ -f /etc/zm/zm.conf ]; then
        printf 'SELECT Username FROM Users WHERE Enabled=1' | mysql -N "$(zm_value ZM_DB_NAME)" 2>/dev/null |
            sed 's/^/zoneminder /'
        printf 'database %s\n' "$(zm_value ZM_DB_USER)"
    fi
    return 0
}
section users users_of

# tell_target ID REALM ACCOUNT PLACE: `ID there|absent empty|set DAY|never same|other`
tell_target() {
    id=$1 realm=$2 account=$3 place=$4
    case $realm in camera) address=$4 place=$config ;; esac
    stored=$("stored_$realm" 2>/dev/null)
    there=absent empty=set day=never same=other
    case $realm in
        os) getent passwd "$account" >/dev/null && there=there; [ -n "$stored" ] || empty=empty ;;
        motion) [ -z "$stored" ] || there=there ;;
        motioneye)
            (motioneye_role) >/dev/null 2>&1 && there=there
            [ -n "$(printf '%s' "$stored" | tr -d ' \t')" ] || empty=empty ;;
        zoneminder)
            [ -z "$stored" ] || there=there
            printf '%s' "$stored" | php -r 'exit(password_verify("admin", trim(fgets(STDIN))) ? 0 : 1);' && empty=empty ;;
        database)
            [ "$(zm_value ZM_DB_USER)" = "$account" ] && there=there
            [ "$stored" != zmpass ] || empty=empty ;;
        camera) [ -z "$(case $driver in
            zoneminder) zm_monitors ;;
            segment) camera_files /etc/systemd/system ;;
            *) camera_files "$place" ;;
            esac)" ] || there=there ;;
        snmp) [ -z "$stored" ] && ! grep -qs usmUser /var/lib/snmp/snmpd.conf || there=there ;;
    esac
    if [ -f "$(marker)" ]; then
        read -r day print <"$(marker)"
        [ "$print" != "$(fingerprint)" ] || same=same
    fi
    printf '%s %s %s %s %s\n' "$id" "$there" "$empty" "$day" "$same"
}
