# What every change is made of. Files are saved first and replaced whole; whatever fails later brings
# all of them back, and the services with them. Secrets come as shell variables and leave them only
# through standard input of a command or a file.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
umask 077
cd / || exit 1
set +eu
[ "$(id -u)" = 0 ] || { printf 'not root\n' >&2; exit 77; }

kept=/var/lib/cctv-policy/before
services=
say() { printf '%s\n' "$*" >&2; }
work=$(mktemp -d /run/cctv-policy.XXXXXX) || exit 1
mkdir "$work/old" && : >"$work/files" && : >"$work/undo" || exit 1

# A step goes on after its controller has gone; the next run's first script waits until it has ended.
exec 9>/run/cctv-policy.step
if command -v flock >/dev/null; then
    flock -w 90 9 || { printf 'another step still runs on this device\n' >&2; rm -rf "$work"; exit 75; }
fi

why=
fail() { why=$*; exit 1; }

leave() {
    code=$?
    trap - EXIT
    [ "$code" = 0 ] || undo
    rm -rf "$work"
    [ -z "$why" ] || say "$why"
    exit "$code"
}
trap leave EXIT
trap 'exit 130' HUP INT TERM

# undo: every saved file as it was, then the lines of $work/undo, then the services again. What cannot
# be put back (a full disk) is named; a copy is below $kept.
undo() {
    lost=
    while IFS= read -r file; do
        rm -f -- "$file.cctv-new"
        if [ -e "$work/old$file" ] || [ -L "$work/old$file" ]; then
            [ -L "$file" ] || [ -L "$work/old$file" ] || ! cmp -s -- "$work/old$file" "$file" || continue
            cp -a -- "$work/old$file" "$file.cctv-old" && mv -fT -- "$file.cctv-old" "$file" && continue
            rm -f -- "$file.cctv-old"
            lost="$lost $file"
        else
            rm -f -- "$file" || lost="$lost $file"
        fi
    done <"$work/files"
    while IFS= read -r line; do eval "$line"; done <"$work/undo"
    for unit in $services; do systemctl daemon-reload; systemctl restart "$unit"; done
    if [ -z "$lost" ]; then say 'put back as it was'; else why="${why:+$why; }not put back:$lost"; fi
}

# because: the system's reason in the last words of a tool, as in ": No space left on device".
because() { sed -n '$s/.*: /: /p' "$work/said"; }

# save FILE: remember it for undo, and keep one copy of it as it was before.
save() {
    grep -qxF -- "$1" "$work/files" && return 0
    if [ -e "$1" ] || [ -L "$1" ]; then
        mkdir -p "$work/old${1%/*}" "$kept${1%/*}" && cp -a -- "$1" "$work/old$1" &&
            cp -a -- "$1" "$kept$1.new" && mv -fT -- "$kept$1.new" "$kept$1"
    fi 2>"$work/said" || fail "cannot save $1$(because)"
    printf '%s\n' "$1" >>"$work/files"
}

# put FILE [MODE [OWNER]]: standard input becomes the file; an existing one keeps mode and owner.
put() {
    cat >"$work/new" || fail "cannot write $1"
    if [ -f "$1" ] && cmp -s "$work/new" "$1"; then return 0; fi
    save "$1"
    {
        if [ -e "$1" ]; then
            cp -p -- "$1" "$1.cctv-new"
        else
            mkdir -p -m 755 "${1%/*}"
            : >"$1.cctv-new" && chmod "${2:-644}" "$1.cctv-new" &&
                { [ -z "${3-}" ] || chown "$3" "$1.cctv-new"; }
        fi && cat "$work/new" >"$1.cctv-new" && sync "$1.cctv-new" && mv -fT -- "$1.cctv-new" "$1"
    } 2>"$work/said" || fail "cannot write $1$(because)"
    changed=yes
}

# set_key FILE KEY: the first line of KEY gets the value on standard input, others of it go. A new line
# goes before the first one that includes cameras, for they take over what stands above. `# @key` is a
# key too (motionEye).
set_key() {
    [ -f "$1" ] || fail "$1 is gone"
    awk -v key="$2" '
        NR == FNR { value = $0; next }
        {
            line = $0; name = ""
            if (line ~ /^[ \t]*#[ \t]*@/) { sub(/^[ \t]*#[ \t]*/, "", line); name = "# " }
            sub(/^[ \t]+/, "", line)
            match(line, /^[@A-Za-z0-9_]+/)
            name = RSTART == 1 ? name substr(line, 1, RLENGTH) : ""
        }
        name == key { if (!done++) print key " " value; next }
        !done && !(key ~ /^#/) && (name == "camera" || name == "camera_dir" || name == "thread") {
            text[++count] = $0; held = 1; next
        }
        held { text[++count] = $0; next }
        { print }
        END {
            if (!done) print key " " value
            for (i = 1; i <= count; i++) if (first(text[i]) != key) print text[i]
        }
        function first(line) {
            sub(/^[ \t]+/, "", line)
            match(line, /^[A-Za-z0-9_]+/)
            return RSTART == 1 ? substr(line, 1, RLENGTH) : ""
        }
    ' - "$1" >"$work/keyed" || fail "cannot change $1"
    put "$1" <"$work/keyed"
}

# swap FILE: standard input has two lines; the first is a line of FILE and becomes the second.
swap() {
    [ -f "$1" ] || fail "$1 is gone"
    awk '
        NR == FNR { want[NR] = $0; next }
        $0 == want[1] { print want[2]; found = 1; next }
        { if ($0 == want[2]) found = 1; print }
        END { exit !found }
    ' - "$1" >"$work/swapped" || fail "$1 is not as it was planned for; plan again"
    put "$1" <"$work/swapped"
}

# quietly COMMAND…: its words only if it fails, without logins in addresses.
quietly() {
    "$@" >"$work/said" 2>&1 && return 0
    masked <"$work/said" | tail -n 5 >&2
    return 1
}
masked() { sed 's#://[^@/[:space:]]*@#://***@#g; s#\([Pp]assw[^[:space:]]*[ =:]*\)[^[:space:]]*#\1***#g'; }

# restart UNIT: and stay up for two seconds; else its last words.
restart() {
    services="$services $1"
    systemctl daemon-reload
    quietly systemctl restart "$1" || fail "$1 does not start"
    sleep 2
    systemctl -q is-active "$1" || { words "$1"; fail "$1 has stopped again"; }
}
words() { journalctl -q -u "$1" -n 5 --no-pager -o cat 2>/dev/null | masked >&2; }

# watch CHANNEL FOLDER REGEX: footage of one channel, by the path below FOLDER (POSIX extended).
watch() {
    printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$work/watched"
    [ -n "$(newer "$2" "$3" -mmin -5)" ] && printf '%s\n' "$1" >>"$work/alive"
    return 0
}
# plainly PATH: a regular expression that means the path itself.
plainly() { printf '%s\n' "$1" | sed 's/[].[\*^$+?(){}|]/\\&/g'; }
newer() {
    [ -d "$1" ] || return 0
    where=$1 what=$2
    shift 2
    find "$where" -regextype posix-extended -type f "$@" -size +40k -regex "$(plainly "$where")/($what)" \
        -print -quit 2>/dev/null
}

# recording SECONDS UNIT LOG: until every channel that recorded before records again; at least one.
recording() {
    : >>"$work/alive"
    touch "$work/mark"
    limit=$1
    while :; do
        missing= found=
        while IFS='	' read -r ch folder regex; do
            if [ -n "$(newer "$folder" "$regex" -newer "$work/mark")" ]; then found="$found $ch"
            elif grep -qxF -- "$ch" "$work/alive"; then missing="$missing $ch"; fi
        done <"$work/watched"
        [ -n "$missing" ] || [ -z "$found" ] || return 0
        limit=$((limit - 1))
        [ "$limit" -gt 0 ] || break
        sleep 1
    done
    words "$2"
    [ -z "${3-}" ] || tail -n 5 "$3" 2>/dev/null | masked >&2
    fail "no new footage${missing:+ on channel$missing}"
}

# add_lines FILE [MODE]: the lines on standard input that FILE does not have, at its end.
add_lines() {
    [ -e "$1" ] || : >"$work/lines"
    [ ! -e "$1" ] || awk '{ print }' "$1" >"$work/lines" || fail "cannot change $1"
    while IFS= read -r line; do
        grep -qxF -- "$line" "$work/lines" || printf '%s\n' "$line" >>"$work/lines"
    done
    put "$1" "${2:-644}" <"$work/lines"
}

# link TARGET LINK: a symbolic link, replaced whole.
link() {
    [ "$(readlink "$2")" != "$1" ] || return 0
    save "$2"
    ln -s "$1" "$2.cctv-new" && mv -fT -- "$2.cctv-new" "$2" || fail "cannot write $2"
}

# unit_on UNIT: starts now and at every boot.
unit_on() {
    case $(systemctl is-enabled "$1" 2>/dev/null) in
        masked*) quietly systemctl unmask "$1"; printf 'systemctl mask "%s"\n' "$1" >>"$work/undo" ;;
    esac
    case $(systemctl is-enabled "$1" 2>/dev/null) in
        enabled*|static|indirect|generated|alias) ;;
        *)
            printf 'systemctl disable "%s"\n' "$1" >>"$work/undo"
            quietly systemctl enable "$1" || fail "$1 cannot be enabled" ;;
    esac
    restart "$1"
}

# unit_off UNIT: neither now nor at boot.
unit_off() {
    if systemctl -q is-enabled "$1"; then printf 'systemctl enable "%s"\n' "$1" >>"$work/undo"; fi
    if systemctl -q is-active "$1"; then printf 'systemctl start "%s"\n' "$1" >>"$work/undo"; fi
    quietly systemctl disable --now "$1" || fail "$1 cannot be stopped"
}

# port_closed PORT: nothing listens there any more.
port_closed() {
    for n in 1 2 3 4 5; do
        [ -n "$(ss -Hltn "sport = :$1" | grep -v '127\.0\.0\.1:\|\[::1\]:')" ] || return 0
        sleep 1
    done
    fail "port $1 is still open"
}

# drop_communities FILE factory|all: takes the lines of SNMP v1 and v2c communities out.
drop_communities() {
    awk -v which="$2" '
        { word = tolower($1); name = "" }
        word ~ /^r[ow]community6?$/ { name = $2 }
        word ~ /^com2sec6?$/ { name = $2 == "-Cn" ? $6 : $4 }
        {
            gsub(/"/, "", name)
            known = tolower(name) ~ /^(public|private|admin|cisco|community|default|manager|monitor|password|read|secret|snmp|write)$/
            if (word ~ /^(r[ow]community6?|com2sec6?)$/ && (which == "all" || known)) next
            print
        }
    ' "$1" >"$work/snmp" || fail "cannot change $1"
    put "$1" <"$work/snmp"
}

# folder DIR MODE OWNER: exists and belongs to its owner.
folder() {
    [ -d "$1" ] || { mkdir -p -m 755 "${1%/*}" && mkdir "$1" && printf 'rmdir "%s"\n' "$1" >>"$work/undo"; } ||
        fail "cannot make $1"
    chown "$3" "$1" && chmod "$2" "$1" || fail "cannot give $1 to $3"
}

# asks URL: a page that asks for a login; where there is curl.
asks() {
    command -v curl >/dev/null || return 0
    for n in 1 2 3 4 5 6 7 8 9 10; do
        code=$(curl -s -k -o /dev/null -m 5 -w '%{http_code}' "$1")
        case $code in 401 | 403) return 0 ;; 000) sleep 1 ;; *) break ;; esac
    done
    fail "$1 answers $code without a login"
}

# takes URL: the login on standard input (`user = "name:password"`) opens the page; where there is curl.
takes() {
    command -v curl >/dev/null || return 0
    code=$(curl -s -k -o /dev/null -m 5 -w '%{http_code}' --anyauth -K - "$1")
    [ "$code" = 200 ] || fail "$1 answers $code to the managed login"
}

# hold_begin; hold_files HEADER FOLDER REGEX START END SLACK …; hold_end FILE [freeze]: lines of type x for
# held files, by their time of change (UNIX seconds), so that systemd-tmpfiles passes them by. `freeze`
# makes them immutable too, for software that knows no such lines, and lets go what is held no more.
# Held is what ended from START until SLACK after END, and the first file that ended after END, up to
# half a day later than that: files may be longer than today's setting says.
hold_begin() {
    printf '# cctv-policy: footage under a legal hold, written anew by every push\n' >"$work/holds"
    : >"$work/paths"
}
hold_files() {
    printf '%s\n' "$1" >>"$work/holds"
    [ -d "$2" ] || return 0
    find "$2" -regextype posix-extended -type f -regex "$(plainly "$2")/($3)" \
        -newermt "@$(($4 - 1))" ! -newermt "@$(($5 + $6 + 43200))" -printf '%T@ %p\n' >"$work/near" || fail "cannot list $2"
    sort -n "$work/near" -o "$work/near" && LC_ALL=C awk -v end="$5" -v slack="$6" '
        { ended = int($1); sub(/^[^ ]* /, "") }
        ended <= end + slack || !after { print }
        ended >= end { after = 1 }' "$work/near" >"$work/some" && sort "$work/some" -o "$work/some" ||
        fail "cannot choose among the files of $2"
    cat "$work/some" >>"$work/paths"
    sed 's/[][*?\\]/\\&/g; s/\\/\\\\/g; s/"/\\"/g; s/%/%%/g; s/.*/x "&"/' "$work/some" >>"$work/holds"
}
hold_end() {
    [ -z "${2-}" ] || freeze "$1.paths"
    put "$1" 644 <"$work/holds"
}
freeze() {
    if [ -e "$1" ]; then
        while IFS= read -r path; do
            grep -qxF -- "$path" "$work/paths" || [ ! -e "$path" ] || chattr -i -- "$path"
        done <"$1"
    fi
    while IFS= read -r path; do
        chattr +i -- "$path" 2>/dev/null || fail "this file system cannot protect $path; copy it away"
    done <"$work/paths"
    put "$1" 600 <"$work/paths"
}

# cleaned: wait until the recorder has deleted what is older than the days in $work/clean, frozen files
# apart; its own next cleaning does the rest.
cleaned() {
    for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do
        left=
        while read -r days folder; do
            left=$left$(find "$folder" -type f -mmin "+$((days * 1440 + 5))" \( -name '*.mp4' -o -name '*.mkv' -o -name '*.avi' \) \
                -exec lsattr -d -- {} + 2>/dev/null | grep -v '^[^ ]*i' | head -n 1)
        done <"$work/clean"
        [ -n "$left" ] || return 0
        sleep 5
    done
    return 0
}

# sql: statements on standard input, in ZoneMinder's database; its words only if it fails.
sql() { quietly mysql -B --default-character-set=utf8mb4 zm || fail 'the database refuses'; }
# sql_undo: statements on standard input that take back what follows.
sql_undo() {
    cat >>"$work/undo.sql"
    grep -q undo.sql "$work/undo" || printf 'mysql -B zm <"$work/undo.sql"\n' >>"$work/undo"
}

# certificate FILE: a self-signed one of this machine, if there is none.
certificate() {
    [ ! -s "$1" ] || return 0
    save "$1"
    mkdir -p -m 710 "${1%/*}"
    name=$(hostname)
    quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$name" \
        -addext "subjectAltName=DNS:$name" -keyout "$work/key" -out "$work/cert" || fail 'no certificate'
    cat "$work/key" "$work/cert" >"$1" && chmod 600 "$1" || fail "cannot write $1"
}

# all_held: questions on standard input count events under a hold that are not archived; all must be 0.
all_held() {
    mysql -N -B zm >"$work/counts" 2>/dev/null || fail 'the database refuses'
    awk '$2 != 0 { bad = 1 } END { exit bad }' "$work/counts" || fail 'events under a hold are not archived'
}

# run_filter NAME: once now, a few times over, for it takes a hundred events at a time.
run_filter() {
    id=$(printf "SELECT Id FROM Filters WHERE Name = '%s' AND Background = 1 LIMIT 1" "$1" | mysql -N -B zm)
    [ -n "$id" ] || fail "no filter $1"
    for n in 1 2 3 4 5; do
        runuser -u www-data -- timeout 60 zmfilter.pl "--filter_id=$id" >/dev/null 2>&1 9>&- || true
    done
}
