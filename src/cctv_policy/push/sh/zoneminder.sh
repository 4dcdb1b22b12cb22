# ZoneMinder's page: its login, Apache's ports and folders, how long logs live. No secret leaves it.
sql() { mysql -N -B --default-character-set=utf8mb4 zm; }
settings() {
    sql <<'SQL'
SELECT 'config', Name, CASE WHEN Name = 'ZM_AUTH_HASH_SECRET' THEN IF(Value IN ('', '...Change me to something unique...'), 'factory', 'own') ELSE Value END FROM Config WHERE Name IN ('ZM_OPT_USE_AUTH', 'ZM_AUTH_HASH_SECRET', 'ZM_LOG_DATABASE_LIMIT');
SELECT 'monitor', Id, Function, Enabled, SectionLength FROM Monitors;
SELECT 'storage', Id, Path FROM Storage;
SQL
}
settings_now() { settings; }
section settings settings_now
apache() {
    grep -sHE '^[[:space:]]*Listen[[:space:]]' /etc/apache2/*.conf /etc/apache2/conf-enabled/*.conf /etc/apache2/sites-enabled/*.conf | sed 's/^/listen /'
    grep -sHE '^[[:space:]]*LogFormat.*%\{(ZMSESSID\}C|Cookie\}i)' /etc/apache2/*.conf /etc/apache2/conf-enabled/*.conf /etc/apache2/sites-enabled/*.conf | sed 's/^/cookie /'
    awk '
        tolower($1) == "<directory" { gsub(/[">]/, "", $2); sub(/\/$/, "", $2); place = $2 }
        tolower($1) ~ /^<\/directory>/ { place = "" }
        tolower($0) ~ /require all denied/ && (place == "/var/cache/zoneminder" || place == "/var/cache/zoneminder/events") { print "closed " FILENAME }
    ' /etc/apache2/conf-enabled/*.conf /etc/apache2/sites-enabled/*.conf
    command -v openssl >/dev/null && printf 'has openssl\n'
    grep -sHE '^[[:space:]]*(rotate|maxage)[[:space:]]' /etc/logrotate.d/apache2 /etc/logrotate.d/zoneminder | sed 's/^/rotate /'
    return 0
}
section apache apache
