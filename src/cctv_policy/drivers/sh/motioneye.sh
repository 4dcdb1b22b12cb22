# motionEye: its own files and the motion configuration it writes, the folders of its cameras.
place=${set_config:-/etc/motioneye}
conf=$(either /usr/bin/grep -rIs . "$place")
conf_code=$?
[ -e "$place" ] || [ -n "$conf" ] || conf_code=78
config() { printf '%s\n' "$conf"; return "$conf_code"; }
section config config
section units states $units motioneye.service
version() {
    for f in /usr/local/lib/python3*/dist-packages/motioneye-*.dist-info /usr/lib/python3*/dist-packages/motioneye-*.dist-info \
        /usr/lib/python3*/site-packages/motioneye-*.dist-info /opt/motioneye/motioneye-*.dist-info \
        /opt/motioneye/lib/python3*/site-packages/motioneye-*.dist-info; do
        [ -d "$f" ] && printf '%s\n' "${f##*/}"
    done
    return 0
}
section version version
# One look at the common folder; further folders by name.
folders=$(printf '%s\n' "$conf" | sed -n 's/^[^:]*:[[:space:]]*target_dir[[:space:]]\{1,\}\(\/.*[^[:space:]]\)[[:space:]]*$/\1/p' | sort -u)
section "files /var/lib/motioneye" folded /var/lib/motioneye
while IFS= read -r folder; do
    case $folder in ''|/var/lib/motioneye|/var/lib/motioneye/*) ;; *) section "files $folder" folded "$folder" ;; esac
done <<LIST
$folders
LIST
