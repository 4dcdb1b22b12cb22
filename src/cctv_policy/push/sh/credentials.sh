# Logins and passwords of one account, on top of change.sh. Secrets are the variables $secret, $new and
# $digest; they leave the shell only through standard input or a file of root in $work.
# login_X: 0 taken, 10 refused, 11 locked, anything else: nobody knows. set_X: 0 done, 12 declined.
refused() { rm -rf "$work"; trap - EXIT; exit 10; }
locked() { rm -rf "$work"; trap - EXIT; exit 11; }
declined() { why=$*; say "$why"; trap - EXIT; rm -rf "$work"; exit 12; }
taken() { rm -rf "$work"; trap - EXIT; exit 0; }
# quoted TEXT: for the double quotes of curl's configuration and of MariaDB's option file.
quoted() { printf '%s' "$1" | sed 's/[\\"]/\\&/g'; }
# sql_text TEXT: for a string of SQL.
sql_text() { printf '%s' "$1" | sed "s/[\\\\']/\\\\&/g"; }
# ask_page URL LINES: the status of a page that may have been restarted; 000: no answer for 40 seconds.
ask_page() {
    for n in $(seq 40); do
        code=$(printf '%s\n' "$2" | curl -s -k -o "$work/page" -m 4 -w '%{http_code}' -K - "$1" 2>/dev/null)
        [ "$code" = 000 ] || return 0
        sleep 1
    done
}

# needs COMMAND: without it no login can be proven, so nothing is changed.
needs() { command -v "$1" >/dev/null || fail "the recorder has no $1"; }

# An account of the operating system: su asks PAM, as an unprivileged user whom it does not trust.
login_os() {
    printf '%s\n' "$secret" >"$work/typed"
    runuser -u nobody -- su -s /bin/sh -c 'exit 42' -- "$account" <"$work/typed" >"$work/said" 2>&1
    case $? in
        42) taken ;;
    esac
    grep -qiE 'locked|too many|maximum' "$work/said" && locked
    grep -qiE 'authentication failure|incorrect|failure' "$work/said" && refused
    fail "su does not say whether it took the password"
}
set_os() {
    chpasswd >"$work/said" 2>&1 <<END_OF_TEXT || declined "chpasswd declines the password"
$account:$new
END_OF_TEXT
    sync /etc/shadow
}
stored_os() { getent shadow "$account" | cut -d: -f2; }

# motion: every page of this account in its configuration.
motion_files() { grep -rlsE "^[[:space:]]*(webcontrol|stream)_authentication[[:space:]]+$account:" "$place"; }
motion_keys() { sed -nE "s/^[[:space:]]*((webcontrol|stream)_authentication)[[:space:]]+$account:.*/\\1/p" "$1" | sort -u; }
motion_value() { sed -nE "s/^[[:space:]]*$1[[:space:]]+([^[:space:]]+).*/\\1/p" "$place/motion.conf" | tail -n 1; }
login_motion() {
    needs curl
    for key in webcontrol_port stream_port; do
        port=$(motion_value $key)
        case $port in '' | 0 | *[!0-9]*) continue ;; esac
        url="http://127.0.0.1:$port/"
        ask_page "$url" ''
        case $code in 401) ;; 000) fail "motion does not answer on port $port" ;; *) refused ;; esac
        ask_page "$url" "anyauth
user = \"$(quoted "$account:$secret")\""
        case $code in 200) taken ;; 401 | 403) refused ;; *) fail "motion answers $code" ;; esac
    done
    fail "motion has no page that asks for a login"
}
set_motion() {
    needs curl
    files=$(motion_files)
    [ -n "$files" ] || fail "no page of motion has the account $account; hardening switches logins on"
    for file in $files; do
        for key in $(motion_keys "$file"); do
            set_key "$file" "$key" <<END_OF_TEXT
$account:$new
END_OF_TEXT
        done
    done
    restart motion.service
}
stored_motion() { grep -rhsE "^[[:space:]]*(webcontrol|stream)_authentication[[:space:]]+$account:" "$place" | sort; }

# motionEye: argon2 hashes in the comments of its motion.conf.
motioneye_role() {
    for role in admin normal; do
        name=$(sed -nE "s/^#[[:space:]]*@${role}_username[[:space:]]+(.*)/\\1/p" "$place/motion.conf" | tail -n 1)
        [ "$name" != "$account" ] || return 0
    done
    fail "motionEye has no account $account"
}
motioneye_url() {
    port=$(sed -nE 's/^port[[:space:]]+([0-9]+).*/\1/p' "$place/motioneye.conf" | tail -n 1)
    url="http://127.0.0.1:${port:-8765}/login"
}
login_motioneye() {
    needs curl
    motioneye_url
    ask_page "$url" "data-urlencode = \"username=$(quoted "$account")\"
data-urlencode = \"password=$(quoted "$secret")\""
    case $code in
        200) grep -q '"user"' "$work/page" && taken; refused ;;
        401 | 403) refused ;;
        429) locked ;;
        *) fail "motionEye answers $code" ;;
    esac
}
set_motioneye() {
    needs curl
    motioneye_role
    set_key "$place/motion.conf" "# @${role}_password" <<END_OF_TEXT
$digest
END_OF_TEXT
    restart motioneye.service
}
stored_motioneye() { (motioneye_role; sed -nE "s/^#[[:space:]]*@${role}_password//p" "$place/motion.conf"); }

# ZoneMinder: users in the database, which root may change over its socket.
zm_value() { cat /etc/zm/zm.conf /etc/zm/conf.d/*.conf 2>/dev/null | sed -nE "s/^$1=(.*)/\\1/p" | tail -n 1; }
zm_sql() { mysql -N "$(zm_value ZM_DB_NAME)" 2>/dev/null; }
zm_url() {
    for url in https://127.0.0.1 http://127.0.0.1; do
        ask=$(curl -s -k -o /dev/null -m 4 -w '%{http_code}' "$url/zm/api/host/getVersion.json")
        case $ask in 401) return 0 ;; 200) open=yes; return 0 ;; esac
    done
    fail "ZoneMinder's API does not answer"
}
login_zoneminder() {
    needs curl
    open=; zm_url
    [ -z "$open" ] || refused
    ask_page "$url/zm/api/host/login.json" "data-urlencode = \"user=$(quoted "$account")\"
data-urlencode = \"pass=$(quoted "$secret")\""
    case $code in
        200) grep -q access_token "$work/page" && taken; refused ;;
        401 | 403) grep -qi 'API Disabled' "$work/page" && fail "the account may not use the API"; refused ;;
        *) fail "ZoneMinder answers $code" ;;
    esac
}
# Tokens given out before end, links with the old hash secret end, open sessions end.
set_zoneminder() {
    needs curl
    zm_sql <<END_OF_TEXT || fail "the database does not take the change"
START TRANSACTION;
UPDATE Users SET Password='$(sql_text "$digest")', TokenMinExpiry=UNIX_TIMESTAMP(), APIEnabled=1
 WHERE Username='$(sql_text "$account")';
UPDATE Config SET Value='$(sql_text "$hash_secret")' WHERE Name='ZM_AUTH_HASH_SECRET';
DELETE FROM Sessions;
COMMIT;
END_OF_TEXT
}
stored_zoneminder() { printf "SELECT Password FROM Users WHERE Username='%s'" "$(sql_text "$account")" | zm_sql; }

# ZoneMinder's own login to its database: MariaDB and zm.conf together, else neither.
login_database() {
    printf '[client]\nuser="%s"\npassword="%s"\n' "$(quoted "$account")" "$(quoted "$secret")" >"$work/my.cnf"
    printf 'SELECT 1' | mysql --defaults-file="$work/my.cnf" -N "$(zm_value ZM_DB_NAME)" >"$work/said" 2>&1 && taken
    grep -q 'ERROR 1045' "$work/said" && refused
    grep -q 'ERROR 4151\|is locked' "$work/said" && locked
    fail "MariaDB does not say whether it took the password"
}
put_database() { printf "ALTER USER '%s'@localhost IDENTIFIED BY '%s'" "$(sql_text "$account")" "$(sql_text "$1")" | zm_sql; }
set_database() {
    before=$(zm_value ZM_DB_PASS)
    file=$(grep -ls '^ZM_DB_PASS=' /etc/zm/zm.conf /etc/zm/conf.d/*.conf | tail -n 1)
    [ -n "$file" ] || fail "no file sets ZM_DB_PASS"
    printf '%s\n' 'put_database "$before"' >>"$work/undo"
    put_database "$new" || fail "MariaDB does not take the change"
    printf 'ZM_DB_PASS=%s\n' "$new" >"$work/line"
    awk 'NR == FNR { line = $0; next } /^ZM_DB_PASS=/ { print line; next } { print }' "$work/line" "$file" >"$work/conf"
    put "$file" <"$work/conf"
    restart zoneminder.service
}
stored_database() { zm_value ZM_DB_PASS; }

# SNMP v3: one of the two passwords of a user; net-snmp keeps them until it has started once.
snmp_line() { grep -hsE "^[[:space:]]*createUser[[:space:]]+(-e[[:space:]]+[^[:space:]]+[[:space:]]+)?$account[[:space:]]" /etc/snmp/snmpd.conf | tail -n 1; }
snmp_says() { SNMPCONFPATH=$work/snmp snmpget -l "$1" -t 1 -r 1 127.0.0.1 1.3.6.1.2.1.1.3.0 >"$work/said" 2>&1; }
login_snmp() {
    needs snmpget
    mkdir "$work/snmp"
    case $place in
        auth) auth=$secret priv=$other ;;
        priv) auth=$other priv=$secret ;;
    esac
    printf 'defVersion 3\ndefSecurityName %s\ndefSecurityLevel authPriv\ndefAuthType %s\ndefPrivType %s\ndefAuthPassphrase "%s"\ndefPrivPassphrase "%s"\n' \
        "$account" "$auth_type" "$priv_type" "$auth" "$priv" >"$work/snmp/snmp.conf"
    up=
    for n in 1 2 3 4 5; do
        snmp_says authPriv && taken
        grep -qiE 'authentication failure|incorrect|decrypt|unknown user' "$work/said" && refused
        # A wrong privacy password is answered by silence, as is a service that is not up: one that has
        # answered without privacy, and is silent once more, is up.
        [ -z "$up" ] || refused
        if [ "$place" = priv ]; then snmp_says authNoPriv || grep -qi authorizationError "$work/said" && up=yes; fi
        [ -n "$up" ] || sleep 1
    done
    fail "snmpd does not answer"
}
set_snmp() {
    needs snmpget
    case $place in
        auth) auth=$new priv=$other ;;
        priv) auth=$other priv=$new ;;
    esac
    systemctl stop snmpd.service
    services="$services snmpd.service"
    printf 'createUser %s %s "%s" %s "%s"\n' "$account" "$auth_type" "$auth" "$priv_type" "$priv" >"$work/line"
    awk -v user="$account" '
        NR == FNR { line = $0; next }
        $1 == "createUser" && ($2 == user || $4 == user) { if (!done++) print line; next }
        { print }
        END { if (!done) print line }
    ' "$work/line" /etc/snmp/snmpd.conf >"$work/conf"
    put /etc/snmp/snmpd.conf <"$work/conf"
    if [ -f /var/lib/snmp/snmpd.conf ]; then
        hex=$(printf '%s' "$account" | od -An -tx1 | tr -d ' \n')
        grep -viE "^usmUser .*(\"$account\"|0x$hex)" /var/lib/snmp/snmpd.conf >"$work/kept"
        put /var/lib/snmp/snmpd.conf <"$work/kept"
    fi
    restart snmpd.service
}
stored_snmp() {
    case $place in auth) field=2 ;; *) field=4 ;; esac
    snmp_line | cut -d'"' -f$field
}

# What was rotated, when, and the fingerprint of what the device then had: to tell a later change.
marker() {
    case $realm in snmp) part=.$place ;; camera) part=.$address ;; *) part= ;; esac
    printf '/var/lib/cctv-policy/rotated/%s.%s%s' "$realm" "$account" "$part"
}
fingerprint() { "stored_$realm" | sha256sum | cut -c1-64; }
mark_rotated() {
    mkdir -p -m 700 /var/lib/cctv-policy/rotated
    printf '%s %s\n' "$1" "$(fingerprint)" | put "$(marker)" 600
    taken
}

# Accounts that nobody manages: locked, with a password that nobody knows, or switched off.
off_os() {
    usermod -L -e 1 -- "$account" || fail "usermod does not switch $account off"
    printf 'usermod -U -e "" -- "%s"\n' "$account" >>"$work/undo"
}
off_motioneye() {
    motioneye_role
    set_key "$place/motion.conf" "# @${role}_password" <<'END_OF_TEXT'
!
END_OF_TEXT
    restart motioneye.service
}
off_zoneminder() {
    printf "UPDATE Users SET Enabled=0 WHERE Username='%s'; DELETE FROM Sessions" "$(sql_text "$account")" | zm_sql ||
        fail "the database does not take the change"
}

# A camera, asked from the recorder. camera_says WORD: $body is the request, WORD marks a good answer.
camera_identity() {
    ping -c 1 -W 3 "$address" >/dev/null 2>&1 || curl -s -m 4 -o /dev/null "http://$address:$port/"
    mac=$(ip neigh show "$address" | sed -nE 's/.*lladdr ([0-9a-f:]+).*/\1/p' | tail -n 1)
    [ -n "$mac" ] || fail "the camera $address does not answer on the network"
    printf 'mac %s\n' "$mac"
    taken
}
camera_says() {
    needs curl
    code=$(printf '%s' "$body" | curl -s -m 15 -o "$work/page" -w '%{http_code}' --data-binary @- \
        -H 'Content-Type: application/soap+xml; charset=utf-8' "http://$address:$port/onvif/device_service")
    case $code in 000) fail "the camera does not answer ONVIF on port $port" ;; esac
    grep -q "$1" "$work/page" && taken
    grep -qi 'locked' "$work/page" && locked
    case $code in 401) refused ;; esac
    grep -qiE 'NotAuthorized|FailedAuthentication|not authorized' "$work/page" && refused
    grep -qiE 'Password(TooLong|TooWeak|Invalid)|InvalidArg' "$work/page" && declined "the camera declines the password"
    fail "the camera answers $code"
}

# The recorder's copy: every place that names the camera's address gets the login.
url_text() { printf '%s' "$1" | sed 's/%/%25/g; s/@/%40/g; s/:/%3A/g; s#/#%2F#g; s/?/%3F/g; s/#/%23/g; s/ /%20/g'; }
camera_files() { grep -rlsE "(//|@)${address}[:/]" "$1"; }
copy_userpass() {
    files=$(camera_files "$place")
    [ -n "$files" ] || fail "no channel fetches from $address"
    for file in $files; do
        set_key "$file" netcam_userpass <<END_OF_TEXT
$account:$new
END_OF_TEXT
    done
    restart "$1"
}
copy_motion() { copy_userpass motion.service; }
copy_motioneye() { copy_userpass motioneye.service; }
copy_segment() {
    files=$(camera_files /etc/systemd/system)
    [ -n "$files" ] || fail "no service fetches from $address"
    login=$(url_text "$account"):$(url_text "$new" | sed 's/%/%%/g')
    for file in $files; do
        printf '%s\n' "$login" | awk -v at="$address" '
            NR == FNR { login = $0; next }
            { out = ""; rest = $0
              while (match(rest, "rtsp://([^@/ ]*@)?" at "[:/]")) {
                  hit = substr(rest, RSTART, RLENGTH); tail = substr(hit, length(hit))
                  out = out substr(rest, 1, RSTART - 1) "rtsp://" login "@" at tail
                  rest = substr(rest, RSTART + RLENGTH) }
              print out rest }
        ' - "$file" >"$work/unit" || fail "cannot change $file"
        put "$file" <"$work/unit"
        restart "${file##*/}"
    done
}
zm_monitors() { printf "SELECT Id FROM Monitors WHERE Path LIKE '%%//%s%%' OR Path LIKE '%%@%s%%'" "$address" "$address" | zm_sql; }
copy_zoneminder() {
    ids=$(zm_monitors)
    [ -n "$ids" ] || fail "no monitor fetches from $address"
    login=$(url_text "$account"):$(url_text "$new")
    for id in $ids; do
        printf "UPDATE Monitors SET Path=CONCAT('rtsp://%s@', SUBSTRING(Path, LOCATE('%s', Path))) WHERE Id=%s" \
            "$(sql_text "$login")" "$address" "$id" | zm_sql || fail "the database does not take the change"
        runuser -u www-data -- zmdc.pl restart zmc -m "$id" >/dev/null 2>&1 9>&- || fail "monitor $id does not restart"
    done
}
stored_camera() {
    case $driver in
        zoneminder) printf "SELECT Path FROM Monitors WHERE Path LIKE '%%@%s%%' ORDER BY Id" "$address" | zm_sql ;;
        segment) for file in $(camera_files /etc/systemd/system); do grep -h "@$address" "$file"; done ;;
        *) for file in $(camera_files "$place"); do grep -hE '^[[:space:]]*netcam_userpass' "$file"; done ;;
    esac
}
# advances_X: new footage of every channel that fetches from the camera, within a minute.
fresh_in() {
    touch "$work/since"
    for n in $(seq 60); do
        [ -z "$(find "$1" -type f ${2:+-name "$2"} -newer "$work/since" -size +40k -print -quit 2>/dev/null)" ] || return 0
        sleep 1
    done
    fail "no new footage in $1"
}
advances_motion() {
    for file in $(camera_files "$place"); do
        dir=$(sed -nE 's/^[[:space:]]*target_dir[[:space:]]+(.*)/\1/p' "$file" "$place/motion.conf" | head -n 1)
        id=$(sed -nE 's/^[[:space:]]*camera_id[[:space:]]+([0-9]+).*/\1/p' "$file" | tail -n 1)
        own=$(grep -c '^[[:space:]]*target_dir' "$file")
        if [ "$own" = 0 ]; then fresh_in "$dir" "*${id}-*"; else fresh_in "$dir" ''; fi
    done
}
advances_motioneye() { advances_motion; }
advances_segment() {
    for file in $(camera_files /etc/systemd/system); do
        dir=$(sed -nE 's#.*[[:space:]](/[^[:space:]]*)/[^/[:space:]]*$#\1#p' "$file" | tail -n 1)
        fresh_in "$dir" ''
    done
}
advances_zoneminder() {
    for id in $(zm_monitors); do
        since=$(printf 'SELECT NOW()' | zm_sql) ok=
        for n in $(seq 90); do
            ok=$(printf "SELECT Id FROM Events WHERE MonitorId=%s AND StartDateTime>='%s' AND EndDateTime IS NOT NULL AND Frames>5 LIMIT 1" "$id" "$since" | zm_sql)
            [ -z "$ok" ] || break
            sleep 1
        done
        [ -n "$ok" ] || fail "no new footage of monitor $id"
    done
}
