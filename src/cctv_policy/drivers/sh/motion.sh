# motion: its configuration, the folders that it names, the files in them.
place=${set_config:-/etc/motion}
conf=$(either /usr/bin/grep -rIs . "$place")
conf_code=$?
[ -e "$place" ] || [ -n "$conf" ] || conf_code=78
config() { printf '%s\n' "$conf"; return "$conf_code"; }
section config config
section units states $units motion.service
version() { dpkg-query -W -f '${Version}\n' motion || motion -h | sed -n '1s/.*ersion \([0-9.]*\).*/\1/p'; }
section version version
folders=$(printf '%s\n' "$conf" | sed -n 's/^[^:]*:[[:space:]]*target_dir[[:space:]]\{1,\}\(\/.*[^[:space:]]\)[[:space:]]*$/\1/p' | sort -u)
[ -n "$folders" ] || [ "$conf_code" != 0 ] || folders=/var/lib/motion
while IFS= read -r folder; do
    [ -n "$folder" ] && section "files $folder" folded "$folder"
done <<LIST
$folders
LIST
