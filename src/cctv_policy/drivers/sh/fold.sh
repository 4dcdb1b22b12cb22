# folded FOLDER: as `footage`, but files of one folder whose names differ in their date and time only are told
# as one record where no hole of five minutes lies between them, cut where a week of UNIX time ends:
# `first end,last end,number/bytes/first path//`. See recordings.py, which reads both.
# What is young (a little more than recordings.SETTLED_S), or odd, or not named by its time is told as it is; of what
# is no footage one name a folder.
folded() {
    { code=$({ { footage "$1"; printf %s "$?" >&3; } | { fold >&4 || printf 'not folded' >&4; }; } 3>&1); } 4>&1
    return "${code:-70}"
}
fold() {
    awk -v now="$now" -v zone="$zone" '
        BEGIN {
            RS = ORS = "//"; FS = OFS = "/"
            east = (substr(zone, 2, 2) * 3600 + substr(zone, 4, 2) * 60) * (substr(zone, 1, 1) == "-" ? -1 : 1)
        }
        # An awk whose RS has one character: all as it came.
        NF < 3 { printf "%s/", $0; next }
        {
            path = substr($0, length($1) + length($2) + 3)
            folder = substr(path, 1, length(path) - length($NF))
            if (folder != here) { flush(); here = folder }
            if ($NF ~ /[^ -~]/) { print; next }
            kept = $2 >= 1024 && tolower($NF) ~ /\.(mp4|mkv|avi|mov|flv|webm|mpg|mpeg|ts|m4v|h264|jpg|jpeg|png|ppm|webp)$/
            if (kept && ($1 < 86400 || $1 > now - 100)) { print; next }
            # What is left of the name without its date and time.
            like = $NF
            if (dated()) {
                at -= length(folder)
                like = (at > 1 ? substr($NF, 1, at - 1) : "") "/" substr($NF, at + long)
                at += length(folder)
            }
            if (!kept) {
                if (!(like in told)) { told[like]; print $1, 0, path }
                next
            }
            start = at ? epoch(substr(path, at, long)) : 0
            if (!start || $1 - start < -3600 || $1 - start > 21600) { print; next }
            group = like SUBSEP int($1 / 604800)
            groups[group]++
            n++
            of[n] = group; end[n] = $1; bytes[n] = $2; name[n] = path; from[n] = start > $1 ? $1 + 0 : start
        }
        END { flush() }
        # Every group in the order of its ends (by buckets), then run by run.
        function flush(    g, i, b, k, m) {
            for (i = 1; i <= n; i++) {
                b = of[i] SUBSEP int(end[i] % 604800 * groups[of[i]] / 604800)
                bucket[b] = bucket[b] " " i
            }
            for (g in groups) {
                files = 0
                for (b = 0; b < groups[g]; b++) {
                    if (!((g SUBSEP b) in bucket)) continue
                    m = split(bucket[g SUBSEP b], ids, " ")
                    for (i = 2; i <= m; i++) {
                        for (k = i; k > 1 && later(ids[k - 1], ids[k]); k--) { id = ids[k]; ids[k] = ids[k - 1]; ids[k - 1] = id }
                    }
                    for (i = 1; i <= m; i++) add(ids[i])
                }
                tell()
            }
            n = 0
            split("", groups); split("", bucket); split("", told)
        }
        function later(a, b) { return end[a] + 0 > end[b] + 0 || (end[a] + 0 == end[b] + 0 && from[a] > from[b]) }
        function add(i) {
            if (!files || from[i] < from[last] || (end[i] - end[last] >= 300 && from[i] - end[last] >= 300)) { tell(); first = i }
            files++; sum += bytes[i]; last = i
        }
        function tell() {
            if (files == 1) print end[first], bytes[first], name[first]
            if (files > 1) print end[first] "," end[last] "," files, sprintf("%.0f", sum), name[first]
            files = sum = 0
        }
        function digit(place) { return substr(path, place, 1) ~ /[0-9]/ }
        # The last full date and time in the path, as recordings.named_start finds it: its place and length.
        function dated(    next_, here_) {
            at = 0; next_ = 1
            while (match(substr(path, next_), /(19|20)[0-9][0-9][-_.]?[01][0-9][-_.]?[0-3][0-9][-_\/T .]?[0-2][0-9][-_.:h]?[0-5][0-9][-_.:m]?[0-5][0-9]/)) {
                here_ = next_ + RSTART - 1
                next_ = here_ + 1
                if ((here_ > 1 && digit(here_ - 1)) || digit(here_ + RLENGTH)) continue
                at = here_; long = RLENGTH; next_ = here_ + RLENGTH
            }
            return at
        }
        # Its UNIX time; 0 if there is no such day or hour.
        function epoch(text,    y, m, d, h) {
            gsub(/[^0-9]/, "", text)
            y = substr(text, 1, 4) + 0; m = substr(text, 5, 2) + 0; d = substr(text, 7, 2) + 0; h = substr(text, 9, 2) + 0
            if (m < 1 || m > 12 || d < 1 || h > 23) return 0
            if (d > (m == 2 ? 28 + (y % 4 == 0 && (y % 100 || y % 400 == 0)) : 30 + (m + int(m / 8)) % 2)) return 0
            if (m < 3) { y--; m += 12 }
            d += 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * (m - 3) + 2) / 5) - 719469
            return d * 86400 + h * 3600 + substr(text, 11, 2) * 60 + substr(text, 13, 2) - east
        }'
}
command -v awk >/dev/null || fold() { cat; }
