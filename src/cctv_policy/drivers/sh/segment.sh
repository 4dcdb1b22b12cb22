# ffmpeg as a systemd service that writes segments: the units that name ffmpeg and an input.
found=
for f in $(grep -sl 'ffmpeg.* -i \|ffmpeg.*\\$' /etc/systemd/system/*.service /usr/local/lib/systemd/system/*.service); do
    found="$found ${f##*/}"
done
for unit in $found; do
    case $unit in
        *@.service)
            for f in /etc/systemd/system/*.wants/"${unit%.service}"*.service; do
                [ -L "$f" ] && units="$units ${f##*/}" && ours="$ours ${f##*/}"
            done ;;
        *) units="$units $unit"; ours="$ours $unit" ;;
    esac
done
section units states $units
recorders() {
    [ -n "$ours" ] || return 78
    systemctl show -p Id,ActiveState,UnitFileState,ExecStart,Environment,EnvironmentFiles $ours
}
section recorders recorders
environment() { [ -d /etc/cctv-segment ] || return 0; either /usr/bin/grep -rIs . /etc/cctv-segment; }
section environment environment
version() { dpkg-query -W -f 'ffmpeg version ${Version}\n' ffmpeg || ffmpeg -version | sed -n 1p; }
section version version
section "files ${set_archive:-/srv/recordings}" folded "${set_archive:-/srv/recordings}"
