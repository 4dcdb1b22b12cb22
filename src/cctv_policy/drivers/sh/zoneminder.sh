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
