# ZoneMinder: questions to its database (an account that may only read, see sudoers/zoneminder.sql),
# its log files' ages and the days that lie on disk. A password's hash leaves the device only if it is
# neither empty nor the one that the package installs.
client=mysql
command -v mariadb >/dev/null && client=mariadb
ask_database() {
    said=$($client -N -B -e 'SELECT 1' zm 2>&1)
    case $said in
        1) ;;
        *denied*) return 77 ;;
        *'not found'*) return 127 ;;
        *) return 70 ;;
    esac
    $client -N -B --force --default-character-set=utf8mb4 zm <<'SQL'
SELECT 'config', Name, Value FROM Config WHERE Name IN ('ZM_OPT_USE_AUTH', 'ZM_DYN_CURR_VERSION');
SELECT 'monitor', Id, Name, Type, Function, Enabled, IF(Type = 'Remote', CONCAT(IFNULL(Protocol, 'rtsp'), '://', IFNULL(Host, ''), ':', IFNULL(NULLIF(Port, ''), '554')), Path), CONCAT(IFNULL(User, ''), ':', IFNULL(Pass, '')), SectionLength, StorageId FROM Monitors;
SELECT 'storage', Id, Path, Scheme, Enabled FROM Storage;
SELECT 'day', MonitorId, StorageId, DATE(StartDateTime), IFNULL(UNIX_TIMESTAMP(MIN(IF(done, StartDateTime, NULL))), ''), IFNULL(UNIX_TIMESTAMP(MAX(IF(done, EndDateTime, NULL))), ''), SUM(done), SUM(IF(done, IFNULL(DiskSpace, 0), 0)), SUM(IF(done, TIMESTAMPDIFF(SECOND, StartDateTime, EndDateTime), 0)) FROM (SELECT *, EndDateTime IS NOT NULL AND Frames > 0 AS done FROM Events) e GROUP BY MonitorId, StorageId, DATE(StartDateTime);
SELECT 'gap', MonitorId, UNIX_TIMESTAMP(prior), UNIX_TIMESTAMP(StartDateTime) FROM (SELECT MonitorId, StartDateTime, MAX(EndDateTime) OVER (PARTITION BY MonitorId ORDER BY StartDateTime ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS prior FROM Events WHERE EndDateTime IS NOT NULL AND Frames > 0) e WHERE TIMESTAMPDIFF(SECOND, prior, StartDateTime) >= 300 ORDER BY TIMESTAMPDIFF(SECOND, prior, StartDateTime) DESC LIMIT 5001;
SELECT 'locked', MonitorId, UNIX_TIMESTAMP(StartDateTime) FROM Events WHERE Archived = 1 OR Locked = 1 ORDER BY StartDateTime LIMIT 5001;
SELECT 'total', COUNT(*), IFNULL(MAX(Id), 0) FROM Events;
SELECT 'filter', Name, AutoDelete, Background, Query_json FROM Filters;
SELECT 'status', MonitorId, Status, CaptureFPS FROM Monitor_Status;
SELECT 'user', Username, Enabled, System, CASE WHEN Password IS NULL OR Password = '' THEN 'empty' WHEN Password = '$2b$12$NHZsm6AM2f2LQVROriz79ul3D6DnmFiZC.ZK5eqbF.ZWfwH9bqUJ6' OR Password IN (PASSWORD('admin'), PASSWORD(Username)) THEN 'factory' ELSE Password END FROM Users;
SELECT 'log', MIN(TimeKey), MAX(TimeKey) FROM Logs;
SELECT 'login', TimeKey, Message FROM Logs WHERE Message LIKE 'Login successful%' OR Message LIKE 'Login denied%' ORDER BY TimeKey DESC LIMIT 2000;
SQL
}
section database ask_database
units="$units zoneminder.service mariadb.service"
section units states $units
settings() { [ -d /etc/zm ] || return 78; either /usr/bin/grep -rIs ^ZM_DB_ /etc/zm; }
section settings settings
section days either /usr/bin/find /var/cache/zoneminder/events -mindepth 2 -maxdepth 2 -type d -printf %n/%P//
section weblogs either /usr/bin/find /var/log/apache2 -type f -printf %T@/%s/%P//
# Who played what: from Apache's log, of all ages it keeps. A session's token is replaced by its user's name
# (table Sessions) in one pipe on the device; of an address only path, view, event and type are printed.
weblog() { either /usr/bin/find /var/log/apache2 -type f -exec /usr/bin/zcat -f {} +; }
sessions() {
    $client -N -B --default-character-set=utf8mb4 zm <<'SQL'
SELECT Id, SUBSTRING_INDEX(SUBSTRING_INDEX(SUBSTRING_INDEX(Data, 'username|s:', -1), '"', 2), '"', -1) FROM Sessions WHERE Data LIKE '%username|s:%';
SQL
}
watched() {
    { sessions; printf '\n'; weblog || printf '\nfailed %s\n' "$?"; } | awk '
        function at_of(t) { return substr(t, 8, 4) index("JanFebMarAprMayJunJulAugSepOctNovDec", substr(t, 4, 3)) + 10 substr(t, 1, 2) substr(t, 13, 8) }
        !log_ && NF == 0 { log_ = 1; next }
        !log_ { user[$1] = $2; next }
        /^failed [0-9]+$/ { code = $2; next }
        !match($0, /\[[0-9][0-9]\/[A-Z][a-z][a-z]\/[0-9:]* [+-][0-9]*\]/) { next }
        {
            at = substr($0, RSTART + 1, RLENGTH - 2)
            lines++
            if (lines == 1 || at_of(at) < at_of(first)) first = at
            split($0, quoted, "\"")
            n = split(quoted[2], request, " ")
            if (n < 2 || quoted[3] !~ /^ 2[0-9][0-9] /) next
            path = request[2]
            shown = path ~ /[?&]view=(event|view_video|video|archive)(&|$)/ || path ~ /\/zm\/cache\/events\//
            if (!shown && !(request[1] == "POST" && path ~ /^\/zm\//)) next
            split($0, from, " ")
            if (from[1] ~ /:[0-9]+$/) client = from[2]; else client = from[1]
            who = ""
            m = split($0, words, /[ "]/)
            if (words[m] in user) who = user[words[m]]
            split(path, parts, "?")
            asked = ""
            k = split(parts[2], pairs, "&")
            for (i = 1; i <= k; i++)
                if (pairs[i] ~ /^(view|eid|type)=[A-Za-z0-9_.]*$/) asked = asked (asked ? "&" : "?") pairs[i]
            found++
            if (found <= 20000) print at "\t" client "\t" who "\t" request[1] "\t" parts[1] asked
        }
        END { if (first) print "first\t" first; if (found > 20000) print "cut"; if (code) exit code; exit 0 }'
}
watched_text=$(watched 2>/dev/null </dev/null)
watched_code=$?
told() { printf '%s\n' "$watched_text"; return "$watched_code"; }
section watched told
ids=$(printf '%s\n' "$watched_text" | sed -n 's/.*[?&]eid=\([0-9][0-9]*\).*/\1/p; s|.*/cache/events/.*/\([0-9][0-9]*\)/[^/]*$|\1|p' | sort -u | head -n 2000 | tr '\n' ',')
watched_events() {
    $client -N -B zm <<SQL
SELECT 'played', Id, MonitorId, UNIX_TIMESTAMP(StartDateTime), IFNULL(UNIX_TIMESTAMP(EndDateTime), '') FROM Events WHERE Id IN (${ids}0);
SQL
}
section played watched_events
