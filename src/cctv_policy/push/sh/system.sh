# What hardening must know of any machine. No community, no login leaves it.
section sockets ss -Hlntup
clocks() {
    for tool in chronyd ntpd; do command -v $tool >/dev/null && printf 'has=%s\n' $tool; done
    [ -e /lib/systemd/systemd-timesyncd ] && printf 'has=timesyncd\n'
    [ -e /usr/share/zoneinfo/Asia/Taipei ] && printf 'has=taipei\n'
    grep -hsE '^[[:space:]]*(server|pool|peer|sourcedir|makestep)[[:space:]]' /etc/chrony/chrony.conf \
        /etc/chrony/conf.d/*.conf /etc/chrony/sources.d/*.sources | sed 's/^[[:space:]]*/chrony=/'
    grep -hsE '^NTP=' /etc/systemd/timesyncd.conf /etc/systemd/timesyncd.conf.d/*.conf | sed 's/^/timesyncd./'
    return 0
}
section clocks clocks
section states systemctl show -p Id,ActiveState,UnitFileState,LoadState \
    chrony.service ntp.service ntpsec.service openntpd.service systemd-timesyncd.service \
    systemd-tmpfiles-clean.timer snmpd.service motion.service motioneye.service zoneminder.service \
    mariadb.service mariadb.socket mysql.service apache2.service

unit_of() { sed -n 's#.*/\([^/]*\.\(service\|socket\)\)\(/.*\)\{0,1\}$#\1#p' "/proc/$1/cgroup" | head -n 1; }
# Who answers on port 23: the unit, or the line of inetd.
telnet() {
    systemctl list-sockets --all --no-legend | awk '$1 ~ /:23$/ { print "unit=" $2 }'
    for pid in $(ss -Hlntp 'sport = :23' | grep -o 'pid=[0-9]*' | sed 's/pid=//' | sort -u); do
        [ "$pid" = 1 ] || printf 'unit=%s\n' "$(unit_of "$pid")"
    done
    for f in /etc/inetd.conf /etc/inetd.d/*; do
        grep -sE '^[[:space:]]*telnet[[:space:]]' "$f" | while IFS= read -r line; do
            printf 'inetd=%s:%s\n' "$f" "$line"
        done
    done
    return 0
}
section telnet telnet

# Communities by their place; "factory" or "own" stands for the word itself.
communities() {
    for f in /etc/snmp/snmpd.conf /etc/snmp/snmpd.conf.d/*.conf /etc/snmp/snmpd.local.conf; do
        [ -r "$f" ] && awk '
            { word = tolower($1) }
            word ~ /^r[ow]community6?$/ { name = $2 }
            word ~ /^com2sec6?$/ { name = $2 == "-Cn" ? $6 : $4 }
            word ~ /^(r[ow]community6?|com2sec6?)$/ {
                gsub(/"/, "", name)
                print FILENAME ":" FNR ":" word ":" (tolower(name) ~ /^(public|private|admin|cisco|community|default|manager|monitor|password|read|secret|snmp|write)$/ ? "factory" : "own")
            }
        ' "$f"
    done
    return 0
}
section communities communities

# Units that open the machine to the internet: running, or started at boot.
openers() {
    for p in /proc/[0-9]*; do
        read -r name <"$p/comm" 2>/dev/null && printf '%s %s\n' "$name" "$(unit_of "${p#/proc/}")"
    done | grep -E "^($1) "
    for f in /etc/systemd/system/*.wants/*; do
        [ -L "$f" ] && f=${f##*/} && printf '%s %s\n' "${f%%[@.]*}" "$f"
    done | grep -E "^($1) "
    return 0
}
section openers openers "$openers"
