# motion and motionEye: the configuration without its logins, and whether the log can be written.
place=${set_config:-/etc/motion}
hidden() {
    sed -E 's#://[^@/[:space:]]*@#://#
        s#(:[[:space:]]*(netcam_userpass|netcam_high_userpass|(web|stream)[a-z]*_authentication|\#[[:space:]]*@[a-z_]*(password|secret|key|token))[[:space:]=]+)[^[:space:]].*#\1set#'
}
config() { grep -rIsH . "$place" | hidden; }
section config config
# may_write FOLDER: may motion? Without PAM, which would write the asking into the machine's log.
may_write() {
    command -v setpriv >/dev/null || { runuser -u motion -- test -w "$1"; return; }
    setpriv --reuid=motion --regid="$(id -g motion)" --init-groups test -w "$1"
}
logs() {
    for file in $(grep -hsE '^[[:space:]]*log_file[[:space:]]' "$place/motion.conf" | awk '{ print $2 }') ${log_folder-}; do
        printf 'log=%s\n' "$file"
        case $file in */) dir=$file ;; *) dir=${file%/*} ;; esac
        may_write "$dir" && printf 'writable=yes\n'
    done
    return 0
}
section logs logs
folders=$(grep -rhsE '^[[:space:]]*target_dir[[:space:]]' "$place" | awk '{ print $2 }' | sort -u)
