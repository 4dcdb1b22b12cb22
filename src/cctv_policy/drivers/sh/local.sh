# This very machine: nothing but what any account may read.
section units states $units
[ -z "$set_archive" ] || section "files $set_archive" footage "$set_archive"
